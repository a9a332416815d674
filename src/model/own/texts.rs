//! Texts in, logits out: a tokenizer and a classifier that were tried together.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::Array2;
use tokenizers::{Encoding, Tokenizer, TruncationDirection, TruncationParams, TruncationStrategy};

use super::{Classifier, Folder, Hashes, OwnError, TextBatch};
use crate::model::backend::{BackendError, on_threads};
use crate::model::engine::Running;

const BATCH_PIECES: usize = 1024;
const BATCH_TEXTS: usize = 16;

/// A text, and the second one of a pair.
pub type Text<'a> = (&'a str, Option<&'a str>);

/// A classifier that reads texts.
pub struct Texts {
    tokenizer: Tokenizer,
    classifier: Box<dyn Classifier>,
    threads: usize,
}

impl Texts {
    /// Loads a folder's weights and tries them on two texts, alone and together. Gives the files' hashes, too.
    pub fn new(folder: &Folder, running: &Running) -> Result<(Texts, Hashes), OwnError> {
        let (classifier, sha256) = folder.classifier(running)?;
        let mut tokenizer = folder.tokenizer.clone();
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(Some(TruncationParams {
                max_length: folder.max_tokens,
                strategy: TruncationStrategy::LongestFirst,
                stride: 0,
                direction: TruncationDirection::Right,
            }))
            .map_err(|e| OwnError::Tokenizer(e.to_string()))?;
        let texts = Texts { tokenizer, classifier, threads: running.threads };
        texts.try_out(folder.labels.len())?;
        Ok((texts, sha256))
    }

    /// The same, computing on the thread that asks: for callers that are many already.
    pub fn on_one_thread(self) -> Texts {
        Texts { threads: 1, ..self }
    }

    pub fn engine(&self) -> &'static str {
        self.classifier.engine()
    }

    fn try_out(&self, labels: usize) -> Result<(), OwnError> {
        let first = "The mayor of the town praised the plan on Monday.";
        let long = [first; 40].join(" ");
        let wrong = |error: OwnError| match error {
            OwnError::Backend(BackendError::Shape { found, .. }) => OwnError::Config(format!(
                "id2label names {labels} labels, the weights give an output of shape {found:?} for two texts; they do not belong together"
            )),
            OwnError::Backend(BackendError::Run(what)) => {
                OwnError::Graph(format!("it does not run: {what}"))
            }
            other => other,
        };
        let tried: [Text<'_>; 4] =
            [(first, None), (first, None), (first, Some("The mayor.")), (&long, None)];
        let rows = self.logits(&tried).map_err(wrong)?;
        if rows.iter().flatten().any(|x| !x.is_finite()) {
            return Err(OwnError::Weights(
                "what comes out are no numbers (NaN or infinite); the weights are damaged"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Logits of every text, in their order. Of texts that are too long the end is cut off.
    pub fn logits(&self, texts: &[Text<'_>]) -> Result<Vec<Vec<f32>>, OwnError> {
        let encodings: Vec<Encoding> =
            texts.iter().map(|text| self.encode(*text)).collect::<Result<_, _>>()?;
        let mut by_length: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, encoding) in encodings.iter().enumerate() {
            by_length.entry(encoding.len()).or_default().push(at);
        }
        // Longest first, so that no core is left with a long batch at the end.
        let batches: Vec<(usize, &[usize])> = by_length
            .iter()
            .rev()
            .flat_map(|(&length, all)| {
                let most = (BATCH_PIECES / length.max(1)).clamp(1, BATCH_TEXTS);
                all.chunks(most).map(move |chunk| (length, chunk))
            })
            .collect();
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Vec<f32>>> = Mutex::new(vec![Vec::new(); texts.len()]);
        let work = || -> Result<(), OwnError> {
            while let Some(&(length, chunk)) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                let logits = self.classifier.run(&batch(&encodings, length, chunk))?;
                if let Ok(mut done) = done.lock() {
                    for (row, &at) in logits.rows().into_iter().zip(chunk) {
                        done[at] = row.to_vec();
                    }
                }
            }
            Ok(())
        };
        let threads = self.threads.min(batches.len());
        on_threads(threads, work)?;
        Ok(done.into_inner().unwrap_or_default())
    }

    fn encode(&self, (text, second): Text<'_>) -> Result<Encoding, OwnError> {
        match second {
            Some(second) => self.tokenizer.encode((text, second), true),
            None => self.tokenizer.encode(text, true),
        }
        .map_err(|e| OwnError::Tokenizer(e.to_string()))
    }
}

fn batch(encodings: &[Encoding], length: usize, chunk: &[usize]) -> TextBatch {
    let fill = |of: &dyn Fn(&Encoding) -> &[u32]| {
        let mut all = Array2::zeros((chunk.len(), length));
        for (mut row, &at) in all.rows_mut().into_iter().zip(chunk) {
            for (to, &id) in row.iter_mut().zip(of(&encodings[at])) {
                *to = id.cast_signed();
            }
        }
        all
    };
    TextBatch { input_ids: fill(&|e| e.get_ids()), type_ids: fill(&|e| e.get_type_ids()) }
}
