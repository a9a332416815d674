//! Promises of `undertone audit`, kept on examples/harbour with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use common::{Ran, harbour, records, rows, run, score, undertone};
use serde_json::{Value, json};
use undertone::tables::rows::SentenceRow;

fn audit(run_folder: &Path, arguments: &[&str]) -> Ran {
    run(undertone().arg("audit").arg(run_folder).args(arguments))
}

fn audit_json(run_folder: &Path, arguments: &[&str]) -> Value {
    let ran = audit(run_folder, &[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// examples/harbour audited once for all tests.
fn of_harbour() -> &'static Value {
    static AUDIT: OnceLock<Value> = OnceLock::new();
    AUDIT.get_or_init(|| audit_json(harbour(), &["--n", "15", "--top", "3"]))
}

fn shift<'a>(audit: &'a Value, kind: &str) -> &'a Value {
    let shifts = audit["shifts"].as_array().unwrap();
    shifts.iter().find(|row| row["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {audit}"))
}

#[test]
fn every_kind_of_swap_has_its_shifts_with_intervals() {
    let audit = of_harbour();
    assert_eq!((&audit["seed"], &audit["n"]), (&json!(0), &json!(15)));
    assert_eq!(audit["same_model"], true);
    for kind in ["person", "same_origin", "other_origin", "place", "organisation", "outlet"] {
        let row = shift(audit, kind);
        let swaps = row["n_swaps"].as_u64().unwrap();
        assert!(swaps > 0 && row["n_articles"].as_u64().unwrap() <= 28, "{row}");
        assert!(row["n_sentences"].as_u64().unwrap() <= 15, "{row}");
        for measure in ["loaded", "stance"] {
            let figure = |what: &str| row[measure][what]["value"].as_f64().unwrap();
            assert!((0.0..=2.0).contains(&figure("absolute")), "{row}");
            assert!(figure("signed").abs() <= figure("absolute") + 1e-9, "{row}");
            assert!((0.0..=1.0).contains(&figure("changed")), "{row}");
            let ends = [&row[measure]["absolute"]["lo"], &row[measure]["absolute"]["hi"]];
            let enough = row["n_articles"].as_u64() >= Some(10);
            assert!(ends.iter().all(|end| end.is_number() == enough), "{row}");
        }
    }
    let (one, others) = (shift(audit, "person"), shift(audit, "other_origin"));
    let origins = audit["origins"].as_array().unwrap();
    let n = |row: &Value| row["n_swaps"].as_u64().unwrap();
    assert_eq!(n(others), n(one) * (origins.len() as u64 - 1));
    let sum: f64 = origins.iter().map(|o| o["loaded"]["value"].as_f64().unwrap()).sum();
    assert!(sum.abs() < 1e-9, "distances from their own mean: {sum}");
}

#[test]
fn the_sentences_are_those_of_the_run_and_differ_in_a_name_only() {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentences: Vec<SentenceRow> = rows(harbour());
    let audit = of_harbour();
    let worst = ["worst_loaded", "worst_stance"].map(|key| audit[key].as_array().unwrap());
    let mut original = 0;
    for case in worst.into_iter().flatten() {
        let text = |side: &str| one_line(case[side]["text"].as_str().unwrap());
        let (before, after) = (text("before"), text("after"));
        assert_ne!(before, after);
        // What no swap replaces stands in both.
        let words = |text: &str| -> BTreeSet<String> {
            let small = |w: &&str| w.len() > 2 && w.chars().all(char::is_lowercase);
            text.split(' ').filter(small).map(str::to_owned).collect()
        };
        assert_eq!(words(&before), words(&after), "{before}\n{after}");
        if !matches!(case["kind"].as_str(), Some("same_origin" | "other_origin")) {
            let row = sentences
                .iter()
                .find(|s| s.article_id == case["article_id"] && s.sentence == case["sentence"])
                .unwrap();
            assert_eq!(row.text, before);
            // The model reads a sentence as the run read it.
            let p = case["before"]["p_loaded"].as_f64().unwrap();
            assert!((p - row.p_loaded).abs() < 1e-3, "{p}, not {}", row.p_loaded);
            original += 1;
        }
    }
    assert!(original > 0);
}

#[test]
fn the_seed_fixes_every_figure_and_nothing_is_written() {
    let files = |folder: &Path| -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|f| f.unwrap().path().display().to_string()).collect()
    };
    let before = files(harbour());
    let arguments = ["--n", "5", "--top", "0", "--threads", "1"];
    let first = audit_json(harbour(), &arguments);
    assert_eq!(first, audit_json(harbour(), &arguments));
    let other = audit_json(harbour(), &[&arguments[..], &["--seed", "1"]].concat());
    assert_ne!(first["shifts"], other["shifts"]);
    assert_eq!(first["probe"]["names"], json!([]));
    assert_eq!(before, files(harbour()));
}

#[test]
fn the_runs_own_names_are_ranked_by_what_they_bring() {
    let audit = of_harbour();
    let names = audit["probe"]["names"].as_array().unwrap();
    assert_eq!(names.len(), 3);
    for (measure, rank) in [("loaded", "rank_loaded"), ("stance", "rank_stance")] {
        let mut ranked: Vec<(u64, f64)> = names
            .iter()
            .map(|n| (n[rank].as_u64().unwrap(), n[measure]["value"].as_f64().unwrap()))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        assert!(
            ranked.iter().enumerate().all(|(k, (rank, _))| *rank == k as u64 + 1),
            "{ranked:?}"
        );
        assert!(ranked.windows(2).all(|w| w[0].1 >= w[1].1), "{ranked:?}");
        for name in names {
            let [lo, value, hi] =
                ["lo", "value", "hi"].map(|end| name[measure][end].as_f64().unwrap());
            assert!(lo <= value && value <= hi, "{name}");
        }
    }
    assert!(audit["probe"]["n_sentences"].as_u64() >= Some(30));
    assert!(audit["probe"]["unknown"]["n_names"].as_u64() >= Some(5));
}

#[test]
fn chosen_actors_are_swapped_and_probed_alone() {
    let chosen = audit_json(harbour(), &["--n", "5", "--actors", "ilse brandvold,SHH"]);
    let names = chosen["probe"]["names"].as_array().unwrap();
    let ids: BTreeSet<&str> = names.iter().map(|n| n["actor_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids.contains("per:ilse-brandvold"), "{ids:?}");
    let kinds: BTreeSet<&str> =
        chosen["shifts"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["organisation", "other_origin", "person", "same_origin"]));

    let ran = audit(harbour(), &["--actors", "Nobody Atall"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("Nobody Atall") && ran.stderr.contains("undertone actors"),
        "{}",
        ran.stderr
    );
}

#[test]
fn people_read_tables_and_a_run_without_names_is_told_so() {
    let ran = audit(harbour(), &["--n", "5", "--top", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for words in [
        "person by an unknown one",
        "Probability of loaded wording",
        "Net stance toward whose name it is",
        "Origin of the unknown name",
        "What a name alone brings",
        "all intervals hold at once",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("This is not the model"), "{}", ran.stdout);

    let folder = tempfile::tempdir().unwrap();
    let text = "It rained all day and the streets were wet. Nobody went out before the evening.";
    let input =
        records(folder.path(), "rain.jsonl", &[json!({"id": "a", "outlet": "A", "text": text})]);
    let out = folder.path().join("run");
    assert_eq!(score(&[&input], &out).code, 0);
    let ran = audit(&out, &[]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("no sentence of the run"), "{}", ran.stderr);

    assert_eq!(audit(Path::new("examples"), &[]).code, 2);
}
