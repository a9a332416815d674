//! A model folder's `config.json`: labels, window, temperatures, thresholds, hashes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ModelError;

/// The version of the folder's layout that this program reads.
pub const FORMAT: &str = "undertone-model/1";

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
    pub stance: Head,
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
    /// Of `stance`: how frequent each label is where the temperature was set, and in running news.
    #[serde(default)]
    pub priors: Option<Priors>,
    /// The data on which temperature and threshold were set.
    pub set_on: String,
}

/// Shares of a head's labels, in their order, each summing to 1.
#[derive(Clone, Debug, Deserialize)]
pub struct Priors {
    /// Among the labelled examples on which the head was calibrated.
    pub labels: Vec<f32>,
    /// Among whatever running news names.
    pub news: Vec<f32>,
}

impl Priors {
    /// What is added to a calibrated head's logits to get probabilities for running news: the logarithms of how
    /// much more frequent each label is there (Saerens et al. 2002, equation 2.4).
    pub(crate) fn shift(&self) -> Vec<f32> {
        self.labels.iter().zip(&self.news).map(|(labels, news)| (news / labels).ln()).collect()
    }
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
        if let Some(Priors { labels, news }) = &heads.stance.priors {
            let shares = |p: &[f32]| {
                p.len() == heads.stance.labels.len()
                    && p.iter().all(|x| *x > 0.0)
                    && (p.iter().sum::<f32>() - 1.0).abs() < 0.01
            };
            if !shares(labels) || !shares(news) {
                return Err(ModelError::Config(format!(
                    "heads.stance.priors: labels {labels:?} and news {news:?} must each be {} shares above 0 that sum to 1",
                    heads.stance.labels.len()
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
    fn priors_that_are_no_shares_are_refused() {
        let mut config: Value =
            serde_json::from_slice(include_bytes!("../../models/small/config.json")).unwrap();
        for (labels, ok) in [
            (json!([0.3, 0.5, 0.2]), true),
            (json!([0.3, 0.7, 0.0]), false),
            (json!([0.3, 0.5]), false),
            (json!([0.5, 0.5, 0.5]), false),
        ] {
            config["heads"]["stance"]["priors"]["labels"] = labels.clone();
            let parsed = Config::parse(config.to_string().as_bytes());
            assert_eq!(parsed.is_ok(), ok, "{labels}");
            if let Err(error) = parsed {
                assert!(error.to_string().contains("heads.stance.priors"), "{error}");
            }
        }
        // Models from before have none.
        config["heads"]["stance"].as_object_mut().unwrap().remove("priors");
        assert!(Config::parse(config.to_string().as_bytes()).is_ok());
    }
}
