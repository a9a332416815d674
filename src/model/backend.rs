//! The engine behind the model: piece ids in, logits of every head out.

use ndarray::{Array2, Array3};

/// Sentences of exactly equal length: no padding, no mask.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[sentences, pieces]`
    pub input_ids: Array2<i32>,
    /// `[sentences, pieces]`, index into the config's `case_labels`.
    pub case_ids: Array2<i32>,
}

/// Raw logits, before temperature and softmax.
#[derive(Clone, Debug)]
pub struct Logits {
    /// `[sentences, 2]`
    pub loaded: Array2<f32>,
    /// `[sentences, pieces, 2]`
    pub loaded_words: Array3<f32>,
    /// `[sentences, pieces, 11]`
    pub entities: Array3<f32>,
    /// `[sentences, pieces, 7]`
    pub attribution: Array3<f32>,
    /// `[sentences, pieces, 3]`
    pub stance: Array3<f32>,
    /// `[sentences, pieces, 3]`
    pub stance_named: Array3<f32>,
}

/// How much an engine takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Most pieces in a batch; a single longer sentence is a batch of its own.
    pub pieces: usize,
    /// Most sentences in a batch.
    pub sentences: usize,
    /// Most threads that call it at once.
    pub threads: usize,
}

impl Default for Load {
    /// What suits a CPU: one core a batch, small batches.
    fn default() -> Load {
        Load { pieces: 1024, sentences: 16, threads: usize::MAX }
    }
}

/// An engine that runs the network.
///
/// `run` is called from several threads at once, with one batch each; an engine uses one core a call
/// (one session per core beats one session on all cores).
pub trait Backend: Send + Sync {
    /// Name for the manifest: `rten` or `rust-bert`.
    fn name(&self) -> &'static str;

    /// How much it takes at once.
    fn load(&self) -> Load {
        Load::default()
    }

    /// Runs one batch. What a sentence gets does not depend on the others in the batch.
    fn run(&self, batch: &Batch) -> Result<Logits, BackendError>;
}

#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    #[error("the engine could not run the model: {0}")]
    Run(String),
    #[error("the model's output {name} has shape {found:?}, expected {expected:?}")]
    Shape { name: &'static str, found: Vec<usize>, expected: Vec<usize> },
}

/// Runs `work` on so many threads at once, on this one where one is enough.
pub(super) fn on_threads<E: From<BackendError> + Send>(
    threads: usize,
    work: impl Fn() -> Result<(), E> + Sync,
) -> Result<(), E> {
    if threads <= 1 {
        return work();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| {
                Err(BackendError::Run("a worker thread panicked".to_owned()).into())
            })
        })
    })
}
