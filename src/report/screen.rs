//! Styled lines in, a terminal's codes or a picture of them out.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::safe;

/// What a stretch is shown in. Colours are the terminal's own sixteen, which keep to its theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    #[default]
    Plain,
    Faint,
    Loaded,
    Direct,
    Indirect,
    Against,
    Favor,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Faint => "2",
            Ink::Loaded => "31",
            Ink::Direct => "36",
            Ink::Indirect => "33",
            Ink::Against => "35",
            Ink::Favor => "32",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Faint => "faint",
            Ink::Loaded => "loaded",
            Ink::Direct => "direct",
            Ink::Indirect => "indirect",
            Ink::Against => "against",
            Ink::Favor => "favor",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub ink: Ink,
    pub bold: bool,
    pub underline: bool,
}

impl Style {
    pub const PLAIN: Style = Style::of(Ink::Plain);
    pub const FAINT: Style = Style::of(Ink::Faint);
    pub const BOLD: Style = Style { bold: true, ..Style::PLAIN };

    pub const fn of(ink: Ink) -> Style {
        Style { ink, bold: false, underline: false }
    }

    pub const fn and_bold(self) -> Style {
        Style { bold: true, ..self }
    }

    pub const fn and_underlined(self) -> Style {
        Style { underline: true, ..self }
    }
}

/// One line; neighbours of one style are one stretch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(Vec<(String, Style)>);

impl Line {
    /// Adds text; what would act on a terminal is taken out of it.
    pub fn push(&mut self, text: &str, style: Style) {
        let text = safe::line(text);
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, its)) if *its == style => last.push_str(&text),
            _ => self.0.push((text.into_owned(), style)),
        }
    }

    pub fn width(&self) -> usize {
        self.0.iter().map(|(text, _)| text.width()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes blanks off its end.
    pub fn trim_end(&mut self) {
        while let Some((text, _)) = self.0.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.0.pop();
        }
    }
}

/// Lines as a terminal takes them. Without colour not one control character but line breaks is in them.
pub fn ansi(lines: &[Line], color: bool) -> String {
    let mut out = String::new();
    for line in lines {
        for (text, style) in &line.0 {
            let mut codes: Vec<&str> = Vec::new();
            if color {
                codes.extend(style.bold.then_some("1"));
                codes.extend(style.underline.then_some("4"));
                codes.extend(Some(style.ink.code()).filter(|code| !code.is_empty()));
            }
            if codes.is_empty() {
                out.push_str(text);
            } else {
                let _ = write!(out, "\u{1b}[{}m{text}\u{1b}[0m", codes.join(";"));
            }
        }
        out.push('\n');
    }
    out
}

/// Width and height of a character's cell, in the picture's units.
const CELL: (f64, f64) = (8.45, 20.0);
const MARGIN: f64 = 18.0;

/// A picture of the lines, light or dark as its viewer is; it loads nothing and has a title for those who
/// do not see it.
pub fn svg(lines: &[Line], title: &str) -> String {
    let columns = lines.iter().map(Line::width).max().unwrap_or(0);
    let (width, height) = (
        columns as f64 * CELL.0 + 2.0 * MARGIN,
        lines.len() as f64 * CELL.1 + 2.0 * MARGIN - CELL.1 * 0.2,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">{}</title>\n<desc id=\"d\">",
        safe::xml(title)
    );
    for line in lines {
        let text: String = line.0.iter().map(|(text, _)| text.as_str()).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            let _ = writeln!(out, "{}", safe::xml(&text));
        }
    }
    out.push_str("</desc>\n<style>\n");
    out.push_str(SHEET);
    let _ = writeln!(
        out,
        "</style>\n<rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\"/>"
    );
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + (row as f64 + 0.72) * CELL.1;
        let mut column = 0;
        for (text, style) in &line.0 {
            // Every stretch has its own place, so that a font of other widths cannot shift what follows.
            let leading = text.width() - text.trim_start().width();
            let shown = text.trim();
            if !shown.is_empty() {
                let x = MARGIN + (column + leading) as f64 * CELL.0;
                let length = shown.width() as f64 * CELL.0;
                let mut classes = vec![style.ink.class()];
                classes.extend(style.bold.then_some("bold"));
                classes.extend(style.underline.then_some("underlined"));
                classes.retain(|class| !class.is_empty());
                let class = match classes.is_empty() {
                    true => String::new(),
                    false => format!(" class=\"{}\"", classes.join(" ")),
                };
                let _ = writeln!(
                    out,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\"{class}>{}</text>",
                    safe::xml(shown)
                );
            }
            column += text.width();
        }
    }
    out.push_str("</svg>\n");
    out
}

/// The report's colours.
const SHEET: &str = "\
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1c1b19; white-space: pre }
.paper { fill: #fbfaf6; stroke: #d8d3c7 }
.faint { fill: #5c574f }
.loaded { fill: #a93200 }
.direct { fill: #2b6798 }
.indirect { fill: #8a5f00 }
.against { fill: #762a83 }
.favor { fill: #1b6e34 }
.bold { font-weight: bold }
.underlined { text-decoration: underline }
@media (prefers-color-scheme: dark) {
text { fill: #e9e5db }
.paper { fill: #161513; stroke: #3a362f }
.faint { fill: #aaa398 }
.loaded { fill: #ff9d6b }
.direct { fill: #72ade0 }
.indirect { fill: #d6a846 }
.against { fill: #d6a5e2 }
.favor { fill: #86d394 }
}
";
