//! Articles in, events out: which articles of which outlets are on the same happening, and which print
//! the same copy.
//!
//! In: a [`Digest`] per article ([`Digest::of`]), and the user's own file of events where there is one
//! ([`read`]). Out: [`Groups`] ([`group`]), with a row of the table `events` for every article that is
//! in an event or prints somebody else's copy.
//!
//! Promises: the order of the articles changes nothing, nor does the number of threads; nothing is
//! drawn by chance; every grouping says why. 36,000 articles take seconds (`docs/methods.md`).

mod cluster;
mod copies;
mod digest;
mod given;
mod likeness;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::tables::rows::EventRow;

use cluster::Rule;
use copies::CopyOf;
use likeness::{Floors, Pair};

pub use digest::Digest;
pub use given::{Given, GivenError, Problem, parse, read};

/// How to group articles into events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Days from an event's first article to its last, at most.
    pub window_days: u32,
    /// Mean likeness (cosine, 0 to 1) from which on two groups of articles are one event.
    pub likeness: f64,
    /// The same for articles without a date, of which nothing else says that they belong together.
    pub likeness_without_date: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { window_days: 3, likeness: 0.25, likeness_without_date: 0.5 }
    }
}

/// Articles more unlike than this share of the threshold count as having nothing in common.
const NOTHING: f64 = 0.5;

/// From this share of words that its outlet has printed before on, an article says nothing new. Below
/// it, it is a later version with something of its own in it, and counts.
const REPEAT: f64 = 0.8;

/// Characters of a title that a reason quotes.
const TITLE: usize = 60;

/// Which article is in which event, and what it counts as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// By event, then by date; articles that only print copy last.
    pub rows: Vec<EventRow>,
    /// Number of its event, from 0, of every article that is in one.
    pub event_of: HashMap<String, u32>,
    pub n_events: u32,
    /// Articles whose words are not their outlet's.
    pub relayed: HashSet<String>,
    /// Articles that print what their outlet has printed before.
    pub repeats: HashSet<String>,
    /// Rows of the user's file whose article was not scored.
    pub unknown: Vec<Problem>,
}

/// Groups articles. Runs on the threads of the current rayon pool.
///
/// Where the user's file says which article is in which event, nothing else does: an article that it
/// does not name is in none.
pub fn group(mut digests: Vec<Digest>, given: Option<&Given>, options: &Options) -> Groups {
    // The earliest first: so the original comes before its copies. On one day the agency itself, then
    // whoever prints most of it.
    digests.sort_by(|a, b| {
        let order = |d: &Digest| (d.day.is_none(), d.day, !d.is_agency, Reverse(d.n_shingles));
        order(a).cmp(&order(b)).then_with(|| a.article_id.cmp(&b.article_id))
    });
    let copies = copies::find(&digests);
    let standings = standings(&digests, &copies);
    let members = match given {
        Some(given) => named(&digests, given),
        None => found(&digests, &copies, options),
    };
    let mut groups = Groups::default();
    if let Some(given) = given {
        let ids: HashSet<&str> = digests.iter().map(|d| d.article_id.as_str()).collect();
        groups.unknown = given.unknown(|id| ids.contains(id));
    }
    for (event, (event_id, members)) in members.into_iter().enumerate() {
        for member in members {
            groups.event_of.insert(digests[member.article].article_id.clone(), event as u32);
            let mut row = row(&digests, &copies, &standings, member.article);
            row.event_id = Some(event_id.clone());
            row.reason = Some(member.reason);
            row.likeness = member.likeness;
            groups.rows.push(row);
        }
        groups.n_events += 1;
    }
    for (article, standing) in standings.iter().enumerate() {
        let id = &digests[article].article_id;
        let says = standing.relayed.is_some() || copies[article].is_some();
        if says && !groups.event_of.contains_key(id) {
            groups.rows.push(row(&digests, &copies, &standings, article));
        }
        if standing.relayed.is_some() {
            groups.relayed.insert(id.clone());
        }
        if standing.repeats {
            groups.repeats.insert(id.clone());
        }
    }
    groups
}

/// An article in an event.
struct Member {
    article: usize,
    reason: String,
    likeness: Option<f64>,
}

/// Events by name, in the order of their first articles.
type Members = Vec<(String, Vec<Member>)>;

/// Events as the user's file has them.
fn named(digests: &[Digest], given: &Given) -> Members {
    let event_of = given.by_article();
    let mut order: HashMap<&str, usize> = HashMap::new();
    let mut events: Members = Vec::new();
    for (article, digest) in digests.iter().enumerate() {
        if let Some(&name) = event_of.get(digest.article_id.as_str()) {
            let event = *order.entry(name).or_insert_with(|| {
                events.push((name.to_owned(), Vec::new()));
                events.len() - 1
            });
            let reason = format!("named in {}", given.file);
            events[event].1.push(Member { article, reason, likeness: None });
        }
    }
    events
}

/// Events as the articles' likeness makes them; two articles at least.
fn found(digests: &[Digest], copies: &[Option<CopyOf>], options: &Options) -> Members {
    let window = i32::try_from(options.window_days).unwrap_or(i32::MAX / 2);
    let floors = Floors {
        dated: options.likeness * NOTHING,
        undated: options.likeness_without_date * NOTHING,
    };
    let pairs = alike(digests, copies, window, floors);
    let days: Vec<Option<i32>> = digests.iter().map(|d| d.day).collect();
    let rule =
        Rule { likeness: options.likeness, without_date: options.likeness_without_date, window };
    let group_of = cluster::average_linkage(&days, &pairs, rule);
    let mut events: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for (article, nearest) in nearest(&pairs, &group_of).into_iter().enumerate() {
        if let Some((other, likeness)) = nearest {
            let reason = reason(digests, copies, article, other, likeness);
            let member = Member { article, reason, likeness: Some(rounded(likeness)) };
            events.entry(group_of[article]).or_default().push(member);
        }
    }
    let named = |(number, members)| (format!("e{}", number + 1), members);
    events.into_values().enumerate().map(named).collect()
}

/// Pairs that may be on one event. Who prints the same copy writes about the same, whatever became of
/// headline and lead.
fn alike(digests: &[Digest], copies: &[Option<CopyOf>], window: i32, floors: Floors) -> Vec<Pair> {
    let pairs = likeness::pairs(digests, window, floors);
    let mut alike: BTreeMap<(usize, usize), f64> =
        pairs.into_iter().map(|p| ((p.a, p.b), p.likeness)).collect();
    for (b, copy) in copies.iter().enumerate() {
        let Some(copy) = copy else { continue };
        let within = match (digests[copy.of].day, digests[b].day) {
            (Some(first), Some(then)) => then - first <= window,
            _ => true,
        };
        if within {
            let likeness = alike.entry((copy.of, b)).or_default();
            *likeness = likeness.max(copy.shared);
        }
    }
    alike.into_iter().map(|((a, b), likeness)| Pair { a, b, likeness }).collect()
}

/// For every article the one of its group that it is most like, and how much.
fn nearest(pairs: &[Pair], group_of: &[usize]) -> Vec<Option<(usize, f64)>> {
    let mut nearest: Vec<Option<(usize, f64)>> = vec![None; group_of.len()];
    for pair in pairs.iter().filter(|p| group_of[p.a] == group_of[p.b]) {
        for (article, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let best = &mut nearest[article];
            if best.is_none_or(|(_, likeness)| pair.likeness > likeness) {
                *best = Some((other, pair.likeness));
            }
        }
    }
    nearest
}

/// "likeness .46 to Dockers walk out (The Daily Bosun), 1 day apart"
fn reason(
    digests: &[Digest],
    copies: &[Option<CopyOf>],
    article: usize,
    other: usize,
    likeness: f64,
) -> String {
    let of = |a: usize, b: usize| copies[a].is_some_and(|copy| copy.of == b);
    let what = if of(article, other) || of(other, article) {
        "the same copy as".to_owned()
    } else {
        format!("likeness {} to", decimals(likeness))
    };
    let when = match (digests[article].day, digests[other].day) {
        (Some(a), Some(b)) => match a.abs_diff(b) {
            0 => "the same day".to_owned(),
            1 => "1 day apart".to_owned(),
            days => format!("{days} days apart"),
        },
        _ => "without a date".to_owned(),
    };
    format!("{what} {}, {when}", shown(&digests[other]))
}

/// What an article counts as.
#[derive(Clone, Debug, Default)]
struct Standing {
    /// Why its words are not its outlet's.
    relayed: Option<String>,
    /// Its outlet has printed the same before.
    repeats: bool,
}

/// Whose words the articles are.
///
/// Copy is an outlet's own only where nobody is given credit for it and no other outlet printed it as
/// early. Where two print the same on one day, nothing says who wrote it.
fn standings(digests: &[Digest], copies: &[Option<CopyOf>]) -> Vec<Standing> {
    let mut family: Vec<usize> = (0..digests.len()).collect();
    let mut families: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (article, copy) in copies.iter().enumerate() {
        if let Some(copy) = copy {
            family[article] = family[copy.of];
            families.entry(family[article]).or_insert_with(|| vec![family[article]]).push(article);
        }
    }
    let mut standings: Vec<Standing> = digests
        .iter()
        .map(|digest| Standing {
            relayed: digest.agency.as_ref().map(|agency| format!("credited to {agency}")),
            repeats: false,
        })
        .collect();
    for (original, members) in families {
        let mut printed: HashSet<&str> = HashSet::new();
        for &article in &members {
            let again = !printed.insert(&digests[article].outlet);
            standings[article].repeats =
                again && copies[article].is_some_and(|c| c.shared >= REPEAT);
            if standings[article].relayed.is_none() && !digests[article].is_agency {
                standings[article].relayed =
                    why_relayed(digests, copies, original, &members, article);
            }
        }
    }
    standings
}

/// Why an article that is credited to nobody, of those that print one copy, is not its outlet's own.
fn why_relayed(
    digests: &[Digest],
    copies: &[Option<CopyOf>],
    original: usize,
    members: &[usize],
    article: usize,
) -> Option<String> {
    let credit = members.iter().find_map(|&m| Some((m, digests[m].agency.as_ref()?)));
    if let Some((member, agency)) = credit {
        return Some(format!("the same copy as {}, credited to {agency}", shown(&digests[member])));
    }
    let outlet = |other: usize| digests[other].outlet != digests[article].outlet;
    if let Some(copy) = copies[article].filter(|_| outlet(original)) {
        let percent = (copy.shared * 100.0).round();
        return Some(format!("{percent}% of it stands in {}", shown(&digests[copy.of])));
    }
    // The original, or the outlet's later print of it.
    let as_early = |&&m: &&usize| outlet(m) && digests[m].day == digests[original].day;
    let undated = |&&m: &&usize| outlet(m) && digests[m].day.is_none();
    let rival = members.iter().find(as_early).or_else(|| members.iter().find(undated))?;
    Some(format!("{} printed the same; which came first is not known", shown(&digests[*rival])))
}

fn row(
    digests: &[Digest],
    copies: &[Option<CopyOf>],
    standings: &[Standing],
    article: usize,
) -> EventRow {
    let digest = &digests[article];
    let copy = copies[article];
    EventRow {
        event_id: None,
        article_id: digest.article_id.clone(),
        outlet: digest.outlet.clone(),
        date: digest.date.clone(),
        title: digest.title.clone(),
        reason: None,
        likeness: None,
        copy_of: copy.map(|copy| digests[copy.of].article_id.clone()),
        similarity: copy.map(|copy| rounded(copy.similarity)),
        shared: copy.map(|copy| rounded(copy.shared)),
        relayed: standings[article].relayed.is_some(),
        relayed_why: standings[article].relayed.clone(),
        repeats: standings[article].repeats,
    }
}

/// An article as a reason names it.
fn shown(digest: &Digest) -> String {
    let title = digest.title.as_deref().unwrap_or(&digest.article_id);
    let title: Vec<&str> = title.split_whitespace().collect();
    let title = title.join(" ");
    let short = match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}...", title[..end].trim_end()),
        None => title,
    };
    format!("{short} ({})", digest.outlet)
}

/// ".46"
fn decimals(share: f64) -> String {
    format!("{share:.2}").trim_start_matches('0').to_owned()
}

/// Four decimals: more than an estimate is good for.
fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests;
