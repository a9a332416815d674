//! Loaded wording by a classifier of the user's own.

use std::collections::BTreeMap;

use super::labels::LabelMap;
use super::texts::Texts;
use super::{Folder, OwnError, Record};
use crate::model::Loaded;
use crate::model::decode::softmax;
use crate::model::engine::Running;

/// Probability from which a sentence is loaded, unless another is given.
const THRESHOLD: f32 = 0.5;

/// A classifier that says whether a sentence is loaded.
pub struct OwnLoaded {
    texts: Texts,
    map: LabelMap,
    threshold: f32,
    record: Record,
}

impl OwnLoaded {
    /// `labels` as `loaded=BIASED,plain=NEUTRAL`, unless the labels say it themselves.
    pub fn new(
        folder: &Folder,
        labels: Option<&str>,
        threshold: Option<f32>,
        running: &Running,
    ) -> Result<OwnLoaded, OwnError> {
        let map = LabelMap::loaded("--loaded-labels", labels, &folder.labels)?;
        let threshold = threshold.unwrap_or(THRESHOLD);
        if !(0.0..=1.0).contains(&threshold) {
            return Err(OwnError::Labels(format!(
                "--loaded-threshold is {threshold}; it is a probability, from 0 to 1"
            )));
        }
        let (texts, sha256) = Texts::new(folder, running)?;
        let record = Record {
            name: folder.name(),
            architecture: folder.architecture.clone(),
            engine: texts.engine().to_owned(),
            reads: "text".to_owned(),
            labels: written(&folder.labels, &map),
            // As it prints: 0.55, not 0.550000011920929.
            threshold: threshold.to_string().parse().ok(),
            hypotheses: None,
            licence: folder.licence.clone(),
            sha256,
        };
        Ok(OwnLoaded { texts, map, threshold, record })
    }

    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Reads sentences, in their order.
    pub fn read(&self, sentences: &[&str]) -> Result<Vec<Loaded>, OwnError> {
        let texts: Vec<_> = sentences.iter().map(|s| (*s, None)).collect();
        let rows = self.texts.logits(&texts)?;
        Ok(rows
            .iter()
            .map(|logits| {
                let p = self.map.sum(&softmax(logits, 1.0))[1];
                Loaded { p, label: p >= self.threshold }
            })
            .collect())
    }
}

/// Every label and what it stands for.
pub(super) fn written(labels: &[String], map: &LabelMap) -> BTreeMap<String, String> {
    labels.iter().cloned().zip(map.names().map(str::to_owned)).collect()
}
