//! The ten seconds after a run.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::findings;
use super::number::count;
use super::view::{self, Bar, Figure, Page};
use super::{Articles, Options, Run, safe};

const MOST_OUTLETS: usize = 12;
const MOST_ACTORS: usize = 8;
const MOST_LIMITS: usize = 2;
/// Columns of an interval's drawing.
const BAR: usize = 21;
/// Narrowest terminal that is laid out for; a narrower one wraps.
const NARROWEST: usize = 40;

/// Renders a summary for a terminal `width` columns wide, with ANSI colours if `color`.
///
/// No line that it lays out is wider than `width` (or 40, if that is more), and nothing that an
/// article brought reaches the terminal as a control sequence.
pub fn terminal(run: &Run, width: usize, color: bool) -> String {
    let options = Options {
        articles: Articles::None,
        row_limit: MOST_OUTLETS.max(MOST_ACTORS),
        ..Options::default()
    };
    let page = Page::new(run, &options);
    let mut out = Out { text: String::new(), width: width.max(NARROWEST), color };

    out.wrapped(&header(&page), "", Style::Bold);
    out.outlets(&page);
    out.actors(&page);
    for limit in findings::glance(run).limits.iter().take(MOST_LIMITS) {
        out.blank();
        out.wrapped(&limit.text, "", Style::Plain);
    }
    out.rejects(&page);
    if let Some(location) = &run.info.location {
        out.blank();
        // Never cut: somebody wants to copy it.
        out.line(&[("Report: ", Style::Faint), (&safe::line(location), Style::Plain)]);
    }
    out.text
}

fn header(page: &Page) -> String {
    let summary = &page.summary;
    let mut parts = vec![
        format!("{} from {}", summary.articles, summary.outlets),
        summary.sentences.clone(),
        summary.words.clone(),
    ];
    parts.extend(summary.dates.clone());
    parts.extend(summary.rejected.clone());
    parts.join(", ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Bold,
    Faint,
    Loaded,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Bold => "1",
            Style::Faint => "2",
            Style::Loaded => "33",
        }
    }
}

struct Out {
    text: String,
    width: usize,
    color: bool,
}

impl Out {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, parts: &[(&str, Style)]) {
        let filled = parts.iter().rposition(|(text, _)| !text.trim_end().is_empty());
        for (i, (text, style)) in parts.iter().take(filled.map_or(0, |i| i + 1)).enumerate() {
            let text = if Some(i) == filled { text.trim_end() } else { text };
            if self.color && *style != Style::Plain && !text.trim().is_empty() {
                self.text.push_str(&format!("\u{1b}[{}m{text}\u{1b}[0m", style.code()));
            } else {
                self.text.push_str(text);
            }
        }
        self.text.push('\n');
    }

    /// Text in as many lines as it needs.
    fn wrapped(&mut self, text: &str, indent: &str, style: Style) {
        let mut line = String::new();
        for word in safe::line(text).split_whitespace() {
            let word = fitted(word, self.width - indent.width());
            if !line.is_empty() && indent.width() + line.width() + 1 + word.width() > self.width {
                self.line(&[(indent, Style::Plain), (&line, style)]);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        if !line.is_empty() {
            self.line(&[(indent, Style::Plain), (&line, style)]);
        }
    }

    fn outlets(&mut self, page: &Page) {
        if page.outlets.rows.is_empty() {
            return;
        }
        self.heading("Loaded in the outlet’s own words (share of sentences, 95% interval)");
        let rows: Vec<Row> = page
            .outlets
            .rows
            .iter()
            .take(MOST_OUTLETS)
            .map(|row| Row {
                name: safe::line(&row.name),
                figure: &row.loaded,
                basis: if row.only_relayed {
                    "no words of its own: copy of an agency or another outlet".to_owned()
                } else {
                    format!(
                        "{} sentences, {} {}",
                        row.loaded.basis,
                        row.articles,
                        if row.n_articles == 1 { "article" } else { "articles" }
                    )
                },
            })
            .collect();
        self.rows(&rows);
        self.more(page.outlets.all.as_str(), page.outlets.cut, rows.len(), "outlets");
    }

    fn actors(&mut self, page: &Page) {
        let named = page.actors.rows.iter().filter(|row| row.n_mentions > 0).take(MOST_ACTORS);
        let rows: Vec<Row> = named
            .map(|row| Row {
                name: safe::line(&row.name),
                figure: &row.net,
                basis: format!("{}, speaks {}", row.net.basis, row.speaks),
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        self.heading(
            "Net stance toward actors in the outlets’ own words (−1 against to +1 in favour)",
        );
        self.rows(&rows);
        let cut = page.actors.cut || page.actors.rows.len() > rows.len();
        self.more(page.actors.all.as_str(), cut, rows.len(), "actors");
    }

    fn rejects(&mut self, page: &Page) {
        if page.reasons.is_empty() {
            return;
        }
        self.heading("Not scored");
        let widest = widest(page.reasons.iter().map(|row| row.n.as_str()));
        for row in &page.reasons {
            self.line(&[
                ("  ", Style::Plain),
                (&padded_left(&row.n, widest), Style::Plain),
                ("  ", Style::Plain),
                (row.reason, Style::Plain),
            ]);
        }
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.wrapped(text, "", Style::Bold);
    }

    fn more(&mut self, all: &str, cut: bool, shown: usize, what: &str) {
        if cut {
            let text = format!("{} of {all} {what}; all are in the report", count(shown as u64));
            self.wrapped(&text, "  ", Style::Faint);
        }
    }

    /// Name, figure, interval, bar, basis; what the width does not hold goes, from the right, but
    /// for the counts, which then take a line of their own.
    fn rows(&mut self, rows: &[Row]) {
        let value = widest(rows.iter().map(Row::value));
        let interval = widest(rows.iter().map(Row::interval));
        let basis = widest(rows.iter().map(|row| row.basis.as_str()));
        let mut left = self.width.saturating_sub(2 + 2 + value + 2 + interval);
        let name = widest(rows.iter().map(|row| &*row.name)).min(left).min(28);
        left -= name;
        let with_basis = left >= basis + 2;
        let drawn = rows.iter().any(|row| row.figure.bar.is_some());
        let with_bar = drawn && with_basis && left >= basis + 2 + BAR + 2;
        for row in rows {
            let bar = row.figure.bar.as_ref().filter(|_| with_bar).map(draw);
            let style = if row.figure.value.is_some() { Style::Loaded } else { Style::Faint };
            let gap = ("  ", Style::Plain);
            let mut parts = vec![gap];
            let name = padded(&fitted(&row.name, name), name);
            let value = padded_left(row.value(), value);
            let interval = padded(row.interval(), interval);
            parts.extend([(name.as_str(), Style::Plain), gap, (value.as_str(), style), gap]);
            parts.push((interval.as_str(), Style::Plain));
            let bar = bar.unwrap_or_else(|| " ".repeat(BAR));
            if with_bar {
                parts.extend([gap, (bar.as_str(), Style::Loaded)]);
            }
            if with_basis {
                parts.extend([gap, (row.basis.as_str(), Style::Faint)]);
            }
            self.line(&parts);
            if !with_basis {
                self.wrapped(&row.basis, "      ", Style::Faint);
            }
        }
    }
}

struct Row<'p> {
    name: Cow<'p, str>,
    figure: &'p Figure,
    basis: String,
}

impl Row<'_> {
    fn value(&self) -> &str {
        self.figure.value.as_deref().unwrap_or("–")
    }

    fn interval(&self) -> &str {
        match (&self.figure.value, &self.figure.interval) {
            (Some(_), Some(interval)) => interval,
            (Some(_), None) => "no interval",
            (None, _) => view::NOT_ENOUGH,
        }
    }
}

fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

fn draw(bar: &Bar) -> String {
    let place = |units: f64| ((units / 100.0 * (BAR - 1) as f64).round() as usize).min(BAR - 1);
    let (from, at, to) = (place(bar.from), place(bar.at), place(bar.to));
    (0..BAR)
        .map(|i| match i {
            _ if i == at => '●',
            _ if (from..=to).contains(&i) => '─',
            _ => '·',
        })
        .collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn padded_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// Cut to a width, with an ellipsis.
pub(super) fn fitted(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let next = c.width().unwrap_or(0);
        if used + next + 1 > width {
            break;
        }
        used += next;
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}
