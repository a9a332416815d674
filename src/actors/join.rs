//! Names in, clusters out: which names of one article mean the same actor?
//!
//! Full names are joined first, then surnames and given names alone, then short forms and acronyms of
//! organisations. A name that fits two actors equally well goes to neither by force: title and gender
//! decide, then who was named first. Two full names with one surname stay two.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Reason;
use super::find::Found;
use super::names::{self, Agreement, Gender};
use super::states::{How, Part, State};
use crate::Span;
use crate::model::EntityKind;
use crate::span::CodePoints;
use crate::text::Sentence;

/// The cluster of every found name, from 0 in the order of the article, and why it is in it.
pub(super) struct Joined {
    pub cluster: Vec<usize>,
    pub reason: Vec<Reason>,
    pub count: usize,
}

/// What makes two names one without further ado.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Book(usize),
    State(State),
    Person(Vec<String>),
    /// With the state whose organ it is.
    Other(Vec<String>, Option<State>),
}

pub(super) fn join(sentences: &[Sentence], found: &[Found]) -> Joined {
    let mut work = Work::new(found);
    work.equal_names();
    work.full_names();
    work.single_names();
    work.short_forms();
    work.acronyms(sentences);
    work.done()
}

struct Work<'f> {
    found: &'f [Found],
    person: Vec<bool>,
    /// Number of the cluster, None where it is not known yet.
    number: Vec<Option<usize>>,
    reason: Vec<Reason>,
    count: usize,
    keys: HashMap<Key, usize>,
    /// Clusters that have become others: index -> what it is now.
    same: Vec<usize>,
    /// Of each cluster, where a title or a given name shows it.
    gender: Vec<Option<Gender>>,
}

impl<'f> Work<'f> {
    fn new(found: &'f [Found]) -> Self {
        // What an article calls a person once is a person throughout: the likelier reading of a name wins.
        let mut weight: HashMap<&[String], [f32; 2]> = HashMap::new();
        for f in found {
            weight.entry(&f.tokens).or_default()[usize::from(f.kind == EntityKind::Per)] += f.p;
        }
        let person = found
            .iter()
            .map(|f| {
                let [other, person] = weight[f.tokens.as_slice()];
                person > 0.0 && person >= other
            })
            .collect();
        Work {
            found,
            person,
            number: vec![None; found.len()],
            reason: vec![Reason::Name; found.len()],
            count: 0,
            keys: HashMap::new(),
            same: Vec::new(),
            gender: Vec::new(),
        }
    }

    fn cluster_of(&mut self, key: Key) -> usize {
        let (count, same, gender) = (&mut self.count, &mut self.same, &mut self.gender);
        *self.keys.entry(key).or_insert_with(|| {
            same.push(*count);
            gender.push(None);
            *count += 1;
            *count - 1
        })
    }

    fn put(&mut self, i: usize, cluster: usize) {
        self.number[i] = Some(cluster);
        let now = self.now(cluster);
        self.gender[now] = self.gender[now].or(self.found[i].gender);
    }

    /// One of each name that `which` lets through, in the order of the article.
    fn distinct(&self, which: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut met: HashSet<(&[String], Option<usize>)> = HashSet::new();
        (0..self.found.len())
            .filter(|&i| which(i) && met.insert((&self.found[i].tokens, self.number[i])))
            .collect()
    }

    fn now(&self, mut cluster: usize) -> usize {
        while self.same[cluster] != cluster {
            cluster = self.same[cluster];
        }
        cluster
    }

    fn of(&self, i: usize) -> Option<usize> {
        self.number[i].map(|n| self.now(n))
    }

    /// Makes one cluster of two; what was in `from` is there for `reason`.
    fn merge(&mut self, from: usize, into: usize, reason: Reason) {
        let (from, into) = (self.now(from), self.now(into));
        if from == into {
            return;
        }
        for i in 0..self.found.len() {
            if self.of(i) == Some(from) && self.reason[i] == Reason::Name {
                self.reason[i] = reason;
            }
        }
        self.same[from] = into;
        self.gender[into] = self.gender[into].or(self.gender[from]);
    }

    /// Equal tokens, equal actor; states by whatever names them.
    fn equal_names(&mut self) {
        for i in 0..self.found.len() {
            let f = &self.found[i];
            let key = if let Some(entry) = f.book {
                self.reason[i] = Reason::Codebook;
                Key::Book(entry)
            } else if self.person[i] {
                if f.tokens.len() == 1 {
                    continue;
                }
                Key::Person(f.tokens.clone())
            } else if let Some((state, how, part)) = f.state
                && (matches!(how, How::Name | How::Demonym) || part == Part::State)
            {
                self.reason[i] = match how {
                    How::Name => Reason::Name,
                    How::Demonym => Reason::Demonym,
                    How::Capital | How::Seat => Reason::Metonym,
                };
                Key::State(state)
            } else {
                Key::Other(names::without_legal_form(&f.tokens).to_vec(), f.owner)
            };
            let cluster = self.cluster_of(key);
            self.put(i, cluster);
        }
        self.organs();
    }

    /// "the Foreign Ministry" is the one ministry of the article that is said to be somebody's.
    fn organs(&mut self) {
        let mut owned: HashMap<&[String], Vec<usize>> = HashMap::new();
        let mut bare: Vec<(&[String], usize)> = Vec::new();
        for (key, &cluster) in &self.keys {
            match key {
                Key::Other(tokens, Some(_)) => owned.entry(tokens).or_default().push(cluster),
                Key::Other(tokens, None) => bare.push((tokens, cluster)),
                _ => {}
            }
        }
        let merges: Vec<(usize, usize)> = bare
            .into_iter()
            .filter_map(|(tokens, cluster)| match owned.get(tokens).map(Vec::as_slice) {
                Some(&[owner]) => Some((cluster, owner)),
                _ => None,
            })
            .collect();
        for (cluster, owner) in merges {
            self.merge(cluster, owner, Reason::ShortForm);
        }
    }

    /// "Ilse M. Brandvold" and "Ilse Brandvold", "Wang Yi" and "Yi Wang", "Zelensky" and "Zelenskyy" with
    /// the same given name.
    fn full_names(&mut self) {
        let mut full: Vec<(usize, usize)> = self
            .distinct(|i| self.person[i])
            .into_iter()
            .filter_map(|i| Some((i, self.number[i]?)))
            .collect();
        // Longest first: a short name then meets the fullest form of each candidate.
        full.sort_by_key(|&(i, _)| std::cmp::Reverse(self.found[i].tokens.len()));
        for later in 1..full.len() {
            let (i, cluster) = full[later];
            let mut matches: Vec<(usize, Reason)> = Vec::new();
            for &(k, other) in &full[..later] {
                let agrees = names::agreement(&self.found[i].tokens, &self.found[k].tokens);
                let clash = opposed(self.gender[self.now(cluster)], self.gender[self.now(other)]);
                if let Some(how) = agrees.filter(|_| !clash) {
                    let reason = match how {
                        Agreement::Same => Reason::ShortForm,
                        Agreement::Order => Reason::NameOrder,
                        Agreement::Spelling => Reason::Spelling,
                    };
                    matches.push((self.now(other), reason));
                }
            }
            matches.sort_by_key(|m| m.0);
            matches.dedup_by_key(|m| m.0);
            if let [(into, reason)] = matches[..] {
                self.merge(cluster, into, reason);
            }
        }
    }

    /// A surname or given name alone: the one full name that ends (or begins) so. Of several, the one whose
    /// gender fits, then the one who was named first: papers call by the surname alone whom the article is about, and
    /// relatives by both names.
    fn single_names(&mut self) {
        let full_names: Vec<usize> = (0..self.found.len())
            .filter(|&k| self.person[k] && self.found[k].tokens.len() > 1)
            .collect();
        for i in 0..self.found.len() {
            if self.number[i].is_some() {
                continue;
            }
            let f = &self.found[i];
            let name = f.tokens[0].as_str();
            type Fits = fn(&[String], &str) -> bool;
            let ways: [(Fits, Reason); 4] = [
                (|t, n| names::surname(t).is_some_and(|l| l == n), Reason::Surname),
                (|t, n| t.first().is_some_and(|l| l == n), Reason::GivenName),
                (|t, n| t.iter().any(|l| l == n), Reason::Surname),
                (
                    |t, n| names::surname(t).is_some_and(|l| names::same_spelling(l, n)),
                    Reason::Spelling,
                ),
            ];
            let mut chosen = None;
            for (fits, reason) in ways {
                let full: Vec<usize> = full_names
                    .iter()
                    .copied()
                    .filter(|&k| fits(&self.found[k].tokens, name))
                    .filter(|&k| {
                        let known = self.of(k).and_then(|c| self.gender[c]);
                        !opposed(f.gender, known)
                    })
                    .collect();
                if let Some(&k) = full.first() {
                    chosen = self.of(k).map(|c| (c, reason));
                    break;
                }
            }
            match chosen {
                Some((cluster, reason)) => {
                    self.put(i, cluster);
                    self.reason[i] = reason;
                }
                None => {
                    // "Mr Lind" and "Mrs Lind" without a full name are two.
                    let mut key = f.tokens.clone();
                    key.extend(f.gender.map(|g| format!("{g:?}")));
                    let plain = Key::Person(f.tokens.clone());
                    let cluster = match self.keys.get(&plain).copied() {
                        Some(c) if !opposed(f.gender, self.gender[self.now(c)]) => c,
                        Some(_) => self.cluster_of(Key::Person(key)),
                        None => self.cluster_of(plain),
                    };
                    self.put(i, cluster);
                }
            }
        }
    }

    /// "the Harbour Council" after "Selke Harbour Council": a part of one organisation's name, and of no other's.
    fn short_forms(&mut self) {
        let organisations = self.distinct(|i| {
            !self.person[i]
                && self.found[i].kind == EntityKind::Org
                && self.found[i].state.is_none()
        });
        for &i in &organisations {
            let short = names::without_legal_form(&self.found[i].tokens);
            let mut longer: Vec<usize> = organisations
                .iter()
                .filter(|&&k| {
                    let long = names::without_legal_form(&self.found[k].tokens);
                    let begins = long.starts_with(short) && !names::is_common(short);
                    long.len() > short.len() && (begins || long.ends_with(short))
                })
                .filter_map(|&k| self.of(k))
                .collect();
            longer.sort_unstable();
            longer.dedup();
            if let ([into], Some(own)) = (&longer[..], self.of(i)) {
                self.merge(own, *into, Reason::ShortForm);
            }
        }
    }

    /// "Harbour Protection Agency (HPA)": the letters in brackets are the name's own; or, without brackets,
    /// those of one name of the article and of no other.
    fn acronyms(&mut self, sentences: &[Sentence]) {
        let names = self.distinct(|i| !self.person[i]);
        for &i in &names {
            let short = &self.found[i];
            if short.tokens.len() > 1 || short.state.is_some() {
                continue;
            }
            let mut long: Vec<(bool, usize)> = names
                .iter()
                .copied()
                .filter(|&k| k != i)
                .filter(|&k| names::is_acronym(&short.form, &self.found[k].form))
                .filter_map(|k| {
                    Some((!in_brackets_after(sentences, &self.found[k], short), self.of(k)?))
                })
                .collect();
            long.sort_unstable();
            long.dedup_by_key(|l| l.1);
            let bracketed = long.first().is_some_and(|l| !l.0);
            if let (Some(&(_, into)), Some(own)) = (long.first(), self.of(i))
                && (bracketed || long.len() == 1)
            {
                self.merge(own, into, Reason::Acronym);
            }
        }
    }

    /// Numbers without gaps, in the order of the article.
    fn done(self) -> Joined {
        let mut dense: HashMap<usize, usize> = HashMap::new();
        let cluster = (0..self.found.len())
            .map(|i| {
                let n = self.of(i).unwrap_or_default();
                let next = dense.len();
                *dense.entry(n).or_insert(next)
            })
            .collect();
        Joined { cluster, count: dense.len(), reason: self.reason }
    }
}

fn opposed(a: Option<Gender>, b: Option<Gender>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

fn in_brackets_after(sentences: &[Sentence], long: &Found, short: &Found) -> bool {
    if long.place.sentence != short.place.sentence || long.place.span.end > short.place.span.start {
        return false;
    }
    let between = CodePoints::new(&sentences[long.place.sentence].text)
        .slice(Span::new(long.place.span.end, short.place.span.start))
        .to_owned();
    matches!(between.trim_end_matches(['“', '"', '‘']).trim(), "(" | "[" | "'s (" | "’s (")
}

/// Sum of probabilities by type, for the cluster's own type.
pub(super) fn likeliest_kind<'a>(own: impl Iterator<Item = &'a Found>) -> EntityKind {
    let mut kinds: BTreeMap<EntityKind, f32> = BTreeMap::new();
    for f in own {
        *kinds.entry(f.kind).or_default() += f.p;
    }
    kinds.iter().max_by(|a, b| a.1.total_cmp(b.1)).map_or(EntityKind::Misc, |(k, _)| *k)
}
