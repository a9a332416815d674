//! An evaluation as tables for a terminal, and as the generated part of `eval/RESULTS.md`.

use unicode_width::UnicodeWidthStr;

use super::published::Published;
use super::results::{Cell, Evaluation, Figure, Interval, Paired, SetResult, Table};
use crate::report::number::count;

/// Longer tables are cut on the terminal, and folded away in Markdown.
const LONG: usize = 16;

/// `0.760`; a dash where there is no number.
fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:.3}") } else { "–".to_owned() }
}

/// `0.741 to 0.778`
fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "–".to_owned(), |i| format!("{} to {}", number(i.lo), number(i.hi)))
}

fn signed(value: f64) -> String {
    if value >= 0.0 { format!("+{}", number(value)) } else { format!("−{}", number(-value)) }
}

fn signed_interval(i: Option<Interval>) -> String {
    i.map_or_else(|| "–".to_owned(), |i| format!("{} to {}", signed(i.lo), signed(i.hi)))
}

fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { number(p) }
}

fn n(figure: &Figure) -> String {
    format!("{} {}", count(figure.n as u64), figure.unit)
}

fn published(p: &Published) -> String {
    format!("{} {} ({})", p.system, number(p.value), p.split)
}

impl Figure {
    /// Is the target reached? None where there is none.
    fn reached(&self) -> Option<bool> {
        self.target.map(|t| if self.lower_is_better { self.value <= t } else { self.value >= t })
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(n) => count(*n as u64),
            Cell::Number(value) => number(*value),
            Cell::Empty => String::new(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Cell::Count(_) | Cell::Number(_))
    }
}

// ------------------------------------------------------------------ terminal

/// Everything, as text; table cells are cut so that lines stay near `width` columns.
pub fn terminal(evaluation: &Evaluation, width: usize) -> String {
    let mut out = String::new();
    let model = &evaluation.model;
    let hash = model.sha256.get("model.onnx").map_or("", |h| &h[..h.len().min(12)]);
    out.push_str(&format!(
        "undertone {} eval, model {} ({}, model.onnx sha256 {hash}), {}\n\
         95% intervals: {} bootstrap draws, seed {}\n",
        evaluation.version,
        model.name,
        evaluation.precision,
        evaluation.date,
        count(evaluation.replicates as u64),
        evaluation.seed
    ));
    for set in &evaluation.sets {
        set_text(&mut out, set, width);
    }
    if !evaluation.ablation.is_empty() {
        out.push_str("\nAblation (difference to the row before, 95% interval)\n");
        let rows: Vec<Vec<String>> = evaluation
            .ablation
            .iter()
            .flat_map(|row| {
                row.figures.iter().map(|f| {
                    vec![
                        row.name.clone(),
                        f.name.clone(),
                        number(f.value),
                        f.difference.map_or_else(String::new, signed),
                        if f.difference.is_some() {
                            signed_interval(f.interval)
                        } else {
                            String::new()
                        },
                    ]
                })
            })
            .collect();
        grid(
            &mut out,
            &["model", "figure", "value", "difference", "interval"],
            &rows,
            &[2, 3],
            width,
        );
    }
    for skipped in &evaluation.skipped {
        out.push_str(&format!("\nNot measured: {skipped}\n"));
    }
    out
}

fn set_text(out: &mut String, set: &SetResult, width: usize) {
    out.push_str(&format!("\n{}\n", set.title));
    for file in &set.files {
        out.push_str(&format!(
            "  {}, {} {}, sha256 {}\n",
            file.name,
            count(file.n as u64),
            file.unit,
            file.sha256
        ));
    }
    let rows: Vec<Vec<String>> = set
        .figures
        .iter()
        .map(|f| {
            let target = match (f.target, f.reached()) {
                (Some(t), Some(true)) => format!("{} reached", number(t)),
                (Some(t), _) => format!("{} missed", number(t)),
                _ => String::new(),
            };
            vec![
                f.name.clone(),
                number(f.value),
                interval(f.interval),
                n(f),
                target,
                f.published.first().map(published).unwrap_or_default(),
            ]
        })
        .collect();
    grid(
        out,
        &["figure", "value", "95% interval", "n", "aimed at", "published"],
        &rows,
        &[1],
        width,
    );
    for paired in &set.paired {
        out.push_str(&format!("  {}\n", paired_text(paired)));
    }
    for table in &set.tables {
        out.push_str(&format!("  {}\n", table.title));
        let shown: Vec<Vec<String>> =
            table.rows.iter().take(LONG).map(|row| row.iter().map(Cell::text).collect()).collect();
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        grid(out, &columns, &shown, &numeric(table), width);
        if table.rows.len() > LONG {
            out.push_str(&format!(
                "    {} more rows; --format json has them all\n",
                count((table.rows.len() - LONG) as u64)
            ));
        }
    }
    for note in &set.notes {
        out.push_str(&format!("  {note}\n"));
    }
}

fn paired_text(p: &Paired) -> String {
    format!(
        "against {}: ours {}, theirs {} ({}), difference {} ({}); only ours right {}, only theirs {}, \
         McNemar p {}; {} of {} rows joined ({})",
        p.system,
        number(p.ours),
        number(p.theirs),
        p.metric,
        signed(p.difference),
        signed_interval(p.interval),
        count(p.only_ours_right),
        count(p.only_theirs_right),
        p_value(p.p),
        count(p.joined as u64),
        count(p.of as u64),
        p.file,
    )
}

fn numeric(table: &Table) -> Vec<usize> {
    (0..table.columns.len())
        .filter(|&c| table.rows.iter().any(|row| row.get(c).is_some_and(Cell::is_number)))
        .collect()
}

/// Columns side by side; those in `right` end flush.
fn grid(out: &mut String, columns: &[&str], rows: &[Vec<String>], right: &[usize], width: usize) {
    let filled: Vec<usize> = (0..columns.len())
        .filter(|&c| rows.iter().any(|row| row.get(c).is_some_and(|cell| !cell.is_empty())))
        .collect();
    let header: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
    let most = (width / 2).max(24);
    let cut = |text: &str| -> String {
        if text.width() <= most {
            return text.to_owned();
        }
        text.chars().take(most - 1).chain(std::iter::once('…')).collect()
    };
    let widths: Vec<usize> = filled
        .iter()
        .map(|&c| {
            std::iter::once(&header).chain(rows).map(|row| cut(&row[c]).width()).max().unwrap_or(0)
        })
        .collect();
    for row in std::iter::once(&header).chain(rows) {
        let mut line = String::from("   ");
        for (&c, &w) in filled.iter().zip(&widths) {
            let cell = cut(&row[c]);
            let pad = " ".repeat(w.saturating_sub(cell.width()));
            line.push(' ');
            if right.contains(&c) {
                line.push_str(&format!("{pad}{cell} "));
            } else {
                line.push_str(&format!("{cell}{pad} "));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

// ------------------------------------------------------------------ RESULTS.md

const BEGIN: &str = "<!-- accuracy: begin (written by `undertone eval all --write`) -->";
const END: &str = "<!-- accuracy: end -->";
const BEGINS: &str = "<!-- accuracy: begin";

/// `existing` with the part between the two marker lines replaced by `generated`; a new file where there
/// is none.
///
/// # Errors
/// If the file has no markers, or not one pair in order: what stands in it by hand must not be lost.
pub fn between_markers(existing: Option<&str>, generated: &str) -> Result<String, String> {
    let Some(existing) = existing else {
        return Ok(format!("# Results\n\n{BEGIN}\n{generated}\n{END}\n"));
    };
    let at = |marker: &str| -> Vec<usize> {
        existing
            .match_indices(marker)
            .map(|(at, _)| at)
            .filter(|&at| at == 0 || existing.as_bytes()[at - 1] == b'\n')
            .collect()
    };
    match (at(BEGINS).as_slice(), at(END).as_slice()) {
        ([begin], [end]) if begin < end => {
            Ok(format!("{}{BEGIN}\n{generated}\n{}", &existing[..*begin], &existing[*end..]))
        }
        _ => Err(format!(
            "needs one pair of marker lines, {BEGIN} and {END}; put them around what the command may write"
        )),
    }
}

/// The generated part of `RESULTS.md`.
pub fn markdown(evaluation: &Evaluation) -> String {
    let model = &evaluation.model;
    let mut out = String::new();
    out.push_str(&format!(
        "\n## Accuracy of `{}` ({}, {})\n\n",
        model.name, evaluation.precision, evaluation.date
    ));
    out.push_str(&format!("`{}`, undertone {}.\n", evaluation.command, evaluation.version));
    for (file, hash) in &model.sha256 {
        out.push_str(&format!("{file} sha256 `{hash}`. "));
    }
    out.push_str(&format!(
        "\nIntervals are 95%, percentile bootstrap, {} draws, seed {}; what is drawn stands in the column n \
         after \"by\". Development sets only, unless a set's name says otherwise; published figures are \
         mostly on official *tests* and stand here for orientation.\n",
        count(evaluation.replicates as u64),
        evaluation.seed
    ));
    for set in &evaluation.sets {
        set_markdown(&mut out, set);
    }
    if !evaluation.ablation.is_empty() {
        ablation_markdown(&mut out, evaluation);
    }
    lose(&mut out, evaluation);
    out.push_str("\n### Data\n\n| file | n | sha256 |\n|---|---|---|\n");
    let mut seen: Vec<&str> = Vec::new();
    for file in evaluation.sets.iter().flat_map(|set| &set.files) {
        if !seen.contains(&file.name.as_str()) {
            seen.push(&file.name);
            out.push_str(&format!(
                "| {} | {} {} | `{}` |\n",
                file.name,
                count(file.n as u64),
                file.unit,
                file.sha256
            ));
        }
    }
    for skipped in &evaluation.skipped {
        out.push_str(&format!("\nNot measured: {skipped}\n"));
    }
    out
}

/// In a table cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn set_markdown(out: &mut String, set: &SetResult) {
    out.push_str(&format!("\n### {}\n\n", set.title));
    let files: Vec<String> =
        set.files.iter().map(|f| format!("{} (`{}`)", f.name, f.sha256)).collect();
    let data = if set.suite == "behaviour" { "" } else { " --data DATA" };
    out.push_str(&format!("`undertone eval {}{data}`; {}.\n\n", set.suite, files.join(", ")));
    out.push_str(
        "| figure | value | 95% interval | n | aimed at | published |\n|---|---|---|---|---|---|\n",
    );
    for f in &set.figures {
        let drawn = f.resampled.as_ref().map_or_else(String::new, |r| format!(", by {r}"));
        let target = match (f.target, f.reached()) {
            (Some(t), Some(false)) => format!("{}, **missed**", number(t)),
            (Some(t), _) => number(t),
            _ => String::new(),
        };
        let beside: Vec<String> = f.published.iter().map(published).collect();
        out.push_str(&format!(
            "| {} | {} | {} | {}{drawn} | {target} | {} |\n",
            escaped(&f.name),
            number(f.value),
            interval(f.interval),
            n(f),
            escaped(&beside.join("; "))
        ));
    }
    for paired in &set.paired {
        out.push_str(&format!("\nPaired, {}.\n", paired_text(paired)));
    }
    for note in &set.notes {
        out.push_str(&format!("\n{note}\n"));
    }
    // Lists of single cases are for whoever works on them, and are printed.
    for table in set.tables.iter().filter(|t| t.columns.len() > 1) {
        let long = table.rows.len() > LONG;
        if long {
            out.push_str(&format!("\n<details><summary>{}</summary>\n\n", table.title));
        } else {
            out.push_str(&format!("\n{}:\n\n", table.title));
        }
        let cells: Vec<String> = table.columns.iter().map(|c| escaped(c)).collect();
        out.push_str(&format!("| {} |\n|{}\n", cells.join(" | "), "---|".repeat(cells.len())));
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|c| escaped(&c.text())).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        if long {
            out.push_str("\n</details>\n");
        }
    }
}

fn ablation_markdown(out: &mut String, evaluation: &Evaluation) {
    out.push_str("\n### Ablation\n\nEach row a model; the difference to the row before, on the same rows, with its paired 95% interval.\n\n");
    out.push_str("| figure |");
    for row in &evaluation.ablation {
        out.push_str(&format!(" {} |", escaped(&row.name)));
    }
    out.push_str(&format!("\n|---|{}\n", "---|".repeat(evaluation.ablation.len())));
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for f in evaluation.ablation.iter().flat_map(|row| &row.figures) {
        if !keys.iter().any(|(key, _)| *key == f.key) {
            keys.push((&f.key, &f.name));
        }
    }
    for (key, name) in keys {
        out.push_str(&format!("| {} |", escaped(name)));
        for row in &evaluation.ablation {
            let cell = row.figures.iter().find(|f| f.key == key).map_or_else(String::new, |f| {
                match f.difference {
                    Some(d) => {
                        format!(
                            "{} ({}; {})",
                            number(f.value),
                            signed(d),
                            signed_interval(f.interval)
                        )
                    }
                    None => number(f.value),
                }
            });
            out.push_str(&format!(" {cell} |"));
        }
        out.push('\n');
    }
    out.push('\n');
    for row in &evaluation.ablation {
        let hash = row.model.sha256.get("model.onnx").map_or("", |h| &h[..h.len().min(12)]);
        out.push_str(&format!(
            "- {}: {} ({}), model.onnx sha256 `{hash}`\n",
            row.name, row.model.name, row.precision
        ));
    }
}

/// Where published systems, other systems' predictions or our own targets are ahead.
fn lose(out: &mut String, evaluation: &Evaluation) {
    out.push_str("\n### Where we lose\n\n");
    let mut lines = Vec::new();
    let mut ahead = Vec::new();
    for set in &evaluation.sets {
        for f in &set.figures {
            let systems = f.published.iter().filter(|p| !p.human);
            let Some(best) = systems.max_by(|a, b| a.value.total_cmp(&b.value)) else { continue };
            let what = format!("{} ({})", set.title, f.name);
            if best.value <= f.value {
                ahead.push(what);
                continue;
            }
            let reach = match f.interval {
                Some(i) if i.hi >= best.value => "within our interval",
                Some(_) => "outside our interval",
                None => "no interval",
            };
            lines.push(format!(
                "- **{what}**: ours {}, {} {} on {} ({}); {:.1} points behind, {reach}.",
                number(f.value),
                best.system,
                number(best.value),
                best.split,
                best.paper,
                100.0 * (best.value - f.value),
            ));
        }
        for p in set.paired.iter().filter(|p| p.difference < 0.0) {
            let sure = p.interval.is_some_and(|i| i.hi < 0.0);
            lines.push(format!(
                "- **{}, on the same rows**: {} is ahead by {} ({}){}.",
                set.title,
                p.system,
                number(-p.difference),
                signed_interval(p.interval),
                if sure { "" } else { ", which may be chance" }
            ));
        }
    }
    if lines.is_empty() {
        out.push_str("No published figure that stands beside one of ours is higher.\n");
    } else {
        out.push_str(
            "Published systems with a higher figure. Theirs are on the split that is named, ours on the \
             rows above, so only large distances mean something.\n\n",
        );
        out.push_str(&lines.join("\n"));
        out.push('\n');
    }
    if !ahead.is_empty() {
        out.push_str(&format!(
            "\nAt or above every published system beside it, with the same caution: {}.\n",
            ahead.join("; ")
        ));
    }
    let missed: Vec<String> = evaluation
        .sets
        .iter()
        .flat_map(|set| set.figures.iter().map(move |f| (set, f)))
        .filter(|(_, f)| f.reached() == Some(false))
        .map(|(set, f)| {
            format!(
                "{} ({}) {}, aimed at {}",
                set.title,
                f.name,
                number(f.value),
                number(f.target.unwrap_or(f64::NAN))
            )
        })
        .collect();
    if !missed.is_empty() {
        out.push_str(&format!("\n**Targets missed.** {}.\n", missed.join("; ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_outside_the_markers_is_kept_and_a_file_without_them_is_refused() {
        let old = format!("# Mine\n\n{BEGINS} (by hand) -->\nold\n{END}\n\n## Speed\n\n4.7\n");
        let new = between_markers(Some(&old), "new").unwrap();
        assert_eq!(new, format!("# Mine\n\n{BEGIN}\nnew\n{END}\n\n## Speed\n\n4.7\n"));
        assert_eq!(between_markers(Some(&new), "new").unwrap(), new);
        assert!(between_markers(Some("# Mine\n\n## Speed\n"), "new").is_err());
        let swapped = format!("{END}\n{BEGIN}\n");
        assert!(between_markers(Some(&swapped), "new").is_err());
        assert!(between_markers(None, "new").unwrap().contains("\nnew\n"));
    }
}
