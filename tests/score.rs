//! Promises of `undertone score`, kept on examples/harbour with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::{harbour, records, rows, run, score, undertone};
use serde_json::json;
use undertone::tables::rows::{
    ActorRow, ArticleRow, AttributionRow, ComparisonRow, EventRow, MentionRow, OutletActorRow,
    OutletRow, RejectRow, SentenceRow, SpanRow,
};
use undertone::text::Part;
use undertone::voice::Voice;

fn slice(text: &str, start: u32, end: u32) -> String {
    text.chars().take(end as usize).skip(start as usize).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn article<'a>(articles: &'a [ArticleRow], name: &str) -> &'a ArticleRow {
    articles
        .iter()
        .find(|a| a.article_id.contains(name) || a.source.contains(name))
        .unwrap_or_else(|| panic!("no article {name}"))
}

#[test]
fn every_article_is_read_with_its_outlet_and_nothing_is_rejected() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let mut outlets: BTreeMap<&str, usize> = BTreeMap::new();
    for a in &articles {
        *outlets.entry(&a.outlet).or_default() += 1;
    }
    let expected =
        ["Red Bollard", "The Daily Bosun", "The Halmara Mercantile", "The Selke Courier"];
    assert_eq!(outlets.keys().copied().collect::<Vec<_>>(), expected);
    assert!(outlets.values().all(|&n| n == 7), "{outlets:?}");
    assert_eq!(rows::<RejectRow>(harbour()), []);
    for a in &articles {
        assert!(a.title.is_some(), "{} has no title", a.article_id);
        assert!(a.n_sentences >= 6, "{} has {} sentences", a.article_id, a.n_sentences);
    }
}

#[test]
fn every_span_slices_back_to_the_articles_own_text() {
    let articles: BTreeMap<String, ArticleRow> =
        rows::<ArticleRow>(harbour()).into_iter().map(|a| (a.article_id.clone(), a)).collect();
    let check = |id: &str, part: Part, start: u32, end: u32, text: &str| {
        let article = &articles[id];
        let whole = match part {
            Part::Title => article.title.as_deref().unwrap(),
            Part::Body => &article.body,
        };
        assert_eq!(one_line(&slice(whole, start, end)), text, "{id} {start}..{end}");
    };
    let (mut n, mut spans) = (0, 0);
    for r in rows::<SentenceRow>(harbour()) {
        check(&r.article_id, r.part, r.start, r.end, &r.text);
        n += 1;
    }
    for r in rows::<SpanRow>(harbour()) {
        check(&r.article_id, r.part, r.start, r.end, &r.text);
        assert_ne!(r.voice, Voice::Mixed);
        spans += 1;
    }
    for r in rows::<MentionRow>(harbour()) {
        check(&r.article_id, r.part, r.start, r.end, &r.text);
        assert_ne!(r.voice, Voice::Mixed);
        assert!((r.p_against + r.p_neutral + r.p_favor - 1.0).abs() < 1e-3);
    }
    for r in rows::<AttributionRow>(harbour()) {
        check(&r.article_id, r.part, r.start, r.end, &r.text);
    }
    assert!(n > 400 && spans > 50, "{n} sentences, {spans} loaded spans");
}

#[test]
fn page_furniture_is_not_scored() {
    for r in rows::<SentenceRow>(harbour()) {
        for furniture in
            ["newsletter", "©", "Share this", "Photo:", "More on this", "Harbour Press"]
        {
            assert!(!r.text.contains(furniture), "{}: {}", r.article_id, r.text);
        }
    }
}

#[test]
fn a_quote_never_counts_as_the_outlets_voice() {
    let sentences: Vec<SentenceRow> = rows(harbour());
    // Sentences that are nothing but a quotation, in whatever marks.
    let mut seen = 0;
    for r in &sentences {
        let text = r.text.trim();
        let inner = text.trim_start_matches(['“', '"', '‘']).trim_end_matches(['”', '"', '’']);
        let quoted = (text.starts_with('“') && text.ends_with('”'))
            || (text.starts_with('"') && text.ends_with('"'));
        if quoted && !inner.contains(['“', '”', '"']) && r.n_words >= 6 && !r.heading {
            assert_eq!(r.voice, Voice::Direct, "{}: {}", r.article_id, r.text);
            assert_eq!(r.loaded_own, None, "{}: {}", r.article_id, r.text);
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen} quotations");
    for r in &sentences {
        let own = matches!(r.voice, Voice::Outlet | Voice::Mixed);
        assert_eq!(r.loaded_own.is_some(), own, "{}: {}", r.article_id, r.text);
        assert!(r.loaded_own != Some(true) || r.loaded, "{}: {}", r.article_id, r.text);
    }
}

#[test]
fn a_quotation_over_two_paragraphs_keeps_its_speaker() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let sentences: Vec<SentenceRow> = rows(harbour());
    for (name, begins, speaker) in [
        ("storm-odrun", "The sea was breaking", "Signe Aldworth"),
        ("storm-odrun", "I want to be careful", "Signe Aldworth"),
        ("storm-odrun", "We will tell them first", "Signe Aldworth"),
        ("sold-by-five-votes", "I have asked for the audit", "Åsa Lindqvarn"),
        ("sold-by-five-votes", "You can stand and wait", "Åsa Lindqvarn"),
    ] {
        let id = &article(&articles, name).article_id;
        let r = sentences
            .iter()
            .find(|s| &s.article_id == id && s.text.contains(begins))
            .unwrap_or_else(|| panic!("{begins}"));
        assert_eq!(r.voice, Voice::Direct, "{}", r.text);
        assert_eq!(r.speaker.as_deref(), Some(speaker), "{}", r.text);
    }
}

#[test]
fn names_of_one_person_are_one_actor_and_people_of_one_surname_stay_two() {
    let articles: Vec<ArticleRow> = rows(harbour());
    let mentions: Vec<MentionRow> = rows(harbour());
    let strike = &article(&articles, "2026-03-03-dock-strike").article_id;
    let of = |text: &str| -> BTreeSet<&str> {
        mentions
            .iter()
            .filter(|m| &m.article_id == strike && m.text.contains(text))
            .map(|m| m.actor_id.as_str())
            .collect()
    };
    assert_eq!(of("Brandvold"), BTreeSet::from(["per:ilse-brandvold"]));
    assert_eq!(of("Tarrick"), BTreeSet::from(["per:maud-tarrick"]));
    assert_eq!(of("Oderbeck"), BTreeSet::from(["per:magnus-oderbeck", "per:piet-oderbeck"]));
}

#[test]
fn agencies_are_read_from_their_credits() {
    let articles: Vec<ArticleRow> = rows(harbour());
    assert_eq!(article(&articles, "wire-treaty-initialled").agency.as_deref(), Some("Reuters"));
    assert!(article(&articles, "hm-2026-03-20").agency.is_some());
    assert_eq!(article(&articles, "2026-03-03-dock-strike").agency, None);
    assert_eq!(article(&articles, "free-renan").agency, None);
}

#[test]
fn the_loud_outlets_are_found_louder_than_the_sober_ones_in_their_own_words() {
    let outlets: BTreeMap<String, OutletRow> =
        rows::<OutletRow>(harbour()).into_iter().map(|o| (o.outlet.clone(), o)).collect();
    let share = |name: &str| outlets[name].loaded_own.unwrap();
    for loud in ["The Daily Bosun", "Red Bollard"] {
        for sober in ["The Selke Courier", "The Halmara Mercantile"] {
            assert!(
                share(loud) > share(sober) + 0.1,
                "{loud} {:.2}, {sober} {:.2}",
                share(loud),
                share(sober)
            );
        }
    }
    let found = rows::<ComparisonRow>(harbour()).into_iter().any(|c| {
        c.measure == "loaded_own"
            && BTreeSet::from([c.outlet_a.as_str(), c.outlet_b.as_str()])
                == BTreeSet::from(["The Daily Bosun", "The Selke Courier"])
            && c.lo.is_some_and(|lo| lo > 0.0)
    });
    assert!(found, "the comparison shows it");
}

#[test]
fn figures_are_those_of_the_rows() {
    let outlets: Vec<OutletRow> = rows(harbour());
    let articles: Vec<ArticleRow> = rows(harbour());
    let sentences: Vec<SentenceRow> = rows(harbour());
    let mentions: Vec<MentionRow> = rows(harbour());
    // Copy of an agency is nobody's own.
    let relayed: BTreeSet<String> = rows::<EventRow>(harbour())
        .into_iter()
        .filter(|row| row.relayed)
        .map(|row| row.article_id)
        .collect();
    for o in &outlets {
        let ids: BTreeSet<&str> = articles
            .iter()
            .filter(|a| a.outlet == o.outlet && !relayed.contains(&a.article_id))
            .map(|a| a.article_id.as_str())
            .collect();
        let own: Vec<bool> = sentences
            .iter()
            .filter(|s| ids.contains(s.article_id.as_str()))
            .filter_map(|s| s.loaded_own)
            .collect();
        let loaded = own.iter().filter(|&&l| l).count();
        assert_eq!(
            (o.n_own as usize, o.n_loaded_own as usize),
            (own.len(), loaded),
            "{}",
            o.outlet
        );
        let value = o.loaded_own.unwrap();
        assert!((value - loaded as f64 / own.len() as f64).abs() < 1e-9);
        assert!(o.loaded_own_lo.unwrap() <= value && value <= o.loaded_own_hi.unwrap());
        let net: Vec<f64> = mentions
            .iter()
            .filter(|m| ids.contains(m.article_id.as_str()) && m.voice == Voice::Outlet)
            .map(|m| m.net_stance)
            .collect();
        let mean = net.iter().sum::<f64>() / net.len() as f64;
        assert!((o.net_stance_own.unwrap() - mean).abs() < 1e-6, "{}", o.outlet);
    }
    let actors: Vec<ActorRow> = rows(harbour());
    let mayor = actors.iter().find(|a| a.actor_id == "per:ilse-brandvold").unwrap();
    assert_eq!(mayor.name, "Ilse Brandvold");
    assert_eq!(mayor.n_outlets, 4);
    assert!(rows::<OutletActorRow>(harbour()).iter().any(|r| r.actor_id == mayor.actor_id));
}

#[test]
fn outlets_with_one_article_are_counted_but_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let input = records(
        folder.path(),
        "two.jsonl",
        &[
            json!({"id": 1, "outlet": "A", "text": "The shameless mayor lied. The council met on Monday. It rained."}),
            json!({"id": 2, "outlet": "B", "text": "The mayor spoke. The council met on Monday. It rained."}),
            json!({"id": 3, "text": "The mayor spoke again. The council met on Tuesday."}),
        ],
    );
    let out = folder.path().join("run");
    let ran = score(&[&input], &out);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let outlets: Vec<OutletRow> = rows(&out);
    assert_eq!(outlets.len(), 3);
    assert!(outlets.iter().any(|o| o.outlet == "(unknown)"));
    for o in &outlets {
        assert!(o.n_own > 0 && o.loaded_own.is_none() && o.loaded_own_lo.is_none(), "{o:?}");
    }
    let comparisons: Vec<ComparisonRow> = rows(&out);
    assert!(comparisons.iter().all(|c| c.difference.is_none() && c.note.is_some()));
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("not enough data"));
}

#[test]
fn the_same_input_and_seed_give_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let input = Path::new("examples/harbour/The Selke Courier");
    let runs: Vec<_> = ["one", "two"]
        .iter()
        .zip(["1", "2"])
        .map(|(name, threads)| {
            let out = folder.path().join(name);
            let ran = run(undertone()
                .args(["score", "--quiet", "--threads", threads])
                .arg(input)
                .arg("--out")
                .arg(&out));
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            out
        })
        .collect();
    assert_eq!(rows::<SentenceRow>(&runs[0]), rows::<SentenceRow>(&runs[1]));
    assert_eq!(rows::<MentionRow>(&runs[0]), rows::<MentionRow>(&runs[1]));
    assert_eq!(rows::<OutletRow>(&runs[0]), rows::<OutletRow>(&runs[1]));
}

#[test]
fn the_report_is_one_file_without_network_and_other_formats_follow() {
    let html = fs::read_to_string(harbour().join("report.html")).unwrap();
    for outside in ["src=\"http", "href=\"//", "@import", "url(http", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("Content-Security-Policy"));
    for name in ["The Daily Bosun", "Ilse Brandvold", "Åsa Lindqvarn"] {
        assert!(html.contains(name), "{name}");
    }
    let report = |format: &str| {
        let ran = run(undertone().arg("report").arg(harbour()).args(["--format", format]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    assert!(report("md").contains("The Daily Bosun"));
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    assert_eq!(json["outlets"].as_array().unwrap().len(), 4);
    assert!(report("csv").starts_with("outlet,"));
    let ran = run(undertone().args(["report", "examples"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("manifest.json"), "{}", ran.stderr);
}

#[test]
fn the_manifest_says_what_was_done_with_what() {
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(harbour().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["counts"]["articles"], 28);
    assert_eq!(manifest["inputs"].as_array().unwrap().len(), 22);
    let config: serde_json::Value =
        serde_json::from_slice(&fs::read("models/small/config.json").unwrap()).unwrap();
    assert_eq!(manifest["model"]["sha256"], config["sha256"]["model.onnx"]);
    assert_eq!(manifest["model"]["tokenizer_sha256"], config["sha256"]["tokenizer.json"]);
    assert_eq!(manifest["backend"], "rten");
}
