//! A row in, a sentence that can be printed out, and what must be said with it.
//!
//! Every sentence is true of its row as worded:
//! - It speaks of the articles that were read. What is counted in too few of them is described, never estimated.
//! - A leaning or a difference is claimed only where the interval leaves out zero; elsewhere the sentence says
//!   that these articles cannot show one, which is not the same as that there is none.
//! - Nothing is said of causes or intentions: wording is described, and words are called those of whoever says
//!   them.
//! - Figures are the row's, rounded as in the rest of the report ([`super::number`]); names stand as given.

use super::Run;
use super::findings::{finite, is_claimed, leaves_out_zero};
use super::number::{count, counted, in_words, net, net_interval, points, points_interval, share};
use super::view::Measure;
use crate::tables::rows::{
    ActorRow, ComparisonRow, HolderTargetRow, OutletActorRow, OutletRow, SpeakerRow, UNKNOWN_OUTLET,
};

/// What a row does not say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Events that the row's articles are about; none where articles were not grouped into events.
    pub n_events: Option<u32>,
    /// Articles whose wording is somebody else's (an agency's, another outlet's) and is not counted. Rows of outlets
    /// know it themselves.
    pub n_relayed: u32,
    /// Fewest articles for a figure.
    pub min_articles: u32,
    /// Comparisons that were made beside this one, itself included; 0 where nobody counted.
    pub n_comparisons: u32,
    /// Is the figure corrected by a sample that people coded?
    pub corrected: bool,
}

impl Default for Context {
    fn default() -> Self {
        Context {
            n_events: None,
            n_relayed: 0,
            min_articles: 5,
            n_comparisons: 0,
            corrected: false,
        }
    }
}

impl Context {
    /// What a run says of all its rows.
    pub fn of(run: &Run) -> Context {
        let compared = run.comparisons.iter().filter(|row| row.difference.is_some()).count();
        Context {
            min_articles: run.info.min_articles,
            n_comparisons: compared as u32,
            ..Context::default()
        }
    }
}

/// A result in words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Words {
    /// One sentence.
    pub sentence: String,
    /// Sentences that belong to it wherever it is printed.
    pub caveats: Vec<String>,
}

/// Below so many articles it is said that they are few.
const FEW: u32 = 10;
/// Up to so many events are named as few.
const FEW_EVENTS: u32 = 4;

/// Value and ends of its interval.
type Figures = [f64; 3];

// ------------------------------------------------------------------ outlets

/// An outlet's articles without copy and repeats, which its own figures leave out.
pub(super) fn articles_of(row: &OutletRow) -> u32 {
    row.n_articles.saturating_sub(row.n_relayed + row.n_repeats)
}

/// How often an outlet's own words are loaded.
pub fn outlet_loaded(row: &OutletRow, cx: &Context) -> Words {
    let own = own(&row.outlet);
    let n_articles = articles_of(row);
    let articles = counted(n_articles, "article", "articles");
    let figures = finite([row.loaded_own, row.loaded_own_lo, row.loaded_own_hi]);
    let sentence = match figures.filter(|_| enough(n_articles, cx) && row.n_own > 1) {
        _ if row.n_articles == 0 => return none_read(&row.outlet),
        _ if row.n_own == 0 => {
            format!("No sentence in {own} words was found in {articles}.")
        }
        Some(figures) => format!(
            "{} of the {} in {own} words use loaded wording ({}; {articles}).",
            share(figures[0], row.n_own),
            counted(row.n_own, "sentence", "sentences"),
            share_interval(figures, row.n_own),
        ),
        None => return described(loaded_counts(row, &own), n_articles, cx),
    };
    with_caveats(sentence, n_articles, &of_outlet(row, cx), Vec::new())
}

fn loaded_counts(row: &OutletRow, own: &str) -> String {
    let verb = match (row.n_loaded_own, row.n_own) {
        (0, 1) => "does not use",
        (0 | 1, _) => "uses",
        _ => "use",
    };
    let which = match row.n_own {
        1 => "The one sentence".to_owned(),
        n => format!("{} of the {} sentences", part(row.n_loaded_own), count(n)),
    };
    format!("{which} in {own} words {verb} loaded wording.")
}

/// How much of what an outlet prints is somebody else's.
pub fn outlet_quoted(row: &OutletRow, cx: &Context) -> Words {
    let name = outlet(&row.outlet);
    let articles = counted(row.n_articles, "article", "articles");
    let words = counted(row.n_words, "word", "words");
    let figures = finite([row.quoted, row.quoted_lo, row.quoted_hi]);
    let sentence = match figures.filter(|_| enough(row.n_articles, cx)) {
        _ if row.n_articles == 0 => return none_read(&row.outlet),
        _ if row.n_words == 0 => format!("No words of {name} were found in {articles}."),
        Some(figures) => format!(
            "{} of the {words} of {name} are somebody else’s, quoted or reported ({}; {articles}).",
            share(figures[0], row.n_words),
            share_interval(figures, row.n_words),
        ),
        None => {
            return described(
                format!(
                    "{} of the {words} of {name} {} somebody else’s, quoted or reported.",
                    part(row.n_words_quoted),
                    if row.n_words_quoted <= 1 { "is" } else { "are" },
                ),
                row.n_articles,
                cx,
            );
        }
    };
    with_caveats(sentence, row.n_articles, &of_outlet(row, cx), Vec::new())
}

/// How an outlet's own words are about all whom they name.
pub fn outlet_stance(row: &OutletRow, cx: &Context) -> Words {
    if row.n_articles == 0 {
        return none_read(&row.outlet);
    }
    let about = format!("{} wording about the actors it names", capital_own(&row.outlet));
    let figures = finite([row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi]);
    let seen =
        Seen { mentions: row.n_mentions_own, articles: articles_of(row), all_in_them: false };
    stance(&about, figures, seen, &of_outlet(row, cx))
}

/// The context of an outlet's row: it knows its relayed copy itself.
fn of_outlet(row: &OutletRow, cx: &Context) -> Context {
    Context { n_relayed: row.n_relayed, ..*cx }
}

/// What must be said where two outlets are put in an order by how often their own words are loaded.
///
/// None where their intervals lie apart, or where one has no figure.
pub fn overlap(a: &OutletRow, b: &OutletRow) -> Option<String> {
    let figures = |row: &OutletRow| finite([row.loaded_own, row.loaded_own_lo, row.loaded_own_hi]);
    let (of_a, of_b) = (figures(a)?, figures(b)?);
    let apart = of_a[1] > of_b[2] || of_b[1] > of_a[2];
    (!apart).then(|| {
        format!(
            "The intervals of {} ({}) and {} ({}) overlap; which of the two is higher is not certain.",
            outlet(&a.outlet),
            ends(of_a, a.n_own),
            outlet(&b.outlet),
            ends(of_b, b.n_own),
        )
    })
}

// ------------------------------------------------------------------ actors

/// How an actor is written about, over all outlets, in their own words.
pub fn actor(row: &ActorRow, cx: &Context) -> Words {
    let about = format!("The outlets’ own wording about {}", row.name);
    let figures = finite([row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi]);
    let seen = Seen { mentions: row.n_mentions_own, articles: row.n_articles, all_in_them: false };
    stance(&about, figures, seen, cx)
}

/// How an outlet writes about an actor, in its own words.
pub fn outlet_actor(row: &OutletActorRow, cx: &Context) -> Words {
    let about = format!("{} wording about {}", capital_own(&row.outlet), row.name);
    let figures = finite([row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi]);
    let seen =
        Seen { mentions: row.n_mentions_own, articles: row.n_articles_own, all_in_them: true };
    stance(&about, figures, seen, cx)
}

/// How somebody speaks about somebody, as outlets relay it.
pub fn holder_target(row: &HolderTargetRow, cx: &Context) -> Words {
    let (target, relay) = (&row.target_name, relay(row.outlet.as_deref()));
    let holder = match row.holder.as_str() {
        "outlet" => None,
        "actor" => Some(row.holder_name.as_deref().unwrap_or("somebody")),
        "copy" => Some("agencies or outlets whose copy is printed"),
        _ => Some("people without a name"),
    };
    let own_wording = row.outlet.as_deref().map_or("The outlets’ own".to_owned(), capital_own);
    let about = match holder {
        None => format!("{own_wording} wording about {target}"),
        Some(holder) => format!("What {relay} of {holder} about {target}"),
    };
    let figures = finite([row.net_stance, row.net_stance_lo, row.net_stance_hi]);
    let seen = Seen { mentions: row.n_mentions, articles: row.n_articles, all_in_them: true };
    let mut words = stance(&about, figures, seen, cx);
    if holder.is_some() && row.n_mentions > 0 {
        words.caveats.insert(0, RELAYED.into());
    }
    words
}

const RELAYED: &str =
    "These are words that were quoted or reported, not the wording of whoever relays them.";

/// How much somebody is let speak, and how loaded that is.
pub fn speaker(row: &SpeakerRow, cx: &Context) -> Words {
    let relay = relay(row.outlet.as_deref());
    let name = row.speaker_name.as_deref().unwrap_or("people without a name and documents");
    let words = row.n_words_direct + row.n_words_indirect;
    if words == 0 {
        let sentence = format!("There are no words of {name} in what {relay}.");
        return Words { sentence, caveats: Vec::new() };
    }
    let mut sentence = format!(
        "{} of the words that {relay} are those of {name} ({} in {})",
        share(row.share_of_quoted, words),
        counted(words, "word", "words"),
        counted(row.n_articles, "article", "articles"),
    );
    let figures = finite([row.loaded, row.loaded_lo, row.loaded_hi]);
    if let Some(figures) = figures.filter(|_| enough(row.n_articles, cx) && row.n_sentences > 1) {
        sentence.push_str(&format!(
            "; of the {} that are theirs alone, {} use loaded wording ({})",
            counted(row.n_sentences, "sentence", "sentences"),
            share(figures[0], row.n_sentences),
            share_interval(figures, row.n_sentences),
        ));
    }
    sentence.push('.');
    with_caveats(sentence, row.n_articles, cx, vec![RELAYED.into()])
}

/// "Red Bollard quotes or reports", "the outlets quote or report".
fn relay(of: Option<&str>) -> String {
    match of {
        None => "the outlets quote or report".into(),
        Some(UNKNOWN_OUTLET) => format!("{} quote or report", outlet(UNKNOWN_OUTLET)),
        Some(name) => format!("{name} quotes or reports"),
    }
}

// ------------------------------------------------------------------ comparisons

/// Outlet against outlet. `actor`: the name of whom a stance is about. `cases`: sentences or words behind the
/// smaller side's share, for rounding.
pub fn comparison(row: &ComparisonRow, actor: Option<&str>, cases: u32, cx: &Context) -> Words {
    let (a, b) = (outlet(&row.outlet_a), outlet(&row.outlet_b));
    let first = if row.outlet_a == UNKNOWN_OUTLET { capital(&a) } else { a.clone() };
    let fewest = row.n_articles_a.min(row.n_articles_b);
    let figures = finite([row.difference, row.lo, row.hi]);
    let values = finite([row.value_a, row.value_b]);
    let found = Measure::of(&row.measure).zip(figures).zip(values);
    let told = found.filter(|_| row.note.is_none() && enough(fewest, cx));
    let Some(((measure, figures), [value_a, value_b])) = told else {
        let why = row.note.as_deref().unwrap_or("not enough data");
        return Words {
            sentence: format!("{first} and {b} are not compared: {why}."),
            caveats: Vec::new(),
        };
    };
    let what = match (measure, actor) {
        (Measure::LoadedOwn, None) => "how often their own sentences use loaded wording".to_owned(),
        (Measure::LoadedOwn, Some(name)) => {
            format!("how often their own sentences that name {name} use loaded wording")
        }
        (Measure::Quoted, _) => "how much of their words are somebody else’s".to_owned(),
        (Measure::NetStanceOwn, Some(name)) => format!("their own wording about {name}"),
        (Measure::NetStanceOwn, None) => "their own wording about the actors they name".to_owned(),
    };
    let values = format!("{} and {}", measure.value(value_a, cases), measure.value(value_b, cases));
    let from = format!(
        "{} and {}",
        count(row.n_articles_a),
        counted(row.n_articles_b, "article", "articles")
    );
    let sentence = if is_claimed(row, figures) {
        format!(
            "{first} and {b} differ in {what}: {values}, a difference of {} ({}; {from}).",
            size(measure, figures[0], cases),
            size_interval(measure, figures, cases),
        )
    } else {
        format!(
            "There is no difference between {a} and {b} in {what} that these articles can show: {values} \
             (difference {}, 95% interval {}; {from}).",
            measure.difference(figures[0], cases),
            measure.difference_interval(figures[1], figures[2], cases),
        )
    };
    with_caveats(sentence, fewest, cx, of_comparison(row, measure, figures, cases, cx))
}

fn of_comparison(
    row: &ComparisonRow,
    measure: Measure,
    figures: Figures,
    cases: u32,
    cx: &Context,
) -> Vec<String> {
    let mut caveats = Vec::new();
    let clear = leaves_out_zero(figures);
    if !is_claimed(row, figures) {
        caveats
            .push("That no difference can be shown does not mean that the two are alike.".into());
    } else if is_zero(&measure.difference(nearer_end(figures), cases)) {
        caveats.push("The interval only just leaves out zero.".into());
    }
    if clear && cx.n_comparisons > 1 {
        let all = count(cx.n_comparisons);
        caveats.push(match row.q {
            Some(q) if is_claimed(row, figures) => format!(
                "It is one of {all} comparisons; of those told as differences like this one, {} are expected to be none.",
                if q < 0.01 { "fewer than 1 in 100".to_owned() } else { format!("{:.0} in 100", (q * 100.0).ceil()) },
            ),
            Some(_) => format!(
                "Its interval leaves out zero, but it is one of {all} comparisons, among which chance makes such \
                 differences."
            ),
            None => format!(
                "It is one of {all} comparisons; where there is no difference at all, about one in twenty shows one."
            ),
        });
    }
    match finite([row.difference_within, row.lo_within, row.hi_within]) {
        Some([difference, lo, hi]) => caveats.push(format!(
            "On the {} that both cover the difference is {} (95% interval {}).",
            counted(row.n_events, "event", "events"),
            measure.difference(difference, cases),
            measure.difference_interval(lo, hi, cases),
        )),
        None => caveats.push("The two may have written about different events.".into()),
    }
    caveats
}

/// A difference without its sign: "11 points", "0.29".
fn size(measure: Measure, difference: f64, cases: u32) -> String {
    if measure == Measure::NetStanceOwn {
        let digits = unsigned(&net(difference));
        return if is_zero(&digits) { "less than 0.01".into() } else { digits };
    }
    let text = unsigned(&points(difference, cases));
    match text.as_str() {
        "1 points" => "1 point".into(),
        "0 points" => "less than 1 point".into(),
        "0.0 points" => "less than 0.1 points".into(),
        _ => text,
    }
}

/// The interval of a difference that leaves out zero, without signs: "95% interval 4 to 18 points".
fn size_interval(measure: Measure, [difference, lo, hi]: Figures, cases: u32) -> String {
    let (lo, hi) = if difference < 0.0 { (-hi, -lo) } else { (lo, hi) };
    let (text, unit) = if measure == Measure::NetStanceOwn {
        (net_interval(lo, hi), "")
    } else {
        (points_interval(lo, hi, cases), " points")
    };
    format!("95% interval {}{unit}", text.replace('+', ""))
}

fn unsigned(text: &str) -> String {
    text.trim_start_matches(['+', '\u{2212}']).to_owned()
}

/// Is nothing left of a number after rounding?
fn is_zero(text: &str) -> bool {
    let digits = text.split(' ').next().unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|c| matches!(c, '0' | '.' | '+' | '\u{2212}'))
}

/// The end of an interval that lies nearer to zero.
fn nearer_end([_, lo, hi]: Figures) -> f64 {
    if lo.abs() < hi.abs() { lo } else { hi }
}

// ------------------------------------------------------------------ what all share

/// What a stance was read from.
#[derive(Clone, Copy)]
struct Seen {
    mentions: u32,
    articles: u32,
    /// Has every one of the articles such a mention?
    all_in_them: bool,
}

/// A sentence on net stance. `about` names whose wording about whom.
fn stance(about: &str, figures: Option<Figures>, seen: Seen, cx: &Context) -> Words {
    let Seen { mentions, articles, all_in_them } = seen;
    if mentions == 0 {
        let why = "there is no such mention in the articles read";
        return Words {
            sentence: format!("{about} cannot be judged: {why}."),
            caveats: Vec::new(),
        };
    }
    let from = format!(
        "{} in {}{}",
        counted(mentions, "mention", "mentions"),
        if all_in_them || articles == 1 { "" } else { "up to " },
        counted(articles, "article", "articles"),
    );
    let Some(figures) = figures.filter(|_| enough(articles, cx)) else {
        return Words {
            sentence: format!("{about} cannot be judged from {from}."),
            caveats: vec![needed(cx)],
        };
    };
    let leaning = match figures {
        [value, ..] if leaves_out_zero(figures) && is_zero(&net(value)) => "is as good as neutral",
        [_, lo, _] if lo > 0.0 => "is favourable on balance",
        [_, _, hi] if hi < 0.0 => "is unfavourable on balance",
        _ => "leans neither way as far as these articles can show",
    };
    let sentence = format!(
        "{about} {leaning}: net stance {} on a scale from \u{2212}1 to +1 (95% interval {}; {from}).",
        net(figures[0]),
        net_interval(figures[1], figures[2]),
    );
    let mut caveats = Vec::new();
    if leaves_out_zero(figures) && !is_zero(&net(figures[0])) && is_zero(&net(nearer_end(figures)))
    {
        caveats.push("The interval only just leaves out zero.".into());
    }
    with_caveats(sentence, articles, cx, caveats)
}

/// The caveats that any figure may have, behind its own.
fn with_caveats(sentence: String, articles: u32, cx: &Context, own: Vec<String>) -> Words {
    let mut caveats = own;
    caveats.extend(few(articles));
    caveats.extend(events(cx));
    caveats.extend(relayed(cx));
    caveats.push(checked(cx).into());
    Words { sentence, caveats }
}

/// A description of what was read, for which an estimate would be too much.
fn described(sentence: String, articles: u32, cx: &Context) -> Words {
    let these = match articles {
        1 => "This describes one article and is no estimate for the outlet".to_owned(),
        n => format!("This describes {} articles and is no estimate for the outlet", in_words(n)),
    };
    let least = if enough(articles, cx) { "." } else { "; " };
    let needed = if enough(articles, cx) { String::new() } else { lower(&needed(cx)) };
    Words { sentence, caveats: vec![format!("{these}{least}{needed}"), checked(cx).into()] }
}

fn none_read(name: &str) -> Words {
    let sentence = format!("No article of {} was read.", outlet(name));
    Words { sentence, caveats: Vec::new() }
}

fn enough(articles: u32, cx: &Context) -> bool {
    articles >= cx.min_articles.max(1)
}

fn needed(cx: &Context) -> String {
    match cx.min_articles.max(1) {
        1 => "At least one article is needed for a figure.".to_owned(),
        n => format!("At least {} articles are needed for a figure.", in_words(n)),
    }
}

fn few(articles: u32) -> Option<String> {
    match articles {
        0 | FEW.. => None,
        1 => Some("It rests on one article; the interval says little.".into()),
        n => Some(format!("It rests on few articles ({}).", in_words(n),)),
    }
}

fn events(cx: &Context) -> Option<String> {
    match cx.n_events? {
        1 => Some(
            "All these articles are about one event, and the figure speaks of that event only."
                .into(),
        ),
        n @ 2..=FEW_EVENTS => {
            Some(format!("These articles are about {} events only.", in_words(n)))
        }
        _ => None,
    }
}

fn relayed(cx: &Context) -> Option<String> {
    match cx.n_relayed {
        0 => None,
        1 => Some(
            "One more article is copy of an agency or another outlet; its wording is not counted."
                .into(),
        ),
        n => Some(format!(
            "{} more articles are copy of agencies or other outlets; their wording is not counted.",
            capital(&in_words(n)),
        )),
    }
}

fn checked(cx: &Context) -> &'static str {
    if cx.corrected {
        "The figure is corrected by a sample of these articles that people coded."
    } else {
        "The figure is a program’s reading that nobody has checked against a coded sample of these articles."
    }
}

/// `95% interval 35% to 47%`
fn share_interval(figures: Figures, cases: u32) -> String {
    format!("95% interval {}", ends(figures, cases))
}

fn ends([_, lo, hi]: Figures, cases: u32) -> String {
    format!("{} to {}", share(lo, cases), share(hi, cases))
}

/// An outlet's name as given; articles that name none come from unnamed outlets.
fn outlet(name: &str) -> String {
    if name == UNKNOWN_OUTLET { "unnamed outlets".into() } else { name.to_owned() }
}

/// "Red Bollard’s own", in the middle of a sentence.
fn own(name: &str) -> String {
    let name = outlet(name);
    if name.ends_with('s') { format!("{name}’ own") } else { format!("{name}’s own") }
}

/// The same where a sentence begins: a name stays as it is given.
fn capital_own(name: &str) -> String {
    if name == UNKNOWN_OUTLET { capital(&own(name)) } else { own(name) }
}

/// How many of some: "None", "Three", "1,234".
fn part(n: u32) -> String {
    if n == 0 { "None".into() } else { capital(&in_words(n)) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Estimate, run};
    use super::*;
    use crate::model::EntityKind;

    fn outlet_row(articles: u32, counts: (u32, u32), loaded: Estimate, net: Estimate) -> OutletRow {
        run().with_outlet("Red Bollard", articles, counts, loaded, net).outlets.remove(0)
    }

    fn compared(
        measure: &str,
        a: (&str, u32, Option<f64>),
        b: (&str, u32, Option<f64>),
        interval: Option<(f64, f64)>,
    ) -> ComparisonRow {
        run().with_comparison(measure, a, b, interval).comparisons.remove(0)
    }

    fn held(holder: &str, name: Option<&str>, n: u32, net: Estimate) -> HolderTargetRow {
        HolderTargetRow {
            outlet: Some("Red Bollard".into()),
            holder: holder.into(),
            holder_id: name.map(str::to_owned),
            holder_name: name.map(str::to_owned),
            target_id: "lind".into(),
            target_name: "Lind".into(),
            n_articles: n,
            n_mentions: n * 2,
            n_direct: n,
            n_indirect: n,
            n_against: n,
            n_favor: 0,
            net_stance: net.map(|n| n.0),
            net_stance_lo: net.map(|n| n.1),
            net_stance_hi: net.map(|n| n.2),
        }
    }

    fn spoken(
        name: Option<&str>,
        articles: u32,
        words: u32,
        share: f64,
        loaded: Estimate,
    ) -> SpeakerRow {
        SpeakerRow {
            outlet: None,
            speaker_id: name.map(str::to_owned),
            speaker_name: name.map(str::to_owned),
            n_articles: articles,
            n_sentences: 25,
            n_words_direct: words,
            n_words_indirect: 0,
            share_of_quoted: share,
            loaded: loaded.map(|l| l.0),
            loaded_lo: loaded.map(|l| l.1),
            loaded_hi: loaded.map(|l| l.2),
        }
    }

    fn has(words: &Words, part: &str) -> bool {
        words.caveats.iter().any(|c| c.contains(part))
    }

    /// What holds for every text: one sentence each, no broken plural, no double sign, no empty figure.
    fn is_clean(words: &Words) {
        for text in words.caveats.iter().chain([&words.sentence]) {
            for bad in [
                "%%",
                " 1 articles",
                " 1 sentences",
                " 1 words",
                " 1 mentions",
                "  ",
                "..",
                "NaN",
                "None ",
                "+-",
                "one articles",
            ] {
                let ok = !text.contains(bad) || (bad == "None " && text.starts_with("None of "));
                assert!(ok, "{bad:?} in {text}");
            }
            assert!(text.ends_with('.'), "{text}");
            let causal = [
                "because",
                "bias",
                "wants",
                "deliberate",
                "in order to",
                "caused",
                "agenda",
                "due to",
            ];
            for word in causal {
                assert!(!text.to_lowercase().contains(word), "{word}: {text}");
            }
        }
    }

    const CX: Context = Context {
        n_events: None,
        n_relayed: 0,
        min_articles: 5,
        n_comparisons: 0,
        corrected: false,
    };

    #[test]
    fn loaded_wording_is_estimated_described_or_not_found() {
        for (articles, counts, loaded, expected) in [
            (
                12,
                (120, 290),
                Some((120.0 / 290.0, 0.353, 0.472)),
                "41.4% of the 290 sentences in Red Bollard’s own words use loaded wording (95% interval 35.3% to \
                 47.2%; 12 articles).",
            ),
            (
                6,
                (0, 40),
                Some((0.0, 0.0, 0.39)),
                "0% of the 40 sentences in Red Bollard’s own words use loaded wording (95% interval 0% to 39%; 6 \
                 articles).",
            ),
            (
                900,
                (1, 9000),
                Some((1.0 / 9000.0, 0.00001, 0.0004)),
                "<0.1% of the 9,000 sentences in Red Bollard’s own words use loaded wording (95% interval <0.1% to \
                 <0.1%; 900 articles).",
            ),
            (
                30,
                (40, 40),
                Some((1.0, 0.88, 1.0)),
                "100% of the 40 sentences in Red Bollard’s own words use loaded wording (95% interval 88% to 100%; \
                 30 articles).",
            ),
            (
                3,
                (3, 12),
                None,
                "Three of the 12 sentences in Red Bollard’s own words use loaded wording.",
            ),
            (1, (1, 1), None, "The one sentence in Red Bollard’s own words uses loaded wording."),
            (
                1,
                (0, 1),
                None,
                "The one sentence in Red Bollard’s own words does not use loaded wording.",
            ),
            (
                1,
                (0, 9),
                None,
                "None of the 9 sentences in Red Bollard’s own words uses loaded wording.",
            ),
            // A figure that a lower minimum let through is not one for this reader.
            (
                4,
                (3, 12),
                Some((0.25, 0.1, 0.5)),
                "Three of the 12 sentences in Red Bollard’s own words use loaded wording.",
            ),
            // Not a number is no figure.
            (
                9,
                (3, 12),
                Some((f64::NAN, 0.1, 0.5)),
                "Three of the 12 sentences in Red Bollard’s own words use loaded wording.",
            ),
            (8, (0, 0), None, "No sentence in Red Bollard’s own words was found in 8 articles."),
            (0, (0, 0), None, "No article of Red Bollard was read."),
        ] {
            let words = outlet_loaded(&outlet_row(articles, counts, loaded, None), &CX);
            assert_eq!(words.sentence, expected);
            is_clean(&words);
        }
    }

    #[test]
    fn an_estimate_carries_the_caveats_that_its_articles_ask_for() {
        let loaded = Some((0.4, 0.3, 0.5));
        let caveats = |articles: u32, agency: u32, cx: Context| {
            let mut row = outlet_row(articles, (12, 30), loaded, None);
            row.n_relayed = agency;
            let words = outlet_loaded(&row, &cx);
            is_clean(&words);
            words
        };
        let few = caveats(7, 0, CX);
        assert!(has(&few, "few articles (seven)") && has(&few, "nobody has checked"), "{few:?}");
        let many = caveats(10, 0, CX);
        assert_eq!(many.caveats.len(), 1, "{many:?}");
        assert!(has(&caveats(20, 1, CX), "One more article is copy of an agency"));
        assert!(has(&caveats(20, 12, CX), "12 more articles are copy of agencies"));
        assert!(has(&caveats(20, 14, CX), "few articles (six)"));
        let one = Context { min_articles: 1, ..CX };
        assert!(has(&caveats(1, 0, one), "rests on one article"));
        for (n, part) in [(1, "about one event"), (3, "three events only")] {
            assert!(has(&caveats(20, 0, Context { n_events: Some(n), ..CX }), part), "{part}");
        }
        assert_eq!(caveats(20, 0, Context { n_events: Some(12), ..CX }).caveats.len(), 1);
        let corrected = caveats(20, 0, Context { corrected: true, ..CX });
        assert!(has(&corrected, "people coded") && !has(&corrected, "nobody has checked"));
        let described = outlet_loaded(&outlet_row(3, (3, 12), None, None), &CX);
        assert!(
            has(
                &described,
                "describes three articles and is no estimate for the outlet; at least five articles"
            ),
            "{described:?}"
        );
    }

    #[test]
    fn quoted_words_are_those_of_somebody_else() {
        let words = outlet_quoted(&outlet_row(12, (3, 30), Some((0.1, 0.05, 0.2)), None), &CX);
        assert_eq!(
            words.sentence,
            "34.0% of the 5,400 words of Red Bollard are somebody else’s, quoted or reported (95% interval 29.1% \
             to 38.8%; 12 articles)."
        );
        is_clean(&words);
        let words = outlet_quoted(&outlet_row(2, (3, 30), None, None), &CX);
        assert!(words.sentence.starts_with("1,836 of the 5,400 words"), "{words:?}");
        is_clean(&words);
        assert_eq!(
            outlet_quoted(&outlet_row(0, (0, 0), None, None), &CX).sentence,
            "No article of Red Bollard was read."
        );
    }

    #[test]
    fn a_leaning_is_claimed_only_where_the_interval_leaves_out_zero() {
        let scale = "on a scale from −1 to +1";
        for (net, expected) in [
            (
                (-0.31, -0.42, -0.20),
                format!("is unfavourable on balance: net stance −0.31 {scale}"),
            ),
            ((0.31, 0.20, 0.42), format!("is favourable on balance: net stance +0.31 {scale}")),
            ((-0.31, -0.70, 0.08), "leans neither way as far as these articles can show".into()),
            // An end that touches zero leaves it in.
            ((0.10, 0.0, 0.20), "leans neither way".into()),
            ((-0.10, -0.20, 0.0), "leans neither way".into()),
            ((0.0, 0.0, 0.0), "leans neither way".into()),
            // Clear of zero by less than anybody would notice.
            ((0.002, 0.001, 0.004), "is as good as neutral: net stance 0.00".into()),
        ] {
            let row = run().with_outlet_actor("The Selke Times", "Ilse Brandvold", 12, Some(net));
            let words = outlet_actor(&row.outlet_actor[0], &CX);
            let about = "The Selke Times’ own wording about Ilse Brandvold ";
            assert!(words.sentence.starts_with(&format!("{about}{expected}")), "{words:?}");
            assert!(words.sentence.ends_with("; 12 mentions in 12 articles)."), "{words:?}");
            is_clean(&words);
        }
        let near = run().with_outlet_actor("A", "B", 12, Some((0.2, 0.003, 0.4)));
        assert!(has(&outlet_actor(&near.outlet_actor[0], &CX), "only just leaves out zero"));
    }

    #[test]
    fn without_enough_mentions_nothing_is_judged() {
        for (n, expected) in [
            (
                0,
                "A’s own wording about B cannot be judged: there is no such mention in the articles read.",
            ),
            (1, "A’s own wording about B cannot be judged from 1 mention in 1 article."),
            (3, "A’s own wording about B cannot be judged from 3 mentions in 3 articles."),
        ] {
            let row = run().with_outlet_actor("A", "B", n, None);
            let words = outlet_actor(&row.outlet_actor[0], &CX);
            assert_eq!(words.sentence, expected);
            is_clean(&words);
        }
        let row = run().with_actor("Lind", EntityKind::Per, 90, Some((0.2, 0.1, 0.3)), 0);
        let words = actor(&row.actors[0], &CX);
        assert!(
            words
                .sentence
                .starts_with("The outlets’ own wording about Lind is favourable on balance"),
            "{words:?}"
        );
        assert!(words.sentence.ends_with("45 mentions in up to 30 articles)."), "{words:?}");
        let row = outlet_row(1, (1, 9), None, None);
        let words = outlet_stance(&row, &CX);
        assert_eq!(
            words.sentence,
            "Red Bollard’s own wording about the actors it names cannot be judged from 1,234 mentions in 1 article."
        );
        is_clean(&words);
    }

    #[test]
    fn an_outlet_without_a_name_is_called_so() {
        let row = run().with_outlet(UNKNOWN_OUTLET, 12, (3, 90), Some((0.03, 0.01, 0.1)), None);
        let words = outlet_loaded(&row.outlets[0], &CX);
        assert!(words.sentence.contains("in unnamed outlets’ own words"), "{words:?}");
        let words = outlet_stance(&row.outlets[0], &CX);
        assert!(words.sentence.starts_with("Unnamed outlets’ own wording"), "{words:?}");
    }

    #[test]
    fn what_is_relayed_is_not_the_outlets_wording() {
        let against = Some((-0.4, -0.6, -0.2));
        let words = holder_target(&held("actor", Some("Ilse Brandvold"), 12, against), &CX);
        assert!(
            words.sentence.starts_with(
                "What Red Bollard quotes or reports of Ilse Brandvold about Lind is unfavourable on balance"
            ),
            "{words:?}"
        );
        assert!(has(&words, "not the wording of whoever relays them"));
        let words = holder_target(&held("outlet", None, 12, against), &CX);
        assert!(words.sentence.starts_with("Red Bollard’s own wording about Lind"), "{words:?}");
        assert!(!has(&words, "relays"));
        let mut everywhere = held("unnamed", None, 3, None);
        everywhere.outlet = None;
        let words = holder_target(&everywhere, &CX);
        assert_eq!(
            words.sentence,
            "What the outlets quote or report of people without a name about Lind cannot be judged from 6 mentions \
             in 3 articles."
        );
        is_clean(&words);
    }

    #[test]
    fn a_speaker_has_a_share_of_what_is_quoted() {
        for (row, expected) in [
            (
                spoken(Some("Lind"), 20, 1234, 0.123, Some((0.4, 0.2, 0.6))),
                "12.3% of the words that the outlets quote or report are those of Lind (1,234 words in 20 \
                 articles); of the 25 sentences that are theirs alone, 40% use loaded wording (95% interval 20% to \
                 60%).",
            ),
            (
                spoken(Some("Lind"), 1, 1, 0.00001, None),
                "<1% of the words that the outlets quote or report are those of Lind (1 word in 1 article).",
            ),
            (
                spoken(None, 3, 90, 0.99999, Some((0.4, 0.2, 0.6))),
                ">99% of the words that the outlets quote or report are those of people without a name and documents \
                 (90 words in 3 articles).",
            ),
            (
                spoken(Some("Lind"), 0, 0, 0.0, None),
                "There are no words of Lind in what the outlets quote or report.",
            ),
        ] {
            let words = speaker(&row, &CX);
            assert_eq!(words.sentence, expected);
            is_clean(&words);
        }
    }

    #[test]
    fn a_difference_is_claimed_only_where_the_interval_leaves_out_zero() {
        let a = |value| ("A", 12, Some(value));
        let b = |value| ("B", 15, Some(value));
        for (measure, actor, value_a, value_b, interval, cases, expected) in [
            (
                "loaded_own",
                None,
                0.41,
                0.30,
                (0.04, 0.18),
                90,
                "A and B differ in how often their own sentences use loaded wording: 41% and 30%, a difference of 11 \
                 points (95% interval 4 to 18 points; 12 and 15 articles).",
            ),
            (
                "loaded_own",
                None,
                0.30,
                0.41,
                (-0.18, -0.04),
                90,
                "A and B differ in how often their own sentences use loaded wording: 30% and 41%, a difference of 11 \
                 points (95% interval 4 to 18 points; 12 and 15 articles).",
            ),
            (
                "loaded_own",
                None,
                0.31,
                0.30,
                (0.002, 0.018),
                90,
                "A and B differ in how often their own sentences use loaded wording: 31% and 30%, a difference of 1 \
                 point (95% interval 0 to 2 points; 12 and 15 articles).",
            ),
            (
                "quoted",
                None,
                0.3001,
                0.3000,
                (0.00001, 0.0002),
                5000,
                "A and B differ in how much of their words are somebody else’s: 30.0% and 30.0%, a difference of \
                 less than 0.1 points (95% interval 0.0 to 0.0 points; 12 and 15 articles).",
            ),
            (
                "loaded_own",
                None,
                0.41,
                0.38,
                (-0.04, 0.10),
                90,
                "There is no difference between A and B in how often their own sentences use loaded wording that \
                 these articles can show: 41% and 38% (difference +3 points, 95% interval −4 to +10; 12 and 15 \
                 articles).",
            ),
            // An end that touches zero leaves it in.
            (
                "quoted",
                None,
                0.5,
                0.4,
                (0.0, 0.2),
                90,
                "There is no difference between A and B in how much of their words are somebody else’s that these \
                 articles can show: 50% and 40% (difference +10 points, 95% interval 0 to +20; 12 and 15 articles).",
            ),
            (
                "net_stance_own",
                Some("Lind"),
                -0.31,
                -0.02,
                (-0.40, -0.18),
                90,
                "A and B differ in their own wording about Lind: −0.31 and −0.02, a difference of 0.29 (95% interval \
                 0.18 to 0.40; 12 and 15 articles).",
            ),
            (
                "loaded_own",
                Some("Lind"),
                0.41,
                0.30,
                (0.04, 0.18),
                90,
                "A and B differ in how often their own sentences that name Lind use loaded wording: 41% and 30%, a \
                 difference of 11 points (95% interval 4 to 18 points; 12 and 15 articles).",
            ),
        ] {
            let row = compared(measure, a(value_a), b(value_b), Some(interval));
            let words = comparison(&row, actor, cases, &CX);
            assert_eq!(words.sentence, expected);
            assert!(has(&words, "different events"));
            assert_eq!(
                has(&words, "does not mean that the two are alike"),
                !leaves_out_zero(finite([row.difference, row.lo, row.hi]).unwrap())
            );
            is_clean(&words);
        }
    }

    #[test]
    fn a_comparison_says_how_many_were_made_and_why_one_was_not() {
        let row =
            compared("loaded_own", ("A", 12, Some(0.4)), ("B", 7, Some(0.3)), Some((0.001, 0.2)));
        let cx = Context { n_events: Some(1), n_comparisons: 1200, ..CX };
        let words = comparison(&row, None, 90, &cx);
        for part in
            ["one of 1,200 comparisons", "about one event", "few articles (seven)", "only just"]
        {
            assert!(has(&words, part), "{part}: {words:?}");
        }
        assert!(has(&words, "different events"), "{words:?}");
        is_clean(&words);
        // What chance makes among so many is not told as a difference.
        let mut by_chance = row.clone();
        by_chance.q = Some(0.3);
        (by_chance.n_events, by_chance.difference_within) = (9, Some(0.08));
        (by_chance.lo_within, by_chance.hi_within) = (Some(-0.02), Some(0.18));
        let words = comparison(&by_chance, None, 90, &cx);
        assert!(words.sentence.starts_with("There is no difference"), "{words:?}");
        assert!(has(&words, "among which chance makes such differences"), "{words:?}");
        assert!(
            has(
                &words,
                "On the 9 events that both cover the difference is +8 points (95% interval −2 to +18)."
            ),
            "{words:?}"
        );
        is_clean(&words);
        let mut sure = row.clone();
        sure.q = Some(0.013);
        let words = comparison(&sure, None, 90, &cx);
        assert!(
            words.sentence.contains(" differ in ")
                && has(&words, "2 in 100 are expected to be none"),
            "{words:?}"
        );
        is_clean(&words);
        let row = compared("loaded_own", ("A", 12, Some(0.4)), ("B", 3, None), None);
        assert_eq!(
            comparison(&row, None, 90, &CX).sentence,
            "A and B are not compared: fewer than 5 articles."
        );
        let row = compared(
            "loaded_own",
            (UNKNOWN_OUTLET, 12, Some(0.4)),
            ("B", 4, Some(0.3)),
            Some((0.0, 0.2)),
        );
        let words = comparison(&row, None, 90, &CX);
        assert_eq!(words.sentence, "Unnamed outlets and B are not compared: not enough data.");
        is_clean(&words);
    }

    #[test]
    fn an_order_of_two_outlets_says_where_their_intervals_overlap() {
        let a = outlet_row(12, (41, 90), Some((0.41, 0.35, 0.47)), None);
        let b = outlet_row(12, (38, 90), Some((0.38, 0.30, 0.36)), None);
        let text = overlap(&a, &b).unwrap();
        assert!(text.contains("(35% to 47%)") && text.contains("(30% to 36%) overlap"), "{text}");
        let apart = outlet_row(12, (10, 90), Some((0.11, 0.05, 0.2)), None);
        assert_eq!(overlap(&a, &apart), None);
        assert_eq!(overlap(&a, &outlet_row(2, (1, 9), None, None)), None);
    }
}
