//! Promises of `undertone sample` and `undertone validate`, kept on examples/harbour with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Ran, harbour, rows, run, undertone};
use serde_json::Value;
use undertone::tables::rows::{CorrectedRow, OutletRow};

/// A run of examples/harbour that a test may change.
fn copy() -> PathBuf {
    let to = tempfile::tempdir().unwrap().keep().join("run");
    fs::create_dir(&to).unwrap();
    for entry in fs::read_dir(harbour()).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&place).unwrap();
            for part in fs::read_dir(entry.path()).unwrap() {
                let part = part.unwrap();
                fs::copy(part.path(), place.join(part.file_name())).unwrap();
            }
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
    to
}

fn sample(folder: &Path, out: &Path, options: &[&str]) -> Ran {
    run(undertone().arg("sample").arg(folder).arg("--out").arg(out).args(options))
}

fn validate(folder: &Path, files: &[&Path], options: &[&str]) -> Ran {
    let mut command = undertone();
    command.arg("validate").arg(folder);
    for file in files {
        command.arg("--gold").arg(file);
    }
    run(command.args(options))
}

/// Fills in the codes of a sheet: what each row says in coder1, coder2 and final.
fn fill(sheet: &Path, to: &Path, codes: impl Fn(usize, &str) -> [&'static str; 3]) {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_path(sheet).unwrap();
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer.flexible(true).from_path(to).unwrap();
    let mut number = 0;
    for record in reader.records() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        if cells.len() == 10 && cells[0] != "id" {
            let codes = codes(number, &cells[1]);
            cells[6..9].iter_mut().zip(codes).for_each(|(cell, code)| *cell = code.to_owned());
            number += 1;
        }
        writer.write_record(&cells).unwrap();
    }
    writer.flush().unwrap();
}

/// The coders agree, in the main.
fn codes(row: usize, kind: &str) -> [&'static str; 3] {
    match (kind, row % 4) {
        ("sentence", 0) => ["loaded", "loaded", ""],
        ("sentence", 1) => ["plain", "loaded", "plain"],
        ("sentence", _) => ["plain", "plain", ""],
        (_, 0) => ["against", "against", ""],
        (_, 1) => ["favor", "neutral", ""],
        _ => ["neutral", "neutral", ""],
    }
}

#[test]
fn a_coded_sample_corrects_the_run_and_leaves_its_other_tables_alone() {
    let folder = copy();
    let (sheet, coded) = (folder.with_file_name("sheet.csv"), folder.with_file_name("coded.csv"));
    let ran = sample(&folder, &sheet, &["--n", "120"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("60 sentences and 60 mentions of 4 outlets"), "{}", ran.stdout);
    fill(&sheet, &coded, codes);

    let before: Vec<OutletRow> = rows(&folder);
    assert_eq!(rows::<CorrectedRow>(&folder), []);
    // Twice: the second takes the place of the first.
    for _ in 0..2 {
        let ran = validate(&folder, &[&coded], &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("Krippendorff's alpha"), "{}", ran.stdout);
        assert!(ran.stdout.contains("The Daily Bosun"), "{}", ran.stdout);
    }
    assert_eq!(fs::read_dir(folder.join("corrected")).unwrap().count(), 1);
    assert_eq!(rows::<OutletRow>(&folder), before);
    let corrected: Vec<CorrectedRow> = rows(&folder);
    assert!(corrected.iter().any(|row| row.outlet_b.is_some()));
    let mut n_corrected = 0;
    for outlet in &before {
        let mut of_outlet = corrected.iter().filter(|r| r.outlet == outlet.outlet);
        let row = of_outlet.find(|r| r.measure == "loaded_own" && r.outlet_b.is_none()).unwrap();
        assert_eq!((row.naive, row.naive_lo), (outlet.loaded_own, outlet.loaded_own_lo));
        // Which sentences are drawn is chance: too few of an outlet's are said to be too few.
        let Some(value) = row.dsl else {
            assert!(row.note.as_deref().is_some_and(|n| n.contains("not enough codes")), "{row:?}");
            continue;
        };
        n_corrected += 1;
        let (lo, hi) = (row.dsl_lo.unwrap(), row.dsl_hi.unwrap());
        assert!(0.0 <= lo && lo <= value && value <= hi && hi <= 1.0, "{row:?}");
    }
    assert!(n_corrected >= 3, "of {} outlets {n_corrected} are corrected", before.len());
    let json = fs::read(folder.join("validation.json")).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["n_coded"], 120);
    assert_eq!(json["agreement"].as_array().unwrap().len(), 3);
    assert_eq!(json["accuracy"][1]["labels"][0]["label"], "against");

    // The report has them beside the figures as scored, and speaks of them.
    let ran = run(undertone().arg("report").arg(&folder).args(["--format", "md"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("; corrected "), "{}", ran.stdout);
    let ran = run(undertone().arg("report").arg(&folder).args(["--format", "json"]));
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    let said = json["outlets"][0]["words"][0]["caveats"].to_string();
    assert!(said.contains("corrected by a sample"), "{said}");
    assert_eq!(json["corrected"].as_array().unwrap().len(), corrected.len());
}

#[test]
fn two_copies_say_what_one_file_says_and_order_does_not_matter() {
    let folder = copy();
    let place = |name: &str| folder.with_file_name(name);
    let ran = sample(&folder, &place("sheet.csv"), &["--n", "80", "--seed", "3"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    fill(&place("sheet.csv"), &place("both.csv"), codes);
    fill(&place("sheet.csv"), &place("anna.csv"), |row, kind| {
        let [first, _, last] = codes(row, kind);
        [first, "", last]
    });
    fill(&place("sheet.csv"), &place("ben.csv"), |row, kind| ["", codes(row, kind)[1], ""]);
    let corrected = |files: &[&Path]| -> Value {
        let ran = validate(&folder, files, &["--json"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let value: Value = serde_json::from_str(&ran.stdout).unwrap();
        value["corrected"].clone()
    };
    let both = corrected(&[&place("both.csv")]);
    assert_eq!(corrected(&[&place("anna.csv"), &place("ben.csv")]), both);
    assert_eq!(corrected(&[&place("ben.csv"), &place("anna.csv")]), both);
}

#[test]
fn mistakes_are_named_and_nothing_is_written() {
    let folder = copy();
    let place = |name: &str| folder.with_file_name(name);
    assert_eq!(sample(&folder, &place("sheet.csv"), &["--n", "20"]).code, 0);
    // Somebody's codes are not written over.
    let ran = sample(&folder, &place("sheet.csv"), &["--n", "20"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);

    fill(&place("sheet.csv"), &place("coded.csv"), |row, kind| match row {
        2 => ["lodaed", "plain", ""],
        5 => ["", "", ""],
        _ => codes(row, kind),
    });
    let ran = validate(&folder, &[&place("coded.csv")], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("column coder1: `lodaed` is no code"), "{}", ran.stderr);
    assert!(ran.stderr.contains("column coder1, coder2: "), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    assert!(!folder.join("validation.json").exists());

    // Of another run.
    let text = fs::read_to_string(place("coded.csv")).unwrap();
    let at = text.find(" run=").unwrap() + 5;
    let other = format!("{}000000000000{}", &text[..at], &text[at + 12..]);
    fs::write(place("other.csv"), other).unwrap();
    let ran = validate(&folder, &[&place("other.csv")], &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("drawn from another run"), "{}", ran.stderr);

    let ran = sample(&folder, &place("new.csv"), &["--actor", "Nobody at All"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no actor called Nobody at All"), "{}", ran.stderr);
}
