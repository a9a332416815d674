//! A model folder's `config.json`: labels, window, temperatures, thresholds, hashes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ModelError;

/// The version of the folder's layout that this program reads.
pub const FORMAT: &str = "undertone-model/2";

/// `config.json` as it stands.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    pub format: String,
    pub name: String,
    /// Longest input in pieces, the two special ones included.
    pub max_tokens: usize,
    /// Pieces that neighbouring windows of a longer sentence share.
    pub overlap_tokens: usize,
    /// Meaning of the values of `case_ids`.
    pub case_labels: Vec<String>,
    /// `int8` or `fp32`
    pub precision: String,
    pub heads: Heads,
    /// File name to SHA-256, lower-case hex.
    pub sha256: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Heads {
    pub loaded: Head,
    pub loaded_words: Head,
    pub entities: Head,
    pub attribution: Head,
    /// Toward whoever is asked about.
    pub stance: Head,
    /// Toward whoever a sentence of running news names.
    pub stance_named: Head,
}

/// One head of the model.
#[derive(Clone, Debug, Deserialize)]
pub struct Head {
    pub labels: Vec<String>,
    /// Divides the logits before the softmax (Guo et al. 2017, section 4.2).
    pub temperature: f32,
    /// Probability from which the last label is given; only where the head decides yes or no. Of
    /// `attribution`: from which words without quotation marks count as somebody's.
    pub threshold: Option<f32>,
    /// Of heads that mark spans: how much likelier each label (column) is right after each other one (row)
    /// than by itself, a weighted log ratio; the last row is the beginning of a sentence.
    #[serde(default)]
    pub transitions: Option<Vec<Vec<f32>>>,
    /// The data on which temperature and threshold were set.
    pub set_on: String,
}

const LOADED: &[&str] = &["plain", "loaded"];
const ENTITIES: &[&str] = &[
    "O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-NORP", "I-NORP", "B-MISC",
    "I-MISC",
];
const ATTRIBUTION: &[&str] =
    &["O", "B-SOURCE", "I-SOURCE", "B-CUE", "I-CUE", "B-CONTENT", "I-CONTENT"];
const STANCE: &[&str] = &["against", "neutral", "favor"];
const CASES: &[&str] = &["lower", "title", "upper", "mixed"];

impl Config {
    /// Reads `config.json` and checks that this program understands all of it.
    pub fn parse(json: &[u8]) -> Result<Config, ModelError> {
        let config: Config = serde_json::from_slice(json)
            .map_err(|e| ModelError::Config(format!("it does not have the expected form: {e}")))?;
        if config.format != FORMAT {
            return Err(ModelError::Config(format!(
                "format is {:?}; this version reads {FORMAT:?}",
                config.format
            )));
        }
        let heads = &config.heads;
        for (name, labels, known) in [
            ("heads.loaded.labels", &heads.loaded.labels, LOADED),
            ("heads.loaded_words.labels", &heads.loaded_words.labels, LOADED),
            ("heads.entities.labels", &heads.entities.labels, ENTITIES),
            ("heads.attribution.labels", &heads.attribution.labels, ATTRIBUTION),
            ("heads.stance.labels", &heads.stance.labels, STANCE),
            ("heads.stance_named.labels", &heads.stance_named.labels, STANCE),
            ("case_labels", &config.case_labels, CASES),
        ] {
            if labels != known {
                return Err(ModelError::Config(format!(
                    "{name} is {labels:?}, expected {known:?}"
                )));
            }
        }
        for (name, head) in [
            ("loaded", &heads.loaded),
            ("loaded_words", &heads.loaded_words),
            ("entities", &heads.entities),
            ("attribution", &heads.attribution),
            ("stance", &heads.stance),
            ("stance_named", &heads.stance_named),
        ] {
            if !(head.temperature.is_finite() && head.temperature > 0.0) {
                return Err(ModelError::Config(format!(
                    "heads.{name}.temperature is {}, it must be above 0",
                    head.temperature
                )));
            }
        }
        for (name, head) in [("loaded", &heads.loaded), ("loaded_words", &heads.loaded_words)] {
            match head.threshold {
                Some(t) if (0.0..=1.0).contains(&t) => {}
                other => {
                    return Err(ModelError::Config(format!(
                        "heads.{name}.threshold is {other:?}, it must be between 0 and 1"
                    )));
                }
            }
        }
        for (name, head) in [("entities", &heads.entities), ("attribution", &heads.attribution)] {
            let labels = head.labels.len();
            let fits = |rows: &Vec<Vec<f32>>| {
                rows.len() == labels + 1
                    && rows.iter().all(|r| r.len() == labels && r.iter().all(|x| x.is_finite()))
            };
            if head.transitions.as_ref().is_some_and(|rows| !fits(rows)) {
                return Err(ModelError::Config(format!(
                    "heads.{name}.transitions must have {} rows of {labels} numbers",
                    labels + 1
                )));
            }
        }
        // Two special pieces, and an overlap that leaves every window something of its own.
        if config.max_tokens < 8 || config.overlap_tokens + 4 > config.max_tokens {
            return Err(ModelError::Config(format!(
                "max_tokens {} and overlap_tokens {} do not fit together",
                config.max_tokens, config.overlap_tokens
            )));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_config_that_does_not_fit_is_refused_by_name() {
        let config: Value =
            serde_json::from_slice(include_bytes!("../../models/small/config.json")).unwrap();
        let changed = |at: &str, value: Value| {
            let mut config = config.clone();
            *config.pointer_mut(at).unwrap() = value;
            Config::parse(config.to_string().as_bytes()).map(|_| ()).map_err(|e| e.to_string())
        };
        assert_eq!(changed("/max_tokens", json!(160)), Ok(()));
        for (at, value, named) in [
            ("/format", json!("undertone-model/1"), "format"),
            ("/heads/stance/temperature", json!(0.0), "heads.stance.temperature"),
            ("/heads/stance_named/temperature", json!(-1.0), "heads.stance_named.temperature"),
            ("/heads/stance_named/labels", json!(["bad", "good"]), "heads.stance_named.labels"),
            ("/heads/loaded/threshold", json!(1.5), "heads.loaded.threshold"),
        ] {
            let error = changed(at, value).unwrap_err();
            assert!(error.contains(named), "{at}: {error}");
        }
    }
}
