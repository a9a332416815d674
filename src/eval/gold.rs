//! The gold articles, whole, through voice and actors: whose words, who is meant, who holds which
//! stance toward whom.
//!
//! Words are runs of letters and digits. Mentions are matched to the program's by overlap. Clusters are
//! compared by B-cubed (Bagga & Baldwin 1998): of every gold mention, the share of its cluster that
//! belongs there, and the share of its actor's mentions that are in it; a mention that was not found
//! counts 0 in both. Intervals draw articles.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::documents;
use super::load::data_file;
use super::load::gold::{self, At, MentionKind, Source, Use};
use super::results::DataFile;
use super::whole::{self, Whole, shared};
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, class_rows, hit_rows, metric, sum_rows,
};
use crate::Span;
use crate::actors::link::{self, Linker};
use crate::text::Part;
use crate::voice::Voice;

/// Runs of letters and digits.
pub(super) fn words(part: Part, text: &str) -> Vec<At> {
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

/// Whose words, and whose stances: PolNeAR's articles and ours.
pub(super) fn voices(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let mut out = Vec::new();
    // Named by hand it may be either set; without a name both are read where they are.
    let polnear = cx.files(Suite::Voice, &["polnear"], &[&["polnear/dev"]], &[""]);
    let folders = folders(cx, Suite::Voice);
    match (polnear, &folders) {
        (Ok(found), _) if found.iter().any(|f| f.join("attributions").is_dir()) => {
            for folder in found {
                out.push(documents::measure(cx, &folder)?);
            }
        }
        (Err(error), Err(_)) => return Err(error),
        _ => {}
    }
    for folder in folders.unwrap_or_default().iter().filter(|f| !f.join("attributions").is_dir()) {
        let (articles, file, ours) = read(cx, folder)?;
        let mut voices = Building::new(cx, Suite::Voice, "Voices, gold articles");
        voices.file(file.clone());
        whose_words(&mut voices, &articles, &ours);
        let mut stances = Building::new(cx, Suite::Voice, "Stances, gold articles");
        stances.file(file);
        who_holds_what(&mut stances, &articles, &ours);
        out.extend([voices.done(), stances.done()]);
    }
    Ok(out)
}

/// Who is meant, in our articles.
pub(super) fn actors(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let mut out = Vec::new();
    for folder in folders(cx, Suite::Actors)? {
        let (articles, file, ours) = read(cx, &folder)?;
        let mut who = Building::new(cx, Suite::Actors, "Actors, gold articles");
        who.file(file);
        who_is_meant(&mut who, &articles, &ours);
        out.push(who.done());
    }
    Ok(out)
}

fn folders(cx: &Context<'_>, suite: Suite) -> Result<Vec<PathBuf>, EvalError> {
    match cx.files(suite, &["gold"], &[&["gold"]], &[""]) {
        // The set comes with the sources; who stands in them need not name it.
        Err(_) if cx.source.file.is_none() && Path::new("eval/gold").is_dir() => {
            Ok(vec!["eval/gold".into()])
        }
        found => found,
    }
}

type Prepared = (Vec<gold::Article>, DataFile, Vec<Whole>);

fn read(cx: &mut Context<'_>, folder: &Path) -> Result<Prepared, EvalError> {
    let (articles, sha256) = gold::read(folder)?;
    let file = data_file(folder, sha256, articles.len(), "articles");
    let texts = articles.iter().map(|a| whole::Text {
        path: &a.path,
        outlet: Some(&a.outlet),
        title: Some(&a.title),
        body: &a.body,
    });
    let ours = whole::read(cx, Suite::Voice, folder, texts.collect())?;
    Ok((articles, file, ours))
}

fn whose_words(out: &mut Building, articles: &[gold::Article], ours: &[Whole]) {
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
pub(super) fn most_shared(at: At, stretches: &[(At, Voice, usize)]) -> Option<usize> {
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
fn same_actors(article: &gold::Article, ours: &Whole) -> HashMap<usize, usize> {
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

fn who_is_meant(out: &mut Building, articles: &[gold::Article], ours: &[Whole]) {
    let (mut within, mut all, mut across) = (Vec::new(), Vec::new(), Vec::new());
    let mut linker = Linker::default();
    for (article, ours) in articles.iter().zip(ours) {
        linker.add(&article.id, &ours.cast.actors);
    }
    let links = linker.finish();
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
                let id = found.map(|a| {
                    let id = link::provisional(&ours.cast.actors[a], &article.id);
                    links.renamed.get(&id).cloned().unwrap_or(id)
                });
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

fn who_holds_what(out: &mut Building, articles: &[gold::Article], ours: &[Whole]) {
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
