//! PolNeAR's articles, whole: attributions through voice and actors, as `score` reports them.
//!
//! Words are runs of letters and digits, of the whole text; what the text stage drops as page furniture
//! counts as not found. A content is linked if the attribution that shares most of it has its source, in
//! the same words or in a mention of the same actor. Direct words are contents between quotation marks.
//! Intervals draw articles.

use std::path::Path;

use super::gold::{most_shared, words};
use super::load::brat::{self, Mark, Role};
use super::load::data_file;
use super::load::gold::At;
use super::whole::{self, Whole, shared};
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, hit_rows, metric, stem, sum_rows,
};
use crate::text::{Part, quotes};
use crate::voice::Voice;

pub(super) fn measure(cx: &mut Context<'_>, folder: &Path) -> Result<Measured, EvalError> {
    let (documents, sha256) = brat::documents(folder)?;
    let texts = documents.iter().map(|d| whole::Text {
        path: &d.path,
        outlet: None,
        title: None,
        body: &d.text,
    });
    let ours = whole::read(cx, Suite::Voice, folder, texts.collect())?;
    let name = format!("Voices, PolNeAR {}, whole articles", stem(folder));
    let mut out = Building::new(cx, Suite::Voice, name);
    out.file(data_file(folder, sha256, documents.len(), "articles"));

    // Hits, predicted and gold words: somebody's, direct; then linked contents and all of them.
    let counts: Vec<Vec<f64>> =
        documents.iter().zip(&ours).map(|(document, ours)| count(document, ours)).collect();
    let sums = sum_rows(&counts);
    for (k, (key, name)) in [
        ("voice_content_word_f1", "word F1, somebody else's words"),
        ("voice_direct_word_f1", "word F1, direct"),
    ]
    .into_iter()
    .enumerate()
    {
        let measure = Measure::of_sums(counts.clone(), move |s| {
            metric::f1(s[3 * k], s[3 * k + 1], s[3 * k + 2])
        });
        out.figure(key, name, measure, sums[3 * k + 2] as usize, "words", "articles");
    }
    out.figure(
        "voice_source_linked",
        "contents whose source is found",
        Measure::of_share(counts.iter().map(|c| (c[6], c[7])).collect()),
        sums[7] as usize,
        "contents",
        "articles",
    );
    out.table(
        "words",
        &["voice", "precision", "recall", "F1", "labelled", "predicted"],
        hit_rows(&sums, &["somebody's", "direct"]),
    );
    out.note("An article with several annotators is taken once.");
    Ok(out.done())
}

fn count(document: &brat::Document, ours: &Whole) -> Vec<f64> {
    let at = |mark: &Mark| At { part: Part::Body, span: mark.span };
    let of = |role: Role| document.marks.iter().filter(move |m| m.role == role);
    let marked: Vec<At> = quotes::outermost(&document.text)
        .into_iter()
        .map(|q| At { part: Part::Body, span: q.span })
        .collect();
    let stretches = ours.stretches();
    let mut counts = vec![0.0; 8];
    for word in words(Part::Body, &document.text) {
        let gold = of(Role::Content).any(|m| shared(at(m), word) > 0);
        let found = stretches.iter().find(|(at, _, _)| shared(*at, word) > 0).map(|s| s.1);
        let direct = gold && marked.iter().any(|&m| shared(m, word) > 0);
        let quoted = found == Some(Voice::Direct);
        for (k, (is, gold)) in [(found.is_some(), gold), (quoted, direct)].into_iter().enumerate() {
            counts[3 * k] += f64::from(is && gold);
            counts[3 * k + 1] += f64::from(is);
            counts[3 * k + 2] += f64::from(gold);
        }
    }
    for content in of(Role::Content) {
        let sources: Vec<At> =
            of(Role::Source).filter(|s| s.attribution == content.attribution).map(at).collect();
        if sources.is_empty() {
            continue;
        }
        counts[7] += 1.0;
        let Some(a) = most_shared(at(content), &stretches) else { continue };
        let meets = |place: At| sources.iter().any(|&s| shared(s, place) > 0);
        let named = ours.voices.attributions[a].source.is_some_and(|s| meets(ours.at(s)));
        let mut mentions = ours.cast.mentions.iter();
        let meant = ours.cast.speakers[a]
            .is_some_and(|actor| mentions.any(|m| m.actor == actor && meets(ours.at(m.place))));
        counts[6] += f64::from(named || meant);
    }
    counts
}
