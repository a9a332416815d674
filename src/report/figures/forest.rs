//! Figures with their intervals on one axis, a row an outlet.

use std::fmt::Write as _;

use super::{Anchor, BODY, Drawing, SMALL, TITLE, broken, fitted, in_net, in_shares, safe, wide};
use crate::report::number::{count, net};

/// A figure and the ends of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub value: f64,
    pub lo: f64,
    pub hi: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 0 to 1, drawn in percent.
    Share,
    /// -1 to 1.
    Net,
}

pub struct Row {
    pub label: String,
    /// What the figure is counted from.
    pub basis: String,
    pub cases: u32,
    pub naive: Option<Point>,
    pub corrected: Option<Point>,
}

pub struct Forest {
    pub title: &'static str,
    pub axis: &'static str,
    pub unit: Unit,
    pub note: String,
    /// Rows there are, drawn or not.
    pub all: usize,
    pub rows: Vec<Row>,
}

/// Letters of the longest label.
const LABEL: usize = 30;
/// Width of the axis.
const AXIS: f64 = 380.0;
const MARGIN: f64 = 20.0;

impl Forest {
    fn words(&self, row: &Row, point: Point) -> String {
        match self.unit {
            Unit::Share => in_shares(point, row.cases),
            Unit::Net => in_net(point),
        }
    }

    /// From, to, and the distance of the ticks.
    fn scale(&self) -> (f64, f64, f64) {
        let points = self.rows.iter().flat_map(|r| [r.naive, r.corrected]).flatten();
        let most = points.flat_map(|p| [p.value, p.lo, p.hi]).map(f64::abs).fold(0.0, f64::max);
        let steps: &[(f64, f64)] = match self.unit {
            Unit::Share => &[(0.1, 0.02), (0.25, 0.05), (0.5, 0.1), (0.6, 0.1), (0.8, 0.2)],
            // Zero is always one of them.
            Unit::Net => &[(0.1, 0.05), (0.2, 0.1), (0.4, 0.2), (0.6, 0.2)],
        };
        let fitting = steps.iter().copied().find(|(to, _)| most <= *to);
        match self.unit {
            Unit::Share => {
                let (to, tick) = fitting.unwrap_or((1.0, 0.2));
                (0.0, to, tick)
            }
            Unit::Net => {
                let (to, tick) = fitting.unwrap_or((1.0, 0.5));
                (-to, to, tick)
            }
        }
    }

    pub fn svg(&self) -> String {
        let has_corrected = self.rows.iter().any(|row| row.corrected.is_some());
        let pitch = if has_corrected { 44.0 } else { 34.0 };
        let labels: Vec<String> = self.rows.iter().map(|row| fitted(&row.label, LABEL)).collect();
        let label = labels.iter().map(|l| wide(l, BODY)).fold(60.0, f64::max);
        let texts = |row: &Row| {
            let naive =
                row.naive.map_or_else(|| "not enough data".to_owned(), |p| self.words(row, p));
            (naive, row.corrected.map(|p| format!("corrected {}", self.words(row, p))))
        };
        let columns = self.rows.iter().map(|row| {
            let (naive, corrected) = texts(row);
            let second = corrected.unwrap_or_default();
            wide(&naive, BODY).max(wide(&second, SMALL)).max(wide(&row.basis, SMALL))
        });
        let column = columns.fold(120.0, f64::max);
        let x0 = MARGIN + label + 16.0;
        let (from, to, tick) = self.scale();
        let x = |v: f64| x0 + (v.clamp(from, to) - from) / (to - from) * AXIS;
        let text_at = x0 + AXIS + 22.0;
        let mut drawing = Drawing { body: String::new(), width: text_at + column + MARGIN };

        let mut y = MARGIN + TITLE;
        drawing.text((MARGIN, y), TITLE, "bold", Anchor::Start, self.title);
        y += 14.0;
        if has_corrected {
            y += 12.0;
            drawing.line((x0, y - 4.0), (x0 + 24.0, y - 4.0), "naive");
            let _ = writeln!(
                drawing.body,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" class=\"naive\"/>",
                x0 + 12.0,
                y - 4.0
            );
            drawing.text((x0 + 30.0, y), SMALL, "", Anchor::Start, "as scored (naive)");
            let at = x0 + 150.0;
            drawing.line((at, y - 4.0), (at + 24.0, y - 4.0), "corrected");
            diamond(&mut drawing, (at + 12.0, y - 4.0));
            let text = "corrected by a coded sample (dsl)";
            drawing.text((at + 30.0, y), SMALL, "", Anchor::Start, text);
            y += 6.0;
        }
        let top = y + 8.0;
        let bottom = top + pitch * self.rows.len() as f64;
        let ticks = ((to - from) / tick).round() as usize;
        for k in 0..=ticks {
            let value = from + k as f64 * tick;
            let class = if self.unit == Unit::Net && value.abs() < 1e-9 { "zero" } else { "grid" };
            drawing.line((x(value), top), (x(value), bottom + 4.0), class);
            let text = match self.unit {
                Unit::Share => format!("{:.0}", value * 100.0),
                Unit::Net => net(value),
            };
            drawing.text((x(value), bottom + 18.0), SMALL, "muted", Anchor::Middle, &text);
        }
        let mut desc = format!("{}. ", self.axis);
        for (k, (row, label)) in self.rows.iter().zip(&labels).enumerate() {
            let middle = top + pitch * (k as f64 + 0.5);
            let (naive, corrected) = texts(row);
            let spoken = match &corrected {
                Some(corrected) => {
                    format!("{}: {naive}; {corrected}; {}.", row.label, row.basis)
                }
                None => format!("{}: {naive}; {}.", row.label, row.basis),
            };
            let _ = writeln!(drawing.body, "<g><title>{}</title>", safe::xml(&spoken));
            let _ = write!(desc, "{spoken} ");
            let at = (MARGIN, middle + BODY * 0.35);
            drawing.text(at, BODY, "", Anchor::Start, label);
            let shift = if row.corrected.is_some() { 6.0 } else { 0.0 };
            if let Some(p) = row.naive {
                let y = middle - shift;
                drawing.line((x(p.lo), y), (x(p.hi), y), "naive");
                let _ = writeln!(
                    drawing.body,
                    "<circle cx=\"{:.2}\" cy=\"{y:.2}\" r=\"4\" class=\"naive\"/>",
                    x(p.value)
                );
            }
            if let Some(p) = row.corrected {
                let y = middle + shift;
                drawing.line((x(p.lo), y), (x(p.hi), y), "corrected");
                diamond(&mut drawing, (x(p.value), y));
            }
            let mut lines = vec![(naive, BODY, if row.naive.is_some() { "" } else { "muted" })];
            lines.extend(corrected.map(|text| (text, SMALL, "")));
            lines.push((row.basis.clone(), SMALL, "muted"));
            let mut y = middle - (lines.len() as f64 - 1.0) * 6.0 + 4.0;
            for (text, size, class) in lines {
                drawing.text((text_at, y), size, class, Anchor::Start, &text);
                y += 12.5;
            }
            drawing.body.push_str("</g>\n");
        }
        let mut y = bottom + 38.0;
        let mut notes = vec![(self.axis.to_owned(), ""), (self.note.clone(), "muted")];
        if self.rows.len() < self.all {
            let (shown, all) = (count(self.rows.len() as u64), count(self.all as u64));
            notes.push((format!("The first {shown} of {all} outlets."), "muted"));
        }
        for (text, class) in notes {
            for line in broken(&text, SMALL, drawing.width - 2.0 * MARGIN) {
                drawing.text((MARGIN, y), SMALL, class, Anchor::Start, &line);
                y += 15.0;
            }
        }
        drawing.svg(y + MARGIN - 10.0, self.title, desc.trim())
    }
}

fn diamond(drawing: &mut Drawing, (x, y): (f64, f64)) {
    let _ = writeln!(
        drawing.body,
        "<path d=\"M{:.2} {y:.2}L{x:.2} {:.2}L{:.2} {y:.2}L{x:.2} {:.2}Z\" class=\"corrected\"/>",
        x - 5.0,
        y - 5.0,
        x + 5.0,
        y + 5.0
    );
}
