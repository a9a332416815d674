//! `undertone text`: a sentence or an article in, the same with its marks out, at once.

use std::io::{self, BufRead, Cursor, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use undertone::actors::codebook::{self, Codebook};
use undertone::ingest::{self, Article, Reject};
use undertone::mark::{MarkError, mark};
use undertone::model::Model;
use undertone::report::{self, Layout, MarkedArticle, safe};
use undertone::tables::rows::UNKNOWN_OUTLET;

use super::{Display, ModelOptions, Outcome};

/// Mark a sentence or an article: loaded words, voices, stances
///
/// Reads the text given, or --file, or what is piped in; asks for lines where there is none of these.
/// Nothing is written to disk. In a pipe a line is a sentence, its fields parted by tabs.
#[derive(Args)]
pub struct Options {
    /// The text; several words need no quotation marks
    #[arg(value_name = "TEXT", conflicts_with = "file")]
    text: Vec<String>,
    /// File with the article (.txt, .md, .html), or with several (.jsonl); - for standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// Who is to be found, and under which names: a codebook of actors (.toml or .csv)
    #[arg(long, value_name = "FILE")]
    actors: Option<PathBuf>,
    #[command(flatten)]
    display: Display,
    #[command(flatten)]
    model: ModelOptions,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; in a pipe a line a sentence
    Terminal,
    /// For programs: one object a line for each article
    Json,
    /// A picture of what a terminal shows
    Svg,
}

/// Columns of a picture unless --width says otherwise.
const PICTURE: usize = 88;

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let settings = ingest::Options::default();
    let book = options.actors.as_deref().map(codebook::read).transpose()?;
    let stdin_asked = options.file.as_deref() == Some(Path::new("-"));
    let articles: ingest::Reader = match (&options.file, options.text.as_slice()) {
        (Some(file), _) if !stdin_asked => {
            ingest::read(ingest::discover(std::slice::from_ref(file))?, &settings)
        }
        (None, [_, ..]) => {
            let text = options.text.join(" ");
            ingest::read_from(Cursor::new(text.into_bytes()), "text", &settings)
        }
        (None, []) if io::stdin().is_terminal() => return prompt(options, book.as_ref()),
        _ => ingest::read_from(io::stdin(), "standard input", &settings),
    };
    let mut articles = articles.peekable();
    if let Some(Err(reject)) = articles.peek()
        && !options.text.is_empty()
    {
        bail!("{}", safe::line(&reject.detail));
    }
    let model = options.model.load()?;
    let (mut done, mut rejected) = (0u64, 0u64);
    let mut out = io::stdout().lock();
    for article in articles {
        match read(&model, article, book.as_ref())? {
            Ok(marked) => {
                if options.format == Format::Svg && done > 0 {
                    bail!("a picture shows one article, and there are more; give one alone");
                }
                let gap = done > 0 && options.format == Format::Terminal;
                out.write_all(if gap { b"\n" } else { b"" })?;
                let page = render(&marked, options.format, &options.display, true)?;
                out.write_all(page.as_bytes())?;
                out.flush()?;
                done += 1;
            }
            Err(reject) => {
                eprintln!("undertone: {}", safe::line(&reject.detail));
                rejected += 1;
            }
        }
    }
    Ok(match (done, rejected) {
        (0, _) => Outcome::Nothing,
        (_, 0) => Outcome::Done,
        _ => Outcome::SomeRejected,
    })
}

fn read(
    model: &Model,
    article: Result<Article, Reject>,
    book: Option<&Codebook>,
) -> anyhow::Result<Result<MarkedArticle, Reject>> {
    Ok(match article {
        Err(reject) => Err(reject),
        Ok(article) => match mark(model, article, book) {
            Ok(marked) => Ok(marked),
            Err(MarkError::Rejected(reject)) => Err(reject),
            Err(MarkError::Model(error)) => return Err(error.into()),
        },
    })
}

/// An article as the options want it; shared with `show`.
pub fn render(
    marked: &MarkedArticle,
    format: Format,
    display: &Display,
    summary: bool,
) -> anyhow::Result<String> {
    let row = &marked.article;
    let layout = Layout {
        width: display.columns(),
        color: display.color(),
        heading: row.title.is_some() || row.outlet != UNKNOWN_OUTLET,
        legend: true,
        summary,
    };
    Ok(match format {
        Format::Json => report::article_json(marked)?,
        Format::Svg => {
            let width = display.width.map_or(PICTURE, usize::from);
            report::article_svg(marked, &Layout { width: Some(width), ..layout })
        }
        Format::Terminal if display.for_people() => report::article_terminal(marked, &layout),
        Format::Terminal => report::article_plain(marked, &layout),
    })
}

/// Asks for lines and marks each.
fn prompt(options: &Options, book: Option<&Codebook>) -> anyhow::Result<Outcome> {
    let model = options.model.load()?;
    let mut out = io::stdout().lock();
    eprintln!("Type or paste a sentence and press Enter. Ctrl-D ends.");
    let mut lines = io::stdin().lock();
    loop {
        eprint!("> ");
        let mut bytes = Vec::new();
        if lines.read_until(b'\n', &mut bytes).context("the terminal cannot be read")? == 0 {
            eprintln!();
            return Ok(Outcome::Done);
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let settings = ingest::Options::default();
        for article in ingest::read_from(Cursor::new(bytes), "this", &settings) {
            match read(&model, article, book)? {
                Ok(marked) => {
                    let page = render(&marked, options.format, &options.display, true)?;
                    out.write_all(page.as_bytes())?;
                    out.write_all(b"\n")?;
                    out.flush()?;
                }
                Err(reject) => eprintln!("{}", safe::line(&reject.detail)),
            }
        }
    }
}
