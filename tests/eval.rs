//! Promises of `undertone eval`, with the real model on tiny sets that we made up.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{Ran, records, run, undertone};
use serde_json::{Value, json};

const PLAIN: [&str; 3] = [
    "The council approved the budget by eleven votes to six on Thursday.",
    "The ferry leaves Port Selke at nine and arrives at noon.",
    "Unemployment in the district rose to 7.2 percent in May.",
];
const LOADED: [&str; 3] = [
    "The shameless mayor and her pathetic cronies rammed their disastrous scheme through.",
    "His idiotic and disgusting rant was a disgrace to the chamber.",
    "The greedy, heartless bosses once again trampled on their workers.",
];
const AGAINST: &str = "Critics called Brandvold a liar who betrayed the city.";
const FAVOR: &str = "Brandvold was praised as a brave and honest leader who saved the city.";

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn eval(arguments: &[&str]) -> Ran {
    run(undertone().arg("eval").args(arguments).args(["--replicates", "1000", "--quiet"]))
}

fn evaluated(arguments: &[&str]) -> Value {
    let ran = eval(&[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn figure<'v>(evaluation: &'v Value, key: &str) -> &'v Value {
    evaluation["sets"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|set| set["figures"].as_array().unwrap())
        .find(|f| f["key"] == key)
        .unwrap_or_else(|| panic!("no figure {key}"))
}

fn value(evaluation: &Value, key: &str) -> f64 {
    figure(evaluation, key)["value"].as_f64().unwrap()
}

fn loaded_rows() -> Vec<Value> {
    let mut rows = Vec::new();
    for (i, (plain, loaded)) in PLAIN.iter().zip(LOADED).enumerate() {
        rows.push(json!({"text": plain, "outlet": "Courier", "loaded": 0, "words": []}));
        let words = [["shameless", "pathetic"], ["idiotic", "absent"], ["greedy", "heartless"]][i];
        rows.push(json!({"text": loaded, "outlet": "Bollard", "loaded": 1, "words": words}));
    }
    rows
}

fn at(text: &str, part: &str) -> (usize, usize) {
    let start = text[..text.find(part).unwrap()].chars().count();
    (start, start + part.chars().count())
}

fn target(text: &str, part: &str, stance: &str) -> Value {
    let (start, end) = at(text, part);
    json!({"start": start, "end": end, "mention": part, "stance": stance})
}

fn stance_rows() -> Vec<Value> {
    let mt = "“Brandvold lied,” said Åsa Lindqvarn on Monday.";
    vec![
        json!({"id": "a", "text": AGAINST, "targets": [target(AGAINST, "Brandvold", "against")]}),
        json!({"id": "b", "text": FAVOR, "targets": [target(FAVOR, "Brandvold", "favor")]}),
        json!({"id": "c", "text": mt, "targets": [
            target(mt, "Brandvold", "against"), target(mt, "Åsa Lindqvarn", "neutral")]}),
    ]
}

const CONLL: &str = "-DOCSTART- -X- O O\n\n\
    Perpetua NNP I-NP I-PER\nSand NNP I-NP I-PER\nleft VBD I-VP O\nLondon NNP I-NP I-LOC\n. . O O\n\n\
    German JJ I-NP I-MISC\ntrains NNS I-NP O\nstopped VBD I-VP O\n. . O O\n\n";
const WORLDWIDE: &str = "# article = x_1\nhttp://news.example/a-page-about-a-thing\tO\n\n\
    Amina\tB-Person\nHaddad\tI-Person\nvisited\tO\nCairo\tB-Location\n.\tO\nShe\tO\nleft\tO\non\tO\n\
    Monday\tB-Date\n.\tO\n\n# article = x_2\nhttp://news.example/another-page-of-it\tO\n\n\
    Kenyan\tB-NORP\nvoters\tO\nwaited\tO\nin\tO\nNairobi\tB-Location\n.\tO\n\n";
const CROSSNER: &str = "The\tO\nGreen\tB-politicalparty\nParty\tI-politicalparty\nwon\tO\nin\tO\n\
    Norway\tB-country\n.\tO\n\n";
const CONLLU: &str = "# newdoc id = weblog-x\n# newpar id = p1\n# text = It rained.\n\
    1\tIt\tit\tPRON\t_\t_\t2\tnsubj\t_\t_\n2\trained.\train\tVERB\t_\t_\t0\troot\t_\t_\n\n\
    # text = Then it stopped.\n1\tThen\tthen\tADV\t_\t_\t0\troot\t_\t_\n\n\
    # newpar id = p2\n# text = Snow fell.\n1\tSnow\tsnow\tNOUN\t_\t_\t0\troot\t_\t_\n\n";

fn polnear(folder: &Path) {
    let text = "Mayor Åsa Lindqvarn said the harbour will stay open. The port has nine piers.\n";
    write(&folder.join("text/courier_2026_harbour.txt"), text);
    let line = |key: &str, role: &str, part: &str| {
        let (start, end) = at(text, part);
        format!("{key}\t{role} {start} {end}\t{part}\n")
    };
    let ann = line("T1", "Source", "Mayor Åsa Lindqvarn")
        + &line("T2", "Cue", "said")
        + &line("T3", "Content", "the harbour will stay open")
        + "of a span's text that ran over a line break\n"
        + "E1\tAttribution:T2 Content:T3 Cue:T2 Source:T1\n";
    write(&folder.join("attributions/courier_2026_harbour_a1.ann"), &ann);
    // A second annotator, who is not read.
    write(&folder.join("attributions/courier_2026_harbour_b2.ann"), "");
}

fn page(folder: &Path) {
    let paragraphs = [
        "The harbour council of Port Selke met on Thursday to discuss the repair of the northern pier, \
         which was damaged by a storm in February and has been closed to heavy lorries since then.",
        "Eleven of the seventeen members voted for the plan, which will cost about four million crowns \
         and is to be finished before the beginning of the next winter season in November.",
    ];
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><title>Pier</title></head><body><nav><a href=\"/\">Home</a>\
         </nav><article><h1>Pier to be repaired</h1><p>{}</p><p>{}</p></article></body></html>",
        paragraphs[0], paragraphs[1]
    );
    let packed = folder.join("html/abc.html.gz");
    fs::create_dir_all(packed.parent().unwrap()).unwrap();
    let mut gz = flate2::write::GzEncoder::new(
        fs::File::create(packed).unwrap(),
        flate2::Compression::default(),
    );
    gz.write_all(html.as_bytes()).unwrap();
    gz.finish().unwrap();
    let truth = json!({"abc": {"articleBody": paragraphs.join("\n\n"), "url": "http://x.example"}});
    write(&folder.join("ground-truth.json"), &truth.to_string());
}

/// A data folder with a tiny set for every suite.
fn data() -> &'static Path {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    DATA.get_or_init(|| {
        let data = tempfile::tempdir().unwrap().keep();
        for folder in ["babe", "anno-lexical", "mbic-words", "newsmtsc", "sentfin"] {
            fs::create_dir_all(data.join(folder)).unwrap();
        }
        records(&data, "babe/eval_dev.jsonl", &loaded_rows());
        records(&data, "anno-lexical/dev.jsonl", &loaded_rows());
        // Every fifth is held out: rows 0, 5 and 10.
        let mut mbic: Vec<Value> = loaded_rows().into_iter().cycle().skip(1).take(11).collect();
        // A sentence without a judgement, as MBIC has some; it is held out all the same.
        mbic[10]["loaded"] = Value::Null;
        records(&data, "mbic-words/train.jsonl", &mbic);
        records(&data, "newsmtsc/dev_rw.jsonl", &stance_rows());
        records(&data, "newsmtsc/dev_mt.jsonl", &stance_rows()[2..]);
        records(&data, "sentfin/dev.jsonl", &stance_rows()[..2]);
        write(&data.join("conll2003/dev.txt"), CONLL);
        write(&data.join("worldwide-ner/dev.tsv"), WORLDWIDE);
        write(&data.join("crossner-politics/dev.txt"), CROSSNER);
        polnear(&data.join("polnear/dev"));
        page(&data.join("html-extraction"));
        write(&data.join("sentence-splitting/ud_ewt_dev.conllu"), CONLLU);
        let rules = json!([
            {"name": "two", "text": "It rained. It stopped.", "sentences": ["It rained.", "It stopped."]},
            {"name": "no", "text": "It rained. It stopped.", "sentences": ["It rained. It stopped."]},
        ]);
        write(&data.join("sentence-splitting/golden_rules_en.json"), &rules.to_string());
        data
    })
}

fn arguments<'a>(suite: &'a str, data: &'a Path) -> [&'a str; 3] {
    [suite, "--data", data.to_str().unwrap()]
}

#[test]
fn every_suite_is_measured_and_the_hand_kept_part_of_the_results_stays() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("RESULTS.md");
    let by_hand = "# Results\n\nBy hand.\n\n<!-- accuracy: begin (x) -->\nold\n<!-- accuracy: end -->\n\n\
                   ## Speed\n\n| fast | 4.7 |\n";
    fs::write(&results, by_hand).unwrap();
    let mut all = arguments("all", data()).to_vec();
    all.extend(["--write", results.to_str().unwrap()]);
    all.extend(["--ablation", "first=models/small", "--ablation", "second=models/small"]);
    all.extend(["--worlds", "2"]);
    let out = evaluated(&all);
    assert_eq!(out["skipped"], json!([]));
    for (key, n) in [
        ("babe_macro_f1", 6),
        ("simulation_false_discoveries", 24),
        ("anno_lexical_macro_f1", 6),
        ("babe_word_f1", 3),
        ("mbic_macro_f1", 2),
        ("mbic_word_f1", 3),
        ("newsmtsc_dev_rw_f1m", 4),
        ("newsmtsc_dev_mt_f1m", 2),
        ("sentfin_dev_f1m", 2),
        ("conll2003_f1", 2),
        ("worldwide_f1", 4),
        ("crossner_f1", 2),
        ("polnear_content_word_f1", 5),
        ("polnear_source_linked", 1),
        ("voice_content_word_f1", 5),
        ("voice_source_linked", 1),
        ("gold_actors_b3", 803),
        ("html_shingle_f1", 1),
        ("ewt_boundary_f1", 1),
        ("golden_rules", 2),
        ("ece_loaded_babe", 6),
        ("ece_stance_newsmtsc", 6),
    ] {
        let figure = figure(&out, key);
        assert_eq!(figure["n"], n, "{figure}");
        let value = figure["value"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&value), "{figure}");
    }
    // What any model of ours must manage.
    assert_eq!(value(&out, "babe_macro_f1"), 1.0);
    assert_eq!(value(&out, "babe_roc_auc"), 1.0);
    assert_eq!(value(&out, "sentfin_dev_f1m"), 2.0 / 3.0); // no neutral target among two
    assert_eq!(value(&out, "ewt_boundary_f1"), 1.0);
    assert_eq!(value(&out, "golden_rules"), 0.5);
    assert!(value(&out, "html_shingle_f1") > 0.9);
    assert!(value(&out, "polnear_content_word_f1") > 0.5);
    assert_eq!(value(&out, "polnear_source_linked"), 1.0);
    assert_eq!(value(&out, "voice_source_linked"), 1.0);
    assert!(value(&out, "gold_actors_b3") > 0.8);
    assert!(value(&out, "conll2003_f1") > 0.6);
    // The suite of our own sentences.
    let inserted = value(&out, "behaviour_inserted_flagged");
    let plain = value(&out, "behaviour_plain_neutral");
    assert!(
        inserted > 1.0 - plain + 0.2,
        "{inserted} of the inserted, {} of the plain",
        1.0 - plain
    );
    assert!(figure(&out, "behaviour_inserted_flagged")["n"].as_u64().unwrap() >= 1000);
    assert!(figure(&out, "behaviour_plain_neutral")["n"].as_u64().unwrap() >= 150);
    for key in
        ["behaviour_place_same_loaded", "behaviour_name_same_stance", "behaviour_direct_found"]
    {
        assert!(value(&out, key) > 0.5, "{}", figure(&out, key));
    }
    // One model twice differs in nothing.
    let second = &out["ablation"][1]["figures"];
    assert_eq!(second.as_array().unwrap().len(), 13);
    for figure in second.as_array().unwrap() {
        assert_eq!(figure["difference"], 0.0, "{figure}");
        assert_eq!(figure["interval"], json!({"lo": 0.0, "hi": 0.0}), "{figure}");
    }

    let written = fs::read_to_string(&results).unwrap();
    assert!(written.starts_with("# Results\n\nBy hand.\n\n<!-- accuracy: begin"), "{written}");
    assert!(
        written.ends_with("<!-- accuracy: end -->\n\n## Speed\n\n| fast | 4.7 |\n"),
        "{written}"
    );
    assert!(!written.contains("\nold\n"));
    for part in [
        "Where we lose",
        "### Ablation",
        "GRU-TSC (RoBERTa-base) 0.831 (NewsMTSC test-rw)",
        "undertone eval all --data DATA",
        "| babe/eval_dev.jsonl | 6 rows |",
    ] {
        assert!(written.contains(part), "no {part:?} in {written}");
    }
    let place = data().to_str().unwrap();
    assert!(!written.contains(place), "a folder of this machine is named: {written}");
    assert!(!written.contains(LOADED[0]), "a sentence of a set is in the results");
    let model = out["model"]["sha256"]["model.onnx"].as_str().unwrap();
    assert!(written.contains(model));
}

#[test]
fn babe_as_released_gives_the_figures_of_our_layout() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv =
        "\u{feff}text;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\n"
            .to_owned();
    for row in loaded_rows() {
        let words: Vec<String> = row["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| format!("'{}'", w.as_str().unwrap()))
            .collect();
        csv += &format!(
            "\"{}\";http://x.example;Courier;harbour;center;{};Entirely factual;\"[{}]\"\n",
            row["text"].as_str().unwrap().replace('"', "\"\""),
            if row["loaded"] == 1 { "Biased" } else { "Non-biased" },
            words.join(", ")
        );
    }
    csv += "\"Nobody agreed; not on this.\";;;;;No agreement;;[]\n";
    let path = folder.path().join("final_labels_SG2.csv");
    fs::write(&path, csv).unwrap();
    let released = evaluated(&["babe", "--file", path.to_str().unwrap()]);
    let ours = evaluated(&arguments("babe", data()));
    for key in ["babe_macro_f1", "babe_mcc", "babe_roc_auc", "babe_share_loaded"] {
        assert_eq!(value(&released, key), value(&ours, key), "{key}");
    }
    assert!(released["sets"][0]["notes"].to_string().contains("1 rows without agreement"));
    let words = evaluated(&["words", "--file", path.to_str().unwrap()]);
    assert_eq!(
        value(&words, "babe_word_f1"),
        value(&evaluated(&arguments("words", data())), "babe_word_f1")
    );
}

#[test]
fn newsmtsc_in_all_its_published_forms_gives_the_same_figures() {
    let folder = tempfile::tempdir().unwrap();
    let (mut authors, mut hub) = (Vec::new(), Vec::new());
    for row in stance_rows() {
        let mut targets = Vec::new();
        for t in row["targets"].as_array().unwrap() {
            let number = match t["stance"].as_str().unwrap() {
                "against" => -1.0,
                "favor" => 1.0,
                _ => 0.0,
            };
            targets.push(json!({"Input.gid": "g", "from": t["start"], "to": t["end"],
                "mention": t["mention"], "polarity": 4.0 + 2.0 * number, "further_mentions": []}));
            hub.push(json!({"sentence": row["text"], "from": t["start"], "to": t["end"],
                "mention": t["mention"], "polarity": number as i64, "id": "g"}));
        }
        authors.push(json!({"primary_gid": row["id"], "sentence_normalized": row["text"], "targets": targets}));
    }
    let ours = evaluated(&arguments("newsmtsc", data()));
    for (name, rows) in [("newsmtsc-rw/test.jsonl", &authors), ("newsmtsc-rw-hf/test.jsonl", &hub)]
    {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        records(folder.path(), name, rows);
        let out = evaluated(&["newsmtsc", "--file", path.to_str().unwrap()]);
        assert_eq!(
            value(&out, "newsmtsc_test_rw_f1m"),
            value(&ours, "newsmtsc_dev_rw_f1m"),
            "{name}"
        );
        assert_eq!(figure(&out, "newsmtsc_test_rw_f1m")["n"], 4);
    }
    // By name, as a split of the data folder.
    let out = evaluated(&[&arguments("newsmtsc", data())[..], &["--split", "dev_mt"]].concat());
    assert_eq!(out["sets"].as_array().unwrap().len(), 1);
    assert_eq!(value(&out, "newsmtsc_dev_mt_f1m"), value(&ours, "newsmtsc_dev_mt_f1m"));
}

#[test]
fn another_systems_predictions_are_compared_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let rows = loaded_rows();
    records(folder.path(), "set.jsonl", &rows);
    // Right on the first three, wrong on the fourth, silent on the others.
    let csv: String = rows[..4]
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let label = row["loaded"].as_u64().unwrap();
            format!(
                "\"{}\",{}\n",
                row["text"].as_str().unwrap(),
                if i == 3 { 1 - label } else { label }
            )
        })
        .collect();
    write(&folder.path().join("predictions/peer.csv"), &format!("text,prediction\n{csv}"));
    let set = folder.path().join("set.jsonl");
    let out = evaluated(&["babe", "--file", set.to_str().unwrap()]);
    let paired = &out["sets"][0]["paired"][0];
    assert_eq!(
        (&paired["system"], &paired["joined"], &paired["of"]),
        (&json!("peer"), &json!(4), &json!(6))
    );
    // Theirs: 2 of 2 plain and 1 of 2 loaded right: (0.8 + 2/3) / 2.
    assert!(
        (paired["theirs"].as_f64().unwrap() - (0.8 + 2.0 / 3.0) / 2.0).abs() < 1e-9,
        "{paired}"
    );
    assert_eq!((&paired["only_ours_right"], &paired["only_theirs_right"]), (&json!(1), &json!(0)));
    assert_eq!(paired["p"], 1.0);
    let other = records(folder.path(), "other.jsonl", &[json!({"text": "Elsewhere.", "label": 1})]);
    let ran =
        eval(&["babe", "--file", set.to_str().unwrap(), "--predictions", other.to_str().unwrap()]);
    assert!(
        ran.code == 2 && ran.stderr.contains("other.jsonl: none of its rows"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_error_names_file_line_and_field_and_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    for (suite, name, content, parts) in [
        (
            "babe",
            "a.jsonl",
            "{\"text\": \"It rained.\", \"loaded\": 0}\n{\"text\": \"x\"}\n",
            vec!["a.jsonl: line 2, field `loaded`: missing", "label_bias"],
        ),
        (
            "babe",
            "b.jsonl",
            "{\"text\": \"It rained.\", \"loaded\": \"maybe\"}\n",
            vec!["b.jsonl: line 1, field `loaded`: \"maybe\"", "Non-biased"],
        ),
        ("babe", "c.jsonl", "\n{\"text\": \n", vec!["c.jsonl: line 2: this is not JSON"]),
        (
            "babe",
            "d.csv",
            "text;label_bias\none;Biased\ntwo;Biased;more\n",
            vec!["d.csv: line 3: the row cannot be read"],
        ),
        (
            "words",
            "e.csv",
            "text,label,biased_words\nIt rained.,1,[rained\n",
            vec!["e.csv: line 2, field `words`: \"[rained\"", "a list of words"],
        ),
        (
            "newsmtsc",
            "f.jsonl",
            "{\"text\": \"It rained.\", \"targets\": [{\"start\": 3, \"end\": 90, \"stance\": \"neutral\"}]}\n",
            vec!["f.jsonl: line 1, field `targets[0].end`: 3..90", "10 code points"],
        ),
        (
            "newsmtsc",
            "g.jsonl",
            "{\"text\": \"It rained.\", \"targets\": [{\"from\": 0, \"to\": 2, \"polarity\": 3}]}\n",
            vec!["g.jsonl: line 1, field `targets[0].stance`: 3", "2, 4 or 6"],
        ),
        (
            "ner",
            "h.txt",
            "Selke B-LOC\nis O\n\nfine\n",
            vec!["h.txt: line 4, field `tag`: missing"],
        ),
        ("ner", "i.txt", "Selke B-TOWN\n", vec!["i.txt: line 1, field `tag`: \"B-TOWN\"", "PER"]),
        ("html", "j.json", "{\"abc\": {\"url\": \"x\"}}", vec!["field `abc.articleBody`: missing"]),
        (
            "sentences",
            "k.conllu",
            "# text = It rained.\n1\tIt\n",
            vec!["k.conllu: line 2: 2 columns"],
        ),
        ("sentences", "l.json", "[{\"name\": \"x\"}]", vec!["l.json: line 1", "text"]),
        ("polnear", "m", "", vec!["m", "attributions", "expected a folder"]),
        ("babe", "absent.csv", "-", vec!["absent.csv: cannot be read"]),
    ] {
        let path = folder.path().join(name);
        if name != "absent.csv" {
            fs::write(&path, content).unwrap();
        }
        let ran = eval(&[suite, "--file", path.to_str().unwrap()]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{name}: {}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{name}: no {part:?} in {}", ran.stderr);
        }
    }
    let ann = folder.path().join("p/attributions/a_1.ann");
    write(&folder.path().join("p/text/a.txt"), "It rained.");
    write(&ann, "T1\tSource 0 2\tIt\nT2\tCue 3 99\trained\n");
    let ran = eval(&["polnear", "--file", folder.path().join("p").to_str().unwrap()]);
    assert!(ran.code == 2 && ran.stderr.contains("a_1.ann: line 2, field `T2`"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_measured_is_said_and_nothing_is_overwritten() {
    let empty = tempfile::tempdir().unwrap();
    let ran = eval(&arguments("babe", empty.path()));
    assert!(
        ran.code == 2 && ran.stderr.contains("looked for babe/eval_dev.jsonl"),
        "{}",
        ran.stderr
    );
    let ran = eval(&["ner"]);
    assert!(ran.code == 2 && ran.stderr.contains("--data DIR"), "{}", ran.stderr);
    // Without markers the file is left as it is, before any work.
    let results = empty.path().join("RESULTS.md");
    fs::write(&results, "# By hand\n").unwrap();
    let mut all = arguments("all", empty.path()).to_vec();
    all.extend(["--write", results.to_str().unwrap()]);
    let ran = eval(&all);
    assert!(ran.code == 2 && ran.stderr.contains("marker lines"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&results).unwrap(), "# By hand\n");
    let ran = eval(&["babe", "--data", "x", "--write", "y"]);
    assert!(ran.code == 2 && ran.stderr.contains("eval all"), "{}", ran.stderr);
}

#[test]
fn tables_for_people_show_value_interval_target_and_published_figure() {
    let ran = eval(&arguments("babe", data()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        "Loaded sentences, BABE eval_dev",
        "macro-F1",
        "1.000",
        "0.830 reached",
        "RoBERTa-base on human",
        "confusion",
    ] {
        assert!(ran.stdout.contains(part), "no {part:?} in {}", ran.stdout);
    }
}
