//! Stance by a classifier of the user's own: of a text and a target, or by inference.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use super::labels::{LabelMap, Nli};
use super::loaded::written;
use super::texts::{Text, Texts};
use super::{Folder, OwnError, Record};
use crate::model::StanceScore;
use crate::model::decode::softmax;
use crate::model::engine::Running;

/// What stands for the target in a hypothesis.
const TARGET: &str = "{target}";

/// Sentences that a model of inference is asked about: does this follow from the text? Each names its
/// target as `{target}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypotheses {
    pub against: Vec<String>,
    pub neutral: Vec<String>,
    pub favor: Vec<String>,
}

impl Default for Hypotheses {
    fn default() -> Self {
        let one = |text: &str| vec![text.to_owned()];
        Hypotheses {
            against: one("The author is critical of {target}."),
            neutral: one("The author is neutral toward {target}."),
            favor: one("The author is supportive of {target}."),
        }
    }
}

impl Hypotheses {
    /// Reads a TOML file with the three lists.
    pub fn read(path: &Path) -> Result<Hypotheses, OwnError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| OwnError::Read { file: file.clone(), source })?;
        Hypotheses::parse(&text).map_err(|what| OwnError::Hypotheses { file, what })
    }

    /// Parses and checks the file's text.
    pub fn parse(text: &str) -> Result<Hypotheses, String> {
        let form = format!(
            "the file needs the three lists against, neutral and favor, as against = [\"The author is critical of {TARGET}.\"]"
        );
        let table = DeTable::parse(text)
            .map_err(|e| format!("{}; {form}", e.to_string().trim_end().replace('\n', " ")))?;
        let mut all = Hypotheses { against: Vec::new(), neutral: Vec::new(), favor: Vec::new() };
        for (key, value) in table.get_ref() {
            let key: &str = key.get_ref();
            let list = match key {
                "against" => &mut all.against,
                "neutral" => &mut all.neutral,
                "favor" => &mut all.favor,
                _ => return Err(format!("{key:?} is not known; {form}")),
            };
            let DeValue::Array(values) = value.get_ref() else {
                return Err(format!("{key} is no list; {form}"));
            };
            for value in values.iter() {
                match value.get_ref() {
                    DeValue::String(text) if text.contains(TARGET) => list.push(text.to_string()),
                    DeValue::String(text) => {
                        return Err(format!(
                            "{key}: {text:?} does not say {TARGET}, where the target's name goes"
                        ));
                    }
                    _ => return Err(format!("{key} has something in it that is no text; {form}")),
                }
            }
        }
        match all.lists().iter().find(|(_, list)| list.is_empty()) {
            Some((name, _)) => Err(format!("{name} has no hypothesis; {form}")),
            None => Ok(all),
        }
    }

    fn lists(&self) -> [(&'static str, &[String]); 3] {
        [("against", &self.against), ("neutral", &self.neutral), ("favor", &self.favor)]
    }
}

/// How a classifier is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The text and the target's words: one pass a target.
    Target(LabelMap),
    /// The text and a hypothesis: one pass for every hypothesis.
    Hypothesis(Nli, Hypotheses),
}

/// A classifier that says the stance of a text toward a target.
pub struct OwnStance {
    texts: Texts,
    reads: Reads,
    record: Record,
    failure: Mutex<Option<OwnError>>,
}

impl OwnStance {
    /// `labels` as `against=negative,neutral=neutral,favor=positive`, unless the labels say it themselves. A
    /// model with the label `entailment` is asked about `hypotheses`, or the default ones.
    pub fn new(
        folder: &Folder,
        labels: Option<&str>,
        hypotheses: Option<Hypotheses>,
        running: &Running,
    ) -> Result<OwnStance, OwnError> {
        let option = "--stance-labels";
        let (reads, map) = match Nli::new(option, labels, &folder.labels)? {
            Some((nli, map)) => (Reads::Hypothesis(nli, hypotheses.unwrap_or_default()), map),
            None if hypotheses.is_some() => {
                return Err(OwnError::Labels(format!(
                    "--stance-hypotheses is for models of inference, which have a label entailment; this one has {}",
                    folder.labels.join(", ")
                )));
            }
            None => {
                let map = LabelMap::stance(option, labels, &folder.labels)?;
                (Reads::Target(map.clone()), map)
            }
        };
        // One target at a time, on the thread that asks.
        let (texts, sha256) = Texts::new(folder, running)?;
        let (what, hypotheses) = match &reads {
            Reads::Target(_) => ("text and target", None),
            Reads::Hypothesis(_, hypotheses) => ("text and hypothesis", Some(hypotheses.clone())),
        };
        let record = Record {
            name: folder.name(),
            architecture: folder.architecture.clone(),
            engine: texts.engine().to_owned(),
            reads: what.to_owned(),
            labels: written(&folder.labels, &map),
            threshold: None,
            hypotheses,
            licence: folder.licence.clone(),
            sha256,
        };
        Ok(OwnStance { texts: texts.on_one_thread(), reads, record, failure: Mutex::new(None) })
    }

    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The stance of `text` toward whoever is called `target`.
    pub fn score(&self, text: &str, target: &str) -> Result<StanceScore, OwnError> {
        let p = match &self.reads {
            Reads::Target(map) => {
                let rows = self.texts.logits(&[(text, Some(target))])?;
                map.sum(&softmax(rows.first().map_or(&[], Vec::as_slice), 1.0))
            }
            // Zero-shot (Yin et al. 2019): which of the three follows most from the text.
            Reads::Hypothesis(nli, hypotheses) => {
                let lists = hypotheses.lists();
                let asked: Vec<String> = lists
                    .iter()
                    .flat_map(|(_, list)| list.iter().map(|h| h.replace(TARGET, target)))
                    .collect();
                let pairs: Vec<Text<'_>> = asked.iter().map(|h| (text, Some(h.as_str()))).collect();
                let rows = self.texts.logits(&pairs)?;
                let mut from = 0;
                let means: Vec<f32> = lists
                    .iter()
                    .map(|(_, list)| {
                        let own = &rows[from..from + list.len()];
                        from += list.len();
                        own.iter().map(|r| r[nli.entailment]).sum::<f32>() / own.len() as f32
                    })
                    .collect();
                softmax(&means, 1.0)
            }
        };
        match p.as_slice() {
            &[against, neutral, favor] => Ok(StanceScore { against, neutral, favor }),
            _ => Err(OwnError::Labels("the model gave no three sides".to_owned())),
        }
    }

    /// As [`OwnStance::score`], for callers in the middle of other work: a failure is kept for
    /// [`OwnStance::sound`].
    pub(crate) fn ask(&self, text: &str, target: &str) -> Option<StanceScore> {
        match self.score(text, target) {
            Ok(score) => Some(score),
            Err(error) => {
                let mut first = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(error);
                None
            }
        }
    }

    /// The first failure of [`OwnStance::ask`] since it was last asked for, if any.
    pub(crate) fn sound(&self) -> Result<(), OwnError> {
        match self.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hypotheses;

    #[test]
    fn hypotheses_need_all_three_stances_and_the_target() {
        let good = "against = ['{target} is blamed.']\nneutral = ['{target} is named.']\nfavor = ['{target} is praised.', 'Good for {target}.']";
        assert_eq!(Hypotheses::parse(good).expect("it is whole").favor.len(), 2);
        for (bad, says) in [
            ("against = ['{target} is blamed.']", "neutral has no hypothesis"),
            (&good.replace("{target} is named", "nothing is said"), "does not say {target}"),
            (&good.replace("['{target} is blamed.']", "[]"), "against has no hypothesis"),
            (&good.replace("favor", "favour"), "\"favour\" is not known"),
        ] {
            let message = Hypotheses::parse(bad).expect_err("it is not whole");
            assert!(message.contains(says), "{message}");
        }
    }
}
