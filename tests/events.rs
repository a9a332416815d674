//! Promises about events, copy and comparisons, kept on invented articles with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::{harbour, records, rows, run, undertone};
use serde_json::json;
use undertone::tables::RunReader;
use undertone::tables::rows::{ComparisonRow, EventRow, OutletRow, RejectRow};

#[test]
fn articles_on_one_happening_are_one_event_and_each_row_says_why() {
    let events: Vec<EventRow> = rows(harbour());
    let mut by_event: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &events {
        if let Some(event) = &row.event_id {
            by_event.entry(event).or_default().insert(&row.outlet);
            assert!(row.reason.as_deref().is_some_and(|r| !r.is_empty()), "{row:?}");
        }
    }
    // Several papers wrote about the same things.
    assert!(by_event.values().filter(|outlets| outlets.len() > 1).count() >= 4, "{by_event:?}");
    let n = RunReader::open(harbour()).unwrap().manifest().counts.events;
    assert_eq!(n as usize, by_event.len());
}

#[test]
fn agency_copy_is_shown_and_is_nobodys_own_tone() {
    let events: Vec<EventRow> = rows(harbour());
    let relayed: Vec<&EventRow> = events.iter().filter(|row| row.relayed).collect();
    assert!(!relayed.is_empty());
    for row in &relayed {
        assert!(
            row.relayed_why
                .as_deref()
                .is_some_and(|why| why.contains("credited to") || why.contains("copy")),
            "{row:?}"
        );
    }
    let outlets: Vec<OutletRow> = rows(harbour());
    let counted: u32 = outlets.iter().map(|o| o.n_relayed).sum();
    assert_eq!(counted as usize, relayed.iter().filter(|r| !r.repeats).count());
}

/// Two outlets, `n` articles each on the same `n` happenings; one writes loaded words.
fn two_outlets(n: usize) -> Vec<serde_json::Value> {
    let towns =
        ["Selke", "Odrun", "Kesser", "Brannick", "Tolmar", "Vasterby", "Ruhnau", "Pellworm"];
    let things = ["bridge", "school", "harbour", "library", "tramway", "clinic", "market", "dyke"];
    (0..n)
        .flat_map(|i| {
            let (town, thing) = (towns[i % 8], things[i % 8]);
            // Further apart than one event can be: the texts are all of one mould.
            let date = format!("2026-{:02}-{:02}", 3 + i / 4, 1 + 7 * (i % 4));
            let plain = format!(
                "The council of {town} approved the plan for the new {thing} on Monday. The {thing} will cost 14 million crowns. \
                 Work on the {thing} in {town} will begin in June. The {thing} will be open to all residents of {town}."
            );
            let loaded = format!(
                "The spineless council of {town} disgracefully rammed the idiotic plan for the new {thing} through on Monday. \
                 The grotesque {thing} will squander 14 million crowns of your money. Shameless bunglers will begin to wreck \
                 {town} for the {thing} in June."
            );
            [
                json!({"id": format!("plain-{i}"), "outlet": "Plain Gazette", "date": date, "title": format!("{town} approves {thing}"), "text": plain}),
                json!({"id": format!("loud-{i}"), "outlet": "Loud Herald", "date": date, "title": format!("{town} council and its {thing}"), "text": loaded}),
            ]
        })
        .collect()
}

#[test]
fn outlets_are_compared_over_all_and_on_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let input = records(folder.path(), "two.jsonl", &two_outlets(8));
    let out = folder.path().join("run");
    let ran = run(undertone().arg("score").arg(&input).arg("--out").arg(&out).arg("--quiet"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let all: Vec<ComparisonRow> = rows(&out);
    let row = all.iter().find(|c| c.measure == "loaded_own").unwrap();
    assert_eq!((row.outlet_a.as_str(), row.outlet_b.as_str()), ("Loud Herald", "Plain Gazette"));
    let (lo, difference, hi) = (row.lo.unwrap(), row.difference.unwrap(), row.hi.unwrap());
    assert!(0.0 < lo && lo <= difference && difference <= hi && hi <= 1.0, "{row:?}");
    assert!(row.p.unwrap() < 0.01 && row.q.unwrap() >= row.p.unwrap(), "{row:?}");
    assert!(row.effect.unwrap() > 0.8, "{row:?}");
    assert_eq!(row.n_events, 8, "{row:?}");
    assert!((row.difference_within.unwrap() - difference).abs() < 0.2, "{row:?}");

    // The user's own events: one article each is in none, and an unknown one is told.
    let events: Vec<EventRow> = rows(&out);
    let mut csv = "article_id,event\n".to_owned();
    for row in events.iter().filter(|row| row.article_id != "loud-0") {
        csv.push_str(&format!("{},{}\n", row.article_id, row.event_id.as_deref().unwrap()));
    }
    csv.push_str("nowhere,e1\n");
    let file = folder.path().join("events.csv");
    fs::write(&file, csv).unwrap();
    let again = folder.path().join("again");
    let mut command = undertone();
    command.arg("score").arg(&input).arg("--out").arg(&again).arg("--events").arg(&file);
    let ran = run(command.args(["--quiet", "--weight", "article", "--compare", "nobody at all"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let rejects: Vec<RejectRow> = rows(&again);
    assert!(rejects[0].detail.contains("nowhere"), "{rejects:?}");
    let all: Vec<ComparisonRow> = rows(&again);
    assert_eq!(all.iter().find(|c| c.measure == "loaded_own").unwrap().n_events, 7);
    assert!(all.iter().all(|c| c.measure != "net_stance_own"));
    assert_eq!(RunReader::open(&again).unwrap().manifest().options["weighting"], "article");
}

#[test]
fn a_faulty_file_of_events_ends_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.csv");
    fs::write(&file, "article,happening\na,b\n").unwrap();
    let out = folder.path().join("run");
    let mut command = undertone();
    command.arg("score").arg(Path::new("examples/harbour")).arg("--out").arg(&out);
    let ran = run(command.arg("--events").arg(&file));
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("events.csv") && ran.stderr.contains("article_id"),
        "{}",
        ran.stderr
    );
    assert!(!out.exists());
}
