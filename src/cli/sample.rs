//! `undertone sample`: a run folder in, a file for two coders out.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use undertone::actors::codebook;
use undertone::report::number::counted;
use undertone::stats::validate::{Kind, Plan};
use undertone::tables::RunReader;
use undertone::tables::rows::ActorRow;
use undertone::{coding, file};

use super::Outcome;

/// Draw sentences and mentions of a run for people to code
///
/// Writes a CSV file with the guideline on top, for two people who code each alone: no outlet, no score and
/// no label is in it. `undertone validate` reads the filled file, finds out how far the run can be trusted,
/// and corrects its figures.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    /// Rows to draw; half of them sentences, half mentions, unless --kind says otherwise
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    n: u32,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What is to be coded: loaded wording of sentences, stance of mentions, or both
    #[arg(long, value_enum, default_value_t = Coded::Both)]
    kind: Coded,
    /// Only mentions of this actor (name or id); may be given several times
    #[arg(long = "actor", value_name = "ACTOR")]
    actors: Vec<String>,
    /// Seed of the draw: the same seed draws the same rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Replace the file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Coded {
    Both,
    Sentence,
    Mention,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.out.exists() && !options.force {
        bail!(
            "{} is there already, and may hold somebody's codes; choose another name, or replace it with --force",
            options.out.display()
        );
    }
    if options.kind == Coded::Sentence && !options.actors.is_empty() {
        bail!("--actor chooses mentions, and --kind sentence draws none; take one of the two away");
    }
    let reader = RunReader::open(&options.run)?;
    let plan = Plan {
        n: options.n as usize,
        kinds: match options.kind {
            Coded::Both => Kind::ALL.to_vec(),
            Coded::Sentence => vec![Kind::Sentence],
            Coded::Mention => vec![Kind::Mention],
        },
        actors: actors(&reader, &options.actors)?,
        seed: options.seed,
    };
    let Some(sheet) = coding::sheet(&reader, &plan)? else {
        bail!("{}: there is nothing to be coded in the outlets' own words", options.run.display());
    };
    file::write_atomically(&options.out, sheet.text.as_bytes())
        .with_context(|| format!("cannot write {}", options.out.display()))?;
    println!(
        "{}: {} and {} of {}",
        options.out.display(),
        counted(sheet.sentences as u64, "sentence", "sentences"),
        counted(sheet.mentions as u64, "mention", "mentions"),
        counted(sheet.outlets as u64, "outlet", "outlets")
    );
    Ok(Outcome::Done)
}

/// The ids of actors that were named.
fn actors(reader: &RunReader, named: &[String]) -> anyhow::Result<Vec<String>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<ActorRow> = reader.read()?;
    let find = |name: &String| {
        let is_it = |row: &&ActorRow| row.actor_id == *name || row.name == *name;
        let row = rows.iter().find(is_it).with_context(|| {
            format!("--actor: the run has no actor called {name}; `undertone actors` lists them")
        })?;
        if row.actor_id.starts_with(codebook::GROUP) {
            bail!("--actor: {name} is a group; name its members, each with an --actor of its own");
        }
        Ok(row.actor_id.clone())
    };
    named.iter().map(find).collect()
}
