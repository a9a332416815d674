//! Hugging Face text classifiers in safetensors: BERT as rust-bert has it; RoBERTa and MPNet on an encoder of
//! our own, since rust-bert has no MPNet and normalises with BERT's epsilon only, which is not RoBERTa's;
//! DeBERTa in [`super::deberta`].

use ndarray::Array2;
use rust_bert::bert::{BertConfig, BertForSequenceClassification};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tch::nn::{self, Module};
use tch::{IndexOp, Kind, Tensor};

use super::deberta::{self, Deberta};
use super::store::{self, Pool};
use super::{numbers, on_one_core, said};
use crate::model::backend::BackendError;
use crate::model::engine::{Device, Running};
use crate::model::own::{Classifier, OwnError, TextBatch};
use crate::model::torch;
use crate::model::weights::Weights;

/// Model types (`model_type` of `config.json`) that are read from safetensors.
pub const KNOWN: &[&str] = &["bert", "roberta", "xlm-roberta", "camembert", "mpnet", "deberta-v2"];

/// What of `config.json` RoBERTa and MPNet need.
#[derive(Clone, Debug, Deserialize)]
struct Sizes {
    vocab_size: i64,
    hidden_size: i64,
    num_hidden_layers: i64,
    num_attention_heads: i64,
    intermediate_size: i64,
    max_position_embeddings: i64,
    layer_norm_eps: f64,
    #[serde(default = "gelu")]
    hidden_act: String,
    /// RoBERTa only.
    #[serde(default)]
    type_vocab_size: Option<i64>,
    /// MPNet only.
    #[serde(default)]
    relative_attention_num_buckets: Option<i64>,
}

fn gelu() -> String {
    "gelu".to_owned()
}

enum Net {
    Bert(Box<BertForSequenceClassification>),
    Own(Box<Own>),
    Deberta(Box<Deberta>),
}

impl Net {
    fn forward(&self, ids: &Tensor, types: &Tensor) -> Result<Tensor, BackendError> {
        match self {
            Net::Bert(net) => {
                Ok(net.forward_t(Some(ids), None, Some(types), None, None, false).logits)
            }
            Net::Own(net) => net.forward(ids),
            Net::Deberta(net) => net.forward(ids, types),
        }
    }
}

/// A classifier on libtorch.
pub struct Torch {
    pool: Pool<Net>,
    device: tch::Device,
    labels: usize,
}

impl Torch {
    /// From a folder's parsed `config.json` and its `model.safetensors`.
    pub fn new(
        config: &Value,
        model_type: &str,
        labels: usize,
        file: &[u8],
        running: &Running,
    ) -> Result<Torch, OwnError> {
        let device = torch::device(running.device).map_err(|e| OwnError::Weights(e.to_string()))?;
        let weights = Weights::parse(file).map_err(OwnError::Weights)?;
        // rust-bert counts the labels here.
        let mut config = config.clone();
        if let Value::Object(map) = &mut config {
            let named = (0..labels).map(|k| (k.to_string(), Value::from(format!("LABEL_{k}"))));
            map.insert("id2label".to_owned(), Value::Object(named.collect()));
            map.remove("label2id");
        }
        let copies = match running.device {
            Device::Cpu => running.threads,
            Device::Cuda(_) => 1,
        };
        let kind = torch::kind(running.precision);
        let pool = store::copies(
            copies,
            || {
                let store = nn::VarStore::new(device);
                let net = build(&store.root(), &config, model_type, labels as i64)?;
                Ok((store, net))
            },
            |store| {
                store::fill(store, &weights, names)?;
                store.set_kind(kind);
                Ok(())
            },
        )
        .map_err(OwnError::Weights)?;
        Ok(Torch { pool, device, labels })
    }
}

fn build(
    root: &nn::Path<'_>,
    config: &Value,
    model_type: &str,
    labels: i64,
) -> Result<Net, String> {
    match model_type {
        "bert" => {
            let epsilon = config.get("layer_norm_eps").and_then(Value::as_f64).unwrap_or(1e-12);
            if (epsilon - 1e-12).abs() > 1e-15 {
                return Err(format!(
                    "config.json: layer_norm_eps is {epsilon:e}; rust-bert computes BERT with 1e-12 only. Export the model to ONNX"
                ));
            }
            let config: BertConfig = parsed(config)?;
            BertForSequenceClassification::new(root, &config)
                .map(|net| Net::Bert(Box::new(net)))
                .map_err(|e| e.to_string())
        }
        "roberta" | "xlm-roberta" | "camembert" | "mpnet" => {
            let sizes: Sizes = parsed(config)?;
            if sizes.hidden_act != "gelu" {
                return Err(format!(
                    "config.json: hidden_act is {:?}, gelu is known; export the model to ONNX",
                    sizes.hidden_act
                ));
            }
            Own::new(root, &sizes, model_type == "mpnet", labels).map(|net| Net::Own(Box::new(net)))
        }
        "deberta-v2" => {
            let sizes: deberta::Sizes = parsed(config)?;
            Deberta::new(root, &sizes, labels).map(|net| Net::Deberta(Box::new(net)))
        }
        other => Err(format!(
            "config.json: model_type is {other:?}; of safetensors undertone reads {}. Export the model to ONNX, which has no such limit",
            KNOWN.join(", ")
        )),
    }
}

fn parsed<T: DeserializeOwned>(config: &Value) -> Result<T, String> {
    serde_json::from_value(config.clone()).map_err(|e| format!("config.json: {e}"))
}

/// What a variable may be called in a file: early checkpoints have TensorFlow's names for the normalisation.
fn names(variable: &str) -> Vec<String> {
    let mut all = vec![variable.to_owned()];
    for (new, old) in
        [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")]
    {
        if let Some(front) = variable.strip_suffix(new) {
            all.push(format!("{front}{old}"));
        }
    }
    all
}

impl Classifier for Torch {
    fn engine(&self) -> &'static str {
        "rust-bert"
    }

    fn run(&self, batch: &TextBatch) -> Result<Array2<f32>, BackendError> {
        on_one_core();
        let (texts, pieces) = batch.input_ids.dim();
        let tensor = |ids: &Array2<i32>| -> Result<Tensor, BackendError> {
            let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
            Tensor::f_from_slice(&ids)
                .and_then(|t| t.f_reshape([texts as i64, pieces as i64]))
                .and_then(|t| t.f_to_device(self.device))
                .map_err(said)
        };
        let (ids, types) = (tensor(&batch.input_ids)?, tensor(&batch.type_ids)?);
        let logits = self.pool.with(|net| tch::no_grad(|| net.forward(&ids, &types)))?;
        Array2::from_shape_vec((texts, self.labels), numbers(&logits)?)
            .map_err(|e| BackendError::Run(e.to_string()))
    }
}

/// RoBERTa or MPNet with a classification head, for rows without padding.
struct Own {
    words: nn::Embedding,
    positions: nn::Embedding,
    /// RoBERTa has one segment, which adds the same to every piece.
    segment: Option<nn::Embedding>,
    norm: nn::LayerNorm,
    layers: Vec<Layer>,
    /// MPNet: how near a piece is, learned per head, the same in every layer.
    near: Option<(nn::Embedding, i64)>,
    dense: nn::Linear,
    out: nn::Linear,
    heads: i64,
}

struct Layer {
    query: nn::Linear,
    key: nn::Linear,
    value: nn::Linear,
    project: nn::Linear,
    norm1: nn::LayerNorm,
    up: nn::Linear,
    down: nn::Linear,
    norm2: nn::LayerNorm,
}

/// Both count positions from the one after the padding's.
const FIRST_POSITION: i64 = 2;

impl Own {
    fn new(root: &nn::Path<'_>, sizes: &Sizes, mpnet: bool, labels: i64) -> Result<Own, String> {
        let hidden = sizes.hidden_size;
        let heads = sizes.num_attention_heads;
        if heads < 1 || hidden % heads != 0 {
            return Err(format!(
                "config.json: num_attention_heads {heads} does not divide hidden_size {hidden}"
            ));
        }
        let norm = |p: nn::Path<'_>| {
            let config = nn::LayerNormConfig { eps: sizes.layer_norm_eps, ..<_>::default() };
            nn::layer_norm(p, vec![hidden], config)
        };
        let linear = |p: nn::Path<'_>, from: i64, to: i64| nn::linear(p, from, to, <_>::default());
        let table =
            |p: nn::Path<'_>, rows: i64, width: i64| nn::embedding(p, rows, width, <_>::default());
        let base = root / if mpnet { "mpnet" } else { "roberta" };
        let e = &base / "embeddings";
        let encoder = &base / "encoder";
        let layers = (0..sizes.num_hidden_layers)
            .map(|k| {
                let p = &encoder / "layer" / k;
                let attention = &p / "attention";
                let parts = if mpnet { &attention / "attn" } else { &attention / "self" };
                let after = &attention / "output";
                let [query, key, value] =
                    if mpnet { ["q", "k", "v"] } else { ["query", "key", "value"] };
                Layer {
                    query: linear(&parts / query, hidden, hidden),
                    key: linear(&parts / key, hidden, hidden),
                    value: linear(&parts / value, hidden, hidden),
                    project: linear(
                        if mpnet { &parts / "o" } else { &after / "dense" },
                        hidden,
                        hidden,
                    ),
                    norm1: norm(if mpnet {
                        &attention / "LayerNorm"
                    } else {
                        &after / "LayerNorm"
                    }),
                    up: linear(&p / "intermediate" / "dense", hidden, sizes.intermediate_size),
                    down: linear(&p / "output" / "dense", sizes.intermediate_size, hidden),
                    norm2: norm(&p / "output" / "LayerNorm"),
                }
            })
            .collect();
        let buckets = sizes.relative_attention_num_buckets.unwrap_or(32);
        let head = root / "classifier";
        Ok(Own {
            words: table(&e / "word_embeddings", sizes.vocab_size, hidden),
            positions: table(&e / "position_embeddings", sizes.max_position_embeddings, hidden),
            segment: (!mpnet).then(|| {
                table(&e / "token_type_embeddings", sizes.type_vocab_size.unwrap_or(1), hidden)
            }),
            norm: norm(&e / "LayerNorm"),
            layers,
            near: mpnet
                .then(|| (table(&encoder / "relative_attention_bias", buckets, heads), buckets)),
            dense: linear(&head / "dense", hidden, hidden),
            out: linear(&head / "out_proj", hidden, labels),
            heads,
        })
    }

    fn forward(&self, ids: &Tensor) -> Result<Tensor, BackendError> {
        let (texts, pieces) = ids.size2().map_err(said)?;
        let index = (Kind::Int64, ids.device());
        let at = Tensor::arange_start(FIRST_POSITION, FIRST_POSITION + pieces, index).unsqueeze(0);
        let mut x = self.words.forward(ids) + self.positions.forward(&at);
        if let Some(segment) = &self.segment {
            x += segment.forward(&Tensor::zeros([1, 1], index));
        }
        let mut x = self.norm.forward(&x);
        let hidden = x.size3().map_err(said)?.2;
        let size = hidden / self.heads;
        let near = self.near.as_ref().map(|(table, buckets)| {
            let bucket: Vec<i64> = (0..pieces)
                .flat_map(|i| (0..pieces).map(move |j| j - i))
                .map(|away| nearness(away, *buckets))
                .collect();
            let bucket = Tensor::from_slice(&bucket).view([pieces, pieces]).to_device(ids.device());
            table.forward(&bucket).permute([2, 0, 1]).unsqueeze(0)
        });
        for layer in &self.layers {
            let part = |linear: &nn::Linear| {
                linear.forward(&x).view([texts, pieces, self.heads, size]).transpose(1, 2)
            };
            let (query, key, value) = (part(&layer.query), part(&layer.key), part(&layer.value));
            let mut scores = query.matmul(&key.transpose(-1, -2)) / (size as f64).sqrt();
            if let Some(near) = &near {
                scores += near;
            }
            let seen = scores
                .softmax(-1, None::<Kind>)
                .matmul(&value)
                .transpose(1, 2)
                .reshape([texts, pieces, hidden]);
            x = layer.norm1.forward(&(layer.project.forward(&seen) + &x));
            let more = layer.down.forward(&layer.up.forward(&x).gelu("none"));
            x = layer.norm2.forward(&(more + &x));
        }
        let first = x.f_i((.., 0, ..)).map_err(said)?;
        Ok(self.out.forward(&self.dense.forward(&first).tanh()))
    }
}

/// T5's bucket of a distance (Raffel et al. 2020, section 2.1), in both directions: small ones exactly, larger
/// ones by their logarithm up to 128.
fn nearness(away: i64, buckets: i64) -> i64 {
    let half = buckets / 2;
    let exact = half / 2;
    let far = away.abs();
    let side = if away > 0 { half } else { 0 };
    if far < exact {
        return side + far;
    }
    let log = (far as f32 / exact as f32).ln() / (128.0 / exact as f32).ln();
    side + (exact + (log * (half - exact) as f32) as i64).min(half - 1)
}

#[cfg(test)]
mod tests {
    use super::nearness;

    #[test]
    fn near_pieces_have_a_bucket_each_and_far_ones_share() {
        assert_eq!((0..8).map(|n| nearness(-n, 32)).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!([8, 12, 16, 128, 5000].map(|n| nearness(-n, 32)), [8, 9, 10, 15, 15]);
        assert_eq!([1, 7, 5000].map(|n| nearness(n, 32)), [17, 23, 31]);
    }
}
