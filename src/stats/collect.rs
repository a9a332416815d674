//! Articles in, a few numbers per article kept.

use std::collections::{BTreeMap, HashMap};

use crate::model::{EntityKind, Stance};
use crate::tables::rows::{ArticleRow, MentionRow, SentenceRow};
use crate::voice::Voice;

use super::{Estimates, Options, estimate};

/// Gathers a run article by article. See the [module](super) for what it promises.
#[derive(Debug, Default)]
pub struct Collector {
    pub(super) outlets: BTreeMap<String, Vec<Article>>,
    numbers: HashMap<String, u32>,
    /// By number.
    pub(super) actors: Vec<Actor>,
}

/// A numerator and a denominator: a ratio is the sum of the one over the sum of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Fraction {
    pub top: f64,
    pub bottom: f64,
}

impl Fraction {
    pub(super) fn add(&mut self, top: f64, bottom: f64) {
        self.top += top;
        self.bottom += bottom;
    }

    /// `None` where there is nothing to divide by.
    pub(super) fn ratio(self) -> Option<f64> {
        (self.bottom > 0.0).then(|| self.top / self.bottom)
    }
}

/// What an outlet is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    LoadedOwn,
    LoadedAll,
    NetStanceOwn,
    NetStanceAll,
    Quoted,
}

pub(super) const MEASURES: [Measure; 5] = [
    Measure::LoadedOwn,
    Measure::LoadedAll,
    Measure::NetStanceOwn,
    Measure::NetStanceAll,
    Measure::Quoted,
];

/// What is kept of an article.
#[derive(Clone, Debug)]
pub(super) struct Article {
    pub id: String,
    pub agency: bool,
    /// In the order of [`MEASURES`].
    pub measures: [Fraction; MEASURES.len()],
    /// By actor number.
    pub actors: Box<[InArticle]>,
}

/// An actor's mentions in one article.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InArticle {
    pub actor: u32,
    pub n: u32,
    pub n_own: u32,
    pub against_own: u32,
    pub favor_own: u32,
    /// Sum of net stance over all mentions; over those in the outlet's own voice.
    pub net: f64,
    pub net_own: f64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Actor {
    pub id: String,
    pub described: Option<(String, EntityKind)>,
    /// The names it was met under, and how often.
    pub texts: HashMap<String, u32>,
    pub kinds: BTreeMap<EntityKind, u32>,
    pub n_speaks: u32,
}

impl Collector {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one article with all its sentences and mentions, once.
    ///
    /// The outlet's own words are the sentences where `loaded_own` is not null and the mentions whose
    /// voice is `outlet`.
    pub fn add(
        &mut self,
        article: &ArticleRow,
        sentences: &[SentenceRow],
        mentions: &[MentionRow],
    ) {
        let mut measures = [Fraction::default(); MEASURES.len()];
        let share = |hit: bool| f64::from(u8::from(hit));
        for sentence in sentences {
            if let Some(loaded) = sentence.loaded_own {
                measures[Measure::LoadedOwn as usize].add(share(loaded), 1.0);
            }
            measures[Measure::LoadedAll as usize].add(share(sentence.loaded), 1.0);
            measures[Measure::Quoted as usize]
                .add(sentence.n_words_quoted.into(), sentence.n_words.into());
            if let Some(speaker) = &sentence.speaker_id {
                let number = self.number(speaker);
                self.actors[number as usize].n_speaks += 1;
            }
        }

        // Sums of floating-point numbers depend on their order: fix it.
        let mut mentions: Vec<&MentionRow> = mentions.iter().collect();
        mentions.sort_by_key(|m| (m.sentence, m.start, m.end));
        let mut actors: BTreeMap<u32, InArticle> = BTreeMap::new();
        for mention in mentions {
            let number = self.number(&mention.actor_id);
            let actor = &mut self.actors[number as usize];
            match actor.texts.get_mut(&mention.text) {
                Some(n) => *n += 1,
                None => {
                    actor.texts.insert(mention.text.clone(), 1);
                }
            }
            *actor.kinds.entry(mention.kind).or_default() += 1;

            let here =
                actors.entry(number).or_insert(InArticle { actor: number, ..InArticle::default() });
            here.n += 1;
            here.net += mention.net_stance;
            measures[Measure::NetStanceAll as usize].add(mention.net_stance, 1.0);
            if mention.voice == Voice::Outlet {
                here.n_own += 1;
                here.net_own += mention.net_stance;
                here.against_own += u32::from(mention.stance == Stance::Against);
                here.favor_own += u32::from(mention.stance == Stance::Favor);
                measures[Measure::NetStanceOwn as usize].add(mention.net_stance, 1.0);
            }
        }

        let article_facts = Article {
            id: article.article_id.clone(),
            agency: article.agency.is_some(),
            measures,
            actors: actors.into_values().collect(),
        };
        match self.outlets.get_mut(&article.outlet) {
            Some(articles) => articles.push(article_facts),
            None => {
                self.outlets.insert(article.outlet.clone(), vec![article_facts]);
            }
        }
    }

    /// Gives an actor its name and type, as the codebook or the actor stage knows them. Without it
    /// both are those it was most often met under.
    pub fn describe(&mut self, actor_id: &str, name: &str, kind: EntityKind) {
        let number = self.number(actor_id);
        self.actors[number as usize].described = Some((name.to_owned(), kind));
    }

    /// All estimates. Runs on the threads of the current rayon pool.
    pub fn finish(self, options: &Options) -> Estimates {
        estimate::estimates(self, options)
    }

    fn number(&mut self, actor_id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(actor_id) {
            return number;
        }
        let number = self.actors.len() as u32;
        self.numbers.insert(actor_id.to_owned(), number);
        self.actors.push(Actor { id: actor_id.to_owned(), ..Actor::default() });
        number
    }
}

impl Actor {
    /// Name, type, and the other names, most frequent first.
    pub(super) fn names(&self) -> (String, EntityKind, Vec<String>) {
        let mut texts: Vec<(&String, u32)> =
            self.texts.iter().map(|(text, &n)| (text, n)).collect();
        // Among equally frequent names the longest says most; then any order will do, but a fixed one.
        texts.sort_by(|(a, n), (b, m)| m.cmp(n).then(b.len().cmp(&a.len())).then(a.cmp(b)));
        let (name, kind) = match &self.described {
            Some((name, kind)) => (name.clone(), *kind),
            None => {
                let name = texts.first().map_or(&self.id, |(text, _)| *text);
                let kind = self.kinds.iter().rev().max_by_key(|(_, n)| **n).map(|(kind, _)| *kind);
                (name.clone(), kind.unwrap_or(EntityKind::Misc))
            }
        };
        let aliases = texts
            .into_iter()
            .map(|(text, _)| text)
            .filter(|text| **text != name)
            .cloned()
            .collect();
        (name, kind, aliases)
    }
}
