//! Promises of `undertone text`, with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{rows, run, run_with_input, score, undertone};
use serde_json::Value;
use undertone::tables::rows::{AttributionRow, MentionRow, SentenceRow, SpanRow};

/// The one-minute demo of README.md; its picture is docs/pictures/text.svg.
const DEMO: &str = "Mayor Mira Voss rammed her disastrous toll through the council on Thursday, and the \
                    dockers’ union called it “a brazen theft from every fisherman”.";

const LOADED: &str = "The shameless mayor rammed her disastrous scheme through.";

#[test]
fn a_sentence_is_the_same_typed_piped_and_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    std::fs::write(&file, LOADED).unwrap();
    let typed = run(undertone().args(["text", LOADED]));
    let words = run(undertone().arg("text").args(LOADED.split(' ')));
    let piped = run_with_input(undertone().arg("text"), LOADED.as_bytes());
    let read = run(undertone().args(["text", "--file"]).arg(&file));
    assert_eq!(typed.code, 0, "{}", typed.stderr);
    assert!(
        typed.stdout.contains(&format!("outlet\t{LOADED}\tloaded: shameless")),
        "{}",
        typed.stdout
    );
    assert!(typed.stdout.starts_with("# Own words loaded in 1 of 1 sentence (shameless"));
    for other in [words, piped, read] {
        assert_eq!(other.stdout, typed.stdout, "{}", other.stderr);
    }
}

#[test]
fn an_article_has_the_rows_that_score_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("article.txt");
    let article = "Mayor Ilse Brandvold sold the harbour on Thursday.  Her shameless cronies cheered.\n\n\
                   “We will not forget this betrayal,” said Renan Çelik, who leads the dockers.\n\n\
                   Brandvold said the sale would bring in 96 million crowns. She refused to say more.\n";
    std::fs::write(&file, article).unwrap();
    let out = folder.path().join("run");
    assert_eq!(score(&[&file], &out).code, 0);
    let ran = run(undertone().args(["text", "--format", "json", "--file"]).arg(&file));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let marked: Value = serde_json::from_str(&ran.stdout).unwrap();

    let nested = |name: &str| -> Vec<Value> {
        let sentences = marked["sentences"].as_array().unwrap().iter();
        sentences.flat_map(|s| s[name].as_array().unwrap().clone()).collect()
    };
    let json = |rows: Value| rows.as_array().unwrap().clone();
    let spans = json(serde_json::to_value(rows::<SpanRow>(&out)).unwrap());
    assert!(!spans.is_empty());
    assert_eq!(nested("spans"), spans);
    let mut mentions = json(serde_json::to_value(rows::<MentionRow>(&out)).unwrap());
    let mut own = nested("mentions");
    let place = |m: &Value| (m["sentence"].as_u64(), m["start"].as_u64());
    mentions.sort_by_key(place);
    own.sort_by_key(place);
    assert!(mentions.len() > 3);
    assert_eq!(own, mentions);
    let attributions = json(serde_json::to_value(rows::<AttributionRow>(&out)).unwrap());
    assert_eq!(nested("attributions").len(), attributions.len());
    assert!(!attributions.is_empty());
    let sentences = json(serde_json::to_value(rows::<SentenceRow>(&out)).unwrap());
    for (mut ours, theirs) in json(marked["sentences"].clone()).into_iter().zip(&sentences) {
        let fields = ours.as_object_mut().unwrap();
        fields.retain(|name, _| !matches!(name.as_str(), "spans" | "mentions" | "attributions"));
        assert_eq!(&ours, theirs);
    }
    assert_eq!(marked["sentences"].as_array().unwrap().len(), sentences.len());
    for mention in &own {
        let known = marked["actors"].as_array().unwrap();
        assert!(known.iter().any(|a| a["actor_id"] == mention["actor_id"]), "{mention}");
    }
}

#[test]
fn records_give_an_object_a_line_and_bad_ones_do_not_end_it() {
    let input = format!(
        "{{\"id\": \"a\", \"text\": {LOADED:?}}}\nnonsense\n{{\"id\": \"b\", \"text\": {LOADED:?}}}\n"
    );
    let ran = run_with_input(undertone().args(["text", "--format", "json"]), input.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ids: Vec<Value> = ran
        .stdout
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["article"]["article_id"].clone())
        .collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(ran.stderr.contains("line 2"), "{}", ran.stderr);
}

#[test]
fn what_is_no_text_says_so_and_ends_with_two() {
    for (input, why) in [
        (&b""[..], "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "standard input"),
        ("Der Bürgermeister hat den Hafen am Donnerstag an eine ausländische Gesellschaft verkauft, \
          und die Hafenarbeiter wollen das nicht hinnehmen, sagte ihr Sprecher am Abend."
            .as_bytes(), "German"),
    ] {
        let ran = run_with_input(undertone().arg("text"), input);
        assert_eq!(ran.code, 2, "{why}: {}", ran.stdout);
        assert!(ran.stderr.contains(why) && ran.stdout.is_empty(), "{}", ran.stderr);
    }
    let ran = run(undertone().args(["text", "--file", "no/such/file.txt"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no such file"), "{}", ran.stderr);
}

#[test]
fn escape_sequences_of_a_text_never_reach_the_terminal() {
    let hostile = "The \u{1b}[2Jshameless mayor\u{202e} rammed her disastrous scheme through on Thursday, \
                   and the dockers of Port Selke, who had waited outside the town hall since the morning, \
                   said that they would walk out before the end of the week.";
    let record = serde_json::json!({
        "id": "\u{1b}]0;owned\u{7}x", "outlet": "A\u{9b}31m", "title": "\u{1b}[5mTitle\u{202e}",
        "text": LOADED,
    });
    for input in [hostile.to_owned(), record.to_string()] {
        for arguments in [&["text"][..], &["text", "--color", "always"], &["text", "--width", "60"]]
        {
            let ran = run_with_input(undertone().args(arguments), input.as_bytes());
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            for bad in ["\u{1b}[2J", "\u{1b}[5m", "\u{1b}]", "\u{7}", "\u{202e}", "\u{9b}"] {
                assert!(!ran.stdout.contains(bad), "{bad:?} in {:?}", ran.stdout);
            }
            assert!(ran.stdout.contains("shameless"), "{}", ran.stdout);
        }
    }
}

/// After a change: `UNDERTONE_WRITE_PICTURES=1 cargo test --test text`.
#[test]
fn the_readmes_picture_is_what_its_command_makes() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(
        readme.contains(&format!("undertone text '{DEMO}'"))
            && readme.contains("docs/pictures/text.svg")
    );
    let ran = run(undertone().args(["text", "--format", "svg", DEMO]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let path = std::path::Path::new("docs/pictures/text.svg");
    if std::env::var_os("UNDERTONE_WRITE_PICTURES").is_some() {
        std::fs::write(path, &ran.stdout).unwrap();
    }
    // Processors differ in the last digits of a probability.
    let figure = regex::Regex::new(r"\d\.\d\d").unwrap();
    let bare = |svg: &str| figure.replace_all(svg, "#").into_owned();
    assert_eq!(bare(&std::fs::read_to_string(path).unwrap()), bare(&ran.stdout));
}

#[test]
fn an_empty_line_of_a_pipe_is_no_text() {
    let ran = run_with_input(undertone().arg("text"), b" \n\n");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("empty"), "{}", ran.stderr);
}
