//! Promises of `undertone predict`, with the real model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{run, run_with_input, undertone};
use serde_json::{Value, json};

fn predict(lines: &[Value]) -> Vec<Value> {
    let input: String = lines.iter().map(|l| format!("{l}\n")).collect();
    let ran = run_with_input(undertone().arg("predict"), input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn slice(text: &str, span: &Value) -> String {
    let at = |k: &str| usize::try_from(span[k].as_u64().unwrap()).unwrap();
    text.chars().take(at("end")).skip(at("start")).collect()
}

const PLAIN: &str = "The council approved the budget by eleven votes to six on Thursday.";
const LOADED: &str =
    "The shameless mayor and her pathetic cronies rammed their disastrous scheme through.";

#[test]
fn loaded_wording_is_told_from_plain_wording() {
    let out = predict(&[json!({"id": 1, "text": PLAIN}), json!({"id": 2, "text": LOADED})]);
    assert_eq!(out[0]["loaded"]["label"], false, "{}", out[0]);
    assert_eq!(out[1]["loaded"]["label"], true, "{}", out[1]);
    let words: Vec<&str> =
        out[1]["spans"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert!(words.iter().any(|w| w.contains("shameless") || w.contains("pathetic")), "{words:?}");
}

#[test]
fn the_stance_toward_a_target_follows_the_sentence() {
    let against = "Critics called Brandvold a liar who betrayed the city.";
    let favor = "Brandvold was praised as a brave and honest leader who saved the city.";
    let out = predict(&[json!({"text": against}), json!({"text": favor})]);
    for (line, stance) in out.iter().zip(["against", "favor"]) {
        let target = line["targets"]
            .as_array()
            .unwrap()
            .iter()
            .find(|t| t["text"] == "Brandvold")
            .unwrap_or_else(|| panic!("no Brandvold in {line}"));
        assert_eq!(target["stance"], stance, "{line}");
        let sum: f64 = ["p_against", "p_neutral", "p_favor"]
            .iter()
            .map(|k| target[*k].as_f64().unwrap())
            .sum();
        assert!((sum - 1.0).abs() < 2e-4, "{target}");
    }
}

#[test]
fn a_speaker_and_the_words_are_found() {
    let text = "“We will not sell the harbour,” Åsa Lindqvarn told reporters.";
    let out = predict(&[json!({"text": text})]);
    let attribution = &out[0]["attributions"][0];
    assert_eq!(attribution["kind"], "direct", "{}", out[0]);
    assert_eq!(attribution["source"]["text"], "Åsa Lindqvarn", "{}", out[0]);
    assert!(slice(text, &attribution["content"][0]).contains("sell the harbour"), "{}", out[0]);
    assert_eq!(out[0]["entities"][0]["type"], "PER");
}

#[test]
fn answers_have_the_documented_form_and_offsets_count_code_points() {
    let text = "🙂 Çelik’s union, שלום, praised Åsa Lindqvarn in Port Selke.";
    let line = &predict(&[json!({"id": {"any": "thing"}, "text": text})])[0];
    let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "loaded", "spans", "entities", "attributions", "targets"]);
    assert_eq!(line["id"], json!({"any": "thing"}));
    let entities = line["entities"].as_array().unwrap();
    assert!(entities.iter().any(|e| e["text"] == "Åsa Lindqvarn"), "{line}");
    for e in entities.iter().chain(line["targets"].as_array().unwrap()) {
        assert_eq!(slice(text, e), e["text"].as_str().unwrap());
    }
    assert_eq!(entities.len(), line["targets"].as_array().unwrap().len());
}

#[test]
fn asked_targets_are_answered_and_no_others() {
    let out = predict(&[
        json!({"text": "Selke praised Dravik.", "targets": [{"start": 14, "end": 20}]}),
        json!({"text": "Selke praised Dravik.", "targets": []}),
    ]);
    assert_eq!(out[0]["targets"].as_array().unwrap().len(), 1);
    assert_eq!(out[0]["targets"][0]["text"], "Dravik");
    assert_eq!(out[1]["targets"], json!([]));
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_the_rest_goes_on() {
    let mut input = Vec::new();
    input.extend_from_slice(b"{\"id\": \"a\", \"text\": \"It rained.\"}\n");
    input.extend_from_slice(b"{\"id\": \"b\", \"text\": \n");
    input.extend_from_slice(b"\xff\xfe{}\n");
    input.extend_from_slice(b"[1, 2]\n");
    input.extend_from_slice(b"{\"id\": \"e\"}\n");
    input.extend_from_slice(b"{\"id\": \"f\", \"text\": 3}\n");
    input.extend_from_slice(
        b"{\"id\": \"g\", \"text\": \"It rained.\", \"targets\": [{\"start\": 4, \"end\": 99}]}\n",
    );
    input.extend_from_slice(b"\n");
    input.extend_from_slice(b"{\"id\": \"i\", \"text\": \"It stopped.\"}");
    let ran = run_with_input(undertone().arg("predict"), &input);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let out: Vec<Value> = ran.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(out.len(), 8, "{}", ran.stdout);
    assert_eq!((&out[0]["id"], &out[7]["id"]), (&json!("a"), &json!("i")));
    assert_eq!(out[1]["id"], Value::Null);
    for (at, part) in [
        (1, "line 2"),
        (2, "not UTF-8"),
        (3, "line 4: a JSON object is needed"),
        (4, "field `text` is missing"),
        (5, "field `text` is not a string"),
        (6, "field `targets`[0]: 4..99"),
    ] {
        let error = out[at]["error"].as_str().unwrap();
        assert!(error.contains(part), "{error}");
        assert!(error.starts_with(&format!("line {}", at + 1)), "{error}");
    }
}

#[test]
fn a_batch_gives_what_its_sentences_give_alone() {
    let mut texts: Vec<String> = Vec::new();
    for i in 0..40 {
        texts.push(format!("{LOADED} That was {i} days ago."));
        texts.push(format!("On day {i} {}", PLAIN.to_lowercase()));
        texts.push(format!("“We have {i} ships,” said Captain Brannick of the Hilda."));
    }
    let together = predict(&texts.iter().map(|t| json!({"text": t})).collect::<Vec<_>>());
    for at in [0, 1, 2, 57, 58, 59, 117, 118, 119] {
        let alone = &predict(&[json!({"text": texts[at]})])[0];
        assert_eq!(&together[at], alone, "sentence {at}");
    }
}

#[test]
fn a_sentence_longer_than_the_window_is_read_to_its_end() {
    let filler =
        "the clerk read the list of harbour dues and wharf fees to the members, and ".repeat(40);
    let text = format!("On Monday {filler}then Perpetua Sand praised the fearless Renan Çelik.");
    let line = &predict(&[json!({"text": text})])[0];
    let names: Vec<&str> =
        line["entities"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap()).collect();
    assert!(names.contains(&"Perpetua Sand") && names.contains(&"Renan Çelik"), "{names:?}");
}

#[test]
fn nothing_to_read_is_an_error_that_says_so() {
    let ran = run(undertone().arg("predict"));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("no lines"), "{}", ran.stderr);
    let ran = run(undertone().args(["predict", "no/such/file.jsonl"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no/such/file.jsonl"), "{}", ran.stderr);
}

#[test]
fn a_missing_or_damaged_model_folder_is_named_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let small = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/small");
    let predict = |model: &std::path::Path| {
        run_with_input(undertone().arg("predict").arg("--model").arg(model), b"{\"text\": \"x\"}\n")
    };
    let ran = predict(&folder.path().join("absent"));
    assert!(ran.code == 2 && ran.stderr.contains("absent"), "{}", ran.stderr);
    for name in ["config.json", "tokenizer.json"] {
        std::fs::copy(small.join(name), folder.path().join(name)).unwrap();
    }
    let ran = predict(folder.path());
    assert!(ran.code == 2 && ran.stderr.contains("model.onnx is missing"), "{}", ran.stderr);
    let mut graph = std::fs::read(small.join("model.onnx")).unwrap();
    let middle = graph.len() / 2;
    graph[middle] ^= 0xff;
    std::fs::write(folder.path().join("model.onnx"), &graph).unwrap();
    let ran = predict(folder.path());
    assert!(ran.code == 2 && ran.stderr.contains("model.onnx is not the file"), "{}", ran.stderr);
    std::fs::write(folder.path().join("config.json"), "{\"format\": 3").unwrap();
    let ran = predict(folder.path());
    assert!(ran.code == 2 && ran.stderr.contains("config.json"), "{}", ran.stderr);
}
