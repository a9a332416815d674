//! `undertone report`: a run folder in, pages for people out.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use undertone::tables::RunReader;
use undertone::{file, report};

use super::Outcome;

/// Render the report of a run again
///
/// HTML goes to RUN/report.html unless --out says otherwise; Markdown, JSON and CSV go to standard
/// output.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Articles shown sentence by sentence
    #[arg(long, value_enum, default_value_t = Articles::Auto)]
    articles: Articles,
    /// Table to print with --format csv
    #[arg(long, value_enum, default_value_t = Table::Outlets)]
    table: Table,
    /// File to write instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Md,
    Json,
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum Articles {
    /// All up to 200, else a sample
    Auto,
    All,
    /// The first of each outlet in order of id
    Sample,
    None,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Table {
    Outlets,
    Actors,
    OutletActor,
    Comparisons,
    Corrected,
    Events,
    Rejects,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let page = report::Options {
        articles: match options.articles {
            Articles::Auto => report::Articles::Auto,
            Articles::All => report::Articles::All,
            Articles::Sample => report::Articles::Sample,
            Articles::None => report::Articles::None,
        },
        ..report::Options::default()
    };
    let rows = undertone::run::load(&RunReader::open(&options.run)?, &page)?;
    let text = match options.format {
        Format::Html => report::html(&rows, &page)?,
        Format::Md => report::markdown(&rows, &page)?,
        Format::Json => report::json(&rows, &page)?,
        Format::Csv => report::csv(
            &rows,
            match options.table {
                Table::Outlets => report::Table::Outlets,
                Table::Actors => report::Table::Actors,
                Table::OutletActor => report::Table::OutletActor,
                Table::Comparisons => report::Table::Comparisons,
                Table::Corrected => report::Table::Corrected,
                Table::Events => report::Table::Events,
                Table::Rejects => report::Table::Rejects,
            },
        )?,
    };
    let html = options.run.join("report.html");
    let place = match (&options.out, options.format) {
        (Some(file), _) => Some(file),
        (None, Format::Html) => Some(&html),
        (None, _) => None,
    };
    match place {
        Some(place) => {
            file::write_atomically(place, text.as_bytes())
                .with_context(|| format!("cannot write {}", place.display()))?;
            println!("{}", place.display());
        }
        None => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    Ok(Outcome::Done)
}
