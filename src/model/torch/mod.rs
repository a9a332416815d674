//! The second engine: libtorch, through rust-bert and tch.

mod deberta;
mod encoder;
mod network;
mod store;

pub use encoder::{KNOWN, Torch};
pub use network::Network;

use tch::Tensor;

use super::ModelError;
use super::backend::BackendError;
use super::engine::{Device, Precision};

/// The device as libtorch names it, or why there is none.
pub fn device(device: Device) -> Result<tch::Device, ModelError> {
    match device {
        Device::Cpu => Ok(tch::Device::Cpu),
        Device::Cuda(_) if !tch::Cuda::is_available() => Err(ModelError::Engine(format!(
            "device {device}: libtorch finds no CUDA GPU here; `nvidia-smi` says whether the driver is there, and libtorch has to be a CUDA build (docs/gpu.md). Without a GPU leave --device out"
        ))),
        Device::Cuda(n) => match usize::try_from(tch::Cuda::device_count()) {
            Ok(count) if n < count => Ok(tch::Device::Cuda(n)),
            _ => Err(ModelError::Engine(format!(
                "device {device}: this machine has {} CUDA GPU(s), counted from cuda:0",
                tch::Cuda::device_count()
            ))),
        },
    }
}

fn kind(precision: Precision) -> tch::Kind {
    match precision {
        Precision::Fp32 => tch::Kind::Float,
        Precision::Bf16 => tch::Kind::BFloat16,
    }
}

/// Row-major numbers of a tensor of any device and kind.
fn numbers(tensor: &Tensor) -> Result<Vec<f32>, BackendError> {
    let flat = tensor
        .f_to_kind(tch::Kind::Float)
        .and_then(|t| t.f_to_device(tch::Device::Cpu))
        .and_then(|t| t.f_reshape([-1]))
        .map_err(said)?;
    Vec::<f32>::try_from(&flat).map_err(said)
}

/// libtorch's errors carry a trace of many lines; the first says what happened.
fn said(error: tch::TchError) -> BackendError {
    let text = error.to_string();
    BackendError::Run(text.lines().next().unwrap_or("libtorch failed").to_owned())
}

thread_local! {
    static ONE_CORE: () = tch::set_num_threads(1);
}

/// One core for what this thread asks libtorch for: others run beside it, each with one.
fn on_one_core() {
    ONE_CORE.with(|()| ());
}
