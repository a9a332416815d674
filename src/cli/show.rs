//! `undertone show`: a run's articles, or one of them with its marks, in the terminal.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use undertone::report::{self, Layout, safe};
use undertone::run::{self, Found};
use undertone::tables::RunReader;
use undertone::tables::rows::ArticleRow;

use super::text::{self, Format};
use super::{Display, Outcome};

/// Show a run's articles, or one of them sentence by sentence
///
/// In a pipe a line is an article or a sentence, its fields parted by tabs.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    /// The article: its id, or a part of id or title that no other article has
    #[arg(conflicts_with_all = ["outlet", "actor", "loaded", "limit"])]
    article: Option<String>,
    /// Only articles of this outlet
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Only articles (with --loaded: sentences) that name this actor, by name or id
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// The sentences that are loaded most surely in the outlets' own words, instead of the articles
    #[arg(long)]
    loaded: bool,
    /// At most so many articles [default: all] or sentences [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// How the article comes out
    #[arg(long, value_enum, default_value_t = Format::Terminal, requires = "article")]
    format: Format,
    #[command(flatten)]
    display: Display,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let reader = RunReader::open(&options.run)?;
    let page = match &options.article {
        Some(typed) => one(&reader, typed, options)?,
        None => list(&reader, options)?,
    };
    let mut out = io::stdout().lock();
    out.write_all(page.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn one(reader: &RunReader, typed: &str, options: &Options) -> anyhow::Result<String> {
    let run = options.run.display();
    let id = match run::find(reader, typed)? {
        Found::One(id) => id,
        Found::Nothing => bail!(
            "no article of {run} has {typed:?} in its id or title; `undertone show {run}` lists them"
        ),
        Found::Several(first, n) => {
            let mut message = format!(
                "{n} articles of {run} have {typed:?} in their id or title; give one's id:"
            );
            for row in &first {
                let title = row.title.as_deref().unwrap_or("(no title)");
                message += &format!("\n  {}  {}", safe::line(&row.article_id), safe::line(title));
            }
            if n > first.len() {
                message += &format!("\n  and {} more", n - first.len());
            }
            bail!(message);
        }
    };
    match run::article(reader, &id)? {
        Some(marked) => text::render(&marked, options.format, &options.display, false),
        None => bail!("the article {id:?} is in {run} no more"),
    }
}

fn list(reader: &RunReader, options: &Options) -> anyhow::Result<String> {
    let named = options.actor.as_deref().map(|name| naming(reader, name, options)).transpose()?;
    let of_outlet =
        |row: &ArticleRow| options.outlet.as_ref().is_none_or(|name| row.outlet == *name);
    let articles_named: Option<HashSet<&str>> =
        named.as_ref().map(|named| named.iter().map(|(id, _)| id.as_str()).collect());
    let rows = run::articles(reader, |row| {
        of_outlet(row)
            && articles_named.as_ref().is_none_or(|ids| ids.contains(row.article_id.as_str()))
    })?;
    if rows.is_empty() {
        nothing(reader, options)?;
    }
    if options.loaded {
        let ids: HashSet<&str> = rows.iter().map(|row| row.article_id.as_str()).collect();
        let limit = options.limit.unwrap_or(10) as usize;
        let best = run::most_loaded(reader, limit, |row| {
            ids.contains(row.article_id.as_str())
                && named
                    .as_ref()
                    .is_none_or(|named| named.contains(&(row.article_id.clone(), row.sentence)))
        })?;
        if best.is_empty() {
            eprintln!("No sentence is loaded in the outlets’ own words.");
        }
        let display = &options.display;
        if !display.for_people() {
            return Ok(report::sentences_plain(&best));
        }
        let layout = Layout {
            width: display.columns(),
            color: display.color(),
            heading: false,
            legend: true,
            summary: false,
        };
        return Ok(report::sentences_terminal(&best, &layout));
    }
    let limit = options.limit.map_or(usize::MAX, |n| n as usize);
    let shown = &rows[..rows.len().min(limit)];
    let display = &options.display;
    if !display.for_people() {
        return Ok(report::list_plain(shown));
    }
    Ok(report::list_terminal(shown, rows.len(), display.columns(), display.color()))
}

/// Sentences that name an actor.
fn naming(
    reader: &RunReader,
    name: &str,
    options: &Options,
) -> anyhow::Result<HashSet<(String, u32)>> {
    let run = options.run.display();
    let actors = run::called(reader, name)?;
    if actors.is_empty() {
        bail!("no actor of {run} is called {name:?}; `undertone actors {run}` lists them");
    }
    Ok(run::naming(reader, &actors)?)
}

/// Why there is nothing to list.
fn nothing(reader: &RunReader, options: &Options) -> anyhow::Result<()> {
    let run = options.run.display();
    let Some(name) = &options.outlet else {
        bail!("no article of {run} names {:?}", options.actor.as_deref().unwrap_or_default());
    };
    let outlets: BTreeSet<String> =
        run::articles(reader, |_| true)?.into_iter().map(|row| row.outlet).collect();
    if outlets.contains(name) {
        bail!(
            "no article of {name:?} in {run} names {:?}",
            options.actor.as_deref().unwrap_or_default()
        );
    }
    let known: Vec<_> = outlets.iter().take(12).map(|o| safe::line(o).into_owned()).collect();
    let more = match outlets.len().saturating_sub(known.len()) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    bail!("no outlet of {run} is called {name:?}; there are: {}{more}", known.join(", "));
}
