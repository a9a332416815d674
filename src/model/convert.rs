//! A model folder's ONNX graph in, the weights it was made of out: for engines that bring their own graph.
//!
//! The graph is the one that the recipe writes (`models/train/graph.py`), which joins and scales weights for
//! speed; here they are taken apart again, under the names of the recipe's network. Rounded weights come out
//! as the numbers that they stand for; the rounding of activations, of which int8 graphs consist for the rest,
//! goes away, so that what is computed with them is near to the int8 graph but not equal to it.

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{DataType, GraphProto, ModelProto, NodeProto, TensorProto};

use super::weights::{self, Matrix};

/// Keys of the facts that no tensor's shape tells, in a safetensors file's metadata.
pub const HEADS: &str = "undertone.attention_heads";
pub const EPSILON: &str = "undertone.layer_norm_eps";

/// The weights of the multi-head network, and what else it takes to compute with them.
#[derive(Clone, Debug)]
pub struct Network {
    /// By the recipe's names, as `encoder.encoder.layer.0.output.dense.weight`; products are
    /// `[out, in]`.
    pub tensors: BTreeMap<String, Matrix>,
    /// Of attention, in every layer.
    pub heads: usize,
    /// Of layer normalisation.
    pub epsilon: f32,
}

impl Network {
    /// Takes the weights out of a graph, be it fp32 or int8.
    pub fn from_onnx(onnx: &[u8]) -> Result<Network, String> {
        let model = parse(onnx)?;
        let graph = Graph::of(&model)?;
        let heads = graph.integers("split_heads")?;
        let heads = heads.get(2).and_then(|&n| usize::try_from(n).ok()).filter(|&n| n > 0);
        let heads = heads.ok_or("split_heads names no number of heads")?;
        let mut tensors = BTreeMap::new();
        let mut put = |name: String, matrix: Matrix| tensors.insert(name, matrix);

        let e = "encoder.embeddings";
        let words = graph.matrix("words")?;
        let hidden = *words.shape.get(1).ok_or("words is no table")?;
        put(format!("{e}.word_embeddings.weight"), words);
        put(format!("{e}.token_type_embeddings.weight"), graph.matrix("case")?);
        put(format!("{e}.position_embeddings.weight"), graph.matrix("positions")?);
        put(format!("{e}.LayerNorm.weight"), graph.matrix("embeddings.weight")?);
        put(format!("{e}.LayerNorm.bias"), graph.matrix("embeddings.bias")?);

        let mut layers = 0;
        while graph.has(&format!("layer{layers}.qkv.weight")) {
            let (from, to) = (format!("layer{layers}"), format!("encoder.encoder.layer.{layers}"));
            // The attention's scale is inside the query's weights.
            let root = ((hidden / heads) as f32).sqrt();
            let parts = [("query", hidden), ("key", hidden), ("value", hidden)];
            for (k, (name, weight, bias)) in
                graph.parted(&format!("{from}.qkv"), &parts)?.into_iter().enumerate()
            {
                let scale = if k == 0 { root } else { 1.0 };
                put(format!("{to}.attention.self.{name}.weight"), scaled(weight, scale));
                put(format!("{to}.attention.self.{name}.bias"), scaled(bias, scale));
            }
            for (there, here) in [
                ("project", "attention.output.dense"),
                ("up", "intermediate.dense"),
                ("down", "output.dense"),
            ] {
                let weight = transposed(&graph.matrix(&format!("{from}.{there}.weight"))?)?;
                put(format!("{to}.{here}.weight"), weight);
                put(format!("{to}.{here}.bias"), graph.matrix(&format!("{from}.{there}.bias"))?);
            }
            for (there, here) in
                [("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")]
            {
                for part in ["weight", "bias"] {
                    put(
                        format!("{to}.{here}.{part}"),
                        graph.matrix(&format!("{from}.{there}.{part}"))?,
                    );
                }
            }
            layers += 1;
        }
        if layers == 0 {
            return Err("it has no layers".to_owned());
        }
        let heads_of = [("loaded_words", 2), ("entities", 11), ("attribution", 7)];
        for (name, weight, bias) in graph.parted("plain_heads", &heads_of)? {
            put(format!("{name}.weight"), weight);
            put(format!("{name}.bias"), bias);
        }
        for (there, here) in [
            ("loaded_hidden", "loaded_hidden"),
            ("loaded_last", "loaded"),
            ("stance_piece", "stance_piece"),
            ("stance_sentence", "stance_sentence"),
            ("stance_last", "stance"),
            ("stance_named_last", "stance_named"),
        ] {
            let weight = transposed(&graph.matrix(&format!("{there}.weight"))?)?;
            put(format!("{here}.weight"), weight);
            if graph.has(&format!("{there}.bias")) {
                put(format!("{here}.bias"), graph.matrix(&format!("{there}.bias"))?);
            }
        }
        Ok(Network { tensors, heads, epsilon: graph.epsilon()? })
    }

    /// As a safetensors file; with `half` in 16 bits.
    pub fn to_safetensors(&self, half: bool) -> Result<Vec<u8>, String> {
        let metadata = BTreeMap::from([
            ("format".to_owned(), "pt".to_owned()),
            (HEADS.to_owned(), self.heads.to_string()),
            (EPSILON.to_owned(), format!("{:e}", self.epsilon)),
        ]);
        weights::write(&self.tensors, &metadata, half)
    }
}

/// The same graph with every rounded product computed in fp32.
///
/// Weights keep the values that they were rounded to. A graph without rounded products comes back as it was.
pub fn to_fp32(onnx: &[u8]) -> Result<Vec<u8>, String> {
    let mut model = parse(onnx)?;
    let graph = Graph::of(&model)?;
    let proto = model.graph.as_ref().ok_or("it has no graph")?;
    let mut nodes: Vec<NodeProto> = Vec::new();
    let mut gone: BTreeSet<String> = BTreeSet::new();
    let mut plain: BTreeMap<String, Matrix> = BTreeMap::new();
    for node in &proto.node {
        let rounded = match op(node) {
            "MatMulInteger" => node.input.get(1),
            "Gather" => node.input.first(),
            _ => None,
        }
        .filter(|name| graph.kind(name) == Some(DataType::INT8));
        let Some(weight) = rounded else {
            nodes.push(node.clone());
            continue;
        };
        // int -> Cast -> Mul: what comes out of the Mul is what the plain operator gives.
        let cast = graph.reader(&node.output, "Cast")?;
        let scale = graph.reader(&cast.output, "Mul")?;
        gone.insert(cast.output.join(","));
        gone.insert(scale.output.join(","));
        plain.insert(weight.clone(), graph.matrix(weight)?);
        let mut whole = node.clone();
        whole.name.clone_from(&scale.name);
        whole.output.clone_from(&scale.output);
        if op(node) == "MatMulInteger" {
            whole.op_type = Some("MatMul".to_owned());
            let quantize = graph.maker(&node.input[0]).ok_or("a product has no input")?;
            whole.input = vec![quantize.input[0].clone(), weight.clone()];
        }
        nodes.push(whole);
    }
    nodes.retain(|n| !(matches!(op(n), "Cast" | "Mul") && gone.contains(&n.output.join(","))));
    // What nobody reads any more: roundings of inputs, scales, zeros.
    let outputs: BTreeSet<String> = proto.output.iter().filter_map(|o| o.name.clone()).collect();
    loop {
        let read: BTreeSet<String> = nodes.iter().flat_map(|n| n.input.iter().cloned()).collect();
        let before = nodes.len();
        nodes.retain(|n| n.output.iter().any(|o| read.contains(o) || outputs.contains(o)));
        if nodes.len() == before {
            break;
        }
    }
    let read: BTreeSet<&String> = nodes.iter().flat_map(|n| &n.input).collect();
    let mut initializers: Vec<TensorProto> = Vec::new();
    for tensor in &proto.initializer {
        let name = tensor.name.clone().unwrap_or_default();
        if !read.contains(&name) {
            continue;
        }
        initializers.push(match plain.get(&name) {
            Some(matrix) => tensor_of(name, matrix),
            None => tensor.clone(),
        });
    }
    if let Some(graph) = &mut model.graph {
        graph.node = nodes;
        graph.initializer = initializers;
    }
    model.write_buf().map_err(|e| e.to_string())
}

fn parse(onnx: &[u8]) -> Result<ModelProto, String> {
    ModelProto::parse_buf(onnx).map_err(|e| format!("it is no ONNX file: {e}"))
}

fn op(node: &NodeProto) -> &str {
    node.op_type.as_deref().unwrap_or_default()
}

fn tensor_of(name: String, matrix: &Matrix) -> TensorProto {
    let bytes: Vec<u8> = matrix.values.iter().flat_map(|x| x.to_le_bytes()).collect();
    TensorProto {
        dims: matrix.shape.iter().map(|&n| n as i64).collect(),
        data_type: Some(DataType::FLOAT),
        raw_data: Some(bytes.into()),
        name: Some(name),
        ..TensorProto::default()
    }
}

/// A graph that answers by name.
struct Graph<'a> {
    proto: &'a GraphProto,
    constants: BTreeMap<&'a str, &'a TensorProto>,
}

impl<'a> Graph<'a> {
    fn of(model: &'a ModelProto) -> Result<Graph<'a>, String> {
        let proto = model.graph.as_ref().ok_or("it is no ONNX file: it has no graph")?;
        let constants =
            proto.initializer.iter().filter_map(|t| Some((t.name.as_deref()?, t))).collect();
        Ok(Graph { proto, constants })
    }

    fn has(&self, name: &str) -> bool {
        self.constants.contains_key(name)
    }

    fn kind(&self, name: &str) -> Option<DataType> {
        self.constants.get(name)?.data_type
    }

    fn constant(&self, name: &str) -> Result<&'a TensorProto, String> {
        self.constants
            .get(name)
            .copied()
            .ok_or_else(|| format!("it has no tensor {name}: it is no graph of undertone's recipe"))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        match &self.constant(name)?.raw_data {
            Some(bytes) => Ok(bytes.borrow().clone()),
            None => Err(format!("tensor {name} does not lie in the file as plain bytes")),
        }
    }

    fn integers(&self, name: &str) -> Result<Vec<i64>, String> {
        let bytes = self.bytes(name)?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Ok(numbers.iter().map(|b| i64::from_le_bytes(*b)).collect())
    }

    fn shape(&self, name: &str) -> Result<Vec<usize>, String> {
        let dims = &self.constant(name)?.dims;
        dims.iter()
            .map(|&n| usize::try_from(n).map_err(|_| format!("tensor {name} has a shape below 0")))
            .collect()
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let bytes = self.bytes(name)?;
        match self.kind(name) {
            Some(DataType::FLOAT) => {
                let (numbers, _) = bytes.as_chunks::<4>();
                Ok(numbers.iter().map(|b| f32::from_le_bytes(*b)).collect())
            }
            other => Err(format!("tensor {name} is of type {other:?}, expected FLOAT")),
        }
    }

    /// The numbers that a tensor stands for: those of a rounded one are multiplied with their scales.
    fn matrix(&self, name: &str) -> Result<Matrix, String> {
        let shape = self.shape(name)?;
        let values = match self.kind(name) {
            Some(DataType::INT8) => {
                let whole: Vec<f32> =
                    self.bytes(name)?.iter().map(|&b| f32::from(b.cast_signed())).collect();
                let &[rows, columns] = shape.as_slice() else {
                    return Err(format!("tensor {name} is rounded and no table"));
                };
                let scale = self.scale_of(name, rows, columns)?;
                whole
                    .chunks(columns.max(1))
                    .enumerate()
                    .flat_map(|(r, row)| row.iter().enumerate().map(move |(c, x)| (r, c, x)))
                    .map(|(r, c, x)| x * scale(r, c))
                    .collect()
            }
            _ => self.floats(name)?,
        };
        if values.len() != shape.iter().product::<usize>() {
            return Err(format!("tensor {name} does not hold its {shape:?} numbers"));
        }
        Ok(Matrix { shape, values })
    }

    /// What one step of a rounded tensor is worth, by row and column.
    fn scale_of(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Box<dyn Fn(usize, usize) -> f32>, String> {
        let product = self
            .proto
            .node
            .iter()
            .find(|n| op(n) == "MatMulInteger" && n.input.get(1).is_some_and(|w| w == name));
        let Some(product) = product else {
            // Rows of a table, each with a scale of its own.
            let scales = self.floats(&format!("{name}.scale"))?;
            if scales.len() != rows {
                return Err(format!("{name}.scale has {} numbers, expected {rows}", scales.len()));
            }
            return Ok(Box::new(move |r, _| scales[r]));
        };
        // The scale of a product is its column's times its input's.
        let input = self
            .maker(&product.input[0])
            .filter(|n| op(n) == "QuantizeLinear")
            .and_then(|n| n.input.get(1))
            .ok_or_else(|| format!("the input of {name} is not rounded as the recipe does it"))?;
        let input = *self.floats(input)?.first().ok_or("an input has no scale")?;
        let cast = self.reader(&product.output, "Cast")?;
        let scale = self.reader(&cast.output, "Mul")?;
        let both = scale
            .input
            .iter()
            .find(|i| self.has(i))
            .ok_or_else(|| format!("the product of {name} is never scaled"))?;
        let both = self.floats(both)?;
        if both.len() != columns || input <= 0.0 {
            return Err(format!("the scales of {name} do not fit its {columns} columns"));
        }
        Ok(Box::new(move |_, c| both[c] / input))
    }

    /// The node that makes a value.
    fn maker(&self, value: &str) -> Option<&'a NodeProto> {
        self.proto.node.iter().find(|n| n.output.iter().any(|o| o == value))
    }

    /// The node of one kind that reads what a node gives.
    fn reader(&self, outputs: &[String], kind: &str) -> Result<&'a NodeProto, String> {
        self.proto
            .node
            .iter()
            .find(|n| op(n) == kind && n.input.iter().any(|i| outputs.contains(i)))
            .ok_or_else(|| format!("{} is followed by no {kind}", outputs.join(", ")))
    }

    /// A product that was joined of several: name, weights `[out, in]` and bias of each.
    fn parted<'n>(
        &self,
        name: &str,
        parts: &[(&'n str, usize)],
    ) -> Result<Vec<(&'n str, Matrix, Matrix)>, String> {
        let weight = transposed(&self.matrix(&format!("{name}.weight"))?)?;
        let bias = self.matrix(&format!("{name}.bias"))?;
        let (all, width) = (weight.shape[0], weight.shape[1]);
        if parts.iter().map(|(_, n)| n).sum::<usize>() != all || bias.values.len() != all {
            return Err(format!("{name} has {all} outputs, which do not fit its parts"));
        }
        let mut from = 0;
        Ok(parts
            .iter()
            .map(|&(part, n)| {
                let rows = from..from + n;
                from += n;
                (
                    part,
                    Matrix {
                        shape: vec![n, width],
                        values: weight.values[rows.start * width..rows.end * width].to_vec(),
                    },
                    Matrix { shape: vec![n], values: bias.values[rows].to_vec() },
                )
            })
            .collect())
    }

    fn epsilon(&self) -> Result<f32, String> {
        self.proto
            .node
            .iter()
            .filter(|n| op(n) == "LayerNormalization")
            .flat_map(|n| &n.attribute)
            .find(|a| a.name.as_deref() == Some("epsilon"))
            .and_then(|a| a.f)
            .ok_or_else(|| "it has no layer normalisation with an epsilon".to_owned())
    }
}

fn transposed(matrix: &Matrix) -> Result<Matrix, String> {
    let &[rows, columns] = matrix.shape.as_slice() else {
        return Err(format!("a product's weights have the shape {:?}", matrix.shape));
    };
    let values = (0..columns)
        .flat_map(|c| (0..rows).map(move |r| (r, c)))
        .map(|(r, c)| matrix.values[r * columns + c])
        .collect();
    Ok(Matrix { shape: vec![columns, rows], values })
}

fn scaled(mut matrix: Matrix, by: f32) -> Matrix {
    matrix.values.iter_mut().for_each(|x| *x *= by);
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &[u8] = include_bytes!("../../models/small/model.onnx");

    #[test]
    fn the_default_models_weights_come_out_whole() {
        let network = Network::from_onnx(SMALL).expect("the recipe's graph");
        assert_eq!(network.heads, 12);
        assert!((network.epsilon - 1e-12).abs() < 1e-14);
        let shape = |name: &str| network.tensors[name].shape.clone();
        assert_eq!(shape("encoder.embeddings.word_embeddings.weight"), [30522, 384]);
        assert_eq!(shape("encoder.encoder.layer.5.intermediate.dense.weight"), [1536, 384]);
        assert_eq!(shape("entities.weight"), [11, 384]);
        assert_eq!(shape("stance.bias"), [3]);
        assert_eq!(shape("stance_named.weight"), [3, 384]);
        // 16 tensors a layer, 5 of embeddings, 2 of each plain head, 11 of the other three.
        assert_eq!(network.tensors.len(), 6 * 16 + 5 + 3 * 2 + 11);
        let finite = |m: &Matrix| m.values.iter().all(|x| x.is_finite());
        assert!(network.tensors.values().all(finite));
    }

    #[test]
    fn a_graph_of_something_else_is_named_as_such() {
        let empty = ModelProto { graph: Some(GraphProto::default()), ..ModelProto::default() };
        let bytes = empty.write_buf().expect("it is small");
        let message = Network::from_onnx(&bytes).expect_err("no weights").to_string();
        assert!(message.contains("no graph of undertone's recipe"), "{message}");
        assert!(Network::from_onnx(b"not a graph").is_err());
    }
}
