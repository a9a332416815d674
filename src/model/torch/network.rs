//! undertone's own network (`models/train/model.py`) on rust-bert's BERT.

use ndarray::{Array2, Array3};
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::store::{self, Pool};
use super::{numbers, on_one_core, said};
use crate::model::backend::{Backend, BackendError, Batch, Load, Logits};
use crate::model::convert::{EPSILON, HEADS};
use crate::model::engine::{Device, Running};
use crate::model::weights::Weights;
use crate::model::{ModelError, torch};

/// rust-bert normalises with this epsilon, whatever a config says.
const RUST_BERT_EPSILON: f64 = 1e-12;

/// Encoder and five heads.
struct Net {
    encoder: BertModel<BertEmbeddings>,
    loaded_hidden: nn::Linear,
    loaded: nn::Linear,
    loaded_words: nn::Linear,
    entities: nn::Linear,
    attribution: nn::Linear,
    stance_piece: nn::Linear,
    stance_sentence: nn::Linear,
    stance: nn::Linear,
    stance_named: nn::Linear,
}

impl Net {
    fn new(root: &nn::Path<'_>, config: &BertConfig) -> Net {
        let hidden = config.hidden_size;
        let linear = |name: &str, out: i64| nn::linear(root / name, hidden, out, <_>::default());
        Net {
            encoder: BertModel::new_with_optional_pooler(root / "encoder", config, false),
            loaded_hidden: linear("loaded_hidden", hidden),
            loaded: linear("loaded", 2),
            loaded_words: linear("loaded_words", 2),
            entities: linear("entities", 11),
            attribution: linear("attribution", 7),
            stance_piece: linear("stance_piece", hidden),
            stance_sentence: nn::linear(
                root / "stance_sentence",
                hidden,
                hidden,
                nn::LinearConfig { bias: false, ..<_>::default() },
            ),
            stance: linear("stance", 3),
            stance_named: linear("stance_named", 3),
        }
    }

    /// The heads in the order of [`Logits`]. The case of the words enters through the segment table.
    fn forward(&self, ids: &Tensor, case: &Tensor) -> Result<[Tensor; 6], BackendError> {
        let states = self
            .encoder
            .forward_t(Some(ids), None, Some(case), None, None, None, None, false)
            .map_err(|e| BackendError::Run(e.to_string()))?
            .hidden_state;
        let mean = states.f_mean_dim([1i64].as_slice(), true, None::<Kind>).map_err(said)?;
        let loaded = self.loaded.forward(&self.loaded_hidden.forward(&mean).tanh());
        let stance = self.stance_piece.forward(&states) + self.stance_sentence.forward(&mean);
        let stance = stance.gelu("none");
        Ok([
            loaded,
            self.loaded_words.forward(&states),
            self.entities.forward(&states),
            self.attribution.forward(&states),
            self.stance.forward(&stance),
            self.stance_named.forward(&stance),
        ])
    }
}

/// undertone's network on libtorch.
pub struct Network {
    pool: Pool<Net>,
    device: tch::Device,
    load: Load,
}

impl Network {
    /// From a safetensors file as the recipe or `undertone model convert` writes it.
    pub fn new(file: &[u8], running: &Running) -> Result<Network, ModelError> {
        let device = torch::device(running.device)?;
        let weights = Weights::parse(file).map_err(ModelError::Weights)?;
        let config = config_of(&weights).map_err(ModelError::Weights)?;
        // A GPU is kept busy by one thread with large batches, a CPU by one thread a core.
        let (copies, load) = match running.device {
            Device::Cpu => (running.threads, Load::default()),
            Device::Cuda(_) => (1, Load { pieces: 32_768, sentences: 512, threads: 1 }),
        };
        let kind = torch::kind(running.precision);
        let pool = store::copies(
            copies,
            || {
                let store = nn::VarStore::new(device);
                let net = Net::new(&store.root(), &config);
                Ok((store, net))
            },
            |store| {
                store::fill(store, &weights, |variable| vec![variable.to_owned()])?;
                store.set_kind(kind);
                Ok(())
            },
        )
        .map_err(ModelError::Weights)?;
        Ok(Network { pool, device, load })
    }
}

/// What the shapes and the metadata say of the encoder.
fn config_of(weights: &Weights<'_>) -> Result<BertConfig, String> {
    let shape = |name: &str| {
        weights
            .get(name)
            .and_then(|t| Some((i64::try_from(*t.shape.first()?).ok()?, i64::try_from(*t.shape.get(1)?).ok()?)))
            .ok_or_else(|| {
                format!("it has no table {name}: it holds no weights of undertone's network (make them with `undertone model convert`)")
            })
    };
    let fact = |key: &str| {
        weights.metadata().get(key).and_then(|v| v.parse::<f64>().ok()).ok_or_else(|| {
            format!("its metadata lacks {key}; make the file with `undertone model convert`, or with the recipe's weights.py")
        })
    };
    let (vocab_size, hidden_size) = shape("encoder.embeddings.word_embeddings.weight")?;
    let (cases, _) = shape("encoder.embeddings.token_type_embeddings.weight")?;
    let (positions, _) = shape("encoder.embeddings.position_embeddings.weight")?;
    let (intermediate, _) = shape("encoder.encoder.layer.0.intermediate.dense.weight")?;
    let layers = (0..)
        .take_while(|k| {
            let name = format!("encoder.encoder.layer.{k}.intermediate.dense.weight");
            weights.get(&name).is_some()
        })
        .count();
    let heads = fact(HEADS)?;
    if heads < 1.0 || heads.fract() != 0.0 || hidden_size % heads as i64 != 0 {
        return Err(format!(
            "{HEADS} is {heads}, which does not divide the {hidden_size} of its states"
        ));
    }
    let epsilon = fact(EPSILON)?;
    if (epsilon - RUST_BERT_EPSILON).abs() > RUST_BERT_EPSILON * 1e-3 {
        return Err(format!(
            "{EPSILON} is {epsilon:e}; rust-bert computes with {RUST_BERT_EPSILON:e} only. Use --backend rten"
        ));
    }
    Ok(BertConfig {
        vocab_size,
        hidden_size,
        num_hidden_layers: layers as i64,
        num_attention_heads: heads as i64,
        intermediate_size: intermediate,
        max_position_embeddings: positions,
        type_vocab_size: cases,
        hidden_dropout_prob: 0.0,
        attention_probs_dropout_prob: 0.0,
        ..BertConfig::default()
    })
}

impl Backend for Network {
    fn name(&self) -> &'static str {
        "rust-bert"
    }

    fn load(&self) -> Load {
        self.load
    }

    fn run(&self, batch: &Batch) -> Result<Logits, BackendError> {
        on_one_core();
        let (sentences, pieces) = batch.input_ids.dim();
        let tensor = |ids: &Array2<i32>| -> Result<Tensor, BackendError> {
            let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
            Tensor::f_from_slice(&ids)
                .and_then(|t| t.f_reshape([sentences as i64, pieces as i64]))
                .and_then(|t| t.f_to_device(self.device))
                .map_err(said)
        };
        let (ids, case) = (tensor(&batch.input_ids)?, tensor(&batch.case_ids)?);
        let [loaded, words, entities, attribution, stance, named] =
            self.pool.with(|net| tch::no_grad(|| net.forward(&ids, &case)))?;
        let shape = |e: ndarray::ShapeError| BackendError::Run(e.to_string());
        let cube = |head: &Tensor, labels: usize| {
            Array3::from_shape_vec((sentences, pieces, labels), numbers(head)?).map_err(shape)
        };
        Ok(Logits {
            loaded: Array2::from_shape_vec((sentences, 2), numbers(&loaded)?).map_err(shape)?,
            loaded_words: cube(&words, 2)?,
            entities: cube(&entities, 11)?,
            attribution: cube(&attribution, 7)?,
            stance: cube(&stance, 3)?,
            stance_named: cube(&named, 3)?,
        })
    }
}
