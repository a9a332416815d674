//! The command line: one file per subcommand. What was typed becomes plain options; the library works.

mod actors;
mod audit;
mod eval;
mod predict;
mod report;
mod sample;
mod score;
mod show;
mod text;
mod validate;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
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
    Show(show::Options),
    Text(text::Options),
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
        Command::Show(options) => show::run(&options),
        Command::Text(options) => text::run(&options),
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

/// How marked text comes out.
#[derive(Args)]
struct Display {
    /// Colours: on a terminal, or also in a pipe, or nowhere
    ///
    /// NO_COLOR switches them off, CLICOLOR_FORCE=1 on in pipes too.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Columns to write in [default: the terminal's; unbroken lines in a pipe]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    width: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Display {
    fn color(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if anstyle_query::no_color() => false,
            Color::Auto => {
                let set = anstyle_query::clicolor();
                anstyle_query::clicolor_force()
                    || (io::stdout().is_terminal()
                        && anstyle_query::term_supports_color()
                        && set != Some(false))
            }
        }
    }

    /// Are people reading, and not a program behind a pipe?
    fn for_people(&self) -> bool {
        io::stdout().is_terminal() || self.color() || self.width.is_some()
    }

    fn columns(&self) -> Option<usize> {
        let own = || io::stdout().is_terminal().then(width);
        self.width.map(usize::from).or_else(own)
    }
}

/// Somebody closed the pipe that we write to (`| head`): no error of ours.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
