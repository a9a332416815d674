//! Net stance of rows toward columns, a cell each: colour, number, interval and count.

use std::fmt::Write as _;

use super::forest::Point;
use super::{Anchor, BODY, Drawing, SMALL, TITLE, broken, fitted, in_net, safe, wide};
use crate::report::number::{count, heat, net};

pub struct Cell {
    /// None where there is not enough data.
    pub point: Option<Point>,
    pub basis: String,
    pub n: u32,
    pub corrected: Option<Point>,
}

pub struct Grid {
    pub title: &'static str,
    pub axis: &'static str,
    pub rows_are: &'static str,
    pub note: String,
    pub left_out: Option<String>,
    pub columns: Vec<String>,
    /// Each with a cell a column; none where nobody speaks so.
    pub rows: Vec<(String, Vec<Option<Cell>>)>,
}

const MARGIN: f64 = 20.0;
const LABEL: usize = 30;
const CELL: (f64, f64) = (108.0, 46.0);

/// The colour of a cell, by the steps that the report has.
fn class(net: f64) -> &'static str {
    match heat(net) {
        -3 => "a3",
        -2 => "a2",
        -1 => "a1",
        1 => "f1",
        2 => "f2",
        3 => "f3",
        _ => "z0",
    }
}

impl Grid {
    pub fn svg(&self) -> String {
        let labels: Vec<String> = self.rows.iter().map(|(name, _)| fitted(name, LABEL)).collect();
        let label = labels.iter().map(|l| wide(l, BODY)).fold(60.0, f64::max);
        let x0 = MARGIN + label + 12.0;
        let width = x0 + CELL.0 * self.columns.len() as f64 + MARGIN;
        let mut drawing = Drawing { body: String::new(), width: width.max(620.0) };

        let mut y = MARGIN + TITLE;
        drawing.text((MARGIN, y), TITLE, "bold", Anchor::Start, self.title);
        y += 16.0;
        let heads: Vec<Vec<String>> = self
            .columns
            .iter()
            .map(|name| {
                let mut lines = broken(&fitted(name, 36), SMALL, CELL.0 - 8.0);
                lines.truncate(3);
                lines.iter().map(|line| fitted(line, 16)).collect()
            })
            .collect();
        let tallest = heads.iter().map(Vec::len).max().unwrap_or(0) as f64;
        let top = y + tallest * 13.0 + 8.0;
        drawing.text((MARGIN, top - 8.0), SMALL, "muted", Anchor::Start, self.rows_are);
        for (k, lines) in heads.iter().enumerate() {
            let x = x0 + CELL.0 * (k as f64 + 0.5);
            let mut y = top - 8.0 - 13.0 * (lines.len() as f64 - 1.0);
            for line in lines {
                drawing.text((x, y), SMALL, "bold", Anchor::Middle, line);
                y += 13.0;
            }
        }
        let mut desc = format!("{}. ", self.axis);
        for (k, ((name, cells), label)) in self.rows.iter().zip(&labels).enumerate() {
            let y = top + CELL.1 * k as f64;
            let at = (MARGIN, y + CELL.1 * 0.5 + BODY * 0.35);
            drawing.text(at, BODY, "", Anchor::Start, label);
            for (j, (cell, column)) in cells.iter().zip(&self.columns).enumerate() {
                let Some(cell) = cell else { continue };
                let x = x0 + CELL.0 * j as f64;
                let middle = x + CELL.0 / 2.0;
                let mut spoken = match cell.point {
                    Some(point) => format!("{name}, {column}: {}", in_net(point)),
                    None => format!("{name}, {column}: not enough data"),
                };
                if let Some(corrected) = cell.corrected {
                    let _ = write!(spoken, "; corrected {}", in_net(corrected));
                }
                let _ = write!(spoken, "; {}.", cell.basis);
                let _ = write!(desc, "{spoken} ");
                let class = cell.point.map_or("few", |point| class(point.value));
                let _ = writeln!(
                    drawing.body,
                    "<g><title>{}</title>\n<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
                     class=\"{class}\"/>",
                    safe::xml(&spoken),
                    x + 1.0,
                    y + 1.0,
                    CELL.0 - 2.0,
                    CELL.1 - 2.0
                );
                let counts = format!("n = {}", count(cell.n));
                if let Some(point) = cell.point {
                    let value = match cell.corrected {
                        Some(c) => format!("{} ({}*)", net(point.value), net(c.value)),
                        None => net(point.value),
                    };
                    drawing.text((middle, y + 16.0), BODY, "bold", Anchor::Middle, &value);
                    let ends = format!("{} to {}", net(point.lo), net(point.hi));
                    drawing.text((middle, y + 29.0), 10.0, "", Anchor::Middle, &ends);
                    drawing.text((middle, y + 40.0), 10.0, "", Anchor::Middle, &counts);
                } else {
                    let half = wide(&counts, 10.0) / 2.0 + 3.0;
                    let _ = writeln!(
                        drawing.body,
                        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"15\" class=\"paper\"/>",
                        middle - half,
                        y + CELL.1 / 2.0 - 7.5,
                        2.0 * half
                    );
                    let at = (middle, y + CELL.1 / 2.0 + 3.5);
                    drawing.text(at, 10.0, "muted", Anchor::Middle, &counts);
                }
                drawing.body.push_str("</g>\n");
            }
        }
        let mut y = top + CELL.1 * self.rows.len() as f64 + 24.0;
        let note = self.note.replace("Lines are", "Below each figure its");
        let note = note.replace("intervals,", "interval,");
        let mut notes = vec![
            (self.axis.to_owned(), ""),
            (format!("{note} Hatched: not enough data. Empty: no mention. n: mentions."), "muted"),
        ];
        if self.rows.iter().flat_map(|(_, cells)| cells).flatten().any(|c| c.corrected.is_some()) {
            notes.push(("*: corrected by a coded sample (dsl).".to_owned(), "muted"));
        }
        notes.extend(self.left_out.clone().map(|text| (text, "muted")));
        for (text, class) in notes {
            for line in broken(&text, SMALL, drawing.width - 2.0 * MARGIN) {
                drawing.text((MARGIN, y), SMALL, class, Anchor::Start, &line);
                y += 15.0;
            }
        }
        drawing.svg(y + MARGIN - 10.0, self.title, desc.trim())
    }
}
