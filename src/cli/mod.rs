//! The command line: one file per subcommand. What was typed becomes plain options; the library works.

mod actors;
mod audit;
mod eval;
mod model;
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
use undertone::model::engine::{Device, Engine, Precision, Running};
use undertone::model::own::{Choice, Own};

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
    Model(model::Options),
}

/// Which model, on how many cores.
#[derive(Args)]
struct ModelOptions {
    /// Model folder (config.json, tokenizer.json, model.onnx) instead of the built-in model
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    #[command(flatten)]
    running: RunningOptions,
    /// A classifier of your own for loaded wording, in place of the model's: a Hugging Face folder
    #[arg(long, value_name = "DIR", help_heading = OWN)]
    loaded_model: Option<PathBuf>,
    /// Which of its labels is what, as loaded=BIASED,plain=NEUTRAL; needed where the names do not say it
    #[arg(long, value_name = "MAP", help_heading = OWN)]
    loaded_labels: Option<String>,
    /// Probability from which it calls a sentence loaded [default: 0.5]
    #[arg(long, value_name = "P", help_heading = OWN)]
    loaded_threshold: Option<f32>,
    /// A classifier of your own for stance, of text and target, or of inference: a Hugging Face folder
    #[arg(long, value_name = "DIR", help_heading = OWN)]
    stance_model: Option<PathBuf>,
    /// Which of its labels is what, as against=negative,neutral=neutral,favor=positive
    #[arg(long, value_name = "MAP", help_heading = OWN)]
    stance_labels: Option<String>,
    /// What a model of inference is asked about: a TOML file with the lists against, neutral and favor
    #[arg(long, value_name = "FILE", help_heading = OWN)]
    stance_hypotheses: Option<PathBuf>,
}

const OWN: &str = "Models of your own";

/// How a model is run.
#[derive(Args)]
struct RunningOptions {
    /// Cores to use [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Engine that runs it; rust-bert needs a build with libtorch (docs/gpu.md)
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t = Backend::Rten)]
    backend: Backend,
    /// Where rust-bert computes: cpu, or cuda:0 for the first GPU
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: Device,
    /// Numbers in which rust-bert computes
    #[arg(long, value_enum, value_name = "NUMBERS", default_value_t = Numbers::Fp32)]
    precision: Numbers,
}

#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    Rten,
    RustBert,
}

#[derive(Clone, Copy, ValueEnum)]
enum Numbers {
    Fp32,
    Bf16,
}

impl ModelOptions {
    fn threads(&self) -> usize {
        self.running.threads()
    }

    fn load(&self) -> anyhow::Result<Model> {
        let running = self.running.running();
        running.check()?;
        // Theirs first: a slip in an option is told before a model of ours is loaded.
        let own = Own::open(&self.own(), &running)?;
        Ok(Model::open(self.model.as_deref(), running)?.with_own(own))
    }

    fn own(&self) -> Choice {
        Choice {
            loaded: self.loaded_model.clone(),
            loaded_labels: self.loaded_labels.clone(),
            loaded_threshold: self.loaded_threshold,
            stance: self.stance_model.clone(),
            stance_labels: self.stance_labels.clone(),
            stance_hypotheses: self.stance_hypotheses.clone(),
        }
    }
}

impl RunningOptions {
    fn threads(&self) -> usize {
        match self.threads {
            Some(n) => usize::from(n),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    fn running(&self) -> Running {
        Running {
            engine: match self.backend {
                Backend::Rten => Engine::Rten,
                Backend::RustBert => Engine::RustBert,
            },
            device: self.device,
            precision: match self.precision {
                Numbers::Fp32 => Precision::Fp32,
                Numbers::Bf16 => Precision::Bf16,
            },
            threads: self.threads(),
        }
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
        Command::Model(options) => model::run(&options),
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
