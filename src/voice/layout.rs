//! Speech that no quotation mark shows but the layout does: dialogue dashes, the turns of a transcript, and
//! headlines of the form "Lind: we will not yield".

use std::collections::BTreeMap;

use super::{Attributed, Place, Quotation, words_in};
use crate::Span;
use crate::model::{AttributionKind, EntityKind, Reading};
use crate::text::Sentence;

/// A label of a transcript has so many words at the most.
const LABEL_WORDS: usize = 4;
/// So many labelled turns make a transcript.
const TURNS: usize = 3;

/// The paragraphs of an article, as ranges of its sentences.
fn paragraphs(sentences: &[Sentence]) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for (i, s) in sentences.iter().enumerate() {
        match out.last_mut() {
            Some(last)
                if sentences[last.start].part == s.part
                    && sentences[last.start].paragraph == s.paragraph =>
            {
                last.end = i + 1;
            }
            _ => out.push(i..i + 1),
        }
    }
    out
}

fn whole(sentence: &Sentence) -> Span {
    Span::new(0, sentence.text.chars().count())
}

fn quotation(sentences: &[Sentence], pieces: Vec<Place>, source: Option<Place>) -> Quotation {
    let n_words =
        pieces.iter().map(|p| words_in(&sentences[p.sentence].text, p.span).count()).sum();
    Quotation { pieces, n_words, opens_paragraph: false, closed: true, layout: true, source }
}

/// Speech shown by dashes and by labels.
pub(super) fn quotations(sentences: &[Sentence], attributions: &[Attributed]) -> Vec<Quotation> {
    let paragraphs = paragraphs(sentences);
    let mut out = turns(sentences, &paragraphs);
    let taken: Vec<usize> = out.iter().flat_map(|q| q.pieces.iter().map(|p| p.sentence)).collect();
    let opens = |p: &std::ops::Range<usize>| {
        !taken.contains(&p.start) && dash(&sentences[p.start].text).is_some()
    };
    for (k, paragraph) in paragraphs.iter().enumerate() {
        if !opens(paragraph) || sentences[paragraph.start].heading {
            continue;
        }
        let neighbour = k.checked_sub(1).is_some_and(|b| opens(&paragraphs[b]))
            || paragraphs.get(k + 1).is_some_and(opens);
        let said = attributions
            .iter()
            .any(|a| a.sentence == paragraph.start && a.cue.is_some() && a.source.is_some());
        // A dash alone may open an entry of a list; speech says who speaks, or is answered.
        let spoken = said
            || neighbour
                && sentences[paragraph.clone()].iter().any(|s| s.text.ends_with(['?', '!']));
        if spoken {
            let pieces = paragraph
                .clone()
                .flat_map(|i| {
                    let from = if i == paragraph.start {
                        dash(&sentences[i].text).unwrap_or_default()
                    } else {
                        0
                    };
                    without_frame(sentences, i, from, attributions)
                })
                .collect();
            out.push(quotation(sentences, pieces, None));
        }
    }
    out
}

/// Where speech begins after a dialogue dash, if the text opens with one.
fn dash(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    matches!(chars.next(), Some('—' | '–' | '―')).then_some(())?;
    let rest: Vec<char> = chars.collect();
    let space = rest.iter().take_while(|c| c.is_whitespace()).count();
    rest.get(space).is_some_and(|c| c.is_alphabetic() || "“\"¿¡".contains(*c)).then_some(0)
}

/// A sentence from `from` on without "Lind said" in it.
fn without_frame(
    sentences: &[Sentence],
    i: usize,
    from: usize,
    attributions: &[Attributed],
) -> Vec<Place> {
    let all = whole(&sentences[i]);
    let frame = attributions
        .iter()
        .filter(|a| a.sentence == i)
        .filter_map(|a| Some((a.source?, a.cue?)))
        .find(|(source, cue)| source.sentence == i && cue.sentence == i);
    let Some((source, cue)) = frame else {
        return vec![Place { sentence: i, span: Span::new(from, all.end) }];
    };
    let chars: Vec<char> = sentences[i].text.chars().collect();
    let (mut start, mut end) =
        (source.span.start.min(cue.span.start), source.span.end.max(cue.span.end));
    // What goes on after the frame does so behind a dash or a comma.
    let mark = (end..chars.len()).find(|&k| "—–―,.".contains(chars[k]));
    end = mark.map_or(chars.len(), |k| k + 1);
    while start > from && (chars[start - 1].is_whitespace() || "—–―".contains(chars[start - 1]))
    {
        start -= 1;
    }
    [Span::new(from, start), Span::new(end, all.end)]
        .into_iter()
        .filter(|&s| !s.is_empty() && words_in(&sentences[i].text, s).next().is_some())
        .map(|span| Place { sentence: i, span })
        .collect()
}

/// Paragraphs "LIND: ..." of a transcript: at least three, of at least two speakers, or by "Q" and "A".
fn turns(sentences: &[Sentence], paragraphs: &[std::ops::Range<usize>]) -> Vec<Quotation> {
    let labelled: Vec<(&std::ops::Range<usize>, Span)> = paragraphs
        .iter()
        .filter(|p| !sentences[p.start].heading)
        .filter_map(|p| Some((p, label(&sentences[p.start].text)?)))
        .collect();
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for (p, span) in &labelled {
        let text: String =
            sentences[p.start].text.chars().take(span.end).skip(span.start).collect();
        *labels.entry(text).or_default() += 1;
    }
    if labelled.len() < TURNS || labels.len() < 2 || labels.len() == labelled.len() {
        return Vec::new();
    }
    labelled
        .into_iter()
        .filter(|(p, label)| !asks(&sentences[p.start].text, *label))
        .map(|(p, label)| {
            let pieces = p
                .clone()
                .map(|i| {
                    let from = if i == p.start { label.end + 1 } else { 0 };
                    let text = &sentences[i].text;
                    let space = text.chars().skip(from).take_while(|c| c.is_whitespace()).count();
                    Place { sentence: i, span: Span::new(from + space, whole(&sentences[i]).end) }
                })
                .filter(|p| !p.span.is_empty())
                .collect();
            quotation(sentences, pieces, Some(Place { sentence: p.start, span: label }))
        })
        .collect()
}

/// Is it the label of an interview's question? That is the outlet's.
pub(super) fn asks(text: &str, label: Span) -> bool {
    let word: String = text.chars().skip(label.start).take(label.len()).collect();
    text.chars().nth(label.end) == Some(':')
        && matches!(word.to_lowercase().as_str(), "q" | "question" | "interviewer")
}

/// The speaker's name before a colon, each word with a capital; a quotation mark may stand in front ("“LIND: No.”).
fn label(text: &str) -> Option<Span> {
    let start = usize::from(text.starts_with(['“', '"', '‘', '\'']));
    let end = text.chars().take(60).position(|c| c == ':').filter(|&end| end > start)?;
    let name: String = text.chars().take(end).skip(start).collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    let capital = |w: &&str| w.chars().next().is_some_and(char::is_uppercase);
    let follows = text.chars().nth(end + 1).is_some_and(char::is_whitespace);
    (follows
        && (1..=LABEL_WORDS).contains(&words.len())
        && words.iter().all(capital)
        && !name.contains(['“', '"', ',']))
    .then_some(Span::new(start, end))
}

/// "Lind: we will not yield" and "We will not yield: Lind", where the model sees nobody speak.
pub(super) fn headlines(
    sentences: &[Sentence],
    readings: &[Reading],
    attributions: &mut Vec<Attributed>,
) {
    for (i, (sentence, reading)) in sentences.iter().zip(readings).enumerate() {
        if !sentence.heading || attributions.iter().any(|a| a.sentence == i && a.source.is_some()) {
            continue;
        }
        let chars: Vec<char> = sentence.text.chars().collect();
        let Some(colon) = chars.iter().position(|&c| c == ':') else { continue };
        let names = |span: Span| {
            reading.entities.iter().any(|e| {
                let speaks = matches!(e.kind, EntityKind::Per | EntityKind::Org);
                let rest = words_in(&sentence.text, span).filter(|w| !w.overlaps(e.span)).count();
                speaks && span.contains(e.span) && rest <= 2
            })
        };
        let space = |from: usize| chars[from..].iter().take_while(|c| c.is_whitespace()).count();
        let (before, after) =
            (Span::new(0, colon), Span::new(colon + 1 + space(colon + 1), chars.len()));
        let words = |span: Span| words_in(&sentence.text, span).count();
        let (source, content) =
            if names(before) && words(after) >= 3 && !is_label_of_matter(&chars[after.start..]) {
                (before, after)
            } else if names(after) && words(after) <= 4 && words(before) >= 3 {
                (after, before)
            } else {
                continue;
            };
        let place = |span| Place { sentence: i, span };
        attributions.push(Attributed {
            kind: AttributionKind::Indirect,
            sentence: i,
            source: Some(place(source)),
            cue: None,
            content: vec![place(content)],
            p: 1.0,
        });
    }
}

/// "Tidewater: what we know", "Oya Lind: a life in pictures": a subject and its treatment, no speech.
fn is_label_of_matter(rest: &[char]) -> bool {
    let first: String =
        rest.iter().take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    const TREATMENTS: &[&str] = &[
        "what", "how", "why", "who", "when", "where", "a", "an", "the", "timeline", "live", "in",
        "from", "five", "ten", "key",
    ];
    TREATMENTS.contains(&first.as_str()) || first.parse::<u32>().is_ok()
}
