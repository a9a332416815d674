//! Weights of a safetensors file into the variables of a network, each held against what the network needs.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

use tch::nn::VarStore;
use tch::{Kind as TorchKind, Tensor};

use crate::model::weights::{Kind, Weights};

/// Fills every variable of `store` from the file.
///
/// `name` turns a variable's name into the file's. What the file has beyond the network is left out, except
/// that a whole layer more than the config says is an error.
pub fn fill(
    store: &mut VarStore,
    weights: &Weights<'_>,
    name: impl Fn(&str) -> Vec<String>,
) -> Result<(), String> {
    let mut used = BTreeSet::new();
    let mut variables: Vec<(String, Tensor)> = store.variables().into_iter().collect();
    variables.sort_by(|a, b| a.0.cmp(&b.0));
    for (variable, tensor) in &mut variables {
        let names = name(variable);
        let found = names.iter().find_map(|n| Some((n, weights.get(n)?)));
        let Some((found, source)) = found else {
            return Err(format!(
                "tensor {} is missing; the weights do not belong to this config.json",
                names.first().unwrap_or(variable)
            ));
        };
        let shape: Vec<i64> = source.shape.iter().map(|&n| n as i64).collect();
        if shape != tensor.size() {
            return Err(format!(
                "tensor {found} has the shape {:?}, config.json asks for {:?}; the weights do not belong to this config.json",
                source.shape,
                tensor.size()
            ));
        }
        let kind = match source.kind {
            Kind::F32 => TorchKind::Float,
            Kind::F16 => TorchKind::Half,
            Kind::BF16 => TorchKind::BFloat16,
            other => {
                return Err(format!("tensor {found} is of type {other:?}, which no weight is"));
            }
        };
        let loaded = Tensor::f_from_data_size(source.bytes, &shape, kind)
            .map_err(|e| format!("tensor {found}: {e}"))?;
        tch::no_grad(|| tensor.f_copy_(&loaded)).map_err(|e| format!("tensor {found}: {e}"))?;
        used.insert(found.clone());
    }
    // "encoder.layer.6." where the network has layers 0 to 5.
    let layer = |name: &str| {
        let at = name.find("layer.")? + "layer.".len();
        name[at..].split('.').next()?.parse::<usize>().ok()
    };
    let most = used.iter().filter_map(|n| layer(n)).max();
    if let Some(extra) = weights.names().find(|n| layer(n) > most && most.is_some()) {
        return Err(format!(
            "it has the tensor {extra}, config.json asks for {} layers; the weights do not belong to this config.json",
            most.map_or(0, |n| n + 1)
        ));
    }
    store.freeze();
    Ok(())
}

/// Copies of a network that share one set of weights: libtorch's handles may move between threads, but no two
/// threads may hold the same one.
pub struct Pool<T> {
    idle: Mutex<Vec<T>>,
    back: Condvar,
}

impl<T> Pool<T> {
    pub fn new(networks: Vec<T>) -> Pool<T> {
        Pool { idle: Mutex::new(networks), back: Condvar::new() }
    }

    /// Runs `work` on a network that nobody else holds; waits where all are taken.
    pub fn with<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let network = loop {
            match idle.pop() {
                Some(network) => break network,
                None => idle = self.back.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(idle);
        let out = work(&network);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(network);
        self.back.notify_one();
        out
    }
}

/// Makes `count` networks with `build`, which share the weights of the first.
pub fn copies<T>(
    count: usize,
    build: impl Fn() -> Result<(VarStore, T), String>,
    fill: impl FnOnce(&mut VarStore) -> Result<(), String>,
) -> Result<Pool<T>, String> {
    let (mut first, network) = build()?;
    fill(&mut first)?;
    let shared = first.variables();
    let mut networks = vec![network];
    for _ in 1..count.max(1) {
        let (mut store, network) = build()?;
        store.set_kind(shared.values().next().map_or(TorchKind::Float, Tensor::kind));
        store.freeze();
        for (name, mut variable) in store.variables() {
            if let Some(same) = shared.get(&name) {
                tch::no_grad(|| variable.set_data(same));
            }
        }
        networks.push(network);
    }
    Ok(Pool::new(networks))
}
