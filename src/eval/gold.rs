//! The gold articles, whole, through voice and actors: whose words, who is meant, who holds which
//! stance toward whom.
//!
//! Words are runs of letters and digits. Mentions are matched to the program's by overlap. Clusters are
//! compared by B-cubed (Bagga & Baldwin 1998): of every gold mention, the share of its cluster that
//! belongs there, and the share of its actor's mentions that are in it; a mention that was not found
//! counts 0 in both. Intervals draw articles.

use std::collections::HashMap;
use std::path::Path;

use super::load::data_file;
use super::load::gold::{self, At, MentionKind, Source, Use};
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, class_rows, hit_rows, metric, sum_rows,
};
use crate::Span;
use crate::actors::{self, Cast};
use crate::ingest;
use crate::model::{Reading, Stance};
use crate::text::{self, Part, Sentence};
use crate::voice::{self, Voice, Voices};

/// One article as the program has it.
struct Ours {
    sentences: Vec<Sentence>,
    readings: Vec<Reading>,
    voices: Voices,
    cast: Cast,
}

impl Ours {
    /// Where a span of a sentence stands in the article.
    fn at(&self, place: voice::Place) -> At {
        let sentence = &self.sentences[place.sentence];
        At { part: sentence.part, span: place.span.shifted(sentence.span.start) }
    }

    /// The mention that shares most with `at`.
    fn mention(&self, at: At) -> Option<usize> {
        (0..self.cast.mentions.len())
            .filter_map(|k| {
                let found = self.at(self.cast.mentions[k].place);
                let shared = shared(found, at);
                (shared > 0).then_some((shared, std::cmp::Reverse(k)))
            })
            .max()
            .map(|(_, k)| k.0)
    }

    /// The stance of the sentence toward a stretch of the article, mention or not.
    fn stance(&self, at: At) -> Option<Stance> {
        let (i, sentence) = self
            .sentences
            .iter()
            .enumerate()
            .find(|(_, s)| s.part == at.part && s.span.overlaps(at.span))?;
        let start = at.span.start.max(sentence.span.start) - sentence.span.start;
        let end = at.span.end.min(sentence.span.end) - sentence.span.start;
        Some(self.readings[i].stance.toward(Span::new(start, end))?.label())
    }

    /// Voice of every stretch of somebody's words, with its attribution.
    fn stretches(&self) -> Vec<(At, Voice, usize)> {
        self.voices
            .sentences
            .iter()
            .enumerate()
            .flat_map(|(i, s)| s.stretches.iter().map(move |x| (i, x)))
            .map(|(sentence, x)| {
                (self.at(voice::Place { sentence, span: x.span }), x.voice, x.attribution)
            })
            .collect()
    }
}

fn shared(a: At, b: At) -> usize {
    if a.part != b.part {
        return 0;
    }
    a.span.end.min(b.span.end).saturating_sub(a.span.start.max(b.span.start))
}

/// Runs of letters and digits.
fn words(part: Part, text: &str) -> Vec<At> {
    let mut out: Vec<At> = Vec::new();
    let mut open = false;
    for (i, c) in text.chars().enumerate() {
        if c.is_alphanumeric() {
            match out.last_mut() {
                Some(last) if open => last.span.end = i + 1,
                _ => out.push(At { part, span: Span::new(i, i + 1) }),
            }
        }
        open = c.is_alphanumeric();
    }
    out
}

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let usual: &[&[&str]] = &[&["gold"]];
    let folders = match cx.files(Suite::Gold, &["gold"], usual, &[""]) {
        // The set comes with the sources; who stands in them need not name it.
        Err(_) if cx.source.file.is_none() && Path::new("eval/gold").is_dir() => {
            vec!["eval/gold".into()]
        }
        found => found?,
    };
    let mut out = Vec::new();
    for folder in folders {
        out.extend(one(cx, &folder)?);
    }
    Ok(out)
}

fn one(cx: &mut Context<'_>, folder: &Path) -> Result<Vec<Measured>, EvalError> {
    let (articles, sha256) = gold::read(folder)?;
    let file = || data_file(folder, sha256.clone(), articles.len(), "articles");
    let mut documents = Vec::new();
    for article in &articles {
        let prepared = text::prepare(ingest::Article {
            id: article.id.clone(),
            outlet: Some(article.outlet.clone()),
            title: Some(article.title.clone()),
            date: Some(article.date.clone()),
            author: None,
            url: None,
            text: article.body.clone(),
            source: ingest::Source { path: article.path.clone(), line: None },
        });
        let document = prepared.map_err(|reject| EvalError::Suite {
            suite: Suite::Gold.name(),
            what: format!("{}: {}", article.path.display(), reject.detail),
        })?;
        documents.push(document);
    }
    let texts: Vec<&str> =
        documents.iter().flat_map(|d| &d.sentences).map(|s| s.text.as_str()).collect();
    let reads = cx.read(&folder.display().to_string(), &texts)?;
    let mut rest = reads.iter();
    let ours: Vec<Ours> = documents
        .iter()
        .map(|document| {
            let readings: Vec<Reading> =
                rest.by_ref().take(document.sentences.len()).map(|r| r.reading.clone()).collect();
            let voices = voice::assign(&document.sentences, &readings);
            let cast = actors::cast(&document.sentences, &readings, &voices);
            Ours { sentences: document.sentences.clone(), readings, voices, cast }
        })
        .collect();

    let mut voices = Building::new(cx, Suite::Gold, "Voices, gold articles");
    voices.file(file());
    whose_words(&mut voices, &articles, &ours);
    let mut who = Building::new(cx, Suite::Gold, "Actors, gold articles");
    who.file(file());
    who_is_meant(&mut who, &articles, &ours);
    let mut stances = Building::new(cx, Suite::Gold, "Stances, gold articles");
    stances.file(file());
    who_holds_what(&mut stances, &articles, &ours);
    Ok(vec![voices.done(), who.done(), stances.done()])
}

fn whose_words(out: &mut Building, articles: &[gold::Article], ours: &[Ours]) {
    // Hits, predicted and gold words: somebody's at all, direct, indirect; then contents of a named
    // speaker given to that speaker and all of them; contents of an unnamed source and those given to
    // no actor.
    let mut counts = vec![vec![0.0; 13]; articles.len()];
    for ((article, ours), counts) in articles.iter().zip(ours).zip(&mut counts) {
        let stretches = ours.stretches();
        let all =
            words(Part::Title, &article.title).into_iter().chain(words(Part::Body, &article.body));
        for word in all {
            let gold = article.words.iter().rev().find(|w| shared(w.at, word) > 0).map(|w| w.voice);
            let found = stretches.iter().find(|(at, _, _)| shared(*at, word) > 0).map(|s| s.1);
            for (k, counted) in
                [None, Some(Voice::Direct), Some(Voice::Indirect)].iter().enumerate()
            {
                let is = |v: Option<Voice>| match counted {
                    None => v.is_some(),
                    Some(_) => v == *counted,
                };
                counts[3 * k] += f64::from(is(gold) && is(found));
                counts[3 * k + 1] += f64::from(is(found));
                counts[3 * k + 2] += f64::from(is(gold));
            }
        }
        let same = same_actors(article, ours);
        for w in article.words.iter().filter(|w| !w.nested) {
            let attribution = most_shared(w.at, &stretches);
            let speaker = attribution.map(|a| ours.cast.speakers[a]);
            match &w.source {
                Source::Actor(actor) => {
                    let found = speaker.flatten().and_then(|s| same.get(&s));
                    counts[9] += f64::from(found == Some(actor));
                    counts[10] += 1.0;
                }
                _ => {
                    counts[11] += f64::from(speaker == Some(None));
                    counts[12] += 1.0;
                }
            }
        }
    }
    let sums = sum_rows(&counts);
    for (k, (key, name)) in [
        ("gold_content_word_f1", "word F1, somebody else's words"),
        ("gold_direct_word_f1", "word F1, direct"),
        ("gold_indirect_word_f1", "word F1, indirect"),
    ]
    .into_iter()
    .enumerate()
    {
        let measure = Measure::of_sums(counts.clone(), move |s| {
            metric::f1(s[3 * k], s[3 * k + 1], s[3 * k + 2])
        });
        out.figure(key, name, measure, sums[3 * k + 2] as usize, "words", "articles");
    }
    for (key, name, k) in [
        ("gold_speaker", "words of a named speaker, given to that speaker", 9),
        ("gold_unnamed", "words of an unnamed source or document, given to no actor", 11),
    ] {
        let measure = Measure::of_share(counts.iter().map(|c| (c[k], c[k + 1])).collect());
        out.figure(key, name, measure, sums[k + 1] as usize, "contents", "articles");
    }
    let rows = hit_rows(&sums, &["somebody's", "direct", "indirect"]);
    out.table(
        "per voice, words",
        &["voice", "precision", "recall", "F1", "labelled", "predicted"],
        rows,
    );
}

/// The attribution whose stretches share most with `at`.
fn most_shared(at: At, stretches: &[(At, Voice, usize)]) -> Option<usize> {
    let mut by: HashMap<usize, usize> = HashMap::new();
    for (found, _, attribution) in stretches {
        *by.entry(*attribution).or_default() += shared(*found, at);
    }
    by.into_iter()
        .filter(|(_, n)| *n > 0)
        .max_by_key(|&(a, n)| (n, std::cmp::Reverse(a)))
        .map(|(a, _)| a)
}

/// Our actor -> the gold actor whose mentions it shares most of.
fn same_actors(article: &gold::Article, ours: &Ours) -> HashMap<usize, usize> {
    let mut by: HashMap<usize, HashMap<usize, usize>> = HashMap::new();
    for mention in &article.mentions {
        if let Some(k) = ours.mention(mention.at) {
            let actor = ours.cast.mentions[k].actor;
            *by.entry(actor).or_default().entry(mention.actor).or_default() += 1;
        }
    }
    by.into_iter()
        .filter_map(|(actor, counts)| {
            let most = counts.into_iter().max_by_key(|&(a, n)| (n, std::cmp::Reverse(a)))?;
            Some((actor, most.0))
        })
        .collect()
}

/// B-cubed over mentions given as (article, cluster found or None, gold cluster): per article the sums
/// of precision, recall and mentions.
fn b_cubed<C: std::hash::Hash + Eq, G: std::hash::Hash + Eq>(
    mentions: &[(usize, Option<C>, G)],
    articles: usize,
) -> Vec<Vec<f64>> {
    let mut found_size: HashMap<&C, f64> = HashMap::new();
    let mut gold_size: HashMap<&G, f64> = HashMap::new();
    let mut both: HashMap<(&C, &G), f64> = HashMap::new();
    for (_, found, gold) in mentions {
        *gold_size.entry(gold).or_default() += 1.0;
        if let Some(found) = found {
            *found_size.entry(found).or_default() += 1.0;
            *both.entry((found, gold)).or_default() += 1.0;
        }
    }
    let mut out = vec![vec![0.0; 3]; articles];
    for (article, found, gold) in mentions {
        let sums = &mut out[*article];
        sums[2] += 1.0;
        if let Some(found) = found {
            let shared = both[&(found, gold)];
            sums[0] += shared / found_size[found];
            sums[1] += shared / gold_size[gold];
        }
    }
    out
}

fn b_cubed_f1(sums: &[f64]) -> f64 {
    let (p, r) = (sums[0] / sums[2], sums[1] / sums[2]);
    if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
}

fn who_is_meant(out: &mut Building, articles: &[gold::Article], ours: &[Ours]) {
    let (mut within, mut all, mut across) = (Vec::new(), Vec::new(), Vec::new());
    let mut found_names = vec![(0.0, 0.0); articles.len()];
    for (i, (article, ours)) in articles.iter().zip(ours).enumerate() {
        for mention in &article.mentions {
            let found = ours.mention(mention.at).map(|k| ours.cast.mentions[k].actor);
            let gold = (i, mention.actor);
            all.push((i, found.map(|a| (i, a)), gold));
            if mention.kind == MentionKind::Name {
                found_names[i].0 += f64::from(found.is_some());
                found_names[i].1 += 1.0;
                within.push((i, found.map(|a| (i, a)), gold));
                let id = found.map(|a| ours.cast.actors[a].id.clone());
                across.push((i, id, article.actors[mention.actor].everywhere.clone()));
            }
        }
    }
    let n = within.len();
    let mut b3 = |key: &str, name: &str, sums: Vec<Vec<f64>>, n: usize| {
        out.figure(key, name, Measure::of_sums(sums, b_cubed_f1), n, "mentions", "articles");
    };
    b3("gold_actors_b3", "B-cubed F1, names within articles", b_cubed(&within, articles.len()), n);
    b3(
        "gold_actors_b3_across",
        "B-cubed F1, names across articles",
        b_cubed(&across, articles.len()),
        n,
    );
    let n_all = all.len();
    b3(
        "gold_actors_b3_all",
        "B-cubed F1, names, descriptions and pronouns within articles",
        b_cubed(&all, articles.len()),
        n_all,
    );
    out.figure(
        "gold_names_found",
        "names found",
        Measure::of_share(found_names),
        n,
        "mentions",
        "articles",
    );
}

const STANCES: [&str; 3] = ["against", "neutral", "favor"];

fn who_holds_what(out: &mut Building, articles: &[gold::Article], ours: &[Ours]) {
    // Confusion of stance (gold x found), then: holder right, stance right, both right, mentions.
    let mut counts = vec![vec![0.0; 13]; articles.len()];
    for ((article, ours), counts) in articles.iter().zip(ours).zip(&mut counts) {
        let same = same_actors(article, ours);
        for mention in &article.mentions {
            let Some(gold) = mention.stance else { continue };
            if mention.kind != MentionKind::Name || mention.used == Use::Place {
                continue;
            }
            let found = ours.stance(mention.at);
            if let Some(found) = found {
                counts[3 * gold as usize + found as usize] += 1.0;
            }
            let holder = ours.mention(mention.at).is_some_and(|k| {
                let ours_mention = &ours.cast.mentions[k];
                let speaker = ours_mention.attribution.and_then(|a| ours.cast.speakers[a]);
                match mention.inside.map(|w| &article.words[w].source) {
                    None => ours_mention.voice == Voice::Outlet,
                    Some(_) if ours_mention.voice == Voice::Outlet => false,
                    Some(Source::Actor(actor)) => speaker.and_then(|s| same.get(&s)) == Some(actor),
                    Some(_) => speaker.is_none(),
                }
            });
            let stance = found == Some(gold);
            counts[9] += f64::from(holder);
            counts[10] += f64::from(stance);
            counts[11] += f64::from(holder && stance);
            counts[12] += 1.0;
        }
    }
    let sums = sum_rows(&counts);
    let n = sums[12] as usize;
    for (key, name, k) in [
        ("gold_holder", "holder right", 9),
        ("gold_stance_accuracy", "stance right", 10),
        ("gold_holder_stance", "holder and stance right", 11),
    ] {
        let measure = Measure::of_share(counts.iter().map(|c| (c[k], c[12])).collect());
        out.figure(key, name, measure, n, "mentions", "articles");
    }
    let f1 = Measure::of_sums(counts, |s| metric::macro_f1(&s[..9], 3));
    out.figure("gold_stance_macro_f1", "stance, macro-F1", f1, n, "mentions", "articles");
    out.table("stance, per class", &super::CLASS_COLUMNS, class_rows(&sums[..9], &STANCES));
    out.note("Names that are parties to what happens; places that are only places are left out.");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::CodePoints;

    #[test]
    fn b_cubed_of_a_split_and_a_missed_mention() {
        // Gold: {a, b, c} {d}. Found: {a, b} {c, d}; then with d missed.
        let split = [(0, Some(1), 'x'), (0, Some(1), 'x'), (0, Some(2), 'x'), (0, Some(2), 'y')];
        let sums = b_cubed(&split, 1).remove(0);
        assert!((sums[0] - (1.0 + 1.0 + 0.5 + 0.5)).abs() < 1e-12);
        assert!((sums[1] - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0)).abs() < 1e-12);
        let missed = [(0, Some(1), 'x'), (0, None, 'x')];
        let sums = b_cubed(&missed, 1).remove(0);
        assert_eq!(sums, [1.0, 0.5, 2.0]);
        assert!((b_cubed_f1(&sums) - 2.0 * 0.5 * 0.25 / 0.75).abs() < 1e-12);
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let text = "“No,” Åsa’s 12 men said.";
        let found: Vec<&str> =
            words(Part::Body, text).iter().map(|w| CodePoints::new(text).slice(w.span)).collect();
        assert_eq!(found, ["No", "Åsa", "s", "12", "men", "said"]);
    }
}
