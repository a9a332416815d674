//! `undertone validate`: a run folder and the coders' files in, how far the run can be trusted out.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use undertone::coding::{self, CodingError, Validated};
use undertone::report::number::{net, net_interval, share, share_interval};
use undertone::report::safe;
use undertone::tables::RunReader;
use undertone::tables::rows::CorrectedRow;
use unicode_width::UnicodeWidthStr;

use super::Outcome;

/// Hold a run against a coded sample, and correct its figures
///
/// Reads what two people coded in the file of `undertone sample`, and tells how well they agree, how
/// right the run's labels are, and whether mistakes are as frequent in every outlet. Corrected figures go into
/// the run's table `corrected`, everything else into RUN/validation.json.
#[derive(Args)]
pub struct Options {
    /// Run folder that the sample was drawn from
    run: PathBuf,
    /// The coded file; give it twice where each coder filled in a copy
    #[arg(long, value_name = "FILE", required = true)]
    gold: Vec<PathBuf>,
    /// Leave rows without a code out, as if they had not been drawn
    #[arg(long)]
    partial: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let read = |path: &PathBuf| -> anyhow::Result<(String, Vec<u8>)> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok((path.display().to_string(), bytes))
    };
    let files = options.gold.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let reader = RunReader::open(&options.run)?;
    let validated = match coding::validate(&reader, &files, options.partial) {
        Ok(validated) => validated,
        Err(CodingError::Problems(problems)) => {
            problems.iter().for_each(|p| eprintln!("undertone: {}", safe::line(&p.to_string())));
            return Ok(Outcome::Nothing);
        }
        Err(error) => return Err(error.into()),
    };
    coding::store(&options.run, &validated)?;
    let mut out = io::stdout().lock();
    if options.json {
        serde_json::to_writer_pretty(&mut out, &json(&validated)?).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    } else {
        out.write_all(page(&validated).as_bytes())?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn json(validated: &Validated) -> serde_json::Result<serde_json::Value> {
    let mut value = serde_json::to_value(validated)?;
    value["corrected"] = serde_json::to_value(&validated.validation.corrected)?;
    Ok(value)
}

/// What is found, and the outlets' figures before and after.
fn page(validated: &Validated) -> String {
    let validation = &validated.validation;
    let mut text: String =
        validation.findings.iter().map(|finding| format!("{}\n", safe::line(finding))).collect();
    for (measure, title) in [
        ("loaded_own", "Loaded sentences of the outlet's own"),
        ("net_stance_own", "Net stance in the outlet's own words"),
    ] {
        let of_outlets = |row: &&CorrectedRow| {
            row.measure == measure && row.outlet_b.is_none() && row.actor_id.is_none()
        };
        let rows: Vec<&CorrectedRow> = validation.corrected.iter().filter(of_outlets).collect();
        if !rows.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            text.push_str(&table(&rows, measure == "loaded_own"));
        }
    }
    text
}

fn table(rows: &[&CorrectedRow], is_share: bool) -> String {
    let figure = |value: Option<f64>, lo: Option<f64>, hi: Option<f64>, cases: u32| -> String {
        match (value, lo, hi) {
            (Some(value), Some(lo), Some(hi)) if is_share => {
                format!("{} ({})", share(value, cases), share_interval(lo, hi, cases))
            }
            (Some(value), Some(lo), Some(hi)) => {
                format!("{} ({})", net(value), net_interval(lo, hi))
            }
            _ => "not enough data".to_owned(),
        }
    };
    let mut cells = vec![["outlet", "as scored", "corrected", "codes"].map(str::to_owned)];
    for row in rows {
        cells.push([
            safe::line(&row.outlet).into_owned(),
            // Scored are all rows, coded a few.
            figure(row.naive, row.naive_lo, row.naive_hi, u32::MAX),
            figure(row.dsl, row.dsl_lo, row.dsl_hi, row.n_coded),
            row.n_coded.to_string(),
        ]);
    }
    let mut widths = [0; 4];
    for row in &cells {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = cell.width().max(*width));
    }
    let line = |row: &[String; 4]| {
        let padded =
            row.iter().zip(widths).map(|(c, w)| format!("{c}{}", " ".repeat(w - c.width())));
        format!("  {}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    cells.iter().map(line).collect()
}
