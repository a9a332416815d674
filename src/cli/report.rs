//! `undertone report`: a run folder in, pages, tables and figures for people out.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use undertone::file;
use undertone::report::{self, figures};
use undertone::tables::RunReader;

use super::Outcome;

/// Render the report of a run again
///
/// HTML goes to RUN/report.html unless --out says otherwise; Markdown, JSON, CSV and LaTeX go to standard
/// output, figures and all tables as CSV into the folder --out.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Articles shown sentence by sentence
    #[arg(long, value_enum, default_value_t = Articles::Auto)]
    articles: Articles,
    /// Table to print with --format csv [default: outlets] or latex [default: the first rows of all]
    #[arg(long, value_enum)]
    table: Option<Table>,
    /// Folder with templates of one's own, called as the built-in ones that they replace
    #[arg(long, value_name = "DIR")]
    template: Option<PathBuf>,
    /// File to write instead; with --format csv and no --table, a folder for all tables
    #[arg(
        long,
        value_name = "FILE|FOLDER",
        required_if_eq_any([("format", "svg"), ("format", "png")])
    )]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Md,
    Json,
    Csv,
    /// Tables for a paper (booktabs)
    Latex,
    /// Figures, a file each
    Svg,
    /// The same as pixels
    Png,
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
    Speakers,
    HolderTarget,
    Periods,
    Words,
    Events,
    Rejects,
}

impl From<Table> for report::Table {
    fn from(table: Table) -> report::Table {
        match table {
            Table::Outlets => report::Table::Outlets,
            Table::Actors => report::Table::Actors,
            Table::OutletActor => report::Table::OutletActor,
            Table::Comparisons => report::Table::Comparisons,
            Table::Corrected => report::Table::Corrected,
            Table::Speakers => report::Table::Speakers,
            Table::HolderTarget => report::Table::HolderTarget,
            Table::Periods => report::Table::Periods,
            Table::Words => report::Table::Words,
            Table::Events => report::Table::Events,
            Table::Rejects => report::Table::Rejects,
        }
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let page = report::Options {
        articles: match options.articles {
            Articles::Auto => report::Articles::Auto,
            Articles::All => report::Articles::All,
            Articles::Sample => report::Articles::Sample,
            Articles::None => report::Articles::None,
        },
        templates: match &options.template {
            Some(folder) => templates(folder)?,
            None => BTreeMap::new(),
        },
        ..report::Options::default()
    };
    let rows = undertone::run::load(&RunReader::open(&options.run)?, &page)?;
    let folder = match (options.format, &options.table, &options.out) {
        (Format::Svg | Format::Png, _, out) => out.as_deref(),
        (Format::Csv, None, Some(out)) if out.extension().is_none_or(|e| e != "csv") => {
            Some(&**out)
        }
        _ => None,
    };
    if let Some(folder) = folder {
        return into_folder(options, &rows, &page, folder);
    }
    let table = options.table.map(report::Table::from);
    let text = match options.format {
        Format::Html => report::html(&rows, &page)?,
        Format::Md => report::markdown(&rows, &page)?,
        Format::Json => report::json(&rows, &page)?,
        Format::Csv => report::csv(&rows, table.unwrap_or(report::Table::Outlets))?,
        Format::Latex => report::latex(&rows, table)?,
        Format::Svg | Format::Png => bail!("figures are files; give their folder with --out"),
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

/// The templates in a folder. A file of another name is an error: it would change nothing.
fn templates(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let unreadable = || format!("--template {}: cannot be read", folder.display());
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if !report::TEMPLATES.contains(&name.as_str()) {
            bail!(
                "--template {}: {name} is no template of the report; those are {}",
                folder.display(),
                report::TEMPLATES.join(", ")
            );
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("--template: {} cannot be read", path.display()))?;
        out.insert(name, text);
    }
    if out.is_empty() {
        bail!(
            "--template {}: no template in it; the report has {}",
            folder.display(),
            report::TEMPLATES.join(", ")
        );
    }
    Ok(out)
}

/// All tables, or all figures, a file each; prints their paths.
fn into_folder(
    options: &Options,
    rows: &report::Run,
    page: &report::Options,
    folder: &Path,
) -> anyhow::Result<Outcome> {
    let real = |path: &Path| path.canonicalize().ok();
    if real(folder).is_some_and(|folder| real(&options.run) == Some(folder)) {
        bail!("{} is the run itself; give --out another folder", folder.display());
    }
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    if options.format == Format::Csv {
        for table in report::Table::ALL {
            files.push((format!("{}.csv", table.name()), report::csv(rows, table)?.into_bytes()));
        }
    } else {
        for figure in figures::figures(rows, page) {
            files.push(if options.format == Format::Png {
                let png = figures::png(&figure.svg, figures::SCALE)
                    .with_context(|| format!("{} cannot be drawn", figure.name))?;
                (format!("{}.png", figure.name), png)
            } else {
                (format!("{}.svg", figure.name), figure.svg.into_bytes())
            });
        }
        if files.is_empty() {
            bail!("{} has no estimates to draw", options.run.display());
        }
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut out = io::stdout().lock();
    for (name, content) in files {
        let place = folder.join(name);
        file::write_atomically(&place, &content)
            .with_context(|| format!("cannot write {}", place.display()))?;
        writeln!(out, "{}", place.display())?;
    }
    Ok(Outcome::Done)
}
