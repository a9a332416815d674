//! Classifiers of the user's own in place of single heads: tiny random ones of four architectures, in both
//! formats (tests/models/make.py made them, and wrote down what transformers computes with them).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{rows, run, run_with_input, undertone};
use serde_json::{Value, json};
use undertone::model::engine::{Engine, Running};
use undertone::model::own::{Folder, Texts};
use undertone::tables::RunReader;
use undertone::tables::rows::{MentionRow, SentenceRow};

const ARCHITECTURES: [&str; 4] = ["bert", "roberta", "deberta-v2", "mpnet"];

fn tiny(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name)
}

/// Texts or pairs, and the logits of each.
fn expected(name: &str) -> Vec<(String, Option<String>, Vec<f32>)> {
    let rows: Vec<Value> =
        serde_json::from_slice(&std::fs::read(tiny(name).join("expected.json")).unwrap()).unwrap();
    rows.iter()
        .map(|row| {
            let logits =
                row["logits"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32);
            let part = |k: usize| row["text"][k].as_str().map(str::to_owned);
            let text = row["text"].as_str().map(str::to_owned).or_else(|| part(0)).unwrap();
            (text, part(1), logits.collect())
        })
        .collect()
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let sum: f32 = logits.iter().map(|x| x.exp()).sum();
    logits.iter().map(|x| x.exp() / sum).collect()
}

/// A copy that a test may spoil.
fn copy(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(tiny(name)).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn edit_config(folder: &Path, key: &str, value: Value) {
    let path = folder.join("config.json");
    let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    config[key] = value;
    std::fs::write(path, config.to_string()).unwrap();
}

fn every_architecture_computes_what_transformers_does(engine: Engine) {
    for name in ARCHITECTURES {
        let folder = Folder::open(&tiny(name)).unwrap();
        let running = Running { engine, ..Running::on(2) };
        let (texts, hashes) = Texts::new(&folder, &running).unwrap();
        assert_eq!(texts.engine(), engine.name());
        assert!(hashes.contains_key("config.json") && hashes.contains_key("tokenizer.json"));
        let expected = expected(name);
        assert_eq!(expected.len(), 6);
        let asked: Vec<_> = expected.iter().map(|(a, b, _)| (a.as_str(), b.as_deref())).collect();
        let found = texts.logits(&asked).unwrap();
        for ((text, _, expected), found) in expected.iter().zip(&found) {
            for (e, f) in expected.iter().zip(found) {
                assert!((e - f).abs() < 1e-4, "{name} {text:?}: {found:?}, expected {expected:?}");
            }
        }
        // Alone as among others.
        for (one, row) in asked.iter().zip(&found) {
            let alone = texts.logits(&[*one]).unwrap();
            assert!(alone[0].iter().zip(row).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }
}

#[test]
fn every_architecture_computes_in_onnx_what_transformers_does() {
    every_architecture_computes_what_transformers_does(Engine::Rten);
}

#[cfg(feature = "rust-bert")]
#[test]
fn every_architecture_computes_in_safetensors_what_transformers_does() {
    every_architecture_computes_what_transformers_does(Engine::RustBert);
}

/// Options that put each tiny model in each place that its labels allow.
const PLACES: [&[&str]; 4] = [
    &["--loaded-model", "bert"],
    &["--loaded-model", "roberta", "--loaded-labels", "plain=LABEL_0,loaded=LABEL_1"],
    &["--stance-model", "deberta-v2"],
    &["--stance-model", "mpnet"],
];

fn with_models(command: &mut Command, words: &[&str], backend: &str) {
    for word in words {
        match ARCHITECTURES.contains(word) {
            true => command.arg(tiny(word)),
            false => command.arg(word),
        };
    }
    command.args(["--backend", backend]);
}

const BACKENDS: &[&str] =
    if cfg!(feature = "rust-bert") { &["rten", "rust-bert"] } else { &["rten"] };

#[test]
fn predict_takes_only_the_replaced_head_from_the_users_model() {
    let input: String = [
        json!({"id": 1, "text": "The mayor praised the plan.", "targets": [{"start": 4, "end": 9}]}),
        json!({"id": 2, "text": "The mayor praised the plan of Northwind.", "targets": [{"start": 30, "end": 39}]}),
        json!({"id": 3, "text": "The reckless scheme is a disgrace!"}),
    ]
    .iter()
    .map(|line| format!("{line}\n"))
    .collect();
    let answers = |words: &[&str], backend: &str| -> Vec<Value> {
        let mut command = undertone();
        command.arg("predict");
        with_models(&mut command, words, backend);
        let ran = run_with_input(&mut command, input.as_bytes());
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        ran.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let default = answers(&[], "rten");
    let p = |v: &Value| v.as_f64().unwrap() as f32;
    for words in PLACES {
        let name = words[1];
        for backend in BACKENDS {
            let own = answers(words, backend);
            let rows = expected(name);
            for (d, o) in default.iter().zip(&own) {
                if *backend == "rten" {
                    assert_eq!(d["entities"], o["entities"]);
                    assert_eq!(d["spans"], o["spans"]);
                    assert_eq!(d["attributions"], o["attributions"]);
                    let other = if words[0] == "--loaded-model" { "targets" } else { "loaded" };
                    assert_eq!(d[other], o[other], "{name} touched {other}");
                }
            }
            match name {
                "bert" | "roberta" => {
                    for (answer, k) in [(0, 0), (2, 1)] {
                        let loaded = softmax(&rows[k].2)[1];
                        assert!((p(&own[answer]["loaded"]["p"]) - loaded).abs() < 2e-4, "{name}");
                        assert_eq!(own[answer]["loaded"]["label"], json!(loaded >= 0.5), "{name}");
                    }
                }
                "mpnet" => {
                    let (_, _, logits) = &rows[4];
                    let found = &own[1]["targets"][0];
                    for (key, e) in
                        ["p_against", "p_neutral", "p_favor"].iter().zip(softmax(logits))
                    {
                        assert!((p(&found[key]) - e).abs() < 2e-4, "{name}: {found}");
                    }
                }
                _ => {
                    let found = &own[0]["targets"][0];
                    let sum: f32 =
                        ["p_against", "p_neutral", "p_favor"].iter().map(|k| p(&found[k])).sum();
                    assert!((sum - 1.0).abs() < 3e-4, "{found}");
                    assert_ne!(found, &default[0]["targets"][0], "inference was not asked");
                }
            }
        }
    }
}

#[test]
fn a_run_records_the_users_models_and_keeps_all_else() {
    let folder = tempfile::tempdir().unwrap();
    let default_run = common::harbour();
    let default: Vec<SentenceRow> = rows(default_run);
    let default_mentions: Vec<MentionRow> = rows(default_run);
    for backend in BACKENDS {
        for (loaded, stance) in [(0, 2), (1, 3)] {
            let words = [PLACES[loaded], PLACES[stance]].concat();
            let out = folder.path().join(format!("{backend}-{loaded}"));
            let mut command = undertone();
            command.args(["score", "examples/harbour", "--quiet", "--replicates", "200", "--out"]);
            command.arg(&out);
            with_models(&mut command, &words, backend);
            let ran = run(&mut command);
            assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);

            let reader = RunReader::open(&out).unwrap();
            let model = &reader.manifest().model;
            let (by, toward) = (model.loaded.as_ref().unwrap(), model.stance.as_ref().unwrap());
            assert_eq!((by.name.as_str(), by.engine.as_str()), (PLACES[loaded][1], *backend));
            assert_eq!(toward.name, PLACES[stance][1]);
            for (record, name) in [(by, PLACES[loaded][1]), (toward, PLACES[stance][1])] {
                let onnx = record.engine == "rten";
                let file = if onnx { "model.onnx" } else { "model.safetensors" };
                let (_, hash) =
                    undertone::tables::manifest::sha256_of_file(&tiny(name).join(file)).unwrap();
                assert_eq!(record.sha256[file], hash);
            }
            assert_eq!(toward.hypotheses.is_some(), PLACES[stance][1] == "deberta-v2");
            assert_eq!(model.thresholds["loaded"], 0.5);

            if *backend != "rten" {
                continue; // the other heads are computed without int8 there
            }
            let own: Vec<SentenceRow> = rows(&out);
            assert_eq!(own.len(), default.len());
            let running = Running::on(1);
            let (texts, _) =
                Texts::new(&Folder::open(&tiny(PLACES[loaded][1])).unwrap(), &running).unwrap();
            for (d, o) in default.iter().zip(&own) {
                assert_eq!((&d.text, d.voice), (&o.text, o.voice));
                assert_eq!((d.start, d.end, &d.speaker_id), (o.start, o.end, &o.speaker_id));
            }
            // Line breaks inside a sentence are none in its row.
            let at = own.iter().position(|s| s.n_words > 8).unwrap();
            let logits = texts.logits(&[(own[at].text.as_str(), None)]).unwrap();
            assert!((own[at].p_loaded - f64::from(softmax(&logits[0])[1])).abs() < 1e-4);
            let mentions: Vec<MentionRow> = rows(&out);
            assert_eq!(mentions.len(), default_mentions.len());
            assert!(mentions.iter().zip(&default_mentions).all(|(a, b)| a.text == b.text));
            assert!(mentions.iter().zip(&default_mentions).any(|(a, b)| a.p_favor != b.p_favor));
        }
    }
}

#[test]
fn pronouns_are_asked_about_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("article.txt");
    std::fs::write(
        &article,
        "Anna Brandt runs the port of Selke. She has ruined it, and she will ruin the town.\n\nThe council will vote on the budget next Thursday, and the vote will be close.\n",
    )
    .unwrap();
    let out = folder.path().join("run");
    let mut command = undertone();
    command.arg("score").arg(&article).args(["--outlet", "The Marn Post", "--quiet", "--out"]);
    command.arg(&out).args(["--replicates", "200"]);
    with_models(&mut command, PLACES[3], "rten");
    let ran = run(&mut command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mentions: Vec<MentionRow> = rows(&out);
    let sentences: Vec<SentenceRow> = rows(&out);
    let she = mentions.iter().find(|m| m.text == "She").expect("a pronoun that means Brandt");
    let text = &sentences[she.sentence as usize].text;
    let (texts, _) = Texts::new(&Folder::open(&tiny("mpnet")).unwrap(), &Running::on(1)).unwrap();
    let named = softmax(&texts.logits(&[(text, Some("Anna Brandt"))]).unwrap()[0]);
    assert!((she.p_against - f64::from(named[0])).abs() < 1e-4, "{she:?}");
}

#[test]
fn hypotheses_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hypotheses.toml");
    let line = br#"{"text": "The union called the mayor reckless.", "targets": [{"start": 17, "end": 26}]}"#;
    let p_against = |hypotheses: &str| {
        std::fs::write(&file, hypotheses).unwrap();
        let mut command = undertone();
        command.args(["predict", "--stance-hypotheses"]).arg(&file);
        with_models(&mut command, PLACES[2], "rten");
        let ran = run_with_input(&mut command, line);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        answer["targets"][0]["p_against"].as_f64().unwrap()
    };
    // The logits of entailment of three pairs, and their softmax.
    let (texts, _) =
        Texts::new(&Folder::open(&tiny("deberta-v2")).unwrap(), &Running::on(1)).unwrap();
    let text = "The union called the mayor reckless.";
    let entailment: Vec<f32> =
        ["the mayor is blamed", "the mayor is named", "the mayor is praised"]
            .iter()
            .map(|h| texts.logits(&[(text, Some(h))]).unwrap()[0][0])
            .collect();
    let found = p_against(
        "against = ['{target} is blamed']\nneutral = ['{target} is named']\nfavor = ['{target} is praised']",
    );
    assert!((found - f64::from(softmax(&entailment)[0])).abs() < 2e-4, "{found}");
}

/// Runs `score` on a folder that is not there: whatever is wrong with the model must be said before.
fn refused(words: &[&str]) -> String {
    let mut command = undertone();
    command.args(["score", "examples/harbour", "--out", "target/never-made"]).args(words);
    let ran = run(&mut command);
    assert_eq!(ran.code, 2, "{words:?} was taken");
    assert!(!Path::new(env!("CARGO_MANIFEST_DIR")).join("target/never-made").exists());
    assert!(ran.stdout.is_empty());
    ran.stderr
}

#[track_caller]
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_with_what_to_do() {
    let loaded = |folder: &Path| refused(&["--loaded-model", folder.to_str().unwrap()]);

    says(&refused(&["--loaded-model", "no/such/folder"]), &["no/such/folder", "config.json"]);

    let folder = copy("bert");
    std::fs::remove_file(folder.path().join("config.json")).unwrap();
    says(&loaded(folder.path()), &["config.json is missing", "save_pretrained"]);

    let folder = copy("bert");
    std::fs::remove_file(folder.path().join("tokenizer.json")).unwrap();
    says(&loaded(folder.path()), &["tokenizer.json is missing", "AutoTokenizer"]);

    let folder = copy("bert");
    edit_config(folder.path(), "architectures", json!(["BertForMaskedLM"]));
    says(&loaded(folder.path()), &["BertForMaskedLM", "BertForSequenceClassification"]);

    let folder = copy("bert");
    edit_config(folder.path(), "problem_type", json!("multi_label_classification"));
    says(&loaded(folder.path()), &["problem_type"]);

    let folder = copy("bert");
    edit_config(folder.path(), "id2label", json!({"0": "BIASED"}));
    says(&loaded(folder.path()), &["id2label", "two labels"]);

    // The weights of another model.
    let folder = copy("bert");
    edit_config(folder.path(), "id2label", json!({"0": "NEUTRAL", "1": "BIASED", "2": "PLAIN"}));
    let message = refused(&[
        "--loaded-model",
        folder.path().to_str().unwrap(),
        "--loaded-labels",
        "plain=NEUTRAL,plain=PLAIN,loaded=BIASED",
    ]);
    says(&message, &["id2label names 3 labels", "do not belong together"]);

    // The tokenizer of another model.
    let folder = copy("bert");
    std::fs::copy(tiny("roberta").join("tokenizer.json"), folder.path().join("tokenizer.json"))
        .unwrap();
    says(&loaded(folder.path()), &["tokenizer.json", "vocab_size", "another model"]);

    let folder = copy("bert");
    std::fs::write(folder.path().join("model.onnx"), b"no graph").unwrap();
    says(&loaded(folder.path()), &["model.onnx"]);

    let folder = copy("bert");
    for file in ["model.onnx", "model.safetensors"] {
        std::fs::remove_file(folder.path().join(file)).unwrap();
    }
    says(&loaded(folder.path()), &["model.onnx is missing", "optimum-cli export onnx"]);
    std::fs::write(folder.path().join("pytorch_model.bin"), b"PK\x03\x04").unwrap();
    says(&loaded(folder.path()), &["pytorch_model.bin is a pickle", "safe_serialization=True"]);
    std::fs::remove_file(folder.path().join("pytorch_model.bin")).unwrap();
    // A pickle under a safe file's name.
    std::fs::write(folder.path().join("model.safetensors"), b"PK\x03\x04 and more").unwrap();
    says(&loaded(folder.path()), &["model.safetensors is a pickle"]);

    // One of undertone's own models in the wrong option.
    says(&refused(&["--loaded-model", "models/small"]), &["--model"]);
}

#[test]
fn an_operator_that_the_engine_lacks_is_named() {
    use rten_onnx::onnx::ModelProto;
    let folder = copy("bert");
    let path = folder.path().join("model.onnx");
    let mut graph = ModelProto::parse_buf(&std::fs::read(&path).unwrap()).unwrap();
    let nodes = &mut graph.graph.as_mut().unwrap().node;
    let tanh = nodes.iter_mut().find(|n| n.op_type.as_deref() == Some("Tanh")).unwrap();
    tanh.op_type = Some("Hyperbole".to_owned());
    std::fs::write(&path, graph.write_buf().unwrap()).unwrap();
    let message = refused(&["--loaded-model", folder.path().to_str().unwrap()]);
    says(&message, &["model.onnx", "Hyperbole", "lacks an operator", "opset"]);

    // An input that nobody fills, and a fixed length.
    let mut graph =
        ModelProto::parse_buf(&std::fs::read(tiny("bert").join("model.onnx")).unwrap()).unwrap();
    let inside = graph.graph.as_mut().unwrap();
    let dims = &mut inside.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().shape;
    let dim = &mut dims.as_mut().unwrap().dim[1];
    (dim.dim_param, dim.dim_value) = (None, Some(128));
    std::fs::write(&path, graph.write_buf().unwrap()).unwrap();
    let message = refused(&["--loaded-model", folder.path().to_str().unwrap()]);
    says(&message, &["exactly 128 pieces", "dynamic axes"]);
}

#[test]
fn a_label_map_that_does_not_fit_is_refused_with_the_labels() {
    let (bert, roberta, mpnet) = (tiny("bert"), tiny("roberta"), tiny("mpnet"));
    let [bert, roberta, mpnet] = [&bert, &roberta, &mpnet].map(|p| p.to_str().unwrap());
    says(
        &refused(&["--loaded-model", roberta]),
        &["LABEL_0", "--loaded-labels plain=LABEL_0,loaded=LABEL_1"],
    );
    says(
        &refused(&["--loaded-model", bert, "--loaded-labels", "loaded=SLANTED,plain=NEUTRAL"]),
        &["no label \"SLANTED\"", "\"NEUTRAL\", \"BIASED\""],
    );
    says(&refused(&["--stance-model", bert]), &["--stance-labels"]);
    says(&refused(&["--loaded-labels", "a=b"]), &["--loaded-labels belongs to --loaded-model"]);
    says(
        &refused(&["--loaded-model", bert, "--loaded-threshold", "1.5"]),
        &["--loaded-threshold is 1.5"],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.toml");
    std::fs::write(&file, "against = ['x']").unwrap();
    let file = file.to_str().unwrap();
    says(
        &refused(&["--stance-model", mpnet, "--stance-hypotheses", file]),
        &["h.toml", "does not say {target}"],
    );
    std::fs::write(
        file,
        "against = ['{target} x']\nneutral = ['{target} y']\nfavor = ['{target} z']",
    )
    .unwrap();
    says(
        &refused(&["--stance-model", mpnet, "--stance-hypotheses", file]),
        &["models of inference", "con, none, pro"],
    );
}

#[test]
fn a_gpu_that_is_not_there_is_refused_before_anything_is_read() {
    says(&refused(&["--device", "cuda:0"]), &["cuda:0", "--backend rust-bert"]);
    says(&refused(&["--device", "gpu"]), &["cuda:0"]);
    says(&refused(&["--precision", "bf16"]), &["bf16", "rust-bert"]);
    if cfg!(feature = "rust-bert") {
        // No machine has a hundredth GPU.
        let message = refused(&["--backend", "rust-bert", "--device", "cuda:99"]);
        says(&message, &["cuda:99", "CUDA GPU"]);
    } else {
        says(&refused(&["--backend", "rust-bert"]), &["--features rust-bert", "docs/gpu.md"]);
        let folder = copy("bert");
        std::fs::remove_file(folder.path().join("model.onnx")).unwrap();
        says(
            &refused(&["--loaded-model", folder.path().to_str().unwrap()]),
            &["ONNX only", "optimum-cli export onnx", "docs/gpu.md"],
        );
    }
}

#[cfg(feature = "rust-bert")]
#[test]
fn safetensors_that_do_not_fit_the_config_are_refused() {
    let spoilt = |key: &str, value: Value| {
        let folder = copy("bert");
        std::fs::remove_file(folder.path().join("model.onnx")).unwrap();
        edit_config(folder.path(), key, value);
        refused(&["--loaded-model", folder.path().to_str().unwrap()])
    };
    says(&spoilt("num_hidden_layers", json!(3)), &["encoder.layer.2", "do not belong"]);
    says(&spoilt("num_hidden_layers", json!(1)), &["encoder.layer.1", "1 layers"]);
    says(&spoilt("intermediate_size", json!(48)), &["intermediate.dense", "[32", "do not belong"]);
    says(&spoilt("model_type", json!("electra")), &["electra", "ONNX"]);
    says(&spoilt("model_type", json!("modernbert")), &["modernbert", "ONNX"]);
    says(&spoilt("layer_norm_eps", json!(1e-5)), &["layer_norm_eps"]);
    let deberta = |key: &str, value: Value| {
        let folder = copy("deberta-v2");
        std::fs::remove_file(folder.path().join("model.onnx")).unwrap();
        edit_config(folder.path(), key, value);
        refused(&["--stance-model", folder.path().to_str().unwrap()])
    };
    says(&deberta("conv_kernel_size", json!(3)), &["conv_kernel_size", "ONNX"]);
    says(&deberta("share_att_key", json!(false)), &["pos_key_proj", "do not belong"]);
    says(&deberta("position_buckets", json!(16)), &["rel_embeddings", "do not belong"]);
    let folder = copy("mpnet");
    std::fs::remove_file(folder.path().join("model.onnx")).unwrap();
    let whole = std::fs::read(folder.path().join("model.safetensors")).unwrap();
    std::fs::write(folder.path().join("model.safetensors"), &whole[..whole.len() / 2]).unwrap();
    says(
        &refused(&["--stance-model", folder.path().to_str().unwrap()]),
        &["model.safetensors", "copy it again"],
    );
}

#[test]
fn info_says_what_a_folder_is() {
    let folder = copy("roberta");
    std::fs::write(
        folder.path().join("README.md"),
        "---\nlanguage: en\nlicense: mit\n---\n# A model\n",
    )
    .unwrap();
    let ran = run(undertone().args(["model", "info"]).arg(folder.path()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    says(
        &ran.stdout,
        &[
            "RobertaForSequenceClassification",
            "0 LABEL_0, 1 LABEL_1",
            "say with --loaded-labels",
            "rten (ONNX)",
            "rust-bert (safetensors)",
            "64 pieces",
            "mit",
            "model.onnx",
        ],
    );
    let ran = run(undertone().args(["model", "info", "models/small"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    says(&ran.stdout, &["undertone's own", "int8", "160 pieces", "rten (model.onnx)"]);
    let ran = run(undertone().args(["model", "info", "examples/harbour"]));
    assert_eq!(ran.code, 2);
    says(&ran.stderr, &["config.json is missing"]);
}

#[test]
fn check_runs_a_model_and_holds_it_against_the_default() {
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("babe")).unwrap();
    let rows: String =
        ["The reckless scheme is a disgrace!", "The mayor praised the plan.", "Prices rose."]
            .iter()
            .enumerate()
            .map(|(k, text)| {
                format!(
                    "{}\n",
                    json!({"text": text, "label": if k == 0 { "Biased" } else { "Non-biased" }})
                )
            })
            .collect();
    std::fs::write(data.path().join("babe/eval_dev.jsonl"), rows).unwrap();
    let mut command = undertone();
    command.args(["model", "check", "--data"]).arg(data.path()).arg(tiny("bert"));
    let ran = run(&mut command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    says(
        &ran.stdout,
        &["yes, on rten", "loaded=BIASED", "sentences a second", "the default", "macro-F1"],
    );

    let ran = run(undertone().args(["model", "check"]).arg(tiny("deberta-v2")));
    says(&ran.stdout, &["text and hypothesis", "The author is critical of {target}."]);
    let ran = run(undertone().args(["model", "check"]).arg(tiny("roberta")));
    assert_eq!(ran.code, 2);
    says(&ran.stderr, &["--as loaded", "LABEL_0"]);
}
