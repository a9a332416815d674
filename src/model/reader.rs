//! The model as the rest of the program sees it: sentences in, readings out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ndarray::{Array1, Array2, s};
use rayon::prelude::*;

use super::backend::{Backend, BackendError, Batch, Logits, on_threads};
use super::config::Config;
#[cfg(feature = "rust-bert")]
use super::convert;
use super::decode::{self, SentenceLogits};
use super::engine::{Engine, Running};
use super::folder::{Files, Fingerprint, ModelError, Network};
use super::own::{Own, OwnLoaded, OwnStance, Record};
use super::pieces::{Encoder, Pieces, Window, windows};
use super::rten::Rten;
use super::{Asked, Reading};

/// The engine that was asked for, with the weights that it reads.
fn backend(network: Network, running: &Running) -> Result<Box<dyn Backend>, ModelError> {
    match (running.engine, network) {
        (Engine::Rten, Network::Graph(Cow::Borrowed(bytes))) => {
            Ok(Box::new(Rten::from_static(bytes)?))
        }
        (Engine::Rten, Network::Graph(Cow::Owned(bytes))) => Ok(Box::new(Rten::from_bytes(bytes)?)),
        (Engine::Rten, Network::Weights(_)) => Err(ModelError::Weights(
            "the engine rten reads model.onnx; use --backend rust-bert".to_owned(),
        )),
        #[cfg(feature = "rust-bert")]
        (Engine::RustBert, Network::Weights(file)) => {
            Ok(Box::new(super::torch::Network::new(&file, running)?))
        }
        #[cfg(feature = "rust-bert")]
        (Engine::RustBert, Network::Graph(onnx)) => {
            let network = convert::Network::from_onnx(&onnx).map_err(ModelError::Graph)?;
            drop(onnx);
            let file = network.to_safetensors(false).map_err(ModelError::Weights)?;
            drop(network);
            Ok(Box::new(super::torch::Network::new(&file, running)?))
        }
        #[cfg(not(feature = "rust-bert"))]
        (Engine::RustBert, _) => Err(running.check().err().unwrap_or_else(|| {
            ModelError::Engine("this build has no engine rust-bert".to_owned())
        })),
    }
}

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
    /// `[pieces, 3]`
    pub stance_named: Array2<f32>,
}

/// A loaded model: tokenizer, engine, calibration.
pub struct Model {
    config: Config,
    encoder: Encoder,
    backend: Box<dyn Backend>,
    fingerprint: Fingerprint,
    running: Running,
    own_loaded: Option<OwnLoaded>,
    own_stance: Option<Arc<OwnStance>>,
}

impl Model {
    /// The model inside the binary, on `threads` cores.
    pub fn built_in(threads: usize) -> Result<Model, ModelError> {
        Self::from_files(Files::built_in(), Running::on(threads))
    }

    /// The files of the model inside the binary: `model.onnx`, `config.json`, `tokenizer.json`.
    pub fn built_in_files() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let files = Files::built_in();
        let graph = match files.network {
            Network::Graph(bytes) => bytes.into_owned(),
            Network::Weights(bytes) => bytes,
        };
        (graph, files.config.into_owned(), files.tokenizer.into_owned())
    }

    /// A model folder: `config.json`, `tokenizer.json`, `model.onnx`.
    pub fn load(folder: &Path, threads: usize) -> Result<Model, ModelError> {
        Self::open(Some(folder), Running::on(threads))
    }

    /// A model folder, or the model inside the binary, on any engine.
    ///
    /// rust-bert takes the weights of `model.safetensors`; where there is none, those of `model.onnx`, as
    /// [`convert`](super::convert) takes them out.
    pub fn open(folder: Option<&Path>, running: Running) -> Result<Model, ModelError> {
        running.check()?;
        let files = match folder {
            Some(folder) => Files::read(folder, running.engine)?,
            None => Files::built_in(),
        };
        Self::from_files(files, running)
    }

    fn from_files(files: Files, running: Running) -> Result<Model, ModelError> {
        let place = files.place.clone();
        let build = || {
            let config = Config::parse(&files.config)?;
            let fingerprint = files.check(&config)?;
            let encoder = Encoder::new(&files.tokenizer)?;
            let backend = backend(files.network, &running)?;
            Ok(Model {
                config,
                encoder,
                backend,
                fingerprint,
                running,
                own_loaded: None,
                own_stance: None,
            })
        };
        build().map_err(|error| match error {
            named @ (ModelError::Hash { .. }
            | ModelError::Missing { .. }
            | ModelError::Engine(_)) => named,
            error => ModelError::In { folder: place, error: Box::new(error) },
        })
    }

    /// The same model, with models of the user's own in the place of single heads.
    #[must_use]
    pub fn with_own(mut self, own: Own) -> Model {
        let records = [
            ("loaded wording", own.loaded.as_ref().map(OwnLoaded::record)),
            ("stance", own.stance.as_ref().map(OwnStance::record)),
        ];
        for (head, record) in records.into_iter().filter_map(|(h, r)| Some((h, r?))) {
            self.fingerprint.name += &format!("; {head} by {}", record.name);
            let files = record.sha256.iter().map(|(f, h)| (format!("{head}: {f}"), h.clone()));
            self.fingerprint.sha256.extend(files);
        }
        self.own_loaded = own.loaded;
        self.own_stance = own.stance.map(Arc::new);
        self
    }

    /// What took the place of the heads for loaded wording and for stance, if anything.
    pub fn own(&self) -> (Option<&Record>, Option<&Record>) {
        (
            self.own_loaded.as_ref().map(OwnLoaded::record),
            self.own_stance.as_ref().map(|m| m.record()),
        )
    }

    /// Whether the user's own model of stance, which is asked while readings are used, could answer every
    /// time so far. Ask when the readings have been used.
    pub fn sound(&self) -> Result<(), ModelError> {
        match &self.own_stance {
            Some(own) => Ok(own.sound()?),
            None => Ok(()),
        }
    }

    /// Puts what the user's own models say in the place of what the heads said.
    fn replace<T: AsRef<str>>(
        &self,
        sentences: &[T],
        readings: &mut dyn Iterator<Item = &mut Reading>,
    ) -> Result<(), ModelError> {
        let loaded = match &self.own_loaded {
            Some(own) => {
                let texts: Vec<&str> = sentences.iter().map(AsRef::as_ref).collect();
                Some(own.read(&texts)?)
            }
            None => None,
        };
        for (k, (reading, sentence)) in readings.zip(sentences).enumerate() {
            if let Some(loaded) = loaded.as_ref().and_then(|all| all.get(k)) {
                reading.loaded = *loaded;
            }
            reading.stance.own = self
                .own_stance
                .as_ref()
                .map(|model| Asked { model: Arc::clone(model), text: sentence.as_ref().into() });
        }
        Ok(())
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

    /// How it is run.
    pub fn running(&self) -> Running {
        self.running
    }

    /// Reads sentences, in their order. A sentence longer than the window is read in overlapping
    /// windows; each piece is taken from the window in which it stands furthest from an edge, and the
    /// sentence is as loaded as its most loaded window.
    ///
    /// What a sentence gets does not depend on the others.
    pub fn read<T: AsRef<str> + Sync>(&self, sentences: &[T]) -> Result<Vec<Reading>, ModelError> {
        let mut readings = self.walk(sentences, |text, pieces, logits| {
            decode::decode(text, pieces, logits, &self.config)
        })?;
        self.replace(sentences, &mut readings.iter_mut())?;
        Ok(readings)
    }

    /// As [`Model::read`], and what the heads gave for each: for measuring a model word by word.
    pub fn read_raw<T: AsRef<str> + Sync>(
        &self,
        sentences: &[T],
    ) -> Result<Vec<(Reading, Raw)>, ModelError> {
        let mut both = self.walk(sentences, |text, pieces, logits| {
            (
                decode::decode(text, pieces, logits, &self.config),
                Raw {
                    pieces: pieces.clone(),
                    loaded: logits.loaded.to_owned(),
                    loaded_words: logits.loaded_words.to_owned(),
                    entities: logits.entities.to_owned(),
                    attribution: logits.attribution.to_owned(),
                    stance: logits.stance.to_owned(),
                    stance_named: logits.stance_named.to_owned(),
                },
            )
        })?;
        self.replace(sentences, &mut both.iter_mut().map(|(reading, _)| reading))?;
        Ok(both)
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
        let load = self.backend.load();
        let batches: Vec<(usize, &[(usize, Window)])> = by_length
            .iter()
            .rev()
            .flat_map(|(&length, all)| {
                let most = (load.pieces / (length + 2)).clamp(1, load.sentences);
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
        let threads = self.running.threads.min(self.backend.load().threads).min(batches.len());
        on_threads(threads, work)?;
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
                    stance_named: out.stance_named.slice(inner),
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
        let named = join(&|l| l.stance_named.view(), 3);
        make(
            text,
            pieces,
            &SentenceLogits {
                loaded: loaded.view(),
                loaded_words: words.view(),
                entities: entities.view(),
                attribution: attribution.view(),
                stance: stance.view(),
                stance_named: named.view(),
            },
        )
    }
}
