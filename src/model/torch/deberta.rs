//! DeBERTa-v2 and v3 (He et al. 2021) as text classifiers, on libtorch.
//!
//! Not rust-bert's: its version 0.23 divides the attention from position to content by d instead of the root
//! of d, so that its logits are not those of the model's authors.

use serde::Deserialize;
use tch::nn::{self, Module};
use tch::{IndexOp, Kind, Tensor};

use super::said;
use crate::model::backend::BackendError;

/// What of `config.json` it needs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sizes {
    vocab_size: i64,
    hidden_size: i64,
    num_hidden_layers: i64,
    num_attention_heads: i64,
    intermediate_size: i64,
    max_position_embeddings: i64,
    layer_norm_eps: f64,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "gelu")]
    pooler_hidden_act: String,
    #[serde(default)]
    embedding_size: Option<i64>,
    #[serde(default)]
    type_vocab_size: i64,
    #[serde(default = "yes")]
    position_biased_input: bool,
    #[serde(default)]
    relative_attention: bool,
    #[serde(default = "none")]
    max_relative_positions: i64,
    #[serde(default = "none")]
    position_buckets: i64,
    #[serde(default)]
    share_att_key: bool,
    #[serde(default)]
    pos_att_type: Option<Kinds>,
    #[serde(default)]
    norm_rel_ebd: Option<String>,
    #[serde(default)]
    conv_kernel_size: i64,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn yes() -> bool {
    true
}

fn none() -> i64 {
    -1
}

/// `["p2c", "c2p"]`, or `"p2c|c2p"` in older files.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    List(Vec<String>),
    Text(String),
}

impl Kinds {
    fn has(&self, kind: &str) -> bool {
        match self {
            Kinds::List(all) => all.iter().any(|k| k.trim() == kind),
            Kinds::Text(text) => text.split('|').any(|k| k.trim() == kind),
        }
    }
}

/// For rows without padding.
pub(super) struct Deberta {
    words: nn::Embedding,
    positions: Option<nn::Embedding>,
    segments: Option<nn::Embedding>,
    /// From the width of the embeddings to that of the layers.
    widen: Option<nn::Linear>,
    norm: nn::LayerNorm,
    distances: Option<Distances>,
    layers: Vec<Layer>,
    pool: nn::Linear,
    out: nn::Linear,
    heads: i64,
}

/// How far a piece is from another, learned once for all layers.
struct Distances {
    table: nn::Embedding,
    norm: Option<nn::LayerNorm>,
    /// Distances of either sign that are told apart.
    span: i64,
    /// Below 1: every distance is told apart.
    buckets: i64,
    furthest: i64,
}

struct Layer {
    query: nn::Linear,
    key: nn::Linear,
    value: nn::Linear,
    /// Keys of distances, for what a piece's content asks of places ("c2p").
    place_key: Option<nn::Linear>,
    /// Queries of distances, for what a place asks of content ("p2c").
    place_query: Option<nn::Linear>,
    /// Both are the layer's own key and query.
    shared: [bool; 2],
    project: nn::Linear,
    norm1: nn::LayerNorm,
    up: nn::Linear,
    down: nn::Linear,
    norm2: nn::LayerNorm,
}

impl Deberta {
    pub(super) fn new(root: &nn::Path<'_>, sizes: &Sizes, labels: i64) -> Result<Deberta, String> {
        let (hidden, heads) = (sizes.hidden_size, sizes.num_attention_heads);
        if heads < 1 || hidden % heads != 0 {
            return Err(format!(
                "config.json: num_attention_heads {heads} does not divide hidden_size {hidden}"
            ));
        }
        for (key, act) in
            [("hidden_act", &sizes.hidden_act), ("pooler_hidden_act", &sizes.pooler_hidden_act)]
        {
            if act != "gelu" {
                return Err(format!(
                    "config.json: {key} is {act:?}, gelu is known; export the model to ONNX"
                ));
            }
        }
        if sizes.conv_kernel_size > 0 {
            return Err(format!(
                "config.json: conv_kernel_size is {}; of safetensors DeBERTa is read without a convolution only. Export the model to ONNX",
                sizes.conv_kernel_size
            ));
        }
        let norm = |p: nn::Path<'_>| {
            let config = nn::LayerNormConfig { eps: sizes.layer_norm_eps, ..<_>::default() };
            nn::layer_norm(p, vec![hidden], config)
        };
        let linear = |p: nn::Path<'_>, from: i64, to: i64| nn::linear(p, from, to, <_>::default());
        let table =
            |p: nn::Path<'_>, rows: i64, width: i64| nn::embedding(p, rows, width, <_>::default());
        let base = root / "deberta";
        let (e, encoder) = (&base / "embeddings", &base / "encoder");
        let width = sizes.embedding_size.unwrap_or(hidden);

        let furthest = match sizes.max_relative_positions {
            n if n < 1 => sizes.max_position_embeddings,
            n => n,
        };
        let span = if sizes.position_buckets > 0 { sizes.position_buckets } else { furthest };
        let distances = sizes.relative_attention.then(|| Distances {
            table: table(&encoder / "rel_embeddings", 2 * span, hidden),
            norm: sizes
                .norm_rel_ebd
                .as_deref()
                .is_some_and(|n| n.split('|').any(|n| n.trim() == "layer_norm"))
                .then(|| norm(&encoder / "LayerNorm")),
            span,
            buckets: sizes.position_buckets,
            furthest,
        });
        let attends = |kind: &str| {
            sizes.relative_attention && sizes.pos_att_type.as_ref().is_some_and(|k| k.has(kind))
        };
        let (to_place, from_place) = (attends("c2p"), attends("p2c"));
        let own = !sizes.share_att_key;
        let layers = (0..sizes.num_hidden_layers)
            .map(|k| {
                let p = &encoder / "layer" / k;
                let parts = &p / "attention" / "self";
                let after = &p / "attention" / "output";
                let square = |name: &str| linear(&parts / name, hidden, hidden);
                Layer {
                    query: square("query_proj"),
                    key: square("key_proj"),
                    value: square("value_proj"),
                    place_key: (to_place && own).then(|| square("pos_key_proj")),
                    place_query: (from_place && own).then(|| square("pos_query_proj")),
                    shared: [to_place && !own, from_place && !own],
                    project: linear(&after / "dense", hidden, hidden),
                    norm1: norm(&after / "LayerNorm"),
                    up: linear(&p / "intermediate" / "dense", hidden, sizes.intermediate_size),
                    down: linear(&p / "output" / "dense", sizes.intermediate_size, hidden),
                    norm2: norm(&p / "output" / "LayerNorm"),
                }
            })
            .collect();
        Ok(Deberta {
            words: table(&e / "word_embeddings", sizes.vocab_size, width),
            positions: sizes
                .position_biased_input
                .then(|| table(&e / "position_embeddings", sizes.max_position_embeddings, width)),
            segments: (sizes.type_vocab_size > 0)
                .then(|| table(&e / "token_type_embeddings", sizes.type_vocab_size, width)),
            widen: (width != hidden).then(|| {
                let config = nn::LinearConfig { bias: false, ..<_>::default() };
                nn::linear(&e / "embed_proj", width, hidden, config)
            }),
            norm: norm(&e / "LayerNorm"),
            distances,
            layers,
            pool: linear(root / "pooler" / "dense", hidden, hidden),
            out: linear(root / "classifier", hidden, labels),
            heads,
        })
    }

    pub(super) fn forward(&self, ids: &Tensor, types: &Tensor) -> Result<Tensor, BackendError> {
        let (texts, pieces) = ids.size2().map_err(said)?;
        let mut x = self.words.forward(ids);
        if let Some(positions) = &self.positions {
            let at = Tensor::arange(pieces, (Kind::Int64, ids.device())).unsqueeze(0);
            x += positions.forward(&at);
        }
        if let Some(segments) = &self.segments {
            x += segments.forward(types);
        }
        if let Some(widen) = &self.widen {
            x = widen.forward(&x);
        }
        let mut x = self.norm.forward(&x);
        let hidden = x.size3().map_err(said)?.2;
        let size = hidden / self.heads;
        let places = self.distances.as_ref().map(|d| d.of(pieces, ids.device()));
        for layer in &self.layers {
            let split =
                |x: &Tensor, rows: i64| x.view([-1, rows, self.heads, size]).transpose(1, 2);
            let part = |linear: &nn::Linear| split(&linear.forward(&x), pieces);
            let (query, key, value) = (part(&layer.query), part(&layer.key), part(&layer.value));
            let mut scores = query.matmul(&key.transpose(-1, -2));
            let mut kinds = 1.0;
            if let Some((table, index)) = &places {
                let rows = table.size()[0];
                let one = |own: &Option<nn::Linear>, shared: bool, layer: &nn::Linear| {
                    let linear = own.as_ref().or(shared.then_some(layer))?;
                    Some(split(&linear.forward(table), rows))
                };
                let wide = [texts, self.heads, pieces, pieces];
                if let Some(place) = one(&layer.place_key, layer.shared[0], &layer.key) {
                    let all = query.matmul(&place.transpose(-1, -2));
                    scores += all.gather(-1, &index.expand(wide, false), false);
                    kinds += 1.0;
                }
                if let Some(place) = one(&layer.place_query, layer.shared[1], &layer.query) {
                    // From j to i as from i to j: the same rows, read the other way round.
                    let all = key.matmul(&place.transpose(-1, -2));
                    let back = index.transpose(-1, -2);
                    scores += all.gather(-1, &back.expand(wide, false), false).transpose(-1, -2);
                    kinds += 1.0;
                }
            }
            let seen = (scores / (size as f64 * kinds).sqrt())
                .softmax(-1, None::<Kind>)
                .matmul(&value)
                .transpose(1, 2)
                .reshape([texts, pieces, hidden]);
            x = layer.norm1.forward(&(layer.project.forward(&seen) + &x));
            let more = layer.down.forward(&layer.up.forward(&x).gelu("none"));
            x = layer.norm2.forward(&(more + &x));
        }
        let first = x.f_i((.., 0, ..)).map_err(said)?;
        Ok(self.out.forward(&self.pool.forward(&first).gelu("none")))
    }
}

impl Distances {
    /// The table's rows, and for every piece (row) the table's row of every other piece (column).
    fn of(&self, pieces: i64, device: tch::Device) -> (Tensor, Tensor) {
        let rows = match &self.norm {
            Some(norm) => norm.forward(&self.table.ws),
            None => self.table.ws.shallow_clone(),
        };
        let index: Vec<i64> = (0..pieces)
            .flat_map(|i| (0..pieces).map(move |j| i - j))
            .map(|away| {
                let away = bucket(away, self.buckets, self.furthest);
                (away + self.span).clamp(0, 2 * self.span - 1)
            })
            .collect();
        (rows, Tensor::from_slice(&index).view([1, 1, pieces, pieces]).to_device(device))
    }
}

/// A distance in buckets: exact up to half of them, larger ones by their logarithm up to `furthest`.
fn bucket(away: i64, buckets: i64, furthest: i64) -> i64 {
    let half = buckets / 2;
    if buckets < 1 || away.abs() <= half {
        return away;
    }
    // In 32 bits, as the authors compute it: rounding decides at the bounds.
    let log = (away.abs() as f32 / half as f32).ln() / ((furthest - 1) as f32 / half as f32).ln();
    away.signum() * ((log * (half - 1) as f32).ceil() as i64 + half)
}

#[cfg(test)]
mod tests {
    use super::bucket;

    #[test]
    fn near_distances_are_exact_and_far_ones_share() {
        let of = |away| bucket(away, 256, 512);
        assert_eq!([0, 1, -7, 128, -128].map(of), [0, 1, -7, 128, -128]);
        assert_eq!([129, -129, 511].map(of), [129, -129, 255]);
        assert!((130..511).all(|n| (129..=255).contains(&of(n)) && of(n + 1) >= of(n)));
        assert_eq!(bucket(-300, -1, 512), -300);
    }
}
