//! Which engine runs a network, on what, and in which numbers.

use std::fmt;
use std::str::FromStr;

use super::ModelError;

/// An engine that runs networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Pure Rust, ONNX, on the CPU; inside every build.
    #[default]
    Rten,
    /// libtorch, safetensors, on the CPU or a GPU; in builds with the feature `rust-bert`.
    RustBert,
}

impl Engine {
    /// As options and manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Rten => "rten",
            Engine::RustBert => "rust-bert",
        }
    }
}

/// Where the numbers are crunched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    #[default]
    Cpu,
    /// A CUDA GPU by its number.
    Cuda(usize),
}

impl FromStr for Device {
    type Err = String;

    /// `cpu`, `cuda` (the first GPU) or `cuda:N`.
    fn from_str(text: &str) -> Result<Device, String> {
        match text.split_once(':') {
            None if text == "cpu" => Ok(Device::Cpu),
            None if text == "cuda" => Ok(Device::Cuda(0)),
            Some(("cuda", n)) => n
                .parse()
                .map(Device::Cuda)
                .map_err(|_| format!("{n:?} is no number of a GPU, as in cuda:0")),
            _ => Err("expected cpu or cuda:N, as in cuda:0".to_owned()),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Device::Cpu => f.write_str("cpu"),
            Device::Cuda(n) => write!(f, "cuda:{n}"),
        }
    }
}

/// The numbers in which libtorch computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits: what the weights were trained in.
    #[default]
    Fp32,
    /// 16 bits with the range of 32: about twice as fast where the processor knows them, and good to two
    /// or three digits.
    Bf16,
}

impl Precision {
    /// As options and manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Fp32 => "fp32",
            Precision::Bf16 => "bf16",
        }
    }
}

/// How a model is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    pub engine: Engine,
    pub device: Device,
    pub precision: Precision,
    /// CPU cores, 1 or more.
    pub threads: usize,
}

impl Running {
    /// The default engine on so many cores.
    pub fn on(threads: usize) -> Running {
        Running {
            engine: Engine::default(),
            device: Device::default(),
            precision: Precision::default(),
            threads: threads.max(1),
        }
    }

    /// Whether this build and this machine can: asked before anything is read.
    pub fn check(&self) -> Result<(), ModelError> {
        match self.engine {
            Engine::Rten if self.device != Device::Cpu => Err(ModelError::Engine(format!(
                "device {}: the engine rten runs on the CPU only; add --backend rust-bert",
                self.device
            ))),
            Engine::Rten if self.precision != Precision::Fp32 => Err(ModelError::Engine(
                "precision bf16 is for the engine rust-bert; rten computes in what the file holds"
                    .to_owned(),
            )),
            Engine::Rten => Ok(()),
            Engine::RustBert => self.check_torch(),
        }
    }

    #[cfg(feature = "rust-bert")]
    fn check_torch(&self) -> Result<(), ModelError> {
        super::torch::device(self.device).map(|_| ())
    }

    #[cfg(not(feature = "rust-bert"))]
    fn check_torch(&self) -> Result<(), ModelError> {
        Err(ModelError::Engine(
            "this build has no engine rust-bert; build it with `cargo build --release --features rust-bert` (docs/gpu.md), or leave --backend out"
                .to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_read_as_they_are_written() {
        for (text, device) in
            [("cpu", Device::Cpu), ("cuda:0", Device::Cuda(0)), ("cuda:3", Device::Cuda(3))]
        {
            assert_eq!(text.parse(), Ok(device));
            assert_eq!(device.to_string(), text);
        }
        assert_eq!("cuda".parse(), Ok(Device::Cuda(0)));
        for bad in ["gpu", "cuda:", "cuda:x", "cuda:-1", "CPU", ""] {
            assert!(bad.parse::<Device>().is_err(), "{bad:?} is no device");
        }
    }

    #[test]
    fn the_default_engine_refuses_a_gpu_before_anything_is_read() {
        let running = Running { device: Device::Cuda(0), ..Running::on(1) };
        let message = running.check().expect_err("rten has no GPU").to_string();
        assert!(message.contains("--backend rust-bert"), "{message}");
        assert!(Running::on(2).check().is_ok());
    }
}
