//! ONNX text classifiers on the default engine, of whatever architecture.

use std::path::Path;
use std::sync::Arc;

use ndarray::Array2;
use rten::{Dimension, Model, ModelOptions, NodeId, RunOptions, ThreadPool, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::{Classifier, OwnError, TextBatch};
use crate::model::backend::BackendError;

/// What a graph may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Ids,
    Mask,
    Types,
}

/// A graph that gives a row of logits for a row of pieces.
pub struct Rten {
    model: Model,
    inputs: Vec<(NodeId, Input)>,
    output: NodeId,
    labels: usize,
}

impl Rten {
    pub fn open(path: &Path, labels: usize) -> Result<Rten, OwnError> {
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model =
            options.load_file(path).map_err(|e| OwnError::Graph(explained(&e.to_string())))?;
        let mut inputs = Vec::new();
        for (k, &id) in model.input_ids().iter().enumerate() {
            let name = model.node_info(id).and_then(|n| n.name()).unwrap_or_default().to_owned();
            let input = match name.as_str() {
                "input_ids" => Input::Ids,
                "attention_mask" => Input::Mask,
                "token_type_ids" => Input::Types,
                _ => {
                    return Err(OwnError::Graph(format!(
                        "it asks for {name:?}; known are input_ids, attention_mask and token_type_ids. Export it as a text classifier"
                    )));
                }
            };
            if let Some(Dimension::Fixed(n)) = model.input_shape(k).and_then(|s| s.get(1).cloned())
            {
                return Err(OwnError::Graph(format!(
                    "it takes texts of exactly {n} pieces; export it with a free length (dynamic axes), as optimum-cli does"
                )));
            }
            inputs.push((id, input));
        }
        if !inputs.iter().any(|(_, i)| *i == Input::Ids) {
            return Err(OwnError::Graph("it has no input named input_ids".to_owned()));
        }
        let outputs = model.output_ids();
        let output = match model.find_node("logits").filter(|id| outputs.contains(id)) {
            Some(logits) => logits,
            None => match outputs {
                &[only] => only,
                _ => {
                    return Err(OwnError::Graph(format!(
                        "it has {} outputs and none is named logits; export it as a text classifier",
                        outputs.len()
                    )));
                }
            },
        };
        Ok(Rten { model, inputs, output, labels })
    }
}

/// The engine's message, with what to do about it.
fn explained(message: &str) -> String {
    if message.contains("operator not supported")
        || message.contains("not supported or not enabled")
    {
        return format!(
            "the engine lacks an operator: {message}. Export it again with another opset (`--opset 17`) and without fused operators, or use safetensors with --backend rust-bert"
        );
    }
    message.to_owned()
}

thread_local! {
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

impl Classifier for Rten {
    fn engine(&self) -> &'static str {
        "rten"
    }

    fn run(&self, batch: &TextBatch) -> Result<Array2<f32>, BackendError> {
        let (texts, pieces) = batch.input_ids.dim();
        let tensor = |ids: &Array2<i32>| {
            NdTensor::from_data([texts, pieces], ids.iter().copied().collect::<Vec<i32>>())
        };
        let inputs: Vec<(NodeId, ValueOrView)> = self
            .inputs
            .iter()
            .map(|(id, input)| {
                let values = match input {
                    Input::Ids => tensor(&batch.input_ids),
                    Input::Types => tensor(&batch.type_ids),
                    Input::Mask => NdTensor::full([texts, pieces], 1),
                };
                (*id, values.into())
            })
            .collect();
        let options = RunOptions::default().with_thread_pool(Some(POOL.with(Arc::clone)));
        let [logits] = self
            .model
            .run_n(inputs, [self.output], Some(options))
            .map_err(|e| BackendError::Run(e.to_string()))?;
        let logits: Tensor<f32> =
            logits.try_into().map_err(|_| BackendError::Run("its logits are no f32".to_owned()))?;
        let expected = vec![texts, self.labels];
        if logits.shape() != expected {
            return Err(BackendError::Shape {
                name: "logits",
                found: logits.shape().to_vec(),
                expected,
            });
        }
        Array2::from_shape_vec((texts, self.labels), logits.to_vec())
            .map_err(|e| BackendError::Run(e.to_string()))
    }
}
