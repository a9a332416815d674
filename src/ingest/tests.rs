//! What batches meet in practice, each with its own reject and none ending the rest.

use std::fs;
use std::io::Write;

use super::*;

fn all(inputs: &[PathBuf], options: &Options) -> Vec<Result<Article, Reject>> {
    read(discover(inputs).expect("inputs exist"), options).collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn one_bad_record_never_ends_the_file() {
    let dir = folder();
    let path = dir.path().join("a.jsonl");
    let long = format!(r#"{{"id": "long", "text": "{}"}}"#, "x".repeat(5000));
    let lines = [
        r#"{"id": "a", "outlet": "The Selke Courier", "date": "Dec 28, 2025", "text": "Tolls rise."}"#,
        r#"{"id": "b", "text": null}"#,
        r#"{"id": "c", "text": 7}"#,
        r#"{"id": "d", "body": "Tolls."}"#,
        "",
        r#"["e"]"#,
        r#"{"id": "f", "text": "Tol"#,
        &long,
        r#"{"id": "a", "text": "Again."}"#,
        r#"{"id": 12, "text": "Numbers are ids too."}"#,
        r#"{"text": "No id."}"#,
        r#"{"id": "g", "text": "  "}"#,
    ];
    fs::write(&path, lines.join("\r\n")).expect("written");
    let options = Options { max_bytes: 1000, ..Options::default() };
    let got: Vec<String> = all(&[path], &options)
        .into_iter()
        .map(|item| match item {
            Ok(article) => format!("ok {}", article.id),
            Err(reject) => {
                assert!(
                    reject.detail.contains(&format!("line {} of", reject.source.line.unwrap_or(0)))
                );
                format!("{:?} {}", reject.reason, reject.source.line.unwrap_or(0))
            }
        })
        .collect();
    assert_eq!(
        got,
        [
            "ok a",
            "NoText 2",
            "BadRecord 3",
            "NoText 4",
            "BadRecord 6",
            "BadRecord 7",
            "TooLong 8",
            "DuplicateId 9",
            "ok 12",
            "ok a.jsonl:11",
            "NoText 12"
        ]
    );
}

#[test]
fn an_outlet_comes_from_the_record_then_the_folder_then_the_option() {
    let dir = folder();
    let sub = dir.path().join("The Selke Courier");
    fs::create_dir(&sub).expect("made");
    fs::write(sub.join("a.txt"), "The harbour will close on Monday.").expect("written");
    fs::write(dir.path().join("b.txt"), "The harbour will open on Monday.").expect("written");
    fs::write(sub.join("c.jsonl"), r#"{"publisher": "Dockside", "text": "It opened."}"#)
        .expect("written");
    let mut options = Options { outlet: Some("Fallback".into()), ..Options::default() };
    options.fields.set("outlet=publisher").expect("a known field");
    let outlets = |input: &Path| -> Vec<(String, Option<String>)> {
        all(&[input.to_owned()], &options).into_iter().flatten().map(|a| (a.id, a.outlet)).collect()
    };
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(
        outlets(dir.path()),
        [
            ("The Selke Courier/a.txt".to_owned(), some("The Selke Courier")),
            ("The Selke Courier/c.jsonl:1".to_owned(), some("Dockside")),
            ("b.txt".to_owned(), some("Fallback")),
        ]
    );
    assert_eq!(outlets(&sub)[0], ("a.txt".to_owned(), some("Fallback")));
}

#[test]
fn packed_and_utf16_records_read_like_plain_ones() {
    let dir = folder();
    let line = "{\"id\": \"a\", \"text\": \"The café stays open.\"}\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(line.as_bytes()).expect("packed");
    let zst = |text: &str| {
        ruzstd::encoding::compress_to_vec(
            text.as_bytes(),
            ruzstd::encoding::CompressionLevel::Fastest,
        )
    };
    // Two frames, as `cat a.zst b.zst` makes them.
    let second = line.replace("\"a\"", "\"b\"");
    let utf16: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases = [
        ("a.jsonl.gz", gz.finish().expect("packed"), 1),
        ("b.jsonl.zst", [zst(line), zst(&second)].concat(), 2),
        ("c.jsonl", utf16, 1),
        ("d", line.as_bytes().to_vec(), 1),
    ];
    for (name, bytes, count) in cases {
        let path = dir.path().join(name);
        fs::write(&path, bytes).expect("written");
        let articles: Vec<Article> =
            all(&[path], &Options::default()).into_iter().flatten().collect();
        assert_eq!(articles.len(), count, "{name}");
        assert!(articles.iter().all(|a| a.text == "The café stays open."), "{name}");
    }
}

#[test]
fn folders_are_searched_in_order_without_hidden_files_and_each_file_once() {
    let dir = folder();
    for name in ["b.txt", "a.md", ".hidden.txt", "notes.docx", "README.md", "c.HTML"] {
        fs::write(dir.path().join(name), "x").expect("written");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).expect("linked");
    let inputs = [dir.path().to_owned(), dir.path().join("b.txt")];
    let names: Vec<String> =
        discover(&inputs).expect("found").into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["a.md", "b.txt", "c.HTML"]);
}

#[test]
fn nothing_to_read_is_an_error_that_says_what_was_looked_for() {
    let dir = folder();
    let missing = discover(&[dir.path().join("gone")]).expect_err("missing");
    assert!(missing.to_string().contains("gone"));
    let nothing = discover(&[dir.path().to_owned()]).expect_err("empty");
    assert!(nothing.to_string().contains(".jsonl"), "{nothing}");
    let mut fields = FieldNames::default();
    for wrong in ["outlet", "colour=red", "text="] {
        let error = fields.set(wrong).expect_err("wrong").to_string();
        assert!(error.contains(wrong) && error.contains("outlet=publisher"), "{error}");
    }
}

#[test]
fn documents_that_hold_no_article_say_why() {
    let dir = folder();
    let cases: [(&str, &[u8], RejectReason); 5] = [
        ("empty.txt", b"", RejectReason::Empty),
        ("blank.txt", b" \n\xef\xbb\xbf\n", RejectReason::Empty),
        ("pdf.txt", b"%PDF-1.4 ...", RejectReason::Binary),
        ("list.jsonl", b"[\n{\"text\": \"a\"}\n]\n", RejectReason::BadRecord),
        ("none.jsonl", b"", RejectReason::Empty),
    ];
    for (name, bytes, reason) in cases {
        let path = dir.path().join(name);
        fs::write(&path, bytes).expect("written");
        let got = all(&[path], &Options::default());
        assert_eq!(got.len(), 1, "{name}");
        let reject = got.into_iter().next().and_then(Result::err).expect("rejected");
        assert_eq!(reject.reason, reason, "{name}");
        assert!(reject.detail.contains(name) && reject.detail.ends_with('.'), "{}", reject.detail);
    }
}

#[test]
fn a_page_gives_its_article_and_metadata_and_not_its_menu() {
    let dir = folder();
    let path = dir.path().join("page.html");
    let paragraph = "The harbour board said on Monday that tolls for fishing boats would rise by half in \
                     spring, and that the money would pay for a new sea wall north of the old town.";
    let page = format!(
        "<!doctype html><html><head><title>Tolls to rise | The Selke Courier</title>\
         <meta property=\"og:site_name\" content=\"The Selke Courier\">\
         <meta property=\"og:title\" content=\"Tolls to rise in spring\">\
         <meta property=\"article:published_time\" content=\"2025-03-03T08:00:00Z\"></head><body>\
         <nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/sport\">Sport</a></li></ul></nav>\
         <article><h1>Tolls to rise in spring</h1><figure><img src=\"a.jpg\"><figcaption>A boat. Photo: \
         Somebody</figcaption></figure><p>{paragraph}</p><h2>Who pays</h2><p>{paragraph} It meets again \
         in June.</p></article><footer>© 2025 The Selke Courier</footer></body></html>"
    );
    fs::write(&path, page).expect("written");
    let article = all(&[path], &Options::default()).remove(0).expect("an article");
    assert_eq!(article.outlet.as_deref(), Some("The Selke Courier"));
    assert_eq!(article.title.as_deref(), Some("Tolls to rise in spring"));
    assert_eq!(article.date.as_deref(), Some("2025-03-03"));
    assert!(article.text.contains(paragraph) && article.text.contains("in June."));
    assert!(
        !article.text.contains("Sport") && !article.text.contains("Somebody"),
        "{}",
        article.text
    );
    assert!(article.text.lines().filter(|line| !line.is_empty()).count() >= 3, "{}", article.text);
}

#[test]
fn hostile_pages_are_rejected_and_not_fatal() {
    for page in [
        "<div>".repeat(200_000),
        "<html><body><p".to_owned(),
        "<".repeat(10_000),
        "<table>".repeat(300),
    ] {
        let _ = page::read(&page);
    }
}
