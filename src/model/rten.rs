//! The default engine: pure Rust, nothing to install.

use std::sync::Arc;

use ndarray::{Array2, Array3};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensorView, Tensor};

use super::ModelError;
use super::backend::{Backend, BackendError, Batch, Logits};

const HEADS: [(&str, usize); 6] = [
    ("loaded", 2),
    ("loaded_words", 2),
    ("entities", 11),
    ("attribution", 7),
    ("stance", 3),
    ("stance_named", 3),
];

/// An ONNX graph with the inputs `input_ids` and `case_ids` and one output per head.
pub struct Rten {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 6],
}

impl Rten {
    /// Loads a graph that lives as long as the program.
    pub fn from_static(onnx: &'static [u8]) -> Result<Self, ModelError> {
        Self::new(options().load_static_slice(onnx))
    }

    pub fn from_bytes(onnx: Vec<u8>) -> Result<Self, ModelError> {
        Self::new(options().load(onnx))
    }

    fn new(model: Result<Model, impl std::fmt::Display>) -> Result<Self, ModelError> {
        let model = model.map_err(|e| ModelError::Graph(e.to_string()))?;
        let node = |name: &str| {
            model
                .node_id(name)
                .map_err(|_| ModelError::Graph(format!("it has no input or output named {name:?}")))
        };
        let inputs = [node("input_ids")?, node("case_ids")?];
        let outputs = [
            node(HEADS[0].0)?,
            node(HEADS[1].0)?,
            node(HEADS[2].0)?,
            node(HEADS[3].0)?,
            node(HEADS[4].0)?,
            node(HEADS[5].0)?,
        ];
        Ok(Rten { model, inputs, outputs })
    }
}

fn options() -> ModelOptions {
    let mut options = ModelOptions::with_all_ops();
    // Without it short batches run at less than half the speed: weights would be packed in each run.
    options.prepack_weights(true);
    options
}

thread_local! {
    /// One single-threaded pool for each thread that runs batches.
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

impl Backend for Rten {
    fn name(&self) -> &'static str {
        "rten"
    }

    fn run(&self, batch: &Batch) -> Result<Logits, BackendError> {
        let (sentences, pieces) = batch.input_ids.dim();
        let ids = view(&batch.input_ids)?;
        let case = view(&batch.case_ids)?;
        let inputs: Vec<(NodeId, ValueOrView)> =
            vec![(self.inputs[0], ids.into()), (self.inputs[1], case.into())];
        let options = RunOptions::default().with_thread_pool(Some(POOL.with(Arc::clone)));
        let [loaded, words, entities, attribution, stance, named] = self
            .model
            .run_n(inputs, self.outputs, Some(options))
            .map_err(|e| BackendError::Run(e.to_string()))?;

        let flat = |head: usize, value: Value| {
            let (name, labels) = HEADS[head];
            let expected = match head {
                0 => vec![sentences, labels],
                _ => vec![sentences, pieces, labels],
            };
            let tensor: Tensor<f32> =
                value.try_into().map_err(|_| BackendError::Run(format!("{name} is no f32")))?;
            if tensor.shape() != expected {
                return Err(BackendError::Shape { name, found: tensor.shape().to_vec(), expected });
            }
            // A copy: the engine answers in buffers that it used before for far larger tensors.
            Ok(tensor.to_vec())
        };
        let cube = |head: usize, value: Value| {
            Array3::from_shape_vec((sentences, pieces, HEADS[head].1), flat(head, value)?)
                .map_err(|e| BackendError::Run(e.to_string()))
        };
        Ok(Logits {
            loaded: Array2::from_shape_vec((sentences, HEADS[0].1), flat(0, loaded)?)
                .map_err(|e| BackendError::Run(e.to_string()))?,
            loaded_words: cube(1, words)?,
            entities: cube(2, entities)?,
            attribution: cube(3, attribution)?,
            stance: cube(4, stance)?,
            stance_named: cube(5, named)?,
        })
    }
}

fn view(ids: &Array2<i32>) -> Result<NdTensorView<'_, i32, 2>, BackendError> {
    let data = ids.as_slice().ok_or_else(|| BackendError::Run("ids are not contiguous".into()))?;
    Ok(NdTensorView::from_data([ids.nrows(), ids.ncols()], data))
}
