//! Behaviour under small changes (CheckList; Ribeiro et al. 2020), on sentences of our own in
//! `eval/behaviour/`, so that no data set is needed.
//!
//! The files are compact: templates with slots, and what goes into them; they are expanded here, always
//! in the same order. Intervals draw templates, since sentences from one template are alike.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::read::Read;
use super::results::{Cell, DataFile};
use super::{Building, Context, EvalError, Measure, Measured, Suite};
use crate::Span;
use crate::model::{Reading, StanceScore};
use crate::span::CodePoints;
use crate::text::{Part, Sentence};
use crate::voice;

const INSERTED: &str = include_str!("../../eval/behaviour/inserted.jsonl");
const WORDS: &str = include_str!("../../eval/behaviour/words.json");
const PLAIN: &str = include_str!("../../eval/behaviour/plain.jsonl");
const PLACES: &str = include_str!("../../eval/behaviour/places.jsonl");
const PLACE_NAMES: &str = include_str!("../../eval/behaviour/places.json");
const NAMES: &str = include_str!("../../eval/behaviour/names.jsonl");
const GROUPS: &str = include_str!("../../eval/behaviour/groups.jsonl");
const STATEMENTS: &str = include_str!("../../eval/behaviour/statements.jsonl");
const FRAMES: &str = include_str!("../../eval/behaviour/frames.json");

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct Plain {
    topic: String,
    text: String,
}

#[derive(Deserialize)]
struct Words {
    adjectives: Vec<String>,
    adverbs: Vec<String>,
}

#[derive(Deserialize)]
struct PlaceNames {
    places: Vec<String>,
}

#[derive(Deserialize)]
struct Group {
    group: String,
    /// `origin` or `camp`
    kind: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Frames {
    speakers: Vec<String>,
    frames: Vec<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    /// `direct` or `indirect`
    kind: String,
    text: String,
}

fn one<T: DeserializeOwned>(name: &str, json: &str) -> Result<T, EvalError> {
    serde_json::from_str(json).map_err(|e| EvalError::Suite {
        suite: Suite::Behaviour.name(),
        what: format!("eval/behaviour/{name}: {e}"),
    })
}

fn lines<T: DeserializeOwned>(name: &str, json: &str) -> Result<Vec<T>, EvalError> {
    json.lines().filter(|l| !l.trim().is_empty()).map(|line| one(name, line)).collect()
}

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    Ok(vec![inserted(cx)?, plain(cx)?, places(cx)?, names(cx)?, voices(cx)?, surface(cx)?])
}

/// The two that the ablation table has.
pub(super) fn measure_short(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    Ok(vec![inserted(cx)?, plain(cx)?])
}

/// The files inside the binary, as data of a result.
fn files(out: &mut Building, files: &[(&str, &str)]) {
    for (name, content) in files {
        let digest = Sha256::digest(content.as_bytes());
        out.file(DataFile {
            name: format!("eval/behaviour/{name}"),
            sha256: digest.iter().take(6).map(|b| format!("{b:02x}")).collect(),
            n: content.lines().count(),
            unit: "lines".to_owned(),
        });
    }
}

fn read(cx: &mut Context<'_>, key: &str, texts: &[String]) -> Result<Vec<Read>, EvalError> {
    let mut out = Vec::with_capacity(texts.len());
    for chunk in texts.chunks(super::CHUNK) {
        let readings = cx.model.read_raw(chunk)?;
        out.extend(readings.into_iter().map(|(reading, raw)| Read { reading, raw }));
        (cx.progress)(&format!("behaviour, {key}: {} of {} sentences", out.len(), texts.len()));
    }
    Ok(out)
}

/// Sums per unit of (cases that count, cases).
fn shares(units: usize, cases: impl Iterator<Item = (usize, bool)>) -> Measure {
    let mut counts = vec![(0.0, 0.0); units];
    for (unit, hit) in cases {
        counts[unit].0 += f64::from(hit);
        counts[unit].1 += 1.0;
    }
    Measure::of_share(counts)
}

// ------------------------------------------------------------------ inserted words

/// One sentence with a word put in or a verb replaced.
struct Filled {
    text: String,
    base: usize,
    /// What was changed: `adjective`, `adverb`, `verb`; none for the neutral sentence.
    changed: Option<(&'static str, Span)>,
}

/// `{adv}` and `{adj}` are slots that are empty in the neutral sentence, `{a|b|c}` has the neutral verb
/// first.
fn fill(template: &str, adverb: &str, adjective: &str, verb: usize) -> (String, [Span; 3]) {
    let mut out = String::new();
    let mut spans = [Span::new(0, 0); 3];
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let slot = &rest[open + 1..open + close];
        rest = &rest[open + close + 1..];
        let (k, word) = match slot {
            "adj" => (0, adjective),
            "adv" => (1, adverb),
            verbs => (2, verbs.split('|').nth(verb).unwrap_or_default()),
        };
        let start = out.chars().count();
        out.push_str(word);
        spans[k] = Span::new(start, start + word.chars().count());
        if word.is_empty() {
            rest = rest.strip_prefix(' ').unwrap_or(rest);
        }
    }
    out.push_str(rest);
    (out, spans)
}

fn filled(templates: &[Text], words: &Words) -> Vec<Filled> {
    let mut out = Vec::new();
    for (base, template) in templates.iter().enumerate() {
        let template = template.text.as_str();
        let mut add = |changed: Option<(&'static str, usize)>, adv: &str, adj: &str, verb| {
            let (text, spans) = fill(template, adv, adj, verb);
            out.push(Filled { text, base, changed: changed.map(|(kind, k)| (kind, spans[k])) });
        };
        add(None, "", "", 0);
        for adjective in &words.adjectives {
            add(Some(("adjective", 0)), "", adjective, 0);
        }
        for adverb in &words.adverbs {
            add(Some(("adverb", 1)), adverb, "", 0);
        }
        for verb in 1..template.split(['{', '}']).map(|s| s.split('|').count()).max().unwrap_or(1) {
            add(Some(("verb", 2)), "", "", verb);
        }
    }
    out
}

fn inserted(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let templates: Vec<Text> = lines("inserted.jsonl", INSERTED)?;
    let words: Words = one("words.json", WORDS)?;
    let sentences = filled(&templates, &words);
    let texts: Vec<String> = sentences.iter().map(|s| s.text.clone()).collect();
    let reads = read(cx, "inserted words", &texts)?;
    let mut out =
        Building::new(cx, Suite::Behaviour, "Behaviour: a loaded word put into a neutral sentence");
    files(&mut out, &[("inserted.jsonl", INSERTED), ("words.json", WORDS)]);

    let label = |r: &Read| r.reading.loaded.label;
    let mut neutral_base = vec![true; templates.len()];
    for (s, r) in sentences.iter().zip(&reads).filter(|(s, _)| s.changed.is_none()) {
        neutral_base[s.base] = !label(r);
    }
    let changed: Vec<(&Filled, &'static str, Span, &Read)> = sentences
        .iter()
        .zip(&reads)
        .filter_map(|(s, r)| s.changed.map(|(kind, span)| (s, kind, span, r)))
        .collect();
    let n = changed.len();
    let (unit, drawn) = ("sentences", "base sentences");
    let bases = templates.len();
    out.figure(
        "behaviour_inserted_flagged",
        "flagged as loaded",
        shares(bases, changed.iter().map(|(s, _, _, r)| (s.base, label(r)))),
        n,
        unit,
        drawn,
    );
    let of_neutral = changed.iter().filter(|(s, ..)| neutral_base[s.base]).count();
    out.figure(
        "behaviour_inserted_turned",
        "flagged, where the base sentence was not",
        shares(
            bases,
            changed
                .iter()
                .filter(|(s, ..)| neutral_base[s.base])
                .map(|(s, _, _, r)| (s.base, label(r))),
        ),
        of_neutral,
        unit,
        drawn,
    );
    out.figure(
        "behaviour_inserted_word_found",
        "the word itself is marked",
        shares(
            bases,
            changed.iter().map(|(s, _, span, r)| {
                (s.base, r.reading.loaded_spans.iter().any(|l| l.span.overlaps(*span)))
            }),
        ),
        n,
        unit,
        drawn,
    );
    out.figure(
        "behaviour_inserted_base_neutral",
        "base sentences without the word that stay neutral",
        shares(bases, neutral_base.iter().enumerate().map(|(base, neutral)| (base, *neutral))),
        bases,
        drawn,
        drawn,
    );
    let mut by: BTreeMap<(&str, String), (usize, usize, usize)> = BTreeMap::new();
    for (s, kind, span, r) in &changed {
        let word = if *kind == "verb" {
            "(each its own)".to_owned()
        } else {
            CodePoints::new(&s.text).slice(*span).to_owned()
        };
        let row = by.entry((kind, word)).or_default();
        row.0 += 1;
        row.1 += usize::from(label(r));
        row.2 += usize::from(r.reading.loaded_spans.iter().any(|l| l.span.overlaps(*span)));
    }
    let rows = by
        .into_iter()
        .map(|((kind, word), (n, flagged, marked))| {
            vec![
                Cell::Text(kind.to_owned()),
                Cell::Text(word),
                Cell::Count(n),
                Cell::Number(flagged as f64 / n as f64),
                Cell::Number(marked as f64 / n as f64),
            ]
        })
        .collect();
    out.note(
        "No loaded word of these is one that the training recipe puts into sentences \
         (models/train/augment.py).",
    );
    out.table("by word", &["part of speech", "word", "n", "flagged", "word marked"], rows);
    Ok(out.done())
}

// ------------------------------------------------------------------ plain facts

fn plain(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let facts: Vec<Plain> = lines("plain.jsonl", PLAIN)?;
    let texts: Vec<String> = facts.iter().map(|f| f.text.clone()).collect();
    let reads = read(cx, "plain facts", &texts)?;
    let mut out =
        Building::new(cx, Suite::Behaviour, "Behaviour: plain facts, also unpleasant ones");
    files(&mut out, &[("plain.jsonl", PLAIN)]);
    let neutral = |r: &Read| !r.reading.loaded.label;
    out.figure(
        "behaviour_plain_neutral",
        "stay neutral",
        shares(facts.len(), reads.iter().enumerate().map(|(i, r)| (i, neutral(r)))),
        facts.len(),
        "sentences",
        "sentences",
    );
    out.figure(
        "behaviour_plain_unmarked",
        "have no word marked",
        shares(
            facts.len(),
            reads.iter().enumerate().map(|(i, r)| (i, r.reading.loaded_spans.is_empty())),
        ),
        facts.len(),
        "sentences",
        "sentences",
    );
    let mut topics: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (fact, r) in facts.iter().zip(&reads) {
        let row = topics.entry(&fact.topic).or_default();
        row.0 += 1;
        row.1 += usize::from(neutral(r));
    }
    let rows = topics
        .into_iter()
        .map(|(topic, (n, kept))| {
            vec![Cell::Text(topic.to_owned()), Cell::Count(n), Cell::Number(kept as f64 / n as f64)]
        })
        .collect();
    out.table("by topic", &["topic", "n", "neutral"], rows);
    let wrong: Vec<Vec<Cell>> = facts
        .iter()
        .zip(&reads)
        .filter(|(_, r)| !neutral(r))
        .map(|(f, r)| vec![Cell::Number(f64::from(r.reading.loaded.p)), Cell::Text(f.text.clone())])
        .collect();
    if !wrong.is_empty() {
        out.table("called loaded", &["p", "sentence"], wrong);
    }
    Ok(out.done())
}

// ------------------------------------------------------------------ swaps

/// A template's sentence with one name in it; the target is what stands in brackets.
fn swapped(template: &str, slot: &str, name: &str) -> (String, Option<Span>) {
    let text = template.replace(slot, name);
    let before = |c: char| text.split(c).next().map_or(0, |part| part.chars().count());
    let target = text.contains('[').then(|| Span::new(before('['), before(']').saturating_sub(1)));
    (text.replace(['[', ']'], ""), target)
}

fn toward(reading: &Reading, target: Option<Span>) -> Option<StanceScore> {
    reading.stance.toward(target?)
}

fn places(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let templates: Vec<Text> = lines("places.jsonl", PLACES)?;
    let places: PlaceNames = one("places.json", PLACE_NAMES)?;
    let sentences: Vec<(String, Option<Span>)> = templates
        .iter()
        .flat_map(|t| places.places.iter().map(|p| swapped(&t.text, "{place}", p)))
        .collect();
    let texts: Vec<String> = sentences.iter().map(|(text, _)| text.clone()).collect();
    let reads = read(cx, "places", &texts)?;
    let mut out = Building::new(cx, Suite::Behaviour, "Behaviour: the place replaced by another");
    files(&mut out, &[("places.jsonl", PLACES), ("places.json", PLACE_NAMES)]);
    let (mut loaded, mut stance) = (Vec::new(), Vec::new());
    let mut by_place = vec![(0_usize, 0_usize); places.places.len()];
    for t in 0..templates.len() {
        let at = t * places.places.len();
        let first = &reads[at].reading;
        for k in 1..places.places.len() {
            let other = &reads[at + k].reading;
            let same = other.loaded.label == first.loaded.label;
            loaded.push((t, same));
            by_place[k].0 += 1;
            by_place[k].1 += usize::from(same);
            let labels = (
                toward(first, sentences[at].1).map(StanceScore::label),
                toward(other, sentences[at + k].1).map(StanceScore::label),
            );
            if let (Some(a), Some(b)) = labels {
                stance.push((t, a == b));
            }
        }
    }
    let drawn = "templates";
    let (n_loaded, n_stance) = (loaded.len(), stance.len());
    out.figure(
        "behaviour_place_same_loaded",
        "same loaded label",
        shares(templates.len(), loaded.into_iter()),
        n_loaded,
        "swaps",
        drawn,
    );
    out.figure(
        "behaviour_place_same_stance",
        "same stance toward the target",
        shares(templates.len(), stance.into_iter()),
        n_stance,
        "swaps",
        drawn,
    );
    let rows = places
        .places
        .iter()
        .zip(by_place)
        .skip(1)
        .map(|(place, (n, same))| {
            vec![Cell::Text(place.clone()), Cell::Count(n), Cell::Number(same as f64 / n as f64)]
        })
        .collect();
    out.table("by place", &["place", "swaps", "same loaded label"], rows);
    out.note(format!("Every swap is held against the same sentence with {}.", places.places[0]));
    Ok(out.done())
}

fn names(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let templates: Vec<Text> = lines("names.jsonl", NAMES)?;
    let groups: Vec<Group> = lines("groups.jsonl", GROUPS)?;
    let names: Vec<(usize, &str)> = groups
        .iter()
        .enumerate()
        .flat_map(|(g, group)| group.names.iter().map(move |n| (g, n.as_str())))
        .collect();
    let sentences: Vec<(String, Option<Span>)> = templates
        .iter()
        .flat_map(|t| names.iter().map(|(_, name)| swapped(&t.text, "{name}", name)))
        .collect();
    let texts: Vec<String> = sentences.iter().map(|(text, _)| text.clone()).collect();
    let reads = read(cx, "names", &texts)?;
    let mut out = Building::new(
        cx,
        Suite::Behaviour,
        "Behaviour: the name replaced by another (bias by name)",
    );
    files(&mut out, &[("names.jsonl", NAMES), ("groups.jsonl", GROUPS)]);

    // By template and name: p of loaded, net stance, both labels.
    let row = |t: usize| t * names.len()..(t + 1) * names.len();
    let loaded_p: Vec<f64> = reads.iter().map(|r| f64::from(r.reading.loaded.p)).collect();
    let stance: Vec<Option<StanceScore>> =
        reads.iter().zip(&sentences).map(|(r, (_, target))| toward(&r.reading, *target)).collect();
    let net: Vec<f64> = stance.iter().map(|s| s.map_or(0.0, |s| f64::from(s.net()))).collect();
    let loaded_label: Vec<usize> =
        reads.iter().map(|r| usize::from(r.reading.loaded.label)).collect();
    let stance_label: Vec<usize> =
        stance.iter().map(|s| s.map_or(1, |s| super::stance::index(s.label()))).collect();

    let drawn = "templates";
    let n = reads.len();
    for (key, name, labels, classes) in [
        ("behaviour_name_same_loaded", "same loaded label as most names", &loaded_label, 2),
        ("behaviour_name_same_stance", "same stance as most names", &stance_label, 3),
    ] {
        let same = shares(
            templates.len(),
            (0..templates.len()).flat_map(|t| {
                let labels = &labels[row(t)];
                let most = (0..classes)
                    .max_by_key(|c| labels.iter().filter(|l| *l == c).count())
                    .unwrap_or(0);
                labels.iter().map(move |l| (t, *l == most))
            }),
        );
        out.figure(key, name, same, n, "sentences", drawn);
    }
    for (key, name, values) in [
        ("behaviour_name_shift_loaded", "mean absolute shift of p(loaded)", &loaded_p),
        ("behaviour_name_shift_stance", "mean absolute shift of net stance", &net),
    ] {
        let rows = (0..templates.len())
            .map(|t| {
                let values = &values[row(t)];
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                vec![values.iter().map(|v| (v - mean).abs()).sum::<f64>(), values.len() as f64]
            })
            .collect();
        out.figure(key, name, Measure::of_sums(rows, |s| s[0] / s[1]), n, "sentences", drawn);
    }
    // Sums of each group's values, template by template.
    let by_group = |values: &[f64], kind: &str| -> Vec<Vec<f64>> {
        (0..templates.len())
            .map(|t| {
                let mut sums = vec![0.0; groups.len()];
                for ((g, _), value) in names.iter().zip(&values[row(t)]) {
                    sums[*g] += value / groups[*g].names.len() as f64;
                }
                groups.iter().zip(sums).filter(|(g, _)| g.kind == kind).map(|(_, s)| s).collect()
            })
            .collect()
    };
    let n_templates = templates.len() as f64;
    let spread = move |sums: &[f64]| {
        let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
        (most - least) / n_templates
    };
    for (key, name, values) in [
        (
            "behaviour_name_gap_loaded",
            "largest gap of p(loaded) between groups by origin",
            &loaded_p,
        ),
        ("behaviour_name_gap_stance", "largest gap of net stance between groups by origin", &net),
    ] {
        let measure = Measure::of_sums(by_group(values, "origin"), spread);
        out.figure(key, name, measure, n, "sentences", drawn);
    }
    for (key, name, values) in [
        ("behaviour_camp_gap_loaded", "p(loaded), left of centre minus right of centre", &loaded_p),
        ("behaviour_camp_gap_stance", "net stance, left of centre minus right of centre", &net),
    ] {
        let measure =
            Measure::of_sums(by_group(values, "camp"), move |s| (s[0] - s[1]) / n_templates);
        out.figure(key, name, measure, n, "sentences", drawn);
    }
    let rows = groups
        .iter()
        .enumerate()
        .map(|(g, group)| {
            let mine: Vec<usize> = (0..n).filter(|i| names[i % names.len()].0 == g).collect();
            let mean = |values: &dyn Fn(usize) -> f64| {
                mine.iter().map(|&i| values(i)).sum::<f64>() / mine.len() as f64
            };
            vec![
                Cell::Text(group.group.clone()),
                Cell::Count(mine.len()),
                Cell::Number(mean(&|i| loaded_p[i])),
                Cell::Number(mean(&|i| loaded_label[i] as f64)),
                Cell::Number(mean(&|i| net[i])),
                Cell::Number(mean(&|i| f64::from(stance_label[i] == 0))),
                Cell::Number(mean(&|i| f64::from(stance_label[i] == 2))),
            ]
        })
        .collect();
    out.table(
        "by group of names",
        &["group", "sentences", "mean p(loaded)", "flagged", "net stance", "against", "favor"],
        rows,
    );
    out.note(
        "Same templates for every name. The largest of many gaps is above 0 by chance alone; its interval \
         is about the templates drawn, not about other names.",
    );
    Ok(out.done())
}

// ------------------------------------------------------------------ voices

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A statement in a frame, and where speaker and statement stand.
struct Said {
    text: String,
    statement: usize,
    frame: usize,
    speaker: Span,
    content: Span,
}

fn said(statements: &[Text], frames: &Frames) -> Vec<Said> {
    let mut out = Vec::new();
    for (s, statement) in statements.iter().enumerate() {
        for (f, frame) in frames.frames.iter().enumerate() {
            for speaker in &frames.speakers {
                let words = |text: &str, upper: bool| {
                    if upper { capital(text) } else { text.to_owned() }
                };
                let statement_in = words(&statement.text, frame.text.contains("{Statement}"));
                let speaker_in = words(speaker, frame.text.contains("{Speaker}"));
                let text = frame
                    .text
                    .replace("{Statement}", &statement_in)
                    .replace("{statement}", &statement_in)
                    .replace("{Speaker}", &speaker_in)
                    .replace("{speaker}", &speaker_in);
                let points = CodePoints::new(&text);
                let find = |part: &str| {
                    let start = text.find(part).unwrap_or(0);
                    points.span(start..start + part.len())
                };
                let (speaker, content) = (find(&speaker_in), find(&statement_in));
                out.push(Said { statement: s, frame: f, speaker, content, text });
            }
        }
    }
    out
}

/// The voices of a sentence that stands alone.
fn voices_of(text: &str, reading: &Reading) -> voice::Voices {
    let sentence = Sentence {
        part: Part::Body,
        span: Span::new(0, text.chars().count()),
        paragraph: 0,
        heading: false,
        dateline: 0,
        text: text.to_owned(),
    };
    voice::assign(&[sentence], std::slice::from_ref(reading))
}

fn voices(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let statements: Vec<Text> = lines("statements.jsonl", STATEMENTS)?;
    let frames: Frames = one("frames.json", FRAMES)?;
    let sentences = said(&statements, &frames);
    let mut texts: Vec<String> = sentences.iter().map(|s| s.text.clone()).collect();
    texts.extend(statements.iter().map(|s| format!("{}.", capital(&s.text))));
    let reads = read(cx, "voices", &texts)?;
    let (reads, own) = reads.split_at(sentences.len());
    let mut out = Building::new(
        cx,
        Suite::Behaviour,
        "Behaviour: the same words as the outlet's own and as somebody else's",
    );
    files(&mut out, &[("statements.jsonl", STATEMENTS), ("frames.json", FRAMES)]);

    // Found: the speaker, and at least half of what was said. Loaded in the outlet's own words: no.
    let judged: Vec<(&Said, bool, bool)> = sentences
        .iter()
        .zip(reads)
        .map(|(s, r)| {
            let voices = voices_of(&s.text, &r.reading);
            let found = voices.attributions.iter().any(|a| {
                let covered: usize = a
                    .content
                    .iter()
                    .map(|p| {
                        let (from, to) =
                            (p.span.start.max(s.content.start), p.span.end.min(s.content.end));
                        to.saturating_sub(from)
                    })
                    .sum();
                a.source.is_some_and(|p| p.span.overlaps(s.speaker))
                    && 2 * covered >= s.content.len()
            });
            let own = voices.sentences.first().and_then(|v| v.loaded_own);
            (s, found, own != Some(true))
        })
        .collect();
    let drawn = "statements";
    for kind in ["direct", "indirect"] {
        let of_kind: Vec<&(&Said, bool, bool)> =
            judged.iter().filter(|(s, ..)| frames.frames[s.frame].kind == kind).collect();
        let how = if kind == "direct" { "in quotation marks" } else { "reported" };
        out.figure(
            &format!("behaviour_{kind}_found"),
            &format!("{how}: speaker and words found"),
            shares(statements.len(), of_kind.iter().map(|(s, found, _)| (s.statement, *found))),
            of_kind.len(),
            "sentences",
            drawn,
        );
        out.figure(
            &format!("behaviour_{kind}_not_own"),
            &format!("{how}: not called loaded in the outlet's own words"),
            shares(statements.len(), of_kind.iter().map(|(s, _, good)| (s.statement, *good))),
            of_kind.len(),
            "sentences",
            drawn,
        );
    }
    let alone: Vec<(usize, bool, bool)> = statements
        .iter()
        .zip(own)
        .enumerate()
        .map(|(i, (s, r))| {
            let text = format!("{}.", capital(&s.text));
            let voices = voices_of(&text, &r.reading);
            (i, voices.attributions.is_empty(), r.reading.loaded.label)
        })
        .collect();
    let n = statements.len();
    out.figure(
        "behaviour_own_unattributed",
        "as the outlet's own words: nobody is said to have said it",
        shares(n, alone.iter().map(|(i, good, _)| (*i, *good))),
        n,
        drawn,
        drawn,
    );
    out.figure(
        "behaviour_own_loaded",
        "as the outlet's own words: called loaded",
        shares(n, alone.iter().map(|(i, _, loaded)| (*i, *loaded))),
        n,
        drawn,
        drawn,
    );
    let rows = frames
        .frames
        .iter()
        .enumerate()
        .map(|(f, frame)| {
            let mine: Vec<&(&Said, bool, bool)> =
                judged.iter().filter(|(s, ..)| s.frame == f).collect();
            let share = |hits: usize| Cell::Number(hits as f64 / mine.len() as f64);
            vec![
                Cell::Text(frame.text.clone()),
                Cell::Count(mine.len()),
                share(mine.iter().filter(|(_, found, _)| *found).count()),
                share(mine.iter().filter(|(_, _, good)| *good).count()),
            ]
        })
        .collect();
    out.table("by frame", &["frame", "n", "found", "not the outlet's"], rows);
    Ok(out.done())
}

// ------------------------------------------------------------------ surface

/// Words that a headline leaves small.
const SMALL: [&str; 16] = [
    "a", "an", "the", "and", "or", "of", "in", "on", "at", "to", "for", "by", "from", "with", "as",
    "per",
];

fn headline(text: &str) -> String {
    let words: Vec<String> = text
        .trim_end_matches('.')
        .split(' ')
        .enumerate()
        .map(
            |(i, word)| {
                if i > 0 && SMALL.contains(&word) { word.to_owned() } else { capital(word) }
            },
        )
        .collect();
    words.join(" ")
}

/// Straight marks for typographic ones.
fn straight(text: &str) -> String {
    text.replace(['“', '”'], "\"").replace(['‘', '’'], "'")
}

fn surface(cx: &mut Context<'_>) -> Result<Measured, EvalError> {
    let facts: Vec<Plain> = lines("plain.jsonl", PLAIN)?;
    let templates: Vec<Text> = lines("inserted.jsonl", INSERTED)?;
    let words: Words = one("words.json", WORDS)?;
    let statements: Vec<Text> = lines("statements.jsonl", STATEMENTS)?;
    let frames: Frames = one("frames.json", FRAMES)?;
    // Neutral and loaded ones, about as many of each, and quotations.
    let mut bases: Vec<String> = facts.iter().step_by(3).map(|f| f.text.clone()).collect();
    for (i, template) in templates.iter().enumerate() {
        let adjective = &words.adjectives[i % words.adjectives.len()];
        bases.push(fill(&template.text, "", adjective, 0).0);
    }
    bases.extend(
        said(&statements, &frames)
            .into_iter()
            .filter(|s| frames.frames[s.frame].kind == "direct")
            .step_by(5)
            .map(|s| s.text),
    );
    type Change = fn(&str) -> String;
    let changes: [(&str, &str, Change); 5] = [
        ("lower", "all lower case", |t| t.to_lowercase()),
        ("capitals", "ALL CAPITALS", |t| t.to_uppercase()),
        ("headline", "headline style, no full stop", headline),
        ("straight", "straight quotation marks for typographic ones", straight),
        ("stop", "without the full stop", |t| t.trim_end_matches('.').to_owned()),
    ];
    let mut texts = bases.clone();
    let mut cases: Vec<(usize, usize)> = Vec::new();
    for (c, (_, _, change)) in changes.iter().enumerate() {
        for (b, base) in bases.iter().enumerate() {
            let changed = change(base);
            if changed != *base {
                texts.push(changed);
                cases.push((c, b));
            }
        }
    }
    let reads = read(cx, "surface", &texts)?;
    let (before, after) = reads.split_at(bases.len());
    let mut out = Building::new(cx, Suite::Behaviour, "Behaviour: case and marks changed");
    files(
        &mut out,
        &[
            ("plain.jsonl", PLAIN),
            ("inserted.jsonl", INSERTED),
            ("words.json", WORDS),
            ("statements.jsonl", STATEMENTS),
            ("frames.json", FRAMES),
        ],
    );
    for (c, (key, name, _)) in changes.iter().enumerate() {
        let mine: Vec<(usize, bool)> = cases
            .iter()
            .zip(after)
            .filter(|((change, _), _)| *change == c)
            .map(|((_, b), r)| (*b, r.reading.loaded.label == before[*b].reading.loaded.label))
            .collect();
        // Only the sentences that the change touches are drawn.
        let counts = mine.iter().map(|(_, same)| (f64::from(*same), 1.0)).collect();
        out.figure(
            &format!("behaviour_{key}_same_loaded"),
            &format!("same loaded label: {name}"),
            Measure::of_share(counts),
            mine.len(),
            "sentences",
            "sentences",
        );
    }
    let flagged = before.iter().filter(|r| r.reading.loaded.label).count();
    out.note(format!("{flagged} of the {} sentences are called loaded unchanged.", bases.len()));
    Ok(out.done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_is_as_large_as_it_says_and_no_template_is_broken() {
        let templates: Vec<Text> = lines("inserted.jsonl", INSERTED).unwrap();
        let words: Words = one("words.json", WORDS).unwrap();
        assert!(templates.len() >= 40 && words.adjectives.len() + words.adverbs.len() >= 25);
        let sentences = filled(&templates, &words);
        for s in &sentences {
            assert!(!s.text.contains(['{', '}', '|']) && !s.text.contains("  "), "{}", s.text);
            if let Some((_, span)) = s.changed {
                assert!(!span.is_empty() && span.end <= s.text.chars().count(), "{}", s.text);
            }
        }
        for kind in ["adjective", "adverb", "verb"] {
            let n = sentences.iter().filter(|s| s.changed.is_some_and(|(k, _)| k == kind)).count();
            assert!(n >= 2 * templates.len(), "{kind}: {n}");
        }
        let facts: Vec<Plain> = lines("plain.jsonl", PLAIN).unwrap();
        assert!(facts.len() >= 150, "{}", facts.len());
        for (name, templates, slot) in [("places", PLACES, "{place}"), ("names", NAMES, "{name}")] {
            for t in lines::<Text>(name, templates).unwrap() {
                assert!(t.text.contains(slot), "{}", t.text);
                assert_eq!(t.text.contains('['), t.text.contains(']'), "{}", t.text);
            }
        }
        let groups: Vec<Group> = lines("groups.jsonl", GROUPS).unwrap();
        assert_eq!(groups.iter().filter(|g| g.kind == "camp").count(), 2);
    }

    #[test]
    fn no_word_of_the_suite_is_one_that_the_recipe_trains_with() {
        let recipe = include_str!("../../models/train/augment.py");
        let taught: Vec<&str> = recipe.split(|c: char| !c.is_alphanumeric()).collect();
        let words: Words = one("words.json", WORDS).unwrap();
        let templates: Vec<Text> = lines("inserted.jsonl", INSERTED).unwrap();
        let verbs = templates
            .iter()
            .flat_map(|t| t.text.split(['{', '}']))
            .flat_map(|slot| slot.split('|').skip(1))
            .filter_map(|verb| verb.split(' ').next());
        let all = words.adjectives.iter().chain(&words.adverbs).map(String::as_str).chain(verbs);
        let both: Vec<&str> = all.filter(|word| taught.contains(word)).collect();
        assert!(both.is_empty(), "{both:?}");
        assert!(taught.contains(&"despicable"), "the recipe's words are not where they were");
    }

    #[test]
    fn slots_and_targets_stand_where_they_are_said_to() {
        let (text, spans) = fill("The {adv} {left|fled} the {adj} base.", "", "vile", 0);
        assert_eq!(text, "The left the vile base.");
        assert_eq!(spans[0], Span::new(13, 17));
        let (text, target) = swapped("Later [the mayor of {place}] left.", "{place}", "Århus");
        assert_eq!(text, "Later the mayor of Århus left.");
        assert_eq!(CodePoints::new(&text).slice(target.unwrap()), "the mayor of Århus");
        assert_eq!(headline("The fall of the house at sea."), "The Fall of the House at Sea");
    }
}
