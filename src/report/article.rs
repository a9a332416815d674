//! One article in, its sentences with their marks out: for a terminal, a pipe, a program or a picture.
//!
//! The marks are those of the HTML report: loaded words underlined, voices told apart, stances as ▲ ● ▼
//! at the mentions.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::number::{count, counted, net};
use super::reading::{self, ArticleView, LoadedIn, Piece, SentenceView, Toward};
use super::screen::{self, Ink, Line, Style};
use super::terminal::fitted;
use super::{ActorName, MarkedArticle, ReportError, safe};
use crate::model::{AttributionKind, Stance};
use crate::tables::rows::{ArticleRow, AttributionRow, MentionRow, SentenceRow, SpanRow};
use crate::voice::Voice;

/// How an article is laid out in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns; none where lines are not to be broken.
    pub width: Option<usize>,
    pub color: bool,
    /// Headline, outlet, date and counts first.
    pub heading: bool,
    /// What the marks mean, at the end.
    pub legend: bool,
    /// Two lines that sum it up, at the end.
    pub summary: bool,
}

/// Narrowest terminal that is laid out for.
const NARROWEST: usize = 40;
/// `0.94` and the gap after it.
const GUTTER: usize = 6;

/// Renders an article for people at a terminal. Nothing that the article brought reaches it as a control
/// sequence; no line is wider than the layout's (or 40, if that is more).
///
/// Without colour loaded words stand between underscores, and somebody else's words, where a sentence has
/// several voices, between ‹ ›.
pub fn article_terminal(article: &MarkedArticle, layout: &Layout) -> String {
    screen::ansi(&lines(article, layout), layout.color)
}

/// Renders what [`article_terminal`] shows in colour as an SVG picture, `width` columns wide.
pub fn article_svg(article: &MarkedArticle, layout: &Layout) -> String {
    let layout = Layout { color: true, ..*layout };
    let view = reading::one(article);
    let title = match &article.article.title {
        Some(_) => format!("{}, as undertone reads it", view.title),
        None => "A text as undertone reads it".to_owned(),
    };
    screen::svg(&lines(article, &layout), &title)
}

/// Renders an article for pipes: a line a sentence, whose fields are parted by tabs. They are the
/// sentence's number, the probability that it is loaded, its voice, its text, unbroken and unmarked, and
/// its marks in words (`loaded: rammed, brazen; ▼ Tollgate Council −0.81; direct: Mira Voss`). Lines that
/// begin with `#` are about the article.
pub fn article_plain(article: &MarkedArticle, layout: &Layout) -> String {
    let view = reading::one(article);
    let mut out = String::new();
    let mut about = |text: &str| {
        out.push_str("# ");
        out.push_str(safe::line(text).trim());
        out.push('\n');
    };
    if layout.heading {
        about(&view.title);
        about(&facts(&view).join(" · "));
    }
    if layout.summary {
        for line in summary(article) {
            about(&line);
        }
    }
    for sentence in &view.sentences {
        let text: String = sentence.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let fields = [
            sentence.number.to_string(),
            sentence.p.clone(),
            sentence.voice.to_owned(),
            text.split_whitespace().collect::<Vec<_>>().join(" "),
            marks(sentence).join("; "),
        ];
        let fields = fields.map(|field| safe::line(&field).into_owned());
        out.push_str(fields.join("\t").trim_end());
        out.push('\n');
    }
    out
}

#[derive(Serialize)]
struct Marked<'m> {
    format: &'static str,
    version: u32,
    article: &'m ArticleRow,
    sentences: Vec<MarkedSentence<'m>>,
    actors: &'m [ActorName],
}

#[derive(Serialize)]
struct MarkedSentence<'m> {
    #[serde(flatten)]
    row: &'m SentenceRow,
    spans: Vec<&'m SpanRow>,
    mentions: Vec<&'m MentionRow>,
    attributions: Vec<&'m AttributionRow>,
}

/// Renders an article as one line of JSON: its row of `articles`, its `sentences`, each with its `spans`,
/// `mentions` and `attributions`, and the `actors` whom their ids mean. Fields are the columns of the tables
/// of these names.
///
/// # Errors
/// If a row cannot be written as JSON.
pub fn article_json(article: &MarkedArticle) -> Result<String, ReportError> {
    let sentences = article.sentences.iter().map(|row| MarkedSentence {
        row,
        spans: article.spans.iter().filter(|s| s.sentence == row.sentence).collect(),
        mentions: article.mentions.iter().filter(|m| m.sentence == row.sentence).collect(),
        attributions: article.attributions.iter().filter(|a| a.sentence == row.sentence).collect(),
    });
    let marked = Marked {
        format: "undertone-article",
        version: 1,
        article: &article.article,
        sentences: sentences.collect(),
        actors: &article.actors,
    };
    Ok(serde_json::to_string(&marked)? + "\n")
}

/// Outlet, date and so on, as far as they are known.
fn facts(view: &ArticleView) -> Vec<String> {
    let mut out = vec![view.outlet.clone()];
    out.extend(view.date.clone());
    out.extend(view.author.as_ref().map(|author| format!("by {author}")));
    out.extend(view.agency.as_ref().map(|agency| format!("agency copy: {agency}")));
    out.push(view.loaded.clone());
    out.push(view.quoted.clone());
    out.push(format!("id {}", view.id));
    out
}

/// What is marked in a sentence, in words.
fn marks(sentence: &SentenceView) -> Vec<String> {
    let mut out = Vec::new();
    for (whose, name) in [(LoadedIn::Own, "loaded"), (LoadedIn::Quoted, "loaded, quoted")] {
        let words = loaded_words(&sentence.pieces, whose);
        if !words.is_empty() {
            out.push(format!("{name}: {}", words.join(", ")));
        }
    }
    for toward in sentence.pieces.iter().flat_map(|piece| &piece.stances).map(|s| &s.toward) {
        out.push(format!("{} {} {}", symbol(toward.stance).0, toward.name, net(toward.net)));
    }
    out.extend(voices(sentence));
    out
}

/// Loaded stretches, pieces that touch joined.
fn loaded_words(pieces: &[Piece], whose: LoadedIn) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for piece in pieces {
        let here = piece.loaded == Some(whose);
        match out.last_mut() {
            Some(last) if here && inside => last.push_str(&piece.text),
            _ if here => out.push(piece.text.clone()),
            _ => {}
        }
        inside = here;
    }
    out.iter().map(|w| w.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// `direct: Mira Voss`
fn voices(sentence: &SentenceView) -> Vec<String> {
    let voice = |says: &reading::Says| {
        let kind = says.kind.unwrap_or(sentence.voice);
        format!("{kind}: {}", says.who.as_deref().unwrap_or("not named"))
    };
    sentence.says.iter().map(voice).collect()
}

fn symbol(stance: Stance) -> (&'static str, Style) {
    match stance {
        Stance::Against => ("▼", Style::of(Ink::Against).and_bold()),
        Stance::Neutral => ("●", Style::FAINT),
        Stance::Favor => ("▲", Style::of(Ink::Favor).and_bold()),
    }
}

fn lines(article: &MarkedArticle, layout: &Layout) -> Vec<Line> {
    let view = reading::one(article);
    let mut out = Vec::new();
    let width = layout.width.map_or(usize::MAX, |width| width.max(NARROWEST));
    let say = |text: &str, style: Style, out: &mut Vec<Line>| {
        let mut words = Words::default();
        words.push(text, style);
        words.wrap(width, 0, Line::default(), out);
    };
    if layout.heading {
        say(&view.title, Style::BOLD, &mut out);
        say(&facts(&view).join(" · "), Style::FAINT, &mut out);
        out.push(Line::default());
    }
    for (i, sentence) in view.sentences.iter().enumerate() {
        if sentence.begins && i > 0 {
            out.push(Line::default());
        }
        sentence_lines(sentence, width, layout.color, &mut out);
    }
    if layout.legend {
        out.push(Line::default());
        legend(layout.color).wrap(width, 0, Line::default(), &mut out);
    }
    if layout.summary {
        out.push(Line::default());
        for line in summary(article) {
            say(&line, Style::PLAIN, &mut out);
        }
    }
    out
}

/// Renders single sentences, each with its article's outlet and id, for a list of them.
pub fn sentences_terminal(articles: &[MarkedArticle], layout: &Layout) -> String {
    let width = layout.width.map_or(usize::MAX, |width| width.max(NARROWEST));
    let mut out = Vec::new();
    for article in articles {
        let view = reading::one(article);
        for sentence in &view.sentences {
            sentence_lines(sentence, width, layout.color, &mut out);
            let mut words = Words::default();
            let date = view.date.as_deref().map(|date| format!(", {date}")).unwrap_or_default();
            let place =
                format!("{}{date} · {} · sentence {}", view.outlet, view.id, sentence.number);
            words.push(&place, Style::FAINT);
            let mut indent = Line::default();
            indent.push(&" ".repeat(GUTTER), Style::PLAIN);
            words.wrap(width, GUTTER, indent, &mut out);
            out.push(Line::default());
        }
    }
    if layout.legend && !out.is_empty() {
        legend(layout.color).wrap(width, 0, Line::default(), &mut out);
    }
    screen::ansi(&out, layout.color)
}

/// The same for pipes: article id, outlet, date, and the fields of [`article_plain`].
pub fn sentences_plain(articles: &[MarkedArticle]) -> String {
    let mut out = String::new();
    let layout =
        Layout { width: None, color: false, heading: false, legend: false, summary: false };
    for article in articles {
        let row = &article.article;
        let date = row.date.as_deref().unwrap_or_default();
        let place = [row.article_id.as_str(), &row.outlet, date].map(safe::line).join("\t");
        for line in article_plain(article, &layout).lines() {
            out.push_str(&format!("{place}\t{line}\n"));
        }
    }
    out
}

fn sentence_lines(sentence: &SentenceView, width: usize, color: bool, out: &mut Vec<Line>) {
    let mut gutter = Line::default();
    let sure = match sentence.loaded {
        Some(LoadedIn::Own) => Style::of(Ink::Loaded).and_bold(),
        Some(LoadedIn::Quoted) => Style::BOLD,
        None => Style::FAINT,
    };
    gutter.push(&sentence.p, sure);
    gutter.push("  ", Style::PLAIN);
    sentence_words(sentence, color).wrap(width, GUTTER, gutter, out);
}

fn voice_style(kind: AttributionKind) -> Style {
    match kind {
        AttributionKind::Direct | AttributionKind::Mixed => Style::of(Ink::Direct),
        AttributionKind::Indirect => Style::of(Ink::Indirect),
    }
}

fn sentence_words(sentence: &SentenceView, color: bool) -> Words {
    let base = match sentence.spoken {
        Voice::Direct => Style::of(Ink::Direct),
        Voice::Indirect => Style::of(Ink::Indirect),
        Voice::Outlet | Voice::Mixed => Style::PLAIN,
    };
    let base = if sentence.heading { base.and_bold() } else { base };
    let mut words = Words::default();
    let (mut loaded, mut voiced) = (false, false);
    for piece in &sentence.pieces {
        let mut style = piece.voice.map_or(base, voice_style);
        if sentence.heading {
            style = style.and_bold();
        }
        if !color && loaded && piece.loaded.is_none() {
            words.push("_", style);
        }
        if !color && voiced && piece.voice.is_none() {
            words.push("›", style);
        }
        if !color && !voiced && piece.voice.is_some() {
            words.push("‹", style);
        }
        if !color && !loaded && piece.loaded.is_some() {
            words.push("_", style);
        }
        (loaded, voiced) = (piece.loaded.is_some(), piece.voice.is_some());
        match piece.loaded {
            Some(LoadedIn::Own) => {
                style = Style::of(Ink::Loaded).and_bold().and_underlined();
            }
            Some(LoadedIn::Quoted) => style = style.and_underlined(),
            None => {}
        }
        words.push(&piece.text, style);
        for stance in &piece.stances {
            let (symbol, style) = symbol(stance.toward.stance);
            words.push(symbol, style);
            if let Some(name) = other_name(&stance.toward) {
                words.push(&format!("[{name}]"), Style::FAINT);
            }
        }
    }
    if !color {
        words.push(if loaded { "_" } else { "" }, Style::PLAIN);
        words.push(if voiced { "›" } else { "" }, Style::PLAIN);
    }
    let voices = voices(sentence);
    if !voices.is_empty() {
        words.push(&format!(" — {}", voices.join("; ")), Style::FAINT);
    }
    words
}

/// The actor's name where the words do not show it: pronouns, descriptions, other names.
fn other_name(toward: &Toward) -> Option<&str> {
    let fold = |text: &str| text.to_lowercase().replace('’', "'");
    let (name, words) = (fold(&toward.name), fold(&toward.words));
    let shows = name.contains(words.trim()) || words.contains(name.trim());
    (!shows).then_some(toward.name.as_str())
}

fn legend(color: bool) -> Words {
    let mut words = Words::default();
    let faint = Style::FAINT;
    if color {
        words.push("loaded", Style::of(Ink::Loaded).and_bold().and_underlined());
        words.push(" own words ", faint);
        words.push("loaded", Style::of(Ink::Direct).and_underlined());
        words.push(" others’ · ", faint);
        words.push("quoted", Style::of(Ink::Direct));
        words.push(" ", faint);
        words.push("reported", Style::of(Ink::Indirect));
    } else {
        words.push("_loaded_ · ‹others’ words›", faint);
    }
    words.push(" · ", faint);
    for (stance, name) in [
        (Stance::Against, " against "),
        (Stance::Neutral, " neutral "),
        (Stance::Favor, " in favour"),
    ] {
        let (symbol, style) = symbol(stance);
        words.push(symbol, style);
        words.push(name, faint);
    }
    words.push(" · number: probability that the sentence is loaded", faint);
    words
}

/// Two lines: what is loaded and whose words these are; who is taken how.
fn summary(marked: &MarkedArticle) -> [String; 2] {
    let row = &marked.article;
    let mut first = match row.n_own {
        0 => "No sentence has words of its own".to_owned(),
        n => format!(
            "Own words loaded in {} of {}",
            count(row.n_loaded_own),
            counted(n, "sentence", "sentences")
        ),
    };
    let own = marked.spans.iter().filter(|s| s.voice == Voice::Outlet);
    let own: Vec<&str> = own.map(|s| s.text.as_str()).collect();
    first += &among(" (", &own, ")");
    first += &match row.n_words_quoted {
        0 => "; nobody is quoted".to_owned(),
        n => format!("; {} of {} somebody else’s", count(n), counted(row.n_words, "word", "words")),
    };
    let mut speakers: Vec<&str> = Vec::new();
    let mut names: Vec<&str> =
        marked.sentences.iter().filter_map(|s| s.speaker.as_deref()).collect();
    names.extend(
        marked.attributions.iter().filter_map(|a| name_of(marked, a.speaker_id.as_deref()?)),
    );
    for name in names {
        if !speakers.contains(&name) {
            speakers.push(name);
        }
    }
    first += &among(" (", &speakers, ")");
    first += ".";

    let own = stances(marked, |voice| voice == Voice::Outlet);
    let others = stances(marked, |voice| voice != Voice::Outlet);
    let second = match (own.is_empty(), others.is_empty()) {
        (true, true) => "Names nobody.".to_owned(),
        (false, true) => format!("Net stance, own words: {own}."),
        (true, false) => format!("Net stance, others’ words: {others}."),
        (false, false) => format!("Net stance, own words: {own}; others’ words: {others}."),
    };
    [first, second]
}

fn name_of<'m>(marked: &'m MarkedArticle, id: &str) -> Option<&'m str> {
    marked.actors.iter().find(|a| a.actor_id == id).map(|a| a.name.as_str())
}

/// Most that a list of the summary names.
const MOST_NAMED: usize = 4;

fn among(open: &str, items: &[&str], close: &str) -> String {
    if items.is_empty() {
        return String::new();
    }
    let more = match items.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        n => format!(" and {} more", count(n as u64)),
    };
    format!(
        "{open}{}{more}{close}",
        items.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ")
    )
}

/// `▼ Tollgate Council −0.81, ● Karvonia +0.05`: means of the mentions, the most mentioned first.
fn stances(marked: &MarkedArticle, of: impl Fn(Voice) -> bool) -> String {
    let mut by_actor: BTreeMap<&str, Vec<&MentionRow>> = BTreeMap::new();
    for mention in marked.mentions.iter().filter(|m| of(m.voice)) {
        by_actor.entry(&mention.actor_id).or_default().push(mention);
    }
    let mut actors: Vec<_> = by_actor.into_iter().collect();
    actors.sort_by_key(|(_, mentions)| std::cmp::Reverse(mentions.len()));
    let texts: Vec<String> = actors
        .iter()
        .map(|(id, mentions)| {
            let n = mentions.len() as f64;
            let mean = mentions.iter().map(|m| m.net_stance).sum::<f64>() / n;
            let votes = |stance| mentions.iter().filter(|m| m.stance == stance).count();
            let (against, favor) = (votes(Stance::Against), votes(Stance::Favor));
            let most = if against > favor && 2 * against >= mentions.len() {
                Stance::Against
            } else if favor > against && 2 * favor >= mentions.len() {
                Stance::Favor
            } else {
                Stance::Neutral
            };
            let name = name_of(marked, id).unwrap_or(&mentions[0].text);
            format!("{} {name} {}", symbol(most).0, net(mean))
        })
        .collect();
    among("", &texts.iter().map(String::as_str).collect::<Vec<_>>(), "")
}

/// Text that is broken into lines between its words, each letter with its style.
#[derive(Default)]
struct Words {
    words: Vec<Word>,
    /// White space was last.
    parted: Option<Style>,
}

struct Word {
    /// Style of the space before it; none where it begins the text.
    gap: Option<Style>,
    parts: Vec<(String, Style)>,
}

impl Words {
    fn push(&mut self, text: &str, style: Style) {
        for c in safe::line(text).chars() {
            if c.is_whitespace() {
                self.parted = Some(style);
                continue;
            }
            if self.words.is_empty() || self.parted.is_some() {
                let gap = self.parted.take().filter(|_| !self.words.is_empty());
                // A line under two words runs on between them only if it is under both.
                let gap = gap.map(|gap| if gap == style { gap } else { Style::PLAIN });
                self.words.push(Word { gap, parts: Vec::new() });
            }
            if let Some(word) = self.words.last_mut() {
                match word.parts.last_mut() {
                    Some((last, its)) if *its == style => last.push(c),
                    _ => word.parts.push((c.to_string(), style)),
                }
            }
        }
    }

    /// Breaks the words into lines; the first begins with `first`, the others are indented.
    fn wrap(self, width: usize, indent: usize, first: Line, out: &mut Vec<Line>) {
        let blank = || {
            let mut line = Line::default();
            line.push(&" ".repeat(indent), Style::PLAIN);
            line
        };
        let (mut line, mut used) = (first, indent);
        let mut begun = false;
        for word in self.words {
            let needed: usize = word.parts.iter().map(|(text, _)| text.width()).sum();
            if begun && used.saturating_add(1 + needed) > width {
                out.push(std::mem::replace(&mut line, blank()));
                (used, begun) = (indent, false);
            }
            if begun {
                line.push(" ", word.gap.unwrap_or(Style::PLAIN));
                used += 1;
            }
            for (text, style) in word.parts {
                for c in text.chars() {
                    let next = c.width().unwrap_or(0);
                    // Only a word that is longer than a line is broken inside.
                    if used.saturating_add(next) > width {
                        out.push(std::mem::replace(&mut line, blank()));
                        used = indent;
                    }
                    line.push(c.encode_utf8(&mut [0; 4]), style);
                    used += next;
                }
            }
            begun = true;
        }
        if !line.is_empty() {
            out.push(line);
        }
    }
}

/// Renders a list of articles for a terminal: id, outlet, date, loaded sentences of those with own words,
/// and title. `all` is how many there are, shown or not.
pub fn list_terminal(rows: &[ArticleRow], all: usize, width: Option<usize>, color: bool) -> String {
    const GAP: &str = "  ";
    let width = width.map_or(usize::MAX, |width| width.max(NARROWEST));
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            [
                safe::line(&row.article_id).into_owned(),
                safe::line(&row.outlet).into_owned(),
                safe::line(row.date.as_deref().unwrap_or("–")).into_owned(),
                format!("{} of {}", count(row.n_loaded_own), count(row.n_own)),
            ]
        })
        .collect();
    let head = ["article", "outlet", "date", "loaded"].map(str::to_owned);
    let widest = |k: usize| {
        let lengths = cells.iter().map(|row| row[k].width());
        lengths.chain([head[k].width()]).max().unwrap_or(0)
    };
    // Ids are never cut: somebody wants to copy them.
    let widths = [widest(0), widest(1).min(24), widest(2), widest(3)];
    let mut out = Vec::new();
    let titles = rows.iter().map(|row| row.title.as_deref().unwrap_or("(no title)"));
    let lines = std::iter::once((&head, "title")).chain(cells.iter().zip(titles));
    for (n, (cells, title)) in lines.enumerate() {
        let mut line = Line::default();
        for (k, (cell, &width)) in cells.iter().zip(&widths).enumerate() {
            let style = match k {
                _ if n == 0 => Style::BOLD,
                0 | 1 => Style::PLAIN,
                3 if !cell.starts_with("0 ") => Style::of(Ink::Loaded),
                _ => Style::FAINT,
            };
            let cell = fitted(cell, width);
            let blank = " ".repeat(width.saturating_sub(cell.width()));
            line.push(&cell, style);
            line.push(&format!("{blank}{GAP}"), Style::PLAIN);
        }
        let left = width.saturating_sub(line.width());
        let style = if n == 0 { Style::BOLD } else { Style::PLAIN };
        if left >= 12 {
            line.push(&fitted(&safe::line(title), left), style);
        } else {
            line.trim_end();
            out.push(std::mem::take(&mut line));
            line.push("    ", Style::PLAIN);
            line.push(&fitted(&safe::line(title), width - 4), style);
        }
        out.push(line);
    }
    if all > rows.len() {
        let mut line = Line::default();
        let (shown, all) = (count(rows.len() as u64), count(all as u64));
        line.push(&format!("{shown} of {all} articles"), Style::FAINT);
        out.push(line);
    }
    screen::ansi(&out, color)
}

/// The same for pipes, with the columns of the table `articles` as a heading.
pub fn list_plain(rows: &[ArticleRow]) -> String {
    let mut out = "article_id\toutlet\tdate\tn_loaded_own\tn_own\ttitle\n".to_owned();
    for row in rows {
        let (loaded, own) = (row.n_loaded_own.to_string(), row.n_own.to_string());
        let date = row.date.as_deref().unwrap_or_default();
        let title = row.title.as_deref().unwrap_or_default();
        let fields = [row.article_id.as_str(), &row.outlet, date, &loaded, &own, title];
        out.push_str(fields.map(safe::line).join("\t").trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Run;
    use crate::report::testing::{line, run};
    use crate::report::tests::{HOSTILE, run_of};

    fn marked(run: &Run) -> MarkedArticle {
        let article = run.articles[0].clone();
        let id = &article.article_id;
        MarkedArticle {
            sentences: run.sentences.iter().filter(|r| r.article_id == *id).cloned().collect(),
            spans: run.spans.iter().filter(|r| r.article_id == *id).cloned().collect(),
            mentions: run.mentions.iter().filter(|r| r.article_id == *id).cloned().collect(),
            attributions: run
                .attributions
                .iter()
                .filter(|r| r.article_id == *id)
                .cloned()
                .collect(),
            actors: run
                .actors
                .iter()
                .map(|r| ActorName {
                    actor_id: r.actor_id.clone(),
                    name: r.name.clone(),
                    kind: r.kind,
                })
                .collect(),
            article,
        }
    }

    fn layout(width: Option<usize>, color: bool) -> Layout {
        Layout { width, color, heading: true, legend: true, summary: true }
    }

    /// Without the codes that we write ourselves.
    fn uncolored(text: &str) -> String {
        let ours = regex::Regex::new("\u{1b}\\[(?:[0-9]{1,2};?){1,3}m").unwrap();
        ours.replace_all(text, "").into_owned()
    }

    #[test]
    fn nothing_of_an_article_acts_on_a_terminal_or_in_a_picture() {
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let shape = |svg: &str| -> Vec<String> {
            let document = roxmltree::Document::parse(svg).expect("well-formed");
            let names = document.descendants().filter(roxmltree::Node::is_element);
            let mut names: Vec<_> = names
                .map(|n| {
                    let attributes: Vec<_> = n.attributes().map(|a| a.name().to_owned()).collect();
                    format!("{} {attributes:?}", n.tag_name().name())
                })
                .collect();
            names.sort();
            names.dedup();
            names
        };
        let harmless = shape(&article_svg(&marked(&run_of("harmless")), &layout(Some(80), true)));
        for text in HOSTILE {
            let article = marked(&run_of(text));
            let rows = std::slice::from_ref(&article.article);
            let one = std::slice::from_ref(&article);
            for shown in [
                article_terminal(&article, &layout(Some(80), false)),
                uncolored(&article_terminal(&article, &layout(Some(80), true))),
                article_plain(&article, &layout(None, false)),
                uncolored(&sentences_terminal(one, &layout(None, true))),
                sentences_plain(one),
                uncolored(&list_terminal(rows, 2, Some(60), true)),
                list_plain(rows),
            ] {
                let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || turns(c);
                assert!(!shown.contains(acts), "{shown:?}");
            }
            let svg = article_svg(&article, &layout(Some(80), true));
            assert_eq!(shape(&svg), harmless, "{text}");
            assert!(!svg.contains(turns), "{text}");
            let json: serde_json::Value =
                serde_json::from_str(&article_json(&article).unwrap()).unwrap();
            assert_eq!(json["article"]["outlet"], text);
        }
    }

    #[test]
    fn a_line_of_a_pipe_has_its_fields_whatever_the_text() {
        for text in HOSTILE {
            for line in article_plain(&marked(&run_of(text)), &layout(None, false)).lines() {
                let fields = line.split('\t').count();
                assert!(line.starts_with("# ") || (4..=5).contains(&fields), "{line:?}");
            }
        }
    }

    #[test]
    fn a_sentence_keeps_to_the_width_and_loses_no_word() {
        let text = "The 東京湾岸新聞東京湾岸新聞東京湾岸新聞東京湾岸新聞 council’s \
                    disastrousdisastrousdisastrousdisastrousdisastrous toll angers Port Orlin’s crews.";
        let run = run().with_article(
            "Daily Lantern",
            "one",
            "Title",
            &[line(Voice::Outlet, text, 0.9).loaded("disastrous", Voice::Outlet).mention(
                "Port Orlin",
                crate::model::EntityKind::Loc,
                -0.9,
            )],
        );
        let article = marked(&run);
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        for width in 40..110 {
            let shown = article_terminal(&article, &layout(Some(width), false));
            for line in shown.lines() {
                assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            }
            let unmarked = bare(&shown.replace(['_', '▼'], ""));
            assert!(unmarked.contains(&bare(text)), "{shown}");
        }
        let plain = article_plain(&article, &layout(None, false));
        assert!(plain.contains(text), "{plain}");
    }

    #[test]
    fn marks_stand_where_the_article_has_their_words_and_not_where_the_row_has() {
        let mut article = marked(
            &run().with_article(
                "Daily Lantern",
                "one",
                "Title",
                &[line(Voice::Outlet, "A  plan,\n\n and a brazen theft.", 0.9)
                    .loaded("brazen", Voice::Outlet)],
            ),
        );
        // As `score` writes it.
        article.sentences[1].text = "A plan, and a brazen theft.".into();
        let shown = article_terminal(&article, &layout(None, false));
        assert!(shown.contains("A plan, and a _brazen_ theft."), "{shown}");
        // Without the body the row's own words are all there is.
        article.article.body.clear();
        let shown = article_terminal(&article, &layout(None, false));
        assert!(shown.replace('_', "").contains("A plan, and a brazen theft."), "{shown}");
    }

    #[test]
    fn every_mark_is_there_in_colour_and_without() {
        let article = marked(&crate::report::testing::harbour());
        let plain = article_plain(&article, &layout(None, false));
        let bare = article_terminal(&article, &layout(None, false));
        let colored = article_terminal(&article, &layout(None, true));
        assert!(plain.contains("\tloaded: rammed, disastrous, ignoring weeks of warnings; "));
        assert!(plain.contains("▼ Tollgate Council −0.81"), "{plain}");
        assert!(bare.contains("_rammed_ its _disastrous_ harbour toll"), "{bare}");
        assert!(
            bare.contains("‹_“a brazen theft from every fisherman”_›")
                || bare.contains("‹“_a brazen theft from every fisherman_”›"),
            "{bare}"
        );
        assert!(bare.contains("— direct: Mira Voss; indirect: Karvonia"), "{bare}");
        assert!(colored.contains("\u{1b}[1;4;31mrammed\u{1b}[0m"), "{colored:?}");
        assert!(colored.contains("\u{1b}[1;35m▼\u{1b}[0m"), "{colored:?}");
        assert!(!bare.contains('\u{1b}') && !plain.contains('\u{1b}'));
    }
}
