//! Parses what was typed, runs it, and turns the outcome into an exit code.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    match cli::run() {
        Ok(outcome) => outcome.into(),
        Err(error) if cli::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("undertone: {error:#}");
            ExitCode::from(2)
        }
    }
}
