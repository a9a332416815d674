//! The safetensors format: named tensors in, one file out, and back.
//!
//! A file is the length of a JSON header (8 bytes, little-endian), the header (name to type, shape and
//! place), and the numbers. Nothing in it is code, which is why it is the one format of weights that
//! undertone reads beside ONNX.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The longest header that is believed: the format's own limit.
const LONGEST_HEADER: usize = 100_000_000;
const METADATA: &str = "__metadata__";

/// What a tensor's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    F32,
    F16,
    BF16,
    /// Read past, never used: positions and other buffers.
    I64,
    F64,
    I32,
    I16,
    I8,
    U8,
    BOOL,
}

impl Kind {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Kind::F64 | Kind::I64 => 8,
            Kind::F32 | Kind::I32 => 4,
            Kind::F16 | Kind::BF16 | Kind::I16 => 2,
            Kind::I8 | Kind::U8 | Kind::BOOL => 1,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    dtype: Kind,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

/// A tensor in a file that was read.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    pub kind: Kind,
    pub shape: &'a [usize],
    /// Row by row, little-endian.
    pub bytes: &'a [u8],
}

/// A file of weights, its bytes checked against its header.
pub struct Weights<'a> {
    entries: BTreeMap<String, Entry>,
    metadata: BTreeMap<String, String>,
    data: &'a [u8],
}

impl<'a> Weights<'a> {
    /// Reads the header and holds every tensor's place against its shape.
    pub fn parse(file: &'a [u8]) -> Result<Weights<'a>, String> {
        let length = file
            .first_chunk::<8>()
            .map(|n| u64::from_le_bytes(*n))
            .and_then(|n| usize::try_from(n).ok())
            .filter(|&n| n <= LONGEST_HEADER && n + 8 <= file.len())
            .ok_or("it is no safetensors file, or only a part of one; copy it again")?;
        let (header, data) = file[8..].split_at(length);
        let mut header: BTreeMap<String, serde_json::Value> = serde_json::from_slice(header)
            .map_err(|e| format!("it is no safetensors file: its header is not JSON ({e})"))?;
        let metadata = match header.remove(METADATA) {
            Some(value) => serde_json::from_value(value)
                .map_err(|e| format!("{METADATA} is no table of strings ({e})"))?,
            None => BTreeMap::new(),
        };
        let mut entries = BTreeMap::new();
        for (name, value) in header {
            let entry: Entry =
                serde_json::from_value(value).map_err(|e| format!("tensor {name}: {e}"))?;
            let [start, end] = entry.data_offsets;
            let bytes = entry
                .shape
                .iter()
                .try_fold(entry.dtype.size(), |product, &n| product.checked_mul(n));
            if start > end || end > data.len() || bytes != Some(end - start) {
                return Err(format!(
                    "tensor {name}: the file does not hold its {:?} numbers; copy it again",
                    entry.shape
                ));
            }
            entries.insert(name, entry);
        }
        Ok(Weights { entries, metadata, data })
    }

    /// What the writer said of the file.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    pub fn get(&self, name: &str) -> Option<Tensor<'_>> {
        self.entries.get(name).map(|entry| Tensor {
            kind: entry.dtype,
            shape: &entry.shape,
            bytes: &self.data[entry.data_offsets[0]..entry.data_offsets[1]],
        })
    }

    /// How many numbers all tensors hold.
    pub fn parameters(&self) -> usize {
        self.entries.values().map(|e| e.shape.iter().product::<usize>()).sum()
    }
}

/// A tensor to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: Vec<f32>,
}

/// A safetensors file of these tensors; with `half` in 16 bits.
pub fn write(
    tensors: &BTreeMap<String, Matrix>,
    metadata: &BTreeMap<String, String>,
    half: bool,
) -> Result<Vec<u8>, String> {
    let kind = if half { Kind::F16 } else { Kind::F32 };
    let mut header = serde_json::Map::new();
    let value = |e: serde_json::Result<serde_json::Value>| e.map_err(|e| e.to_string());
    header.insert(METADATA.to_owned(), value(serde_json::to_value(metadata))?);
    let mut end = 0;
    for (name, tensor) in tensors {
        let start = end;
        end += tensor.values.len() * kind.size();
        let entry = Entry { dtype: kind, shape: tensor.shape.clone(), data_offsets: [start, end] };
        header.insert(name.clone(), value(serde_json::to_value(entry))?);
    }
    let mut header = serde_json::to_vec(&header).map_err(|e| e.to_string())?;
    // The numbers begin at a multiple of eight.
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut file = Vec::with_capacity(8 + header.len() + end);
    file.extend_from_slice(&(header.len() as u64).to_le_bytes());
    file.extend_from_slice(&header);
    for tensor in tensors.values() {
        for &x in &tensor.values {
            if half {
                file.extend_from_slice(&half_bits(x).to_le_bytes());
            } else {
                file.extend_from_slice(&x.to_le_bytes());
            }
        }
    }
    Ok(file)
}

/// IEEE 754 binary16, rounded to the nearest, ties to even.
fn half_bits(x: f32) -> u16 {
    let bits = x.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return sign | 0x7e00; // not a number
    }
    let (exponent, fraction) = ((magnitude >> 23) as i32 - 112, magnitude & 0x007f_ffff);
    // What is kept, and by how many bits it is shifted: below 2^-14 the numbers lie evenly.
    let (kept, shift) = match exponent {
        1.. => (((exponent as u32) << 23) | fraction, 13),
        -10..=0 => (fraction | 0x0080_0000, (14 - exponent) as u32),
        _ => return sign,
    };
    let (whole, rest, middle) = (kept >> shift, kept & ((1 << shift) - 1), 1 << (shift - 1));
    let rounded = whole + u32::from(rest > middle || (rest == middle && whole & 1 == 1));
    sign | rounded.min(0x7c00) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> BTreeMap<String, Matrix> {
        BTreeMap::from([
            ("a.bias".to_owned(), Matrix { shape: vec![3], values: vec![0.5, -2.0, 65504.0] }),
            (
                "a.weight".to_owned(),
                Matrix { shape: vec![2, 2], values: vec![1.0, 0.1, -0.25, 6e-8] },
            ),
        ])
    }

    #[test]
    fn what_was_written_comes_back() {
        let metadata = BTreeMap::from([("format".to_owned(), "pt".to_owned())]);
        let file = write(&two(), &metadata, false).expect("small enough");
        let weights = Weights::parse(&file).expect("just written");
        assert_eq!(weights.metadata(), &metadata);
        assert_eq!(weights.parameters(), 7);
        let weight = weights.get("a.weight").expect("it is there");
        assert_eq!((weight.kind, weight.shape), (Kind::F32, &[2, 2][..]));
        let numbers: Vec<f32> = weight
            .bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        assert_eq!(numbers, [1.0, 0.1, -0.25, 6e-8]);
    }

    #[test]
    fn half_precision_rounds_to_the_nearest() {
        for (x, bits) in [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (0.1, 0x2e66),
            (65504.0, 0x7bff),
            (65520.0, 0x7c00),
            (1e9, 0x7c00),
            (6.1035156e-5, 0x0400),
            (5.9604645e-8, 0x0001),
            (2e-8, 0x0000),
            (1.000_488_3, 0x3c00),
            (1.001_464_8, 0x3c02),
        ] {
            assert_eq!(half_bits(x), bits, "{x}");
        }
        assert_eq!(half_bits(f32::NAN) & 0x7e00, 0x7e00);
    }

    #[test]
    fn a_file_that_was_cut_off_is_refused() {
        let file = write(&two(), &BTreeMap::new(), true).expect("small enough");
        for cut in [0, 7, 20, file.len() - 1] {
            assert!(Weights::parse(&file[..cut]).is_err(), "{cut} bytes of it");
        }
        let mut huge = u64::MAX.to_le_bytes().to_vec();
        huge.extend_from_slice(b"{}");
        assert!(Weights::parse(&huge).is_err());
        assert!(Weights::parse(b"\x80\x02}q\x00(X\x04").is_err());
    }
}
