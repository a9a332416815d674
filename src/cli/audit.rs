//! `undertone audit`: a run folder in, how far its scores move when names are swapped out.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use undertone::audit::shift::{Figure, Moved, Origin};
use undertone::audit::{self, Audit, Case, Kind, Probe, Refusal, Refused, Shift};
use undertone::report::number::{counted, probability, share};
use undertone::report::safe;
use undertone::tables::RunReader;
use unicode_width::UnicodeWidthStr;

use super::{ModelOptions, Outcome};

/// Swap names in a run's own sentences and report how far scores move
///
/// Draws sentences of the run and gives somebody in each another name: persons, places, states, organisations,
/// outlets, parties and groups. Whatever moves is the name's doing. Then puts the names of the run's own actors
/// into the same sentences and ranks them by what the name alone brings. Nothing is written.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    /// Most sentences of each kind of swap
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    n: u32,
    /// Seed of every draw: the same seed gives the same sentences, names and figures
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Swap and probe these actors only: names or ids, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    actors: Vec<String>,
    /// Names that are probed where --actors gives none: those that most articles have; 0 for no probe
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: u32,
    #[command(flatten)]
    model: ModelOptions,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let reader = RunReader::open(&options.run)?;
    let model = options.model.load()?;
    let asked = audit::Options {
        n: options.n as usize,
        seed: options.seed,
        actors: options.actors.clone(),
        top: options.top as usize,
        ..audit::Options::default()
    };
    let mut bar = Bar::default();
    let outcome = audit::run(&model, &reader, &asked, &mut |done, all| bar.show(done, all));
    bar.clear();
    let audit = outcome?;
    model.sound()?;
    if audit.shifts.is_empty() && audit.probe.names.is_empty() {
        eprintln!("undertone: no sentence of the run names anybody whose name can be swapped");
        return Ok(Outcome::Nothing);
    }
    let text = if options.json {
        format!("{}\n", serde_json::to_string_pretty(&audit)?)
    } else {
        page(&audit)
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// How far the reading is, on a terminal only.
#[derive(Default)]
struct Bar(Option<ProgressBar>);

impl Bar {
    fn show(&mut self, done: usize, all: usize) {
        if !io::stderr().is_terminal() {
            return;
        }
        let bar = self.0.get_or_insert_with(|| {
            let bar = ProgressBar::new(all as u64);
            let style = ProgressStyle::with_template(
                "{bar:30} {human_pos} of {human_len} sentences  {eta} left",
            );
            style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
        });
        bar.set_position(done as u64);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

// ------------------------------------------------------------------ the page

fn page(audit: &Audit) -> String {
    let mut out = String::new();
    if !audit.same_model {
        out.push_str("This is not the model that scored the run.\n\n");
    }
    if !audit.shifts.is_empty() {
        shifts(&mut out, audit);
        origins(&mut out, &audit.origins);
        worst(&mut out, "Loaded wording moved furthest", &audit.worst_loaded, by_loaded);
        worst(&mut out, "Net stance moved furthest", &audit.worst_stance, by_stance);
        refused(&mut out, &audit.refused);
    }
    probe(&mut out, &audit.probe);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(safe::line(text).trim_end());
    out.push('\n');
}

/// Columns: the first to the left, the others to the right.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|c| safe::line(c).into_owned()).collect()).collect();
    let widest = |k: usize| rows.iter().map(|row| row[k].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for row in &rows {
        let mut text = String::new();
        for (k, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - cell.width());
            let cell = if k == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") };
            text.push_str(&cell);
        }
        line(out, &text);
    }
}

fn header(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// What was put in the place of what.
fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person by an unknown one",
        Kind::SameOrigin => "unknown by same origin",
        Kind::OtherOrigin => "unknown by other origin",
        Kind::Place => "place by a town",
        Kind::State => "state by another",
        Kind::Organisation => "organisation by another",
        Kind::Outlet => "outlet by another",
        Kind::Group => "party or group by another",
    }
}

fn shifts(out: &mut String, audit: &Audit) {
    line(out, &format!("Names swapped in sentences of the run (seed {})", audit.seed));
    line(out, "moved: mean without sign; on balance: mean with sign; 95% intervals draw articles");
    let loaded = |shift: &Shift| Some(shift.loaded);
    shift_table(out, "Probability of loaded wording", &audit.shifts, loaded);
    shift_table(out, "Net stance toward whose name it is", &audit.shifts, |shift| shift.stance);
}

fn shift_table(
    out: &mut String,
    heading: &str,
    shifts: &[Shift],
    of: impl Fn(&Shift) -> Option<Moved>,
) {
    out.push('\n');
    let mut rows =
        vec![header(&[heading, "swaps", "articles", "moved", "on balance", "label changed"])];
    for shift in shifts {
        let Some(moved) = of(shift) else { continue };
        rows.push(vec![
            label(shift.kind).to_owned(),
            shift.n_swaps.to_string(),
            shift.n_articles.to_string(),
            format!("{:.3}", moved.absolute.value),
            signed_figure(&moved.signed),
            share_figure(&moved.changed, shift.n_swaps),
        ]);
    }
    table(out, &rows);
}

fn origins(out: &mut String, origins: &[Origin]) {
    if origins.is_empty() {
        return;
    }
    out.push('\n');
    let mut rows = vec![header(&["Origin of the unknown name", "p(loaded)", "net stance"])];
    for row in origins {
        let cells = [row.origin.to_owned(), marked(&row.loaded), marked(&row.stance)];
        rows.push(cells.to_vec());
    }
    table(out, &rows);
    line(
        out,
        "Against the mean of all origins in the same sentence; all intervals hold at once, * leaves out zero.",
    );
}

fn by_loaded(case: &Case) -> (f64, f64) {
    (case.before.p_loaded, case.after.p_loaded)
}

fn by_stance(case: &Case) -> (f64, f64) {
    (case.before.net_stance.unwrap_or(0.0), case.after.net_stance.unwrap_or(0.0))
}

fn worst(out: &mut String, heading: &str, cases: &[Case], of: impl Fn(&Case) -> (f64, f64)) {
    if cases.is_empty() {
        return;
    }
    out.push('\n');
    line(out, heading);
    for case in cases {
        let (before, after) = of(case);
        line(
            out,
            &format!(
                "  {} to {}  {} -> {}  [{}]",
                value(before),
                value(after),
                case.before.name,
                case.after.name,
                case.article_id
            ),
        );
        line(out, &format!("    {}", case.before.text));
        line(out, &format!("    {}", case.after.text));
    }
}

fn refused(out: &mut String, refused: &[Refused]) {
    if refused.is_empty() {
        return;
    }
    out.push('\n');
    line(out, "Drawn sentences that were left out");
    for row in refused {
        let why = match row.reason {
            Refusal::NoStandIn => "no other name has the form that the sentence asks for",
            Refusal::Article => "“the” would be missing or too much",
            Refusal::Unclear => "what the words mean is not clear",
            Refusal::Remains => "something of the old name would stay",
        };
        let n = counted(row.n as u64, "sentence", "sentences");
        line(out, &format!("  {}: {n}, {why}", label(row.kind)));
    }
}

fn probe(out: &mut String, probe: &Probe) {
    if probe.names.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let sentences = counted(probe.n_sentences as u64, "sentence", "sentences");
    let mut rows = vec![header(&["What a name alone brings", "p(loaded)", "net stance"])];
    for name in &probe.names {
        rows.push(vec![name.name.clone(), marked(&name.loaded), marked(&name.stance)]);
    }
    table(out, &rows);
    line(
        out,
        &format!(
            "Against unknown names in the same {sentences}; all intervals hold at once, * leaves out zero."
        ),
    );
    if let Some(unknown) = probe.unknown {
        line(
            out,
            &format!(
                "The {} themselves lie {:.3} and {:.3} from their mean.",
                counted(unknown.n_names as u64, "unknown name", "unknown names"),
                unknown.loaded,
                unknown.stance
            ),
        );
    }
}

// ------------------------------------------------------------------ figures

/// A value with a minus of its own width, two decimals.
fn value(v: f64) -> String {
    if v < 0.0 { format!("\u{2212}{}", probability(-v)) } else { probability(v) }
}

/// `+0.012`, `−0.003`, `0.000`
fn signed(v: f64) -> String {
    let digits = format!("{:.3}", v.abs());
    match v {
        _ if digits == "0.000" => digits,
        v if v < 0.0 => format!("\u{2212}{digits}"),
        _ => format!("+{digits}"),
    }
}

/// `+0.012 (−0.003 to +0.027)`
fn signed_figure(figure: &Figure) -> String {
    match (figure.lo, figure.hi) {
        (Some(lo), Some(hi)) => {
            format!("{} ({} to {})", signed(figure.value), signed(lo), signed(hi))
        }
        _ => format!("{} (too few for an interval)", signed(figure.value)),
    }
}

fn marked(figure: &Figure) -> String {
    let mark = if figure.is_clear() { " *" } else { "  " };
    format!("{}{mark}", signed_figure(figure))
}

fn share_figure(figure: &Figure, cases: usize) -> String {
    let cases = u32::try_from(cases).unwrap_or(u32::MAX);
    let of = |v: f64| share(v, cases);
    match (figure.lo, figure.hi) {
        (Some(lo), Some(hi)) => format!("{} ({} to {})", of(figure.value), of(lo), of(hi)),
        _ => of(figure.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, lo: f64, hi: f64) -> Figure {
        Figure { value, lo: Some(lo), hi: Some(hi) }
    }

    #[test]
    fn figures_carry_sign_interval_and_mark() {
        assert_eq!(marked(&figure(0.0123, 0.001, 0.02)), "+0.012 (+0.001 to +0.020) *");
        assert_eq!(
            marked(&figure(-0.0123, -0.02, 0.0)),
            "\u{2212}0.012 (\u{2212}0.020 to 0.000)  "
        );
        let few = Figure { value: 0.1, lo: None, hi: None };
        assert_eq!(signed_figure(&few), "+0.100 (too few for an interval)");
        assert_eq!(share_figure(&figure(0.012, 0.004, 0.03), 500), "1.2% (0.4% to 3.0%)");
        assert_eq!(value(-0.5), "\u{2212}0.50");
    }

    #[test]
    fn columns_stand_below_each_other_and_nothing_acts_on_the_terminal() {
        let mut out = String::new();
        let rows = [
            header(&["name", "net stance"]),
            vec!["Çelik \u{1b}[31m🙂".to_owned(), "+0.100".to_owned()],
        ];
        table(&mut out, &rows);
        let widths: Vec<usize> = out.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(widths[0], widths[1], "{out}");
        assert!(!out.contains('\u{1b}'));
    }
}
