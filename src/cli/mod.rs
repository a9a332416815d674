//! The command line: one file per subcommand. What was typed becomes plain options; the library works.

mod actors;
mod audit;
mod eval;
mod predict;
mod report;
mod sample;
mod score;
mod validate;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use undertone::model::Model;

/// How does each outlet write about whom?
///
/// Reads news articles, scores every sentence for loaded wording and for the stance toward each actor
/// in it, tells the outlet's own words from those it quotes, and sums up per outlet and per actor.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 all went well, 1 done but some input was rejected, 2 nothing could be done."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Score(score::Options),
    Predict(predict::Options),
    Report(report::Options),
    Actors(actors::Options),
    Sample(sample::Options),
    Validate(validate::Options),
    Audit(audit::Options),
    Eval(eval::Options),
}

/// Which model, on how many cores.
#[derive(Args)]
struct ModelOptions {
    /// Model folder (config.json, tokenizer.json, model.onnx) instead of the built-in model
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Cores to use [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl ModelOptions {
    fn threads(&self) -> usize {
        match self.threads {
            Some(n) => usize::from(n),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    fn load(&self) -> anyhow::Result<Model> {
        let threads = self.threads();
        Ok(match &self.model {
            Some(folder) => Model::load(folder, threads)?,
            None => Model::built_in(threads)?,
        })
    }
}

/// How a command that ran to its end came out.
pub enum Outcome {
    Done,
    /// Done, but some of the input was rejected.
    SomeRejected,
    /// Nothing could be done; the reason is on stderr already.
    Nothing,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Done => 0,
            Outcome::SomeRejected => 1,
            Outcome::Nothing => 2,
        })
    }
}

pub fn run() -> anyhow::Result<Outcome> {
    match Cli::parse().command {
        Command::Score(options) => score::run(&options),
        Command::Predict(options) => predict::run(&options),
        Command::Report(options) => report::run(&options),
        Command::Actors(options) => actors::run(&options),
        Command::Sample(options) => sample::run(&options),
        Command::Validate(options) => validate::run(&options),
        Command::Audit(options) => audit::run(&options),
        Command::Eval(options) => eval::run(&options),
    }
}

/// Columns of the terminal; 100 where there is none.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0)).clamp(40, 140)
}

/// Somebody closed the pipe that we write to (`| head`): no error of ours.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
