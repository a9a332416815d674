//! `undertone predict`: JSON lines in, JSON lines out.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::sync::mpsc;

use anyhow::Context;
use clap::Args;
use undertone::predict;

use super::{ModelOptions, Outcome};

/// Score sentences, one JSON object per line, in order
///
/// In: {"id": ..., "text": "...", "targets": [{"start": 0, "end": 5}]}, one sentence a line; `targets`
/// (code points, end-exclusive) may be left out. A line that cannot be read is answered with
/// {"id": null, "error": "line 7: ..."} in its place.
#[derive(Args)]
pub struct Options {
    /// File of JSON lines [default: standard input]
    file: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
}

/// Lines read at once at the most: enough for full batches, little enough to stream.
const CHUNK: usize = 512;
/// A longer line is no sentence.
const LONGEST: usize = 1 << 20;

enum Line {
    Whole(Vec<u8>),
    TooLong(usize),
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let input: Box<dyn BufRead + Send> = match &options.file {
        Some(path) => Box::new(BufReader::new(
            File::open(path).with_context(|| format!("cannot read {}", path.display()))?,
        )),
        None => Box::new(BufReader::new(io::stdin())),
    };
    let model = options.model.load()?;
    // The reader runs ahead; what has come by the time the model is free is one chunk. So a slow
    // sender is answered line by line, and a file goes through in full batches.
    let (send, lines) = mpsc::sync_channel(2 * CHUNK);
    let reader = std::thread::spawn(move || read_lines(input, &send));
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut number, mut failed, mut answered) = (0u64, 0u64, 0u64);
    while let Ok(first) = lines.recv() {
        let mut chunk: Vec<(u64, Line)> = Vec::new();
        for line in std::iter::once(first).chain(std::iter::from_fn(|| lines.try_recv().ok())) {
            number += 1;
            let blank = matches!(&line, Line::Whole(l) if l.trim_ascii().is_empty());
            if !blank {
                chunk.push((number, line));
            }
            if chunk.len() == CHUNK {
                break;
            }
        }
        let whole: Vec<(u64, Cow<'_, [u8]>)> = chunk
            .iter()
            .filter_map(|(n, line)| match line {
                Line::Whole(bytes) => Some((*n, Cow::Borrowed(bytes.as_slice()))),
                Line::TooLong(_) => None,
            })
            .collect();
        let mut answers = predict::answer(&model, &whole)?.into_iter();
        for (n, line) in &chunk {
            let response = match line {
                Line::Whole(_) => answers.next(),
                Line::TooLong(bytes) => Some(predict::Response::Failed {
                    id: serde_json::Value::Null,
                    error: format!(
                        "line {n}: {bytes} bytes long; a line holds one sentence, at most {LONGEST} bytes"
                    ),
                }),
            };
            let Some(response) = response else { continue };
            answered += 1;
            failed += u64::from(response.is_error());
            serde_json::to_writer(&mut out, &response).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
    }
    match reader.join() {
        Ok(read) => read.context("reading stopped")?,
        Err(_) => anyhow::bail!("the reader stopped without a reason"),
    }
    Ok(match (answered, failed) {
        (0, _) => {
            eprintln!("undertone: no lines to read; one JSON object per line is needed");
            Outcome::Nothing
        }
        (_, 0) => Outcome::Done,
        _ => Outcome::SomeRejected,
    })
}

/// Sends every line, in bounded memory: of one that is too long only its length.
fn read_lines(mut input: impl BufRead, send: &mpsc::SyncSender<Line>) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        let mut length = 0;
        let ended = loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                break true;
            }
            let (take, newline) = match buffer.iter().position(|&b| b == b'\n') {
                Some(at) => (at, 1),
                None => (buffer.len(), 0),
            };
            length += take;
            if length <= LONGEST {
                line.extend_from_slice(&buffer[..take]);
            }
            input.consume(take + newline);
            if newline == 1 {
                break false;
            }
        };
        if ended && length == 0 {
            return Ok(());
        }
        let line = if length <= LONGEST { Line::Whole(line) } else { Line::TooLong(length) };
        if send.send(line).is_err() || ended {
            return Ok(()); // the other side has gone: its error is the one that counts
        }
    }
}
