//! Readings in, voices out: whose words is every stretch of an article?
//!
//! Two witnesses are joined. Quotation marks, read over whole paragraphs, say where somebody's very
//! words begin and end, also in sentences that hold no mark of their own. The model's attributions say
//! who speaks, and what is reported without marks. A word or two in marks that nobody is said to have
//! spoken are the outlet's own (scare quotes).
//!
//! Promises: what stands in a quotation is never the outlet's voice, and every stretch belongs to one
//! attribution at the most.

mod layout;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::model::{AttributionKind, EntityKind, Reading};
use crate::text::Sentence;
use crate::text::quotes;

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The outlet's own.
    Outlet,
    /// Somebody else's, inside quotation marks.
    Direct,
    /// Somebody else's, reported: "X said that ...".
    Indirect,
    /// Of a sentence only: it has both the outlet's words and somebody else's.
    Mixed,
}

/// Somebody else's words in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// In the sentence's text.
    pub span: Span,
    /// `Direct` or `Indirect`.
    pub voice: Voice,
    /// Index into [`Voices::attributions`].
    pub attribution: usize,
}

/// A span of one of the article's sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub sentence: usize,
    /// In the sentence's text.
    pub span: Span,
}

/// Who is said to have said what, over the whole article.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    pub kind: AttributionKind,
    /// Where it is introduced, or else where it begins.
    pub sentence: usize,
    /// The words that name the speaker.
    pub source: Option<Place>,
    pub cue: Option<Place>,
    /// In the order of the article.
    pub content: Vec<Place>,
    /// The model's probability; 1 for what quotation marks alone show.
    pub p: f32,
}

/// The voice of one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct SentenceVoice {
    pub voice: Voice,
    /// In order, without overlap.
    pub stretches: Vec<Stretch>,
    pub n_words: usize,
    /// Quotation marks around a word or two that nobody is said to have spoken: the outlet's own words, at a
    /// distance.
    pub scare: Vec<Span>,
    /// Words in `stretches`.
    pub n_words_quoted: usize,
    /// Are the outlet's own words loaded? None where the sentence has none of its own.
    pub loaded_own: Option<bool>,
}

impl SentenceVoice {
    /// The voice at a span of the sentence, and the attribution it belongs to.
    pub fn at(&self, span: Span) -> (Voice, Option<usize>) {
        self.stretches
            .iter()
            .find(|s| s.span.overlaps(span))
            .map_or((Voice::Outlet, None), |s| (s.voice, Some(s.attribution)))
    }
}

/// The voices of an article.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Voices {
    /// One per sentence.
    pub sentences: Vec<SentenceVoice>,
    pub attributions: Vec<Attributed>,
}

/// Words in quotation marks that nobody is said to have spoken are speech from this many on.
const SPEECH_WORDS: usize = 5;
/// Reported without quotation marks, speech has at least so many words.
const REPORTED_WORDS: usize = 3;
/// Besides the speaker and "said", a sentence may have this many words (or this share of them) of the
/// outlet's and still be all somebody else's: "on Tuesday", "in an interview".
const FRAME_WORDS: usize = 4;
const FRAME_SHARE: f64 = 0.2;

/// Gives every sentence its voice. `readings` are those of `sentences`, in order.
pub fn assign(sentences: &[Sentence], readings: &[Reading]) -> Voices {
    let mut attributions = from_model(sentences, readings);
    layout::headlines(sentences, readings, &mut attributions);
    let mut groups = quotations(sentences);
    for open in groups.iter_mut().filter(|q| !q.closed) {
        end_before_frame(sentences, open, &attributions);
    }
    for shown in layout::quotations(sentences, &attributions) {
        // Marks inside a dash's or a label's speech are the speaker's.
        let inside = |q: &Quotation| {
            q.pieces.iter().all(|p| {
                shown.pieces.iter().any(|s| s.sentence == p.sentence && s.span.overlaps(p.span))
            })
        };
        groups.retain(|q| q.layout || !inside(q));
        groups.push(shown);
    }
    groups.sort_by_key(|q| q.pieces.first().map(|p| (p.sentence, p.span)));
    // Who is quoted inside a quotation is the quoted one's affair.
    attributions.retain(|a| {
        !a.source.or(a.cue).is_some_and(|place| {
            groups
                .iter()
                .filter(|q| q.n_words >= SPEECH_WORDS)
                .flat_map(|q| &q.pieces)
                .any(|p| p.sentence == place.sentence && p.span.contains(place.span))
        })
    });
    let (speech, scare) = attach(sentences, readings, &groups, &mut attributions);

    let mut stretches: Vec<Vec<Stretch>> = vec![Vec::new(); sentences.len()];
    for (a, attributed) in attributions.iter().enumerate() {
        for place in &attributed.content {
            cut(place, a, &speech, &mut stretches[place.sentence]);
        }
    }
    let voices = sentences
        .iter()
        .zip(readings)
        .zip(stretches)
        .enumerate()
        .map(|(i, ((sentence, reading), mut stretches))| {
            stretches.sort_by_key(|s| s.span);
            let mut voice = sentence_voice(i, &sentence.text, reading, stretches, &attributions);
            voice.scare =
                scare[i].iter().copied().filter(|&s| voice.at(s).0 == Voice::Outlet).collect();
            voice
        })
        .collect();
    let texts: Vec<Vec<quotes::Quote>> = speech
        .iter()
        .map(|spans| {
            spans
                .iter()
                .map(|&span| quotes::Quote { span, closed: true, continues: false })
                .collect()
        })
        .collect();
    for attributed in &mut attributions {
        attributed.kind = AttributionKind::of(attributed.content.iter().map(|c| {
            let text = &sentences[c.sentence].text;
            (c.span.len(), quotes::quoted_share(text, &texts[c.sentence], c.span))
        }));
    }
    Voices { sentences: voices, attributions }
}

/// The model's attributions that have a source or a cue. Content that neither names anybody nor is
/// introduced by anything is not believed: the quotation marks decide there.
fn from_model(sentences: &[Sentence], readings: &[Reading]) -> Vec<Attributed> {
    let mut out = Vec::new();
    for (i, (sentence, reading)) in sentences.iter().zip(readings).enumerate() {
        for attribution in &reading.attributions {
            let source = attribution.source.and_then(|span| named(&sentence.text, span));
            if source.is_none() && attribution.cue.is_none()
                || source.is_some_and(|label| layout::asks(&sentence.text, label))
            {
                continue;
            }
            let cue =
                attribution.cue.map(|span| words_of_span(&sentence.text, span)).unwrap_or_default();
            let marked = |span: Span| {
                let mut inside = sentence.text.chars().skip(span.start).take(span.len());
                inside.any(quotes::is_speech_mark)
            };
            // "mirroring Beijing's tactics", "is widely viewed as": what the outlet makes of somebody's words or acts.
            let common = attribution.cue.is_some_and(|span| is_common_view(&sentence.text, span));
            if (characterises(&cue) || common) && !attribution.content.iter().any(|&c| marked(c)) {
                continue;
            }
            let source = match (source, attribution.cue) {
                (Some(object), Some(span))
                    if addresses(&cue)
                        && span.end < object.start
                        && object.start <= span.end + 2 =>
                {
                    subject(reading, span)
                }
                _ => source,
            };
            let at = |span: Span| Place { sentence: i, span };
            // Behind the quotation the outlet may say what it makes of it: "..., Brask said, echoing Dravik's line".
            let quoted_until =
                attribution.content.iter().filter(|&&c| marked(c)).map(|c| c.end).max();
            let is_gloss = |span: Span| {
                quoted_until.is_some_and(|end| {
                    end <= span.start
                        && !marked(span)
                        && characterises(&words_of_span(&sentence.text, Span::new(end, span.start)))
                })
            };
            let content: Vec<Place> = attribution
                .content
                .iter()
                .filter(|&&span| !is_gloss(span))
                .map(|&span| at(trimmed(&sentence.text, span)))
                .filter(|p| !p.span.is_empty())
                .filter(|p| {
                    // A word or two without marks is no speech.
                    words_in(&sentence.text, p.span).count() >= REPORTED_WORDS || marked(p.span)
                })
                .collect();
            if content.is_empty() {
                continue;
            }
            out.push(Attributed {
                kind: attribution.kind,
                sentence: i,
                source: source.map(at),
                cue: attribution.cue.map(at),
                content,
                p: attribution.p,
            });
        }
    }
    out
}

/// The words of a span in lower case.
fn words_of_span(text: &str, span: Span) -> Vec<String> {
    let chars: String = text.chars().skip(span.start).take(span.len()).collect();
    chars.split_whitespace().map(str::to_lowercase).collect()
}

/// Verbs by which an outlet says what somebody's words or acts amount to, and which report none.
fn characterises(cue: &[String]) -> bool {
    const STEMS: &[&str] = &[
        "endors",
        "mirror",
        "echo",
        "parrot",
        "launch",
        "alarm",
        "embrac",
        "cement",
        "reflect",
        "underscor",
        "underlin",
        "highlight",
        "fuel",
        "stok",
        "spark",
        "trigger",
        "unleash",
        "pander",
        "undermin",
        "bolster",
        "amplif",
        "linking",
        "tying",
        "equating",
        "likening",
    ];
    cue.iter().any(|w| STEMS.iter().any(|s| w.starts_with(s)))
}

/// "is *widely viewed*": everybody's view is the outlet's.
fn is_common_view(text: &str, cue: Span) -> bool {
    let views = |w: &String| {
        matches!(w.as_str(), "viewed" | "seen" | "regarded" | "considered" | "perceived" | "read")
    };
    let (before, cue) = (Span::new(0, cue.start), words_of_span(text, cue));
    cue.iter().any(views)
        && words_of_span(text, before)
            .iter()
            .rev()
            .take(2)
            .chain(&cue)
            .any(|w| w == "widely" || w == "generally")
}

/// Verbs whose object is whom the words are said to: "urging *Japan* to think twice".
fn addresses(cue: &[String]) -> bool {
    const VERBS: &[&str] = &[
        "urging",
        "urged",
        "urges",
        "urge",
        "telling",
        "told",
        "tells",
        "asking",
        "asked",
        "asks",
        "warning",
        "warned",
        "warns",
        "accusing",
        "accused",
        "accuses",
        "blaming",
        "blamed",
        "blames",
        "reminding",
        "reminded",
        "advising",
        "advised",
        "assuring",
        "assured",
        "thanking",
        "thanked",
        "praising",
        "praised",
        "criticising",
        "criticizing",
        "pressing",
    ];
    cue.last().is_some_and(|w| VERBS.contains(&w.as_str()))
}

/// Who acts before `cue`: the last person named there, else the first organisation or state.
fn subject(reading: &Reading, cue: Span) -> Option<Span> {
    let mut before = reading.entities.iter().filter(|e| e.span.end <= cue.start);
    let person = before.clone().rfind(|e| e.kind == EntityKind::Per);
    person.or_else(|| before.find(|e| e.kind != EntityKind::Misc)).map(|e| e.span)
}

/// A source without marks around it; None for marks and articles, which name nobody.
fn named(text: &str, span: Span) -> Option<Span> {
    let chars: Vec<char> = text.chars().skip(span.start).take(span.len()).collect();
    let inner = |c: &char| c.is_alphanumeric();
    let front = chars.iter().position(inner)?;
    let end = chars.iter().rposition(inner)? + 1;
    let word: String = chars[front..end].iter().collect::<String>().to_lowercase();
    let empty = ["the", "a", "an", "that", "this", "there", "s"];
    (!empty.contains(&word.as_str())).then_some(Span::new(span.start + front, span.start + end))
}

/// Without white space and stray marks (not quotation marks) at either end.
fn trimmed(text: &str, span: Span) -> Span {
    let chars: Vec<char> = text.chars().skip(span.start).take(span.len()).collect();
    let outer = |c: &char| c.is_whitespace() || ",;:".contains(*c);
    let front = chars.iter().take_while(|c| outer(c)).count();
    let back = chars.iter().rev().take_while(|c| outer(c)).count();
    if front + back >= chars.len() {
        return Span::new(span.start, span.start);
    }
    Span::new(span.start + front, span.end - back)
}

/// One quotation: its pieces, a sentence each.
struct Quotation {
    pieces: Vec<Place>,
    n_words: usize,
    /// It opens a paragraph.
    opens_paragraph: bool,
    /// Its closing mark is there.
    closed: bool,
    /// Shown by a dash or a label instead of marks: speech whatever its length.
    layout: bool,
    /// The label.
    source: Option<Place>,
}

/// The quotations of an article. One that runs over sentences, or over paragraphs with its mark opened
/// anew, is one.
fn quotations(sentences: &[Sentence]) -> Vec<Quotation> {
    // Paragraphs as lines, so that a line break means a paragraph's end and nothing else.
    let mut text = String::new();
    let mut starts = Vec::with_capacity(sentences.len());
    let mut length = 0;
    for (i, sentence) in sentences.iter().enumerate() {
        if i > 0 {
            let before = &sentences[i - 1];
            let same = before.part == sentence.part && before.paragraph == sentence.paragraph;
            text.push(if same { ' ' } else { '\n' });
            length += 1;
        }
        starts.push(length);
        for c in sentence.text.chars() {
            text.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
            length += 1;
        }
    }
    let mut out: Vec<Quotation> = Vec::new();
    for quote in quotes::outermost(&text) {
        let mut pieces = Vec::new();
        let mut opens_paragraph = false;
        for (i, sentence) in sentences.iter().enumerate() {
            let whole = Span::new(starts[i], starts[i] + sentence.text.chars().count());
            if !whole.overlaps(quote.span) {
                continue;
            }
            let start = quote.span.start.max(whole.start) - whole.start;
            let end = quote.span.end.min(whole.end) - whole.start;
            if pieces.is_empty() {
                let first = i == 0
                    || sentences[i - 1].paragraph != sentence.paragraph
                    || sentences[i - 1].part != sentence.part;
                opens_paragraph = first && start == 0;
            }
            pieces.push(Place { sentence: i, span: Span::new(start, end) });
        }
        let n_words =
            pieces.iter().map(|p| words_in(&sentences[p.sentence].text, p.span).count()).sum();
        match out.last_mut() {
            Some(last) if quote.continues => {
                last.pieces.extend(pieces);
                last.n_words += n_words;
                last.closed = quote.closed;
            }
            _ if !pieces.is_empty() => out.push(Quotation {
                pieces,
                n_words,
                opens_paragraph,
                closed: quote.closed,
                layout: false,
                source: None,
            }),
            _ => {}
        }
    }
    out
}

/// The name behind a dash that follows a quotation ("“We are tired of this.” — Ruth Sabel, dock worker").
fn signature(sentences: &[Sentence], quotation: &Quotation) -> Option<Place> {
    const WORDS: usize = 12;
    let last = quotation.pieces.last()?;
    let text: Vec<char> = sentences[last.sentence].text.chars().collect();
    let blank = |c: &char| c.is_whitespace();
    let rest = text[last.span.end.min(text.len())..].iter().skip_while(|c| blank(c)).count();
    let (sentence, from) = match rest {
        0 => (last.sentence + 1, 0),
        _ => (last.sentence, text.len() - rest),
    };
    let signed: Vec<char> = sentences.get(sentence)?.text.chars().collect();
    if !matches!(signed.get(from), Some('—' | '–' | '―' | '-')) {
        return None;
    }
    let start = (from + 1..signed.len()).find(|&k| !blank(&signed[k]))?;
    let end = (start..signed.len()).find(|&k| ",(".contains(signed[k])).unwrap_or(signed.len());
    let span = named(&sentences[sentence].text, Span::new(start, end))?;
    let whole = Span::new(start, signed.len());
    let short = words_in(&sentences[sentence].text, whole).count() <= WORDS;
    (short && signed[start].is_uppercase()).then_some(Place { sentence, span })
}

/// Where "said" begins, if it stands right before `start`; else `start`.
fn before_saying(text: &str, start: usize) -> usize {
    const SAYING: &[&str] = &[
        "said", "says", "say", "added", "adds", "wrote", "writes", "asked", "asks", "told",
        "replied",
    ];
    let head: String = text.chars().take(start).collect();
    let word = head.split_whitespace().next_back().unwrap_or_default();
    let gap = head.chars().rev().take_while(|c| c.is_whitespace()).count();
    if SAYING.contains(&word) { start - gap - word.chars().count() } else { start }
}

/// A quotation whose closing mark was forgotten ends where "Lind said" begins.
fn end_before_frame(
    sentences: &[Sentence],
    quotation: &mut Quotation,
    attributions: &[Attributed],
) {
    let frame = |piece: &Place| {
        attributions
            .iter()
            .filter(|a| a.sentence == piece.sentence)
            .filter_map(|a| a.source.into_iter().chain(a.cue).map(|p| p.span.start).min())
            .map(|start| before_saying(&sentences[piece.sentence].text, start))
            .filter(|&start| piece.span.start + 1 < start && start < piece.span.end)
            .min()
    };
    let Some((k, start)) =
        quotation.pieces.iter().enumerate().find_map(|(k, p)| Some((k, frame(p)?)))
    else {
        return;
    };
    quotation.pieces.truncate(k + 1);
    let piece = &mut quotation.pieces[k];
    let text: Vec<char> = sentences[piece.sentence].text.chars().collect();
    let mut end = start;
    while end > piece.span.start && text[end - 1].is_whitespace() {
        end -= 1;
    }
    piece.span.end = end;
    quotation.n_words = quotation
        .pieces
        .iter()
        .map(|p| words_in(&sentences[p.sentence].text, p.span).count())
        .sum();
}

/// Gives every quotation that is speech to an attribution, a new one if need be. Returns the spoken
/// pieces of every sentence, and those that are in quotation marks without being spoken.
fn attach(
    sentences: &[Sentence],
    readings: &[Reading],
    quotations: &[Quotation],
    attributions: &mut Vec<Attributed>,
) -> (Vec<Vec<Span>>, Vec<Vec<Span>>) {
    let mut speech: Vec<Vec<Span>> = vec![Vec::new(); sentences.len()];
    let mut scare: Vec<Vec<Span>> = vec![Vec::new(); sentences.len()];
    // The attribution of the speech before, and its last sentence.
    let mut last: Option<(usize, usize)> = None;
    for quotation in quotations {
        let overlapping = attributions.iter().position(|a| {
            a.content.iter().any(|c| {
                quotation.pieces.iter().any(|p| {
                    p.sentence == c.sentence
                        && shared_words(sentences, *p, *c) * 2
                            > words_of(sentences, *p).min(words_of(sentences, *c))
                })
            })
        });
        let Some(first) = quotation.pieces.first().copied() else { continue };
        let end = quotation.pieces.last().map_or(first.sentence, |p| p.sentence);
        if overlapping.is_none()
            && !quotation.layout
            && quotation.n_words < SPEECH_WORDS
            && !reads_as_speech(sentences, quotation)
        {
            // A title, a nickname, or words held at arm's length.
            for piece in &quotation.pieces {
                scare[piece.sentence].push(piece.span);
            }
            continue;
        }
        let same_paragraph = |a: usize, b: usize| {
            sentences[a].part == sentences[b].part
                && sentences[a].paragraph == sentences[b].paragraph
        };
        let near = || {
            // Said in the same sentence, then in the quotation's paragraph before it, then after it.
            let said = |mut range: Box<dyn Iterator<Item = usize> + '_>| {
                range.find_map(|i| {
                    attributions.iter().position(|a| {
                        a.sentence == i && a.source.is_some() && has_marks(sentences, a)
                    })
                })
            };
            let within = attributions.iter().position(|a| {
                a.source.is_some() && quotation.pieces.iter().any(|p| p.sentence == a.sentence)
            });
            let before = || {
                said(Box::new(
                    (0..first.sentence).rev().take_while(|&i| same_paragraph(i, first.sentence)),
                ))
            };
            let after = || {
                said(Box::new((end + 1..sentences.len()).take_while(|&i| same_paragraph(i, end))))
            };
            within.or_else(before).or_else(after)
        };
        // A paragraph that opens with a quotation and names nobody goes on with the speaker before it:
        // the one last quoted, or else the one the paragraph before it reports.
        let carried = || {
            if !quotation.opens_paragraph {
                return None;
            }
            let paragraph = sentences[first.sentence].paragraph;
            let part = sentences[first.sentence].part;
            let neighbour = |i: usize| {
                sentences[i].part == part
                    && (paragraph.saturating_sub(1)..=paragraph).contains(&sentences[i].paragraph)
            };
            let quoted =
                last.filter(|&(_, s)| neighbour(s)).and_then(|(a, _)| attributions[a].source);
            introduced(sentences, readings, attributions, first.sentence).or(quoted).or_else(|| {
                attributions
                    .iter()
                    .filter(|a| a.sentence < first.sentence && neighbour(a.sentence))
                    .filter(|a| a.cue.is_some() && a.source.is_some())
                    .max_by_key(|a| a.sentence)
                    .and_then(|a| a.source)
            })
        };
        let known = match quotation.source {
            Some(_) => None,
            None => overlapping.or_else(near),
        };
        let source = quotation.source.or_else(|| signature(sentences, quotation)).or_else(carried);
        let owner = known.unwrap_or_else(|| {
            attributions.push(Attributed {
                kind: AttributionKind::Direct,
                sentence: first.sentence,
                source,
                cue: None,
                content: Vec::new(),
                p: 1.0,
            });
            attributions.len() - 1
        });
        // A quotation whose first sentence names nobody, and a later one does.
        let owner = match overlapping.filter(|_| quotation.source.is_none()) {
            Some(a) if attributions[a].source.is_none() => quotation
                .pieces
                .iter()
                .find_map(|p| {
                    attributions.iter().position(|b| b.sentence == p.sentence && b.source.is_some())
                })
                .unwrap_or(owner),
            _ => owner,
        };
        if attributions[owner].source.is_none() {
            attributions[owner].source = source;
        }
        for piece in &quotation.pieces {
            speech[piece.sentence].push(piece.span);
            let content = &mut attributions[owner].content;
            match content
                .iter_mut()
                .find(|c| c.sentence == piece.sentence && c.span.gap(piece.span) <= 1)
            {
                Some(c) => {
                    c.span = Span::new(
                        c.span.start.min(piece.span.start),
                        c.span.end.max(piece.span.end),
                    );
                }
                None => content.push(*piece),
            }
        }
        attributions[owner].content.sort_by_key(|c| (c.sentence, c.span));
        last = Some((owner, end));
    }
    (speech, scare)
}

/// Who speaks in the paragraph that `sentence` opens, where the one before it ends in a colon ("Ruth Sabel replied:"):
/// its source, else the last person it names, else the first body.
fn introduced(
    sentences: &[Sentence],
    readings: &[Reading],
    attributions: &[Attributed],
    sentence: usize,
) -> Option<Place> {
    let before = sentence.checked_sub(1)?;
    let text = &sentences[before].text;
    if sentences[before].part != sentences[sentence].part || !text.trim_end().ends_with(':') {
        return None;
    }
    let source = attributions.iter().rev().filter(|a| a.sentence == before).find_map(|a| a.source);
    let end = text.chars().count();
    source.or_else(|| {
        subject(&readings[before], Span::new(end, end)).map(|span| Place { sentence: before, span })
    })
}

fn has_marks(sentences: &[Sentence], a: &Attributed) -> bool {
    !quotes::outermost(&sentences[a.sentence].text).is_empty()
}

/// Short, but spoken: it ends as a sentence does inside its marks ("“Never,” he added").
fn reads_as_speech(sentences: &[Sentence], quotation: &Quotation) -> bool {
    let Some(last) = quotation.pieces.last() else { return false };
    let chars: Vec<char> = sentences[last.sentence].text.chars().collect();
    let inside = &chars[last.span.start..last.span.end.min(chars.len())];
    let marks = |c: &char| "\"“”’'»«‘".contains(*c);
    let end = inside.iter().rev().find(|c| !marks(c));
    let begin = inside.iter().find(|c| !marks(c));
    // American style puts the sentence's own stop inside: only what opens a sentence counts then.
    end.is_some_and(|c| ",!?.".contains(*c))
        && begin.is_some_and(|c| c.is_uppercase())
        && last.span.start == 0
}

fn shared_words(sentences: &[Sentence], a: Place, b: Place) -> usize {
    let both = Span::new(a.span.start.max(b.span.start), a.span.end.min(b.span.end));
    if both.is_empty() { 0 } else { words_of(sentences, Place { span: both, ..a }) }
}

fn words_of(sentences: &[Sentence], place: Place) -> usize {
    words_in(&sentences[place.sentence].text, place.span).count()
}

/// Cuts a content where quotation marks begin and end, and adds what no other attribution holds.
fn cut(place: &Place, attribution: usize, speech: &[Vec<Span>], out: &mut Vec<Stretch>) {
    let quoted = &speech[place.sentence];
    let mut borders: Vec<usize> = vec![place.span.start, place.span.end];
    for q in quoted.iter().chain(out.iter().map(|s| &s.span).collect::<Vec<_>>()) {
        borders.extend(
            [q.start, q.end].iter().filter(|&&b| place.span.start < b && b < place.span.end),
        );
    }
    borders.sort_unstable();
    borders.dedup();
    let taken: Vec<Span> = out.iter().map(|s| s.span).collect();
    for pair in borders.windows(2) {
        let span = Span::new(pair[0], pair[1]);
        if taken.iter().any(|t| t.overlaps(span)) {
            continue;
        }
        let direct = quoted.iter().any(|q| q.overlaps(span));
        let voice = if direct { Voice::Direct } else { Voice::Indirect };
        out.push(Stretch { span, voice, attribution });
    }
}

fn sentence_voice(
    number: usize,
    text: &str,
    reading: &Reading,
    stretches: Vec<Stretch>,
    attributions: &[Attributed],
) -> SentenceVoice {
    let whole = Span::new(0, text.chars().count());
    let words: Vec<Span> = words_in(text, whole).collect();
    let quoted_by = |word: &Span| stretches.iter().find(|s| s.span.overlaps(*word));
    let direct =
        words.iter().filter(|w| quoted_by(w).is_some_and(|s| s.voice == Voice::Direct)).count();
    let n_words_quoted = words.iter().filter(|w| quoted_by(w).is_some()).count();
    // Who spoke, and that they did, is the frame around somebody else's words.
    let frame: Vec<Span> = stretches
        .iter()
        .flat_map(|s| [attributions[s.attribution].source, attributions[s.attribution].cue])
        .flatten()
        .filter(|p| p.sentence == number)
        .map(|p| p.span)
        .collect();
    let own: Vec<&Span> = words
        .iter()
        .filter(|w| quoted_by(w).is_none() && !frame.iter().any(|f| f.overlaps(**w)))
        .collect();
    let framed = own.len() <= FRAME_WORDS || (own.len() as f64) < FRAME_SHARE * words.len() as f64;
    let voice = if n_words_quoted == 0 {
        Voice::Outlet
    } else if !framed {
        Voice::Mixed
    } else if 2 * direct >= n_words_quoted {
        Voice::Direct
    } else {
        Voice::Indirect
    };
    let loaded_own = match voice {
        Voice::Outlet => Some(reading.loaded.label),
        Voice::Mixed => {
            Some(reading.loaded.label && own_words_are_the_loaded_ones(reading, &stretches))
        }
        Voice::Direct | Voice::Indirect => None,
    };
    SentenceVoice {
        voice,
        stretches,
        scare: Vec::new(),
        n_words: words.len(),
        n_words_quoted,
        loaded_own,
    }
}

/// Of a loaded sentence with two voices: does a loaded span stand in the outlet's own words? Where the
/// words head marks none at all, its likeliest word decides.
fn own_words_are_the_loaded_ones(reading: &Reading, stretches: &[Stretch]) -> bool {
    let outside = |span: Span| !stretches.iter().any(|s| s.span.overlaps(span));
    if !reading.loaded_spans.is_empty() {
        return reading.loaded_spans.iter().any(|s| outside(s.span));
    }
    reading
        .word_loaded
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .is_some_and(|(span, _)| outside(*span))
}

/// Words of a stretch: runs between white space that hold a letter or digit.
pub fn words_in(text: &str, within: Span) -> impl Iterator<Item = Span> + '_ {
    let mut chars = text.chars().enumerate().skip(within.start).take(within.len()).peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, _) = *chars.peek()?;
            let (mut end, mut holds) = (start, false);
            while let Some(&(i, c)) = chars.peek() {
                if c.is_whitespace() {
                    break;
                }
                end = i + 1;
                holds |= c.is_alphanumeric();
                chars.next();
            }
            chars.next();
            if holds {
                return Some(Span::new(start, end));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entity;

    fn cue(words: &str) -> Vec<String> {
        words_of_span(words, Span::new(0, words.chars().count()))
    }

    #[test]
    fn some_verbs_report_nothing_and_some_have_the_hearer_behind_them() {
        for (words, makes, hearer) in [
            ("mirroring", true, false),
            ("effectively endorsing", true, false),
            ("explicitly linking", true, false),
            ("said", false, false),
            ("urging", false, true),
            ("has told", false, true),
            ("according to", false, false),
        ] {
            assert_eq!(
                (characterises(&cue(words)), addresses(&cue(words))),
                (makes, hearer),
                "{words}"
            );
        }
    }

    #[test]
    fn the_subject_is_the_last_person_before_the_cue_or_the_first_body() {
        let entity = |kind, start| Entity { span: Span::new(start, start + 4), kind, p: 0.9 };
        let reading = |entities| Reading { entities, ..Reading::default() };
        let cue = Span::new(40, 46);
        let both = reading(vec![
            entity(EntityKind::Org, 0),
            entity(EntityKind::Per, 10),
            entity(EntityKind::Per, 20),
            entity(EntityKind::Loc, 50),
        ]);
        assert_eq!(subject(&both, cue), Some(Span::new(20, 24)));
        let body = reading(vec![entity(EntityKind::Org, 0), entity(EntityKind::Loc, 10)]);
        assert_eq!(subject(&body, cue), Some(Span::new(0, 4)));
        assert_eq!(subject(&reading(vec![entity(EntityKind::Loc, 50)]), cue), None);
    }
}
