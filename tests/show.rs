//! Promises of `undertone show`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::HashSet;
use std::process::Stdio;

use common::{harbour, rows, run, undertone};
use undertone::run as of_run;
use undertone::tables::RunReader;
use undertone::tables::rows::{
    ArticleRow, AttributionRow, MentionRow, OutletRow, SentenceRow, SpanRow,
};

fn show(arguments: &[&str]) -> common::Ran {
    run(undertone().arg("show").arg(harbour()).args(arguments))
}

#[test]
fn an_article_is_read_with_all_its_rows_and_no_others() {
    let reader = RunReader::open(harbour()).unwrap();
    let sentences: Vec<SentenceRow> = rows(harbour());
    let spans: Vec<SpanRow> = rows(harbour());
    let mentions: Vec<MentionRow> = rows(harbour());
    let attributions: Vec<AttributionRow> = rows(harbour());
    let articles: Vec<ArticleRow> = rows(harbour());
    for article in &articles {
        let id = article.article_id.as_str();
        let read = of_run::article(&reader, id).unwrap().unwrap();
        assert_eq!(&read.article, article);
        let of = |row: &&SentenceRow| row.article_id == id;
        assert!(read.sentences.iter().eq(sentences.iter().filter(of)), "{id}");
        assert!(read.spans.iter().eq(spans.iter().filter(|r| r.article_id == id)), "{id}");
        assert!(read.mentions.iter().eq(mentions.iter().filter(|r| r.article_id == id)), "{id}");
        let of = |row: &&AttributionRow| row.article_id == id;
        assert!(read.attributions.iter().eq(attributions.iter().filter(of)), "{id}");
        let known: HashSet<&str> = read.actors.iter().map(|a| a.actor_id.as_str()).collect();
        assert_eq!(known, read.ids().into_iter().collect(), "{id}");
    }
    assert!(of_run::article(&reader, "no such id").unwrap().is_none());
    // A table of the run has no rows of one article.
    let some = HashSet::from([articles[0].article_id.clone()]);
    assert_eq!(reader.rows_of::<OutletRow>(&some).unwrap().count(), 0);
}

#[test]
fn a_pipe_gets_a_line_a_sentence_with_the_tables_words_and_no_colour() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let sentences: Vec<SentenceRow> = rows(harbour());
    for article in articles.iter().take(6) {
        let ran = show(&[&article.article_id]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stdout.contains('\u{1b}'));
        let shown: Vec<Vec<&str>> = ran
            .stdout
            .lines()
            .filter(|line| !line.starts_with("# "))
            .map(|line| line.split('\t').collect())
            .collect();
        let own = sentences.iter().filter(|s| s.article_id == article.article_id);
        let own: Vec<&SentenceRow> = own.collect();
        assert_eq!(shown.len(), own.len());
        for (fields, row) in shown.iter().zip(own) {
            assert_eq!(fields[0], row.sentence.to_string());
            assert_eq!(fields[1], format!("{:.2}", row.p_loaded));
            assert_eq!(fields[3], row.text);
        }
    }
}

#[test]
fn the_list_has_every_article_and_filters_keep_to_theirs() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let ids = |stdout: &str| -> Vec<String> {
        stdout.lines().skip(1).map(|l| l.split('\t').next().unwrap().to_owned()).collect()
    };
    let all: Vec<String> = articles.iter().map(|a| a.article_id.clone()).collect();
    assert_eq!(ids(&show(&[]).stdout), all);
    let outlet = articles[0].outlet.as_str();
    let own = articles.iter().filter(|a| a.outlet == outlet).map(|a| a.article_id.clone());
    assert_eq!(ids(&show(&["--outlet", outlet]).stdout), own.collect::<Vec<_>>());
    assert_eq!(ids(&show(&["--limit", "2"]).stdout), all[..2]);

    let mentions: Vec<MentionRow> = rows(harbour());
    let actor = mentions[0].actor_id.as_str();
    let named: HashSet<&str> =
        mentions.iter().filter(|m| m.actor_id == actor).map(|m| m.article_id.as_str()).collect();
    let shown = ids(&show(&["--actor", actor]).stdout);
    assert_eq!(shown.iter().map(String::as_str).collect::<HashSet<_>>(), named);
}

#[test]
fn the_worst_sentences_are_those_of_the_table() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let mut sentences: Vec<SentenceRow> = rows(harbour());
    let outlet = "The Daily Bosun";
    let own: HashSet<&str> =
        articles.iter().filter(|a| a.outlet == outlet).map(|a| a.article_id.as_str()).collect();
    sentences.retain(|s| own.contains(s.article_id.as_str()) && s.loaded_own == Some(true));
    sentences.sort_by(|a, b| b.p_loaded.total_cmp(&a.p_loaded));
    assert!(sentences.len() > 4);

    let ran = show(&["--loaded", "--outlet", outlet, "--limit", "4"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let texts: Vec<&str> = ran.stdout.lines().map(|l| l.split('\t').nth(6).unwrap()).collect();
    let expected: Vec<&str> = sentences.iter().take(4).map(|s| s.text.as_str()).collect();
    assert_eq!(texts, expected);
}

#[test]
fn what_was_typed_finds_one_article_or_says_what_to_do() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let title = articles[0].title.as_deref().unwrap();
    let ran = show(&[&title.to_uppercase()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with(&format!("# {title}\n")), "{}", ran.stdout);

    let ran = show(&["/"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("give one's id") && ran.stderr.contains("more"), "{}", ran.stderr);
    assert!(ran.stderr.contains(&articles[0].article_id), "{}", ran.stderr);

    let ran = show(&["zeppelin"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("lists them"), "{}", ran.stderr);

    let ran = show(&["--outlet", "The Nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("The Daily Bosun"), "{}", ran.stderr);
    let ran = show(&["--actor", "Nobody At All"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("undertone actors"), "{}", ran.stderr);
}

#[test]
fn colours_go_where_they_are_wanted() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let id = articles[0].article_id.as_str();
    let colored = |environment: &[(&str, &str)], arguments: &[&str]| {
        let mut command = undertone();
        command.env_remove("CLICOLOR_FORCE").env_remove("CLICOLOR");
        command.envs(environment.iter().copied());
        let ran = run(command.arg("show").arg(harbour()).arg(id).args(arguments));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = undertone()
        .arg("show")
        .arg(harbour())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}
