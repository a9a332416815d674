//! The model as the rest of the program sees it: sentences in, readings out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{Array1, Array2, s};
use rayon::prelude::*;

use super::Reading;
use super::backend::{Backend, BackendError, Batch, Logits};
use super::config::Config;
use super::decode::{self, SentenceLogits};
use super::folder::{Files, Fingerprint, ModelError};
use super::pieces::{Encoder, Pieces, Window, windows};
use super::rten::Rten;

/// Most pieces that go through the engine at once, on one core.
const BATCH_PIECES: usize = 1024;
const BATCH_SENTENCES: usize = 16;

/// What one sentence gave before any decision: its pieces and the logits of every head, windows
/// joined, temperatures not applied. One row per piece but for `loaded`; the columns are the labels
/// of the config.
#[derive(Clone, Debug)]
pub struct Raw {
    pub pieces: Pieces,
    /// `[2]`
    pub loaded: Array1<f32>,
    /// `[pieces, 2]`
    pub loaded_words: Array2<f32>,
    /// `[pieces, 11]`
    pub entities: Array2<f32>,
    /// `[pieces, 7]`
    pub attribution: Array2<f32>,
    /// `[pieces, 3]`
    pub stance: Array2<f32>,
}

/// A loaded model: tokenizer, engine, calibration.
pub struct Model {
    config: Config,
    encoder: Encoder,
    backend: Box<dyn Backend>,
    fingerprint: Fingerprint,
    threads: usize,
}

impl Model {
    /// The model inside the binary, on `threads` cores.
    pub fn built_in(threads: usize) -> Result<Model, ModelError> {
        Self::from_files(Files::built_in(), threads)
    }

    /// A model folder: `config.json`, `tokenizer.json`, `model.onnx`.
    pub fn load(folder: &Path, threads: usize) -> Result<Model, ModelError> {
        Self::from_files(Files::read(folder)?, threads)
    }

    fn from_files(files: Files, threads: usize) -> Result<Model, ModelError> {
        let place = files.place.clone();
        let build = || {
            let config = Config::parse(&files.config)?;
            let fingerprint = files.check(&config)?;
            let encoder = Encoder::new(&files.tokenizer)?;
            let backend: Box<dyn Backend> = Box::new(match files.graph {
                std::borrow::Cow::Borrowed(bytes) => Rten::from_static(bytes)?,
                std::borrow::Cow::Owned(bytes) => Rten::from_bytes(bytes)?,
            });
            Ok(Model { config, encoder, backend, fingerprint, threads: threads.max(1) })
        };
        build().map_err(|error| match error {
            named @ (ModelError::Hash { .. } | ModelError::Missing { .. }) => named,
            error => ModelError::In { folder: place, error: Box::new(error) },
        })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Name of the engine.
    pub fn backend(&self) -> &'static str {
        self.backend.name()
    }

    /// Reads sentences, in their order. A sentence longer than the window is read in overlapping
    /// windows; each piece is taken from the window in which it stands furthest from an edge, and the
    /// sentence is as loaded as its most loaded window.
    ///
    /// What a sentence gets does not depend on the others.
    pub fn read<T: AsRef<str> + Sync>(&self, sentences: &[T]) -> Result<Vec<Reading>, ModelError> {
        self.walk(sentences, |text, pieces, logits| {
            decode::decode(text, pieces, logits, &self.config)
        })
    }

    /// As [`Model::read`], and what each reading was made of: for measuring a model word by word.
    pub fn read_raw<T: AsRef<str> + Sync>(
        &self,
        sentences: &[T],
    ) -> Result<Vec<(Reading, Raw)>, ModelError> {
        self.walk(sentences, |text, pieces, logits| {
            (
                decode::decode(text, pieces, logits, &self.config),
                Raw {
                    pieces: pieces.clone(),
                    loaded: logits.loaded.to_owned(),
                    loaded_words: logits.loaded_words.to_owned(),
                    entities: logits.entities.to_owned(),
                    attribution: logits.attribution.to_owned(),
                    stance: logits.stance.to_owned(),
                },
            )
        })
    }

    /// Every sentence's logits, its windows joined, to `make`.
    fn walk<T: AsRef<str> + Sync, R: Send>(
        &self,
        sentences: &[T],
        make: impl Fn(&str, &Pieces, &SentenceLogits<'_>) -> R + Sync,
    ) -> Result<Vec<R>, ModelError> {
        let pieces: Vec<Pieces> = sentences
            .par_iter()
            .map(|text| self.encoder.encode(text.as_ref()))
            .collect::<Result<_, _>>()?;

        // Every window of every sentence, by length: a batch needs no padding.
        let room = self.config.max_tokens - 2;
        let mut by_length: BTreeMap<usize, Vec<(usize, Window)>> = BTreeMap::new();
        for (i, p) in pieces.iter().enumerate() {
            for window in windows(p, room, self.config.overlap_tokens) {
                by_length.entry(window.end - window.start).or_default().push((i, window));
            }
        }
        // Longest first, so that no core is left with a long batch at the end.
        let batches: Vec<(usize, &[(usize, Window)])> = by_length
            .iter()
            .rev()
            .flat_map(|(&length, all)| {
                let most = (BATCH_PIECES / (length + 2)).clamp(1, BATCH_SENTENCES);
                all.chunks(most).map(move |chunk| (length, chunk))
            })
            .collect();

        let outputs = self.run_all(&pieces, &batches)?;

        // Where the windows of each sentence ended up: (window, batch, row).
        let mut found: Vec<Vec<(Window, usize, usize)>> = vec![Vec::new(); pieces.len()];
        for (b, (_, chunk)) in batches.iter().enumerate() {
            for (row, &(i, window)) in chunk.iter().enumerate() {
                found[i].push((window, b, row));
            }
        }
        Ok(sentences
            .par_iter()
            .zip(&pieces)
            .zip(&mut found)
            .map(|((text, pieces), places)| {
                places.sort_by_key(|(w, _, _)| w.start);
                Self::join(text.as_ref(), pieces, places, &outputs, &make)
            })
            .collect())
    }

    /// Every batch through the engine, one core a batch.
    fn run_all(
        &self,
        pieces: &[Pieces],
        batches: &[(usize, &[(usize, Window)])],
    ) -> Result<Vec<Logits>, BackendError> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Option<Logits>>> = Mutex::new(vec![None; batches.len()]);
        let work = || -> Result<(), BackendError> {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((length, chunk)) = batches.get(at) else { return Ok(()) };
                let logits = self.backend.run(&self.batch(pieces, *length, chunk))?;
                if let Ok(mut done) = done.lock() {
                    done[at] = Some(logits);
                }
            }
        };
        let threads = self.threads.min(batches.len());
        if threads <= 1 {
            work()?;
        } else {
            std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                workers.into_iter().try_for_each(|w| {
                    w.join().unwrap_or_else(|_| {
                        Err(BackendError::Run("a worker thread panicked".to_owned()))
                    })
                })
            })?;
        }
        let done = done.into_inner().unwrap_or_default();
        done.into_iter()
            .collect::<Option<Vec<_>>>()
            .filter(|all| all.len() == batches.len())
            .ok_or_else(|| BackendError::Run("a batch was left out".to_owned()))
    }

    fn batch(&self, pieces: &[Pieces], length: usize, chunk: &[(usize, Window)]) -> Batch {
        let (begin, end) = self.encoder.special();
        let mut input_ids = Array2::zeros((chunk.len(), length + 2));
        let mut case_ids = Array2::zeros((chunk.len(), length + 2));
        for (row, &(i, w)) in chunk.iter().enumerate() {
            input_ids[(row, 0)] = begin;
            input_ids[(row, length + 1)] = end;
            for (k, at) in (w.start..w.end).enumerate() {
                input_ids[(row, k + 1)] = pieces[i].ids[at];
                case_ids[(row, k + 1)] = pieces[i].case_ids[at];
            }
        }
        Batch { input_ids, case_ids }
    }

    fn join<R>(
        text: &str,
        pieces: &Pieces,
        places: &[(Window, usize, usize)],
        outputs: &[Logits],
        make: impl Fn(&str, &Pieces, &SentenceLogits<'_>) -> R,
    ) -> R {
        if let [(_, b, row)] = places {
            let out = &outputs[*b];
            // Without the special pieces at either end.
            let inner = s![*row, 1..pieces.ids.len() + 1, ..];
            return make(
                text,
                pieces,
                &SentenceLogits {
                    loaded: out.loaded.row(*row),
                    loaded_words: out.loaded_words.slice(inner),
                    entities: out.entities.slice(inner),
                    attribution: out.attribution.slice(inner),
                    stance: out.stance.slice(inner),
                },
            );
        }
        // For every piece: the window in which it is furthest from an edge that is no sentence edge.
        let total = pieces.ids.len();
        let depth = |w: &Window, at: usize| {
            let left = if w.start == 0 { usize::MAX } else { at - w.start };
            let right = if w.end == total { usize::MAX } else { w.end - 1 - at };
            left.min(right)
        };
        let chosen: Vec<(usize, usize, usize)> = (0..total)
            .filter_map(|at| {
                places
                    .iter()
                    .filter(|(w, _, _)| w.start <= at && at < w.end)
                    .max_by_key(|(w, _, _)| depth(w, at))
                    .map(|&(w, b, row)| (b, row, at - w.start + 1))
            })
            .collect();
        let join = |head: &dyn Fn(&Logits) -> ndarray::ArrayView3<'_, f32>, labels: usize| {
            let mut joined = Array2::zeros((chosen.len(), labels));
            for (at, &(b, row, k)) in chosen.iter().enumerate() {
                joined.row_mut(at).assign(&head(&outputs[b]).slice(s![row, k, ..]));
            }
            joined
        };
        let margin = |l: &Array1<f32>| l[1] - l[0];
        let loaded = places
            .iter()
            .map(|&(_, b, row)| outputs[b].loaded.row(row).to_owned())
            .max_by(|a, b| margin(a).total_cmp(&margin(b)))
            .unwrap_or_else(|| Array1::zeros(2));
        let words = join(&|l| l.loaded_words.view(), 2);
        let entities = join(&|l| l.entities.view(), 11);
        let attribution = join(&|l| l.attribution.view(), 7);
        let stance = join(&|l| l.stance.view(), 3);
        make(
            text,
            pieces,
            &SentenceLogits {
                loaded: loaded.view(),
                loaded_words: words.view(),
                entities: entities.view(),
                attribution: attribution.view(),
                stance: stance.view(),
            },
        )
    }
}
