//! `undertone score`: articles in, a run folder out.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use undertone::actors::codebook;
use undertone::ingest::{self, InputFile};
use undertone::score::{self, Progress, ScoreError};
use undertone::stats::{self, events};
use undertone::tables::RunReader;
use undertone::{file, report};

use super::{ModelOptions, Outcome};

/// Score articles: files and folders in, a folder with tables and a report out
///
/// Reads .txt, .md, .html and .jsonl (also .jsonl.gz and .jsonl.zst), folders with all below them.
/// Records of .jsonl have the fields id, outlet, title, date, author, url and text; only text is needed.
/// A document that cannot be scored is listed in the table `rejects` and ends nothing.
#[derive(Args)]
pub struct Options {
    /// Files and folders with articles
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Folder for the run; made if it does not exist
    #[arg(long, value_name = "RUN")]
    out: PathBuf,
    /// Replace the run that is in --out
    #[arg(long)]
    force: bool,
    /// Outlet of articles that name none
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// What the records call a field, as outlet=publisher; may be given several times
    #[arg(long = "field", value_name = "FIELD=NAME")]
    fields: Vec<String>,
    /// Who is to be found, and under which names: a codebook of actors (.toml or .csv)
    #[arg(long, value_name = "FILE")]
    actors: Option<PathBuf>,
    /// Which articles are on the same event: a CSV file with the columns article_id and event
    ///
    /// Without it articles are grouped by date and likeness. With it no other article is in an event;
    /// the table `events` of an earlier run, saved as CSV, is a good start.
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Days from an event's first article to its last, at most
    #[arg(long, value_name = "N", default_value_t = 3, conflicts_with = "events")]
    event_days: u32,
    /// What an article counts for: as much as it has sentences, or the same as any other
    #[arg(long, value_enum, default_value_t = Weight::Sentence, value_name = "WHAT")]
    weight: Weight,
    /// Compare outlets on this actor (name or id); may be given several times [default: the 20 most frequent]
    #[arg(long = "compare", value_name = "ACTOR")]
    compare: Vec<String>,
    /// Fewest articles for an estimate; below it the tables say "not enough data"
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    min_articles: u32,
    /// Bootstrap replicates
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    replicates: u32,
    /// Seed of the bootstrap: the same seed gives the same figures
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    model: ModelOptions,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Weight {
    Sentence,
    Article,
}

impl From<Weight> for stats::Weighting {
    fn from(weight: Weight) -> stats::Weighting {
        match weight {
            Weight::Sentence => stats::Weighting::Sentence,
            Weight::Article => stats::Weighting::Article,
        }
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let mut fields = ingest::FieldNames::default();
    for renaming in &options.fields {
        fields.set(renaming).context("--field")?;
    }
    let codebook = options.actors.as_deref().map(codebook::read).transpose()?;
    let given = options.events.as_deref().map(events::read).transpose()?;
    let files = ingest::discover(&options.inputs)?;
    let model = options.model.load()?;
    let total = count_documents(&files);
    let job = score::Options {
        files,
        ingest: ingest::Options {
            outlet: options.outlet.clone(),
            fields,
            ..ingest::Options::default()
        },
        stats: stats::Options {
            replicates: options.replicates as usize,
            seed: options.seed,
            min_articles: options.min_articles as usize,
            weighting: options.weight.into(),
            compare: options.compare.clone(),
            ..stats::Options::default()
        },
        codebook: options.actors.clone().zip(codebook.map(Arc::new)),
        grouping: events::Options { window_days: options.event_days, ..events::Options::default() },
        events: options.events.clone().zip(given),
        out: options.out.clone(),
        force: options.force,
        command: std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect(),
        created: jiff::Timestamp::now().round(jiff::Unit::Second)?.to_string(),
    };
    let mut display = Display::new(options.quiet, total);
    let finished = match score::run(&model, &job, &mut |p| display.show(p)) {
        Ok(finished) => finished,
        Err(error @ ScoreError::Nothing(_)) => {
            display.clear();
            eprintln!("undertone: {error}");
            return Ok(Outcome::Nothing);
        }
        Err(error) => {
            display.clear();
            return Err(error.into());
        }
    };
    display.clear();
    let reader = RunReader::open(&finished.path)?;
    let page = report::Options::default();
    let mut rows = undertone::run::load(&reader, &page)?;
    let html = finished.path.join("report.html");
    file::write_atomically(&html, report::html(&rows, &page)?.as_bytes())
        .with_context(|| format!("cannot write {}", html.display()))?;
    if !options.quiet {
        // As it was typed: that is what people can paste.
        rows.info.location = Some(options.out.join("report.html").display().to_string());
        let mut out = io::stdout().lock();
        let color = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        out.write_all(report::terminal(&rows, super::width(), color).as_bytes())?;
        out.flush()?;
    }
    Ok(if finished.counts.rejects > 0 { Outcome::SomeRejected } else { Outcome::Done })
}

/// Documents in all the files, where that can be told quickly: one a file, or one a line.
fn count_documents(files: &[InputFile]) -> Option<u64> {
    let mut total = 0;
    for file in files {
        let name = file.path.to_string_lossy().to_lowercase();
        if name.ends_with(".jsonl") || name.ends_with(".ndjson") {
            total += count_lines(&file.path).ok()?;
        } else if name.ends_with(".gz") || name.ends_with(".zst") {
            return None;
        } else {
            total += 1;
        }
    }
    Some(total)
}

fn count_lines(path: &Path) -> io::Result<u64> {
    use io::Read;
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 18];
    let (mut lines, mut last) = (0, b'\n');
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(lines + u64::from(last != b'\n'));
        }
        lines += buffer[..n].iter().filter(|&&b| b == b'\n').count() as u64;
        last = buffer[n - 1];
    }
}

/// How far the run is: a bar on a terminal, a line now and then elsewhere, nothing if asked so.
enum Display {
    Quiet,
    Bar(ProgressBar),
    Lines { begun: Instant, next: Duration, total: Option<u64> },
}

impl Display {
    fn new(quiet: bool, total: Option<u64>) -> Display {
        if quiet {
            return Display::Quiet;
        }
        if !io::stderr().is_terminal() {
            return Display::Lines { begun: Instant::now(), next: Duration::from_secs(10), total };
        }
        let (bar, template) = match total {
            Some(n) => (
                ProgressBar::new(n),
                "{bar:30} {human_pos} of {human_len} articles  {per_sec}  {eta} left",
            ),
            None => (ProgressBar::new_spinner(), "{spinner} {human_pos} articles  {per_sec}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let style = style.with_key(
                "per_sec",
                |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                    let _ = write!(w, "{:.1} articles/s", state.per_sec());
                },
            );
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Display::Bar(bar)
    }

    fn show(&mut self, p: Progress) {
        match self {
            Display::Quiet => {}
            Display::Bar(bar) => bar.set_position(p.documents),
            Display::Lines { begun, next, total } => {
                let spent = begun.elapsed();
                if spent < *next {
                    return;
                }
                *next = spent + Duration::from_secs(10);
                let rate = p.documents as f64 / spent.as_secs_f64();
                let of = match total {
                    Some(n) => {
                        let left = (n.saturating_sub(p.documents)) as f64 / rate.max(1e-9);
                        format!(" of {n}, {left:.0} s left")
                    }
                    None => String::new(),
                };
                eprintln!("undertone: {} articles{of}, {rate:.1} articles/s", p.documents);
            }
        }
    }

    fn clear(&mut self) {
        if let Display::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
