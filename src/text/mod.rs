//! Articles in, sentences out.
//!
//! Page furniture is dropped (and listed), an agency's credit is read, the rest is split into
//! sentences whose spans slice back to the article's own text.
//!
//! Promises: a sentence's text is exactly its span of the title or body; no two sentences, nor a
//! sentence and a piece of furniture, overlap; paragraphs that link extraction broke are whole again;
//! no text whatever makes it panic.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::ingest::{Article, Reject, RejectReason};
use crate::span::CodePoints;

pub mod agency;
mod furniture;
pub mod quotes;
mod split;

pub use split::sentences;

/// Which text of an article a span speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `Article::title`
    Title,
    /// `Article::text`
    Body,
}

/// One sentence of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub part: Part,
    /// In the text of `part`.
    pub span: Span,
    /// Paragraph in the article, counted from 0; the title is a paragraph of its own.
    pub paragraph: u32,
    /// A subhead inside the body, or the title.
    pub heading: bool,
    /// Code points of a dateline at its start, "MOSCOW, May 3 (Reuters) - "; 0 where there is none.
    pub dateline: usize,
    /// Exactly the text of `span`, line breaks inside it included.
    pub text: String,
}

/// A stretch that is no part of the article: a sign-up line, a caption, a share button.
#[derive(Clone, Debug, PartialEq)]
pub struct Furniture {
    pub part: Part,
    pub span: Span,
    pub kind: FurnitureKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FurnitureKind {
    /// Menus, logos, "skip to content", "E-paper", a site's own name.
    Navigation,
    /// Newsletters, subscriptions, apps.
    SignUp,
    /// Picture captions and their credits.
    Caption,
    /// By-lines, dates, agency credits, the outlet's own name before the text.
    Credit,
    /// "More on this topic" and the links after it.
    Related,
    /// Share, follow and comment lines.
    Share,
    /// Copyright, terms, registration numbers.
    Legal,
    /// A line that stood in the article before (a repeated headline or caption).
    Repeat,
}

/// An article cut into sentences.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub article: Article,
    /// Title first, then the body's in their order.
    pub sentences: Vec<Sentence>,
    /// The wire service that wrote the copy, by its usual name ("Reuters", "Kyodo News").
    pub agency: Option<String>,
    pub furniture: Vec<Furniture>,
}

/// Cuts an article into its sentences.
///
/// # Errors
/// A reject if the text is certainly not English, or if nothing but furniture is in it.
pub fn prepare(article: Article) -> Result<Document, Reject> {
    let lines = judge(&article);
    let mut blocks = blocks(&article.text, &lines);
    if let Some(language) = foreign_language(&article.text, &blocks) {
        let detail = format!(
            "{} is in {language}; only English is read, so leave it out or give a translation",
            article.source.path.display()
        );
        return Err(reject(article, RejectReason::NotEnglish, detail));
    }

    let points = CodePoints::new(&article.text);
    let mut furniture: Vec<Furniture> = Vec::new();
    let mut add = |kind, bytes: Range<usize>| {
        if !bytes.is_empty() {
            furniture.push(Furniture { part: Part::Body, span: points.span(bytes), kind });
        }
    };
    let mut agency = None;
    for line in &lines {
        if let Some(kind) = line.kind {
            add(kind, line.bytes.clone());
            agency = agency.or(line.agency);
        }
    }
    // The first long paragraph carries the dateline, the last one the credit; those in the text
    // say more than a line of their own.
    if let Some((at, dateline)) = dateline(&article.text, &blocks) {
        let block = &mut blocks[at];
        if dateline.own {
            let end = block.bytes.start + dateline.end;
            add(FurnitureKind::Credit, trimmed(&article.text, block.bytes.start..end));
            block.bytes.start = end;
        } else {
            block.dateline = dateline.end;
        }
        agency = dateline.agency.or(agency);
    }
    if let Some(block) = blocks.last_mut()
        && let Some((end, name)) = agency::credit_after(&article.text[block.bytes.clone()])
    {
        let end = block.bytes.start + end;
        add(FurnitureKind::Credit, trimmed(&article.text, end..block.bytes.end));
        block.bytes.end = end;
        block.heading = false;
        agency = agency.or(Some(name));
    }
    // In a broadcaster's own pages its name in the dateline says nothing of a wire.
    let own = article.outlet.as_deref().is_some_and(|outlet| outlet.contains("CNN"));
    let agency = agency
        .or_else(|| article.author.as_deref().and_then(agency_of_names))
        .filter(|&name| !(own && name == "CNN"))
        .map(str::to_owned);

    let mut sentences = Vec::new();
    let mut paragraph = 0;
    let title = article.title.as_deref().unwrap_or_default();
    let own_title = without_site(title, article.outlet.as_deref());
    if title[own_title.clone()].contains(char::is_alphanumeric) {
        let title_points = CodePoints::new(title);
        let text = title[own_title.clone()].to_owned();
        let rest = trimmed(title, own_title.end..title.len());
        let span = title_points.span(own_title);
        sentences.push(Sentence {
            part: Part::Title,
            span,
            paragraph,
            heading: true,
            dateline: 0,
            text,
        });
        if !rest.is_empty() {
            let span = title_points.span(rest);
            furniture.push(Furniture { part: Part::Title, span, kind: FurnitureKind::Navigation });
        }
        paragraph += 1;
    }
    let mut in_body = false;
    for block in &blocks {
        let text = &article.text[block.bytes.clone()];
        let ranges = sentences_of(text, block);
        let before = sentences.len();
        for range in ranges {
            if !text[range.clone()].contains(char::is_alphanumeric) {
                continue;
            }
            let bytes = block.bytes.start + range.start..block.bytes.start + range.end;
            let dateline = text[range.start..block.dateline.max(range.start)].chars().count();
            sentences.push(Sentence {
                part: Part::Body,
                span: points.span(bytes),
                paragraph,
                heading: block.heading,
                dateline,
                text: text[range].to_owned(),
            });
        }
        if sentences.len() > before {
            paragraph += 1;
            in_body = true;
        }
    }
    if !in_body {
        let detail = format!(
            "{} has only page furniture and no sentence; check that the article itself was saved",
            article.source.path.display()
        );
        return Err(reject(article, RejectReason::NoSentences, detail));
    }
    furniture.sort_by_key(|piece| (piece.part, piece.span));
    Ok(Document { article, sentences, agency, furniture })
}

fn reject(article: Article, reason: RejectReason, mut detail: String) -> Reject {
    if let Some(line) = article.source.line {
        detail = format!("line {line} of {detail}");
    }
    detail.push('.');
    Reject { source: article.source, id: Some(article.id), reason, detail }
}

/// A line of the body that is not blank.
struct Line {
    bytes: Range<usize>,
    /// A blank line stands before it.
    gap: bool,
    /// What furniture it is, if any.
    kind: Option<FurnitureKind>,
    agency: Option<&'static str>,
    /// Letters and digits of it, for comparing.
    folded: String,
}

/// A paragraph or subhead: lines that belong together.
struct Block {
    bytes: Range<usize>,
    heading: bool,
    /// Bytes of a dateline at its start.
    dateline: usize,
}

/// The sentences of a block, in bytes of `text`; a dateline belongs to the first.
fn sentences_of(text: &str, block: &Block) -> Vec<Range<usize>> {
    if block.heading {
        return vec![trimmed(text, 0..text.len())];
    }
    let moved = |r: Range<usize>| r.start + block.dateline..r.end + block.dateline;
    let mut ranges: Vec<_> =
        split::sentences(&text[block.dateline..]).into_iter().map(moved).collect();
    if let Some(first) = ranges.first_mut().filter(|_| block.dateline > 0) {
        first.start = trimmed(text, 0..text.len()).start;
    }
    ranges
}

/// Longest line, in bytes, that is compared with others.
const MAX_COMPARED: usize = 500;

/// Finds the lines and tells furniture from text.
fn judge(article: &Article) -> Vec<Line> {
    let text = &article.text;
    let mut lines: Vec<Line> = Vec::new();
    let (mut at, mut gap) = (0, false);
    for raw in text.split_inclusive('\n') {
        let bytes = trimmed(text, at..at + raw.len());
        at += raw.len();
        if bytes.is_empty() {
            gap = true;
            continue;
        }
        let line = &text[bytes.clone()];
        let kind = furniture::of_line(line, article.outlet.as_deref(), article.author.as_deref());
        let folded =
            if line.len() <= MAX_COMPARED { furniture::folded(line) } else { String::new() };
        lines.push(Line { bytes, gap, kind, agency: None, folded });
        gap = false;
    }
    let slice = |line: &Line| &text[line.bytes.clone()];

    // A headline or caption that stood before.
    let title = article.title.as_deref().unwrap_or_default();
    let titles = [
        furniture::folded(title),
        furniture::folded(&title[without_site(title, article.outlet.as_deref())]),
    ];
    let mut first_at: HashMap<&str, usize> = HashMap::new();
    let mut repeats = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if line.kind.is_some() || line.folded.is_empty() {
            continue;
        }
        let long = line.folded.bytes().filter(|&b| b == b' ').count() >= 4;
        if titles.contains(&line.folded) || (long && first_at.contains_key(line.folded.as_str())) {
            repeats.push(i);
        }
        first_at.entry(&line.folded).or_insert(i);
    }
    for i in repeats {
        lines[i].kind = Some(FurnitureKind::Repeat);
    }

    // Agencies on a line of their own credit the copy at its head and foot, a picture elsewhere.
    let is_text = |line: &Line| line.kind.is_none();
    let first_text = lines.iter().position(is_text).unwrap_or(lines.len());
    let last_text = lines.iter().rposition(is_text).unwrap_or(0);
    for (i, line) in lines.iter_mut().enumerate() {
        let own = &text[line.bytes.clone()];
        if line.kind == Some(FurnitureKind::Credit) {
            line.agency = furniture::byline(own).and_then(agency_of_names);
        } else if line.kind.is_some_and(|kind| kind != FurnitureKind::Repeat)
            && (i < first_text || i > last_text)
            && let Some(name) = agency_line(own)
        {
            line.kind = Some(FurnitureKind::Credit);
            line.agency = Some(name);
        }
    }

    // The caption stands before its credit, often twice.
    for i in 1..lines.len() {
        if lines[i].kind != Some(FurnitureKind::Caption)
            || !furniture::credits_line_before(slice(&lines[i]))
        {
            continue;
        }
        let caption = &lines[i - 1];
        let own = slice(caption);
        let fits = matches!(caption.kind, None | Some(FurnitureKind::Repeat))
            && own.len() <= 300
            && !titles.contains(&caption.folded)
            && !own.ends_with(['”', '"', ':'])
            && split::sentences(own).len() == 1;
        if !fits {
            continue;
        }
        let folded = caption.folded.clone();
        for j in (0..i).rev() {
            if lines[j].folded != folded {
                break;
            }
            lines[j].kind = Some(FurnitureKind::Caption);
        }
    }

    // "More on this topic", and the links after it.
    let mut i = 0;
    while i < lines.len() {
        if !furniture::begins_links(slice(&lines[i])) {
            i += 1;
            continue;
        }
        lines[i].kind = Some(FurnitureKind::Related);
        let start = i + 1;
        let loose = lines.get(start).is_some_and(|line| line.gap);
        i = start;
        while let Some(line) = lines.get(i) {
            let link = line.kind.is_none() && furniture::looks_like_link(slice(line));
            if !link || (line.gap && !loose) || i - start >= 12 {
                break;
            }
            lines[i].kind = Some(FurnitureKind::Related);
            i += 1;
        }
    }

    // A page's foot and head: odd lines among furniture are furniture.
    let is_prose = |line: &Line| {
        let own = slice(line);
        furniture::ends_sentence(own) || own.len() > 200 || agency::credit_after(own).is_some()
    };
    let last = lines.iter().rposition(|line| is_text(line) && is_prose(line));
    if let Some(last) = last {
        let foot = &mut lines[last + 1..];
        if foot.iter().filter(|line| line.kind.is_some()).count() >= 3 {
            for line in foot.iter_mut().filter(|line| line.kind.is_none()) {
                line.kind = Some(FurnitureKind::Navigation);
            }
        }
    }
    let few = |line: &Line| slice(line).split(' ').count() <= 3;
    let head = lines
        .iter()
        .position(|line| is_text(line) && (!few(line) || furniture::ends_sentence(slice(line))))
        .unwrap_or(0);
    if lines[..head].iter().filter(|line| line.kind.is_some()).count() >= 3 {
        for line in lines[..head].iter_mut().filter(|line| line.kind.is_none()) {
            line.kind = Some(FurnitureKind::Navigation);
        }
    }
    lines
}

/// The agency that a line of its own names: "Reuters", "Source: AP", "© 2025 AFP".
fn agency_line(line: &str) -> Option<&'static str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let line =
        line.strip_prefix("Source:").or_else(|| line.strip_prefix("Copyright")).unwrap_or(line);
    agency::only(line.trim_matches(|c: char| !c.is_alphabetic()))
}

/// The agency in a by-line: "Reuters", "Jane Roe, Associated Press", "Jane Roe | AFP".
fn agency_of_names(names: &str) -> Option<&'static str> {
    agency::only(names)
        .or_else(|| names.rsplit([',', '|', '/', '•', '(']).next().and_then(agency::only))
}

/// Puts lines together to paragraphs.
fn blocks(text: &str, lines: &[Line]) -> Vec<Block> {
    let wrapped = is_hard_wrapped(text, lines);
    let mut blocks: Vec<Block> = Vec::new();
    // Lines in the block so far, and the last of them, if the next line could go on with it.
    let (mut count, mut open): (usize, Option<usize>) = (0, None);
    for (i, line) in lines.iter().enumerate() {
        if line.kind.is_some() {
            open = None;
            continue;
        }
        let own = &text[line.bytes.clone()];
        let bullet = bullet(own);
        let goes_on = open.is_some_and(|before| {
            let previous = &text[lines[before].bytes.clone()];
            bullet == 0
                && ((wrapped && !line.gap)
                    || continues(previous, own)
                    || leads_to_link(
                        previous,
                        own,
                        lines
                            .get(i + 1)
                            .filter(|l| l.kind.is_none())
                            .map(|l| &text[l.bytes.clone()]),
                    ))
        });
        match blocks.last_mut() {
            Some(block) if goes_on => {
                block.bytes.end = line.bytes.end;
                block.heading = false;
                count += 1;
            }
            _ => {
                let bytes = line.bytes.start + bullet..line.bytes.end;
                let heading = bullet == 0 && is_heading(own);
                blocks.push(Block { bytes, heading, dateline: 0 });
                count = 1;
            }
        }
        // A sentence over more lines than this is no broken paragraph but a list.
        open = (count < 400).then_some(i);
    }
    blocks
}

/// Text whose lines were broken at a fixed width.
fn is_hard_wrapped(text: &str, lines: &[Line]) -> bool {
    let (mut pairs, mut broken) = (0u32, 0u32);
    for pair in lines.windows(2) {
        if pair[0].kind.is_some() || pair[1].kind.is_some() || pair[1].gap {
            continue;
        }
        let own = &text[pair[0].bytes.clone()];
        if own.len() > 130 {
            return false;
        }
        pairs += 1;
        broken += u32::from(own.len() >= 45 && !furniture::ends_sentence(own));
    }
    pairs >= 4 && f64::from(broken) > 0.6 * f64::from(pairs)
}

/// Does a line go on with the sentence of the line before it?
fn continues(before: &str, line: &str) -> bool {
    if ends_open(before) {
        return true;
    }
    let mut chars = line.chars();
    let first = chars.next().unwrap_or(' ');
    let lower = first.is_lowercase() && !chars.next().is_some_and(char::is_uppercase);
    let hangs = matches!(first, ',' | ';' | ')' | '.') && line.len() > 1;
    let closed = furniture::ends_sentence(before) || before.ends_with([':', ';', '—', ']']);
    !closed && (lower || hangs)
}

/// Words that no sentence and no heading ends with.
fn ends_open(line: &str) -> bool {
    const OPEN: [&str; 15] = [
        "a", "an", "the", "of", "to", "in", "by", "with", "from", "at", "and", "or", "citing",
        "Mr", "Ms",
    ];
    const TITLES: [&str; 8] = ["Mr.", "Ms.", "Mrs.", "Dr.", "Sen.", "Rep.", "Gov.", "Gen."];
    let last = line.rsplit(' ').next().unwrap_or_default();
    line.len() > 40 && (line.ends_with(',') || OPEN.contains(&last) || TITLES.contains(&last))
}

/// A capitalised link ("Donald Trump") in the middle of a sentence that goes on in the next line.
fn leads_to_link(before: &str, line: &str, next: Option<&str>) -> bool {
    let Some(next) = next else { return false };
    let words = |text: &str| text.split_whitespace().count();
    !furniture::ends_sentence(before)
        && !before.ends_with([':', ';'])
        && words(before) >= 5
        && !is_title_case(before)
        && words(line) <= 8
        && !furniture::ends_sentence(line)
        && continues(line, next)
}

/// A short line in its own paragraph, without the end of a sentence.
fn is_heading(line: &str) -> bool {
    let first = line.chars().find(|c| c.is_alphanumeric()).unwrap_or(' ');
    if line.len() > 120 || line.split_whitespace().count() > 16 || first.is_lowercase() {
        return false;
    }
    let core = line.trim_end_matches(['"', '\'', '”', '’', ')']);
    if core.ends_with('?') {
        return is_title_case(line);
    }
    !core.ends_with(['.', '!', '…', ':', ';', ','])
        && !line.starts_with('@')
        && split::sentences(line).len() == 1
}

/// Are nearly all words of some length capitalised?
fn is_title_case(line: &str) -> bool {
    let letters = |word: &str| word.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let words: Vec<String> = line.split_whitespace().map(letters).filter(|w| w.len() > 3).collect();
    let high = words.iter().filter(|w| w.starts_with(char::is_uppercase)).count();
    !words.is_empty() && high * 5 >= words.len() * 4
}

/// Bytes of a list mark at the head of a line, with the blanks after it. A dash before whole sentences may
/// open speech ("— We waited, she said."): it stays.
fn bullet(line: &str) -> usize {
    let mut chars = line.chars();
    match chars.next() {
        Some('–' | '—' | '―') if line.trim_end().ends_with(['.', '!', '?', '…', '”', '"']) => {
            0
        }
        Some('•' | '●' | '▪' | '■' | '◦' | '‣' | '·' | '*' | '-' | '–' | '—' | '►' | '▶' | '→') =>
        {
            let rest = chars.as_str();
            let words = rest.trim_start();
            if rest.len() == words.len() { 0 } else { line.len() - words.len() }
        }
        _ => 0,
    }
}

/// The block with the dateline, and that.
fn dateline(text: &str, blocks: &[Block]) -> Option<(usize, agency::Dateline)> {
    for (i, block) in blocks.iter().enumerate().take(4) {
        let own = &text[block.bytes.clone()];
        if let Some(found) = agency::dateline(own).filter(|found| found.end < own.len()) {
            return Some((i, found));
        }
        if !block.heading && own.len() > 60 {
            break;
        }
    }
    None
}

/// The title without the site's name after it.
fn without_site(title: &str, outlet: Option<&str>) -> Range<usize> {
    let whole = trimmed(title, 0..title.len());
    let own = &title[whole.clone()];
    for (mark, sure) in [
        (" | ", true),
        (" - ", false),
        (" – ", false),
        (" — ", false),
        (" :: ", true),
        (" » ", true),
    ] {
        let Some(at) = own.rfind(mark) else { continue };
        let suffix = furniture::folded(&own[at + mark.len()..]);
        let words = suffix.split(' ').count();
        let outlet = outlet.map(furniture::folded).unwrap_or_default();
        let bare = |name: &str| name.strip_prefix("the ").unwrap_or(name).to_owned();
        let named = !outlet.is_empty() && !suffix.is_empty() && bare(&suffix) == bare(&outlet);
        let rest = own[..at].split_whitespace().count();
        if named || (sure && words <= 5 && rest >= 3) {
            return trimmed(title, whole.start..whole.start + at);
        }
    }
    whole
}

/// The name of the language, if the text is certainly not English.
fn foreign_language(text: &str, blocks: &[Block]) -> Option<&'static str> {
    const ENOUGH: usize = 600;
    let mut sample = String::new();
    for block in blocks.iter().filter(|block| !block.heading) {
        let own = &text[block.bytes.clone()];
        let room = ENOUGH.saturating_sub(sample.len());
        if room == 0 {
            break;
        }
        sample.push_str(&own[..own.floor_char_boundary(room)]);
        sample.push('\n');
    }
    let found = whatlang::detect(&sample)?;
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    let enough = if found.script() == whatlang::Script::Latin { 120 } else { 20 };
    let sure = found.is_reliable() && letters >= enough;
    (sure && found.lang() != whatlang::Lang::Eng).then(|| found.lang().eng_name())
}

fn trimmed(text: &str, bytes: Range<usize>) -> Range<usize> {
    let own = &text[bytes.clone()];
    let start = bytes.start + (own.len() - own.trim_start().len());
    start..start + own.trim().len()
}

#[cfg(test)]
mod tests;
