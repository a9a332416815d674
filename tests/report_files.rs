//! Promises of the report's tables and figures as files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{harbour, rows, run, undertone};
use undertone::report::{self as of_report, Table};
use undertone::tables::rows::{HolderTargetRow, OutletRow, SpeakerRow};

fn report(arguments: &[&str]) -> common::Ran {
    run(undertone().arg("report").arg(harbour()).args(arguments))
}

fn records(csv: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn all_tables_come_as_csv_and_have_the_runs_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("tables");
    let ran = report(&["--format", "csv", "--out", out.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), Table::ALL.len());
    let read = |name: &str| records(&std::fs::read_to_string(out.join(name)).unwrap());

    let figure = |cell: &String| cell.parse::<f64>().ok();
    let speakers: Vec<SpeakerRow> = rows(harbour());
    let shown = read("speakers.csv");
    assert_eq!(shown.len(), speakers.len());
    for (cells, row) in shown.iter().zip(&speakers) {
        assert_eq!(figure(&cells["share_of_quoted"]), Some(row.share_of_quoted));
        assert_eq!(figure(&cells["loaded"]), row.loaded);
        assert_eq!(cells["n_words_direct"], row.n_words_direct.to_string());
    }
    let pairs: Vec<HolderTargetRow> = rows(harbour());
    let shown = read("holder_target.csv");
    assert_eq!(shown.len(), pairs.len());
    for (cells, row) in shown.iter().zip(&pairs) {
        assert_eq!(figure(&cells["net_stance"]), row.net_stance);
        assert_eq!(figure(&cells["net_stance_lo"]), row.net_stance_lo);
    }
    let outlets: Vec<OutletRow> = rows(harbour());
    for (cells, row) in read("outlets.csv").iter().zip(&outlets) {
        assert_eq!(figure(&cells["loaded_own_hi"]), row.loaded_own_hi);
    }

    // One table is one file, as it was.
    let one = folder.path().join("speakers.csv");
    report(&["--format", "csv", "--table", "speakers", "--out", one.to_str().unwrap()]);
    let (one, all) =
        (std::fs::read(one).unwrap(), std::fs::read(out.join("speakers.csv")).unwrap());
    assert_eq!(one, all);
}

#[test]
fn latex_has_every_row_of_a_table_and_all_tables_without_one() {
    let outlets: Vec<OutletRow> = rows(harbour());
    let ran = report(&["--format", "latex", "--table", "outlets"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for row in &outlets {
        assert!(ran.stdout.contains(&format!("\n{} & {} & ", row.outlet, row.n_articles)));
        if let Some(value) = row.loaded_own {
            assert!(ran.stdout.contains(&format!("& {:.1} [", value * 100.0)), "{}", ran.stdout);
        }
    }
    let all = report(&["--format", "latex"]).stdout;
    let count = |what: &str| all.matches(what).count();
    let empty =
        all.lines().filter(|line| line.starts_with("% ") && line.ends_with(": no rows")).count();
    assert_eq!(count("\\begin{table}") + empty, of_report::LATEX_TABLES.len());
    assert!(all.contains("% corrected: no rows") && empty <= 2, "{all}");
    assert_eq!(count("\\begin{tabular}"), count("\\end{tabular}"));
    assert_eq!(count("\\toprule"), count("\\bottomrule"));
    assert!(all.contains("\\texttt{loaded\\_own}"));
}

const FIGURES: [&str; 5] = [
    "outlets-loaded_own",
    "outlets-quoted",
    "outlets-net_stance_own",
    "outlet_actor-net_stance_own",
    "holder_target-net_stance",
];

#[test]
fn figures_are_files_named_as_the_codebook() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("figures");
    let ran = report(&["--format", "svg", "--out", out.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let outlets: Vec<OutletRow> = rows(harbour());
    for name in FIGURES {
        let svg = std::fs::read_to_string(out.join(name).with_extension("svg")).unwrap();
        let document = roxmltree::Document::parse(&svg).expect("well-formed");
        let titles: Vec<&str> = document
            .descendants()
            .filter(|n| n.has_tag_name("title"))
            .filter_map(|n| n.text())
            .collect();
        assert!(titles.len() > outlets.len(), "{name}: {titles:?}");
    }
    assert_eq!(ran.stdout.lines().count(), FIGURES.len());
}

#[test]
fn figures_are_drawn_as_pixels_too() {
    let folder = tempfile::tempdir().unwrap();
    let ran = report(&["--format", "png", "--out", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), FIGURES.len());
    for name in FIGURES {
        let png = std::fs::read(folder.path().join(name).with_extension("png")).unwrap();
        let picture = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert!(picture.width() > 2_000, "{name}: {} wide", picture.width());
        let dark = picture.pixels().iter().filter(|p| p.red() < 60 && p.green() < 60).count();
        assert!(dark > 2_000, "{name}: {dark} dark pixels: no letters?");
    }
}

#[test]
fn a_wrong_place_is_named() {
    let ran = report(&["--format", "svg"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--out"), "{}", ran.stderr);
    let ran = report(&["--format", "csv", "--out", harbour().to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is the run itself"), "{}", ran.stderr);
}

#[test]
fn templates_of_ones_own_replace_those_of_their_name_and_still_escape() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path();
    let ran = report(&["--template", own.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.stderr.contains("no template in it"), "{}", ran.stderr);

    std::fs::write(
        own.join("glance.html"),
        "<section id=\"glance\">MINE {{ page.title }} {{ '<b>' }}</section>",
    )
    .unwrap();
    std::fs::write(own.join("report.css"), "body { color: rebeccapurple }").unwrap();
    let out = folder.path().join("../mine.html");
    let ran = report(&["--template", own.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let html = std::fs::read_to_string(&out).unwrap();
    std::fs::remove_file(&out).unwrap();
    assert!(html.contains("MINE How each outlet writes about whom &lt;b&gt;"));
    assert!(html.contains("rebeccapurple") && html.contains("<section id=\"outlets\""));

    std::fs::write(own.join("glance.html"), "{% if %}").unwrap();
    let ran = report(&["--template", own.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.stderr.contains("glance.html"), "{}", ran.stderr);
    std::fs::rename(own.join("glance.html"), own.join("glanz.html")).unwrap();
    let ran = report(&["--template", own.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.stderr.contains("glanz.html is no template"), "{}", ran.stderr);
}
