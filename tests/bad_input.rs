//! Whatever comes in: a clear error or a row of `rejects`, and nothing else is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::path::Path;

use common::{records, rows, run, score, undertone};
use serde_json::json;
use undertone::ingest::RejectReason;
use undertone::tables::rows::{ArticleRow, RejectRow};

const TEXT: &str = "The harbour council met on Tuesday in Port Selke. Mayor Ilse Brandvold opened the \
                    meeting at nine. The members voted on the dues for the coming year.\n";

#[test]
fn bad_documents_become_rejects_and_the_good_ones_are_scored() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("good.txt"), format!("{TEXT} One member left early.")).unwrap();
    fs::write(input.join("empty.txt"), "").unwrap();
    fs::write(input.join("blank.txt"), " \n\t\n").unwrap();
    fs::write(
        input.join("picture.txt"),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x08\x06",
    )
    .unwrap();
    let utf16: Vec<u8> = std::iter::once(0xFEFFu16)
        .chain(format!("{TEXT} The clock struck ten.").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(input.join("utf16.txt"), utf16).unwrap();
    let mut nul = TEXT.as_bytes().to_vec();
    nul.extend_from_slice(&[0; 400]);
    fs::write(input.join("nul.txt"), nul).unwrap();
    fs::write(
        input.join("german.txt"),
        "Der Hafenrat trat am Dienstag in der Stadt zusammen. Die Bürgermeisterin eröffnete die Sitzung \
         um neun Uhr und dankte den Mitgliedern für ihre Arbeit in diesem schwierigen Jahr.\n",
    )
    .unwrap();
    records(
        &input,
        "records.jsonl",
        &[
            json!({"id": "one", "outlet": "Courier", "text": TEXT}),
            json!({"id": "two", "outlet": "Courier"}),
            json!({"id": "one", "outlet": "Courier", "text": format!("{TEXT} And more.")}),
            json!({"id": "four", "text": null}),
            json!([1, 2]),
        ],
    );
    let out = folder.path().join("run");
    let ran = score(&[&input], &out);
    assert_eq!(ran.code, 1, "{}", ran.stderr);

    let articles: Vec<ArticleRow> = rows(&out);
    let ids: Vec<&str> = articles.iter().map(|a| a.article_id.as_str()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(ids.contains(&"one"));
    let rejects: Vec<RejectRow> = rows(&out);
    for (source, reason) in [
        ("empty.txt", RejectReason::Empty),
        ("blank.txt", RejectReason::Empty),
        ("picture.txt", RejectReason::Binary),
        ("nul.txt", RejectReason::Binary),
        ("german.txt", RejectReason::NotEnglish),
        ("records.jsonl:2", RejectReason::NoText),
        ("records.jsonl:3", RejectReason::DuplicateId),
        ("records.jsonl:4", RejectReason::NoText),
        ("records.jsonl:5", RejectReason::BadRecord),
    ] {
        let row = rejects.iter().find(|r| r.source.ends_with(source));
        let row = row.unwrap_or_else(|| panic!("{source} is not in {rejects:#?}"));
        assert_eq!(row.reason, reason, "{row:?}");
        assert!(!row.detail.is_empty());
    }
    assert_eq!(rejects.len(), 9, "{rejects:#?}");
    assert!(rejects.iter().any(|r| r.detail.contains("German")), "{rejects:#?}");
}

#[test]
fn a_line_of_fifty_megabytes_is_one_reject() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.jsonl");
    let mut text = format!("{}\n", json!({"id": "a", "text": TEXT}));
    text.push_str("{\"id\": \"b\", \"text\": \"");
    text.push_str(&"harbour ".repeat(50_000_000 / 8));
    text.push_str("\"}\n");
    text.push_str(&format!("{}\n", json!({"id": "c", "text": format!("{TEXT} It was late.")})));
    fs::write(&path, text).unwrap();
    let out = folder.path().join("run");
    let ran = score(&[&path], &out);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(rows::<ArticleRow>(&out).len(), 2);
    let rejects: Vec<RejectRow> = rows(&out);
    assert_eq!((rejects.len(), rejects[0].reason), (1, RejectReason::TooLong));
}

#[test]
fn nothing_to_score_is_said_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("table.xlsx"), "x").unwrap();
    for (input, part) in [
        (empty.as_path(), "no articles in this folder"),
        (Path::new("no/such/place"), "no such file or folder"),
    ] {
        let ran = score(&[input], &out);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
        assert!(!out.exists(), "a run without articles leaves nothing");
    }
    let blank = folder.path().join("blank.txt");
    fs::write(&blank, "\n").unwrap();
    let ran = score(&[&blank], &out);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no article could be scored"), "{}", ran.stderr);
    assert!(!out.exists());
}

#[test]
fn a_folder_with_another_run_is_refused_until_forced_and_other_files_are_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.txt");
    fs::write(&input, TEXT).unwrap();
    let out = folder.path().join("run");
    assert_eq!(score(&[&input], &out).code, 0);
    let ran = score(&[&input], &out);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--force") && ran.stderr.contains("1 article"), "{}", ran.stderr);
    let ran = run(undertone()
        .arg("score")
        .arg(&input)
        .arg("--out")
        .arg(&out)
        .args(["--force", "--quiet"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);

    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis.docx"), "years of work").unwrap();
    let ran = run(undertone()
        .arg("score")
        .arg(&input)
        .arg("--out")
        .arg(&mine)
        .args(["--force", "--quiet"]));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(fs::read_to_string(mine.join("thesis.docx")).unwrap(), "years of work");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_named_and_nothing_half_done_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.txt");
    fs::write(&input, TEXT).unwrap();
    let out = folder.path().join("run");
    // A limit on file sizes stands in for a full disk: the same call fails in the same place.
    let ran = run(std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_undertone"))
        .arg("score")
        .arg(&input)
        .arg("--out")
        .arg(&out)
        .arg("--quiet"));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("run"), "{}", ran.stderr);
    assert!(!out.exists(), "nothing that looks like a run");
}

#[test]
fn an_article_that_lies_there_twice_counts_once_but_wire_copy_counts_for_each_outlet() {
    let folder = tempfile::tempdir().unwrap();
    let other = format!("{TEXT} A second vote was lost.");
    let input = records(
        folder.path(),
        "a.jsonl",
        &[
            json!({"id": 1, "outlet": "Courier", "text": TEXT}),
            json!({"id": 2, "outlet": "Bosun", "text": TEXT}),
            json!({"id": 3, "outlet": "Courier", "text": format!("  {}", TEXT.replace(' ', "  "))}),
            json!({"id": 4, "text": TEXT}),
            json!({"id": 5, "outlet": "Courier", "text": other}),
        ],
    );
    let out = folder.path().join("run");
    assert_eq!(score(&[&input], &out).code, 1);
    let ids: Vec<String> = rows::<ArticleRow>(&out).into_iter().map(|a| a.article_id).collect();
    assert_eq!(ids, ["1", "2", "5"]);
    let rejects: Vec<RejectRow> = rows(&out);
    assert!(rejects.iter().all(|r| r.reason == RejectReason::DuplicateText), "{rejects:#?}");
    assert_eq!(rejects.len(), 2);
}

#[test]
fn an_unknown_field_name_is_explained() {
    let ran =
        run(undertone().args(["score", "examples/harbour", "--out", "x", "--field", "colour=red"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("colour") && ran.stderr.contains("outlet"), "{}", ran.stderr);
}
