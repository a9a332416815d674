//! Articles in, a few numbers per article kept.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::actors::{Form, codebook};
use crate::model::{EntityKind, Stance};
use crate::tables::rows::{ArticleRow, AttributionRow, MentionRow, SentenceRow};
use crate::text::agency;
use crate::voice::Voice;

use super::events::Groups;
use super::interval::Scale;
use super::{Estimates, Options, estimate};

/// Gathers a run article by article. See the [module](super) for what it promises.
#[derive(Debug, Default)]
pub struct Collector {
    pub(super) outlets: BTreeMap<String, Vec<Article>>,
    numbers: HashMap<String, u32>,
    /// By number.
    pub(super) actors: Vec<Actor>,
    pub(super) n_events: u32,
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
    /// Mean probability, of sentences that are the outlet's throughout.
    PLoadedOwn,
    LoadedAll,
    NetStanceOwn,
    NetStanceAll,
    Quoted,
}

impl Measure {
    pub(super) fn scale(self) -> Scale {
        match self {
            Measure::NetStanceOwn | Measure::NetStanceAll => Scale::NetStance,
            _ => Scale::Share,
        }
    }
}

pub(super) const MEASURES: [Measure; 6] = [
    Measure::LoadedOwn,
    Measure::PLoadedOwn,
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
    pub date: Option<Date>,
    /// Number of its event.
    pub event: Option<u32>,
    /// Its words are not its outlet's.
    pub relayed: bool,
    /// Its outlet has printed the same before.
    pub repeats: bool,
    /// In the order of [`MEASURES`].
    pub measures: [Fraction; MEASURES.len()],
    /// By actor number.
    pub actors: Box<[InArticle]>,
    /// Who speaks how about whom.
    pub held: Box<[Held]>,
    /// Who speaks how much.
    pub spoke: Box<[Spoke]>,
}

/// Whose words and stances they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    Outlet,
    /// Somebody without a name, or whom nobody names.
    Unnamed,
    /// Whoever wrote the copy that the outlet relays.
    Copy,
    /// By number.
    Actor(u32),
}

impl Holder {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Holder::Outlet => "outlet",
            Holder::Unnamed => "unnamed",
            Holder::Copy => "copy",
            Holder::Actor(_) => "actor",
        }
    }
}

/// One holder's stances toward one target in one article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub holder: Holder,
    pub target: u32,
    pub n: u32,
    pub n_direct: u32,
    pub n_indirect: u32,
    pub against: u32,
    pub favor: u32,
    /// Sum of net stance.
    pub net: f64,
}

/// What one speaker says in one article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoke {
    pub speaker: Holder,
    /// Sentences that are the speaker's, and those of them that are loaded.
    pub sentences: u32,
    pub loaded: u32,
    pub words_direct: u32,
    pub words_indirect: u32,
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
    /// Sentences that name it in the outlet's own voice, and those of them whose own words are loaded.
    pub sentences_own: u32,
    pub loaded_own: u32,
}

/// What the actor stage or the codebook knows of an actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    pub name: String,
    pub kind: EntityKind,
    /// Forms that are not its name, the most frequent first, each with why it means the actor: "Lind (surname)".
    pub merges: Vec<String>,
    /// Of the codebook.
    pub groups: Vec<String>,
    pub wikidata: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Actor {
    pub id: String,
    pub described: Option<Described>,
    /// The names it was met under, and how often.
    pub texts: HashMap<String, u32>,
    pub kinds: BTreeMap<EntityKind, u32>,
    pub n_speaks: u32,
}

/// Is it the agency in the dateline (no other one is a place)? It wrote the article, and is nobody whom the outlet writes
/// about.
fn wrote(mention: &MentionRow) -> bool {
    mention.is_place && mention.kind == EntityKind::Org && agency::named(&mention.text).is_some()
}

impl Collector {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one article with all its sentences, mentions and attributions, once.
    ///
    /// The outlet's own words are the sentences where `loaded_own` is not null and the mentions whose
    /// voice is `outlet`.
    pub fn add(
        &mut self,
        article: &ArticleRow,
        sentences: &[SentenceRow],
        mentions: &[MentionRow],
        attributions: &[AttributionRow],
    ) {
        let spoke = self.spoke(sentences, attributions);
        let mut measures = [Fraction::default(); MEASURES.len()];
        let share = |hit: bool| f64::from(u8::from(hit));
        for sentence in sentences {
            if let Some(loaded) = sentence.loaded_own {
                measures[Measure::LoadedOwn as usize].add(share(loaded), 1.0);
            }
            if sentence.voice == Voice::Outlet {
                measures[Measure::PLoadedOwn as usize].add(sentence.p_loaded, 1.0);
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
        let mut mentions: Vec<&MentionRow> =
            mentions.iter().filter(|mention| !wrote(mention)).collect();
        mentions.sort_by_key(|m| (m.sentence, m.start, m.end));
        let loaded_own: HashMap<u32, bool> =
            sentences.iter().filter_map(|s| Some((s.sentence, s.loaded_own?))).collect();
        let mut named_in: HashSet<(u32, u32)> = HashSet::new();
        let mut actors: BTreeMap<u32, InArticle> = BTreeMap::new();
        let mut held: BTreeMap<(Holder, u32), Held> = BTreeMap::new();
        for mention in mentions {
            let number = self.number(&mention.actor_id);
            let actor = &mut self.actors[number as usize];
            // "she" is no other name of anybody.
            if mention.form == Form::Name {
                *actor.texts.entry(mention.text.clone()).or_default() += 1;
            }
            *actor.kinds.entry(mention.kind).or_default() += 1;

            let holder = match (&mention.speaker_id, mention.voice) {
                (_, Voice::Outlet) => Holder::Outlet,
                (Some(speaker), _) => Holder::Actor(self.number(speaker)),
                (None, _) => Holder::Unnamed,
            };
            let pair = held.entry((holder, number)).or_insert(Held::none((holder, number)));
            pair.n += 1;
            pair.n_direct += u32::from(mention.voice == Voice::Direct);
            pair.n_indirect += u32::from(mention.voice == Voice::Indirect);
            pair.against += u32::from(mention.stance == Stance::Against);
            pair.favor += u32::from(mention.stance == Stance::Favor);
            pair.net += mention.net_stance;

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
                if let Some(&loaded) = loaded_own.get(&mention.sentence)
                    && named_in.insert((number, mention.sentence))
                {
                    here.sentences_own += 1;
                    here.loaded_own += u32::from(loaded);
                }
                measures[Measure::NetStanceOwn as usize].add(mention.net_stance, 1.0);
            }
        }

        let article_facts = Article {
            id: article.article_id.clone(),
            agency: article.agency.is_some(),
            date: article.date.as_deref().and_then(|date| date.parse().ok()),
            event: None,
            relayed: false,
            repeats: false,
            measures,
            actors: actors.into_values().collect(),
            held: held.into_values().collect(),
            spoke,
        };
        match self.outlets.get_mut(&article.outlet) {
            Some(articles) => articles.push(article_facts),
            None => {
                self.outlets.insert(article.outlet.clone(), vec![article_facts]);
            }
        }
    }

    /// How much everybody says in an article.
    fn spoke(
        &mut self,
        sentences: &[SentenceRow],
        attributions: &[AttributionRow],
    ) -> Box<[Spoke]> {
        let mut out: BTreeMap<Holder, Spoke> = BTreeMap::new();
        let mut of = |speaker: Holder, add: &dyn Fn(&mut Spoke)| {
            add(out.entry(speaker).or_insert(Spoke::none(speaker)));
        };
        let mut who = |id: &Option<String>| match id {
            Some(id) => Holder::Actor(self.number(id)),
            None => Holder::Unnamed,
        };
        for sentence in
            sentences.iter().filter(|s| matches!(s.voice, Voice::Direct | Voice::Indirect))
        {
            of(who(&sentence.speaker_id), &|spoke| {
                spoke.sentences += 1;
                spoke.loaded += u32::from(sentence.loaded);
            });
        }
        for stretch in attributions {
            of(who(&stretch.speaker_id), &|spoke| {
                spoke.words_direct += stretch.n_words_direct;
                spoke.words_indirect += stretch.n_words - stretch.n_words_direct;
            });
        }
        out.into_values().collect()
    }

    /// An actor turned out to be another: what was counted of the one is the other's.
    pub fn rename(&mut self, renamed: &HashMap<String, String>) {
        let mut becomes: HashMap<u32, u32> = HashMap::new();
        for (from, into) in renamed {
            if let Some(&from) = self.numbers.get(from) {
                let into = self.number(into);
                becomes.insert(from, into);
            }
        }
        let now = |n: u32| becomes.get(&n).copied().unwrap_or(n);
        for article in self.outlets.values_mut().flatten() {
            article.rename(&now);
        }
        // In the order of numbers, so that no order of a hash shows.
        let mut moves: Vec<(u32, u32)> = becomes.into_iter().collect();
        moves.sort_unstable();
        for (from, into) in moves {
            let gone = std::mem::take(&mut self.actors[from as usize]);
            let stays = &mut self.actors[into as usize];
            for (text, n) in gone.texts {
                *stays.texts.entry(text).or_default() += n;
            }
            for (kind, n) in gone.kinds {
                *stays.kinds.entry(kind).or_default() += n;
            }
            stays.n_speaks += gone.n_speaks;
            self.numbers.remove(&gone.id);
        }
    }

    /// Gives an actor its name and type, as the codebook or the actor stage knows them. Without it
    /// both are those it was most often met under.
    pub fn describe(&mut self, actor_id: &str, described: Described) {
        let number = self.number(actor_id);
        self.actors[number as usize].described = Some(described);
    }

    /// Tells which articles are on the same event, and whose copy is not its outlet's. Call it when all
    /// articles are in; without it no article is in an event, and every word without a speaker counts as
    /// the outlet's.
    pub fn place(&mut self, groups: &Groups) {
        self.n_events = groups.n_events;
        for article in self.outlets.values_mut().flatten() {
            article.event = groups.event_of.get(&article.id).copied();
            article.relayed = groups.relayed.contains(&article.id);
            article.repeats = groups.repeats.contains(&article.id);
            if article.repeats {
                article.count_for_nothing();
            } else if article.relayed {
                article.disown();
            }
        }
    }

    /// All estimates. Runs on the threads of the current rayon pool.
    pub fn finish(mut self, options: &Options) -> Estimates {
        self.add_groups();
        estimate::estimates(self, options)
    }

    /// Sums up the members of every group as an actor of its own.
    fn add_groups(&mut self) {
        // By id: sums of floating-point numbers depend on their order.
        let mut members: Vec<(String, u32, Vec<String>)> = Vec::new();
        for (number, actor) in self.actors.iter().enumerate() {
            if let Some(described) = actor.described.as_ref().filter(|d| !d.groups.is_empty()) {
                members.push((actor.id.clone(), number as u32, described.groups.clone()));
            }
        }
        members.sort();
        let mut groups_of: HashMap<u32, Vec<u32>> = HashMap::new();
        for (_, member, groups) in members {
            let n_speaks = self.actors[member as usize].n_speaks;
            for name in groups {
                let number = self.number(&codebook::group_id(&name));
                let group = &mut self.actors[number as usize];
                group.n_speaks += n_speaks;
                group.described.get_or_insert_with(|| Described {
                    name,
                    kind: EntityKind::Misc,
                    merges: Vec::new(),
                    groups: Vec::new(),
                    wikidata: None,
                });
                groups_of.entry(member).or_default().push(number);
            }
        }
        if groups_of.is_empty() {
            return;
        }
        let order: Vec<&str> = self.actors.iter().map(|a| a.id.as_str()).collect();
        for article in self.outlets.values_mut().flatten() {
            article.add_groups(&groups_of, &order);
        }
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

impl Article {
    /// What stands there in the outlet's voice is the copy's; what is quoted in it, and what is said over
    /// all voices, stays.
    fn disown(&mut self) {
        for own in [Measure::LoadedOwn, Measure::PLoadedOwn, Measure::NetStanceOwn] {
            self.measures[own as usize] = Fraction::default();
        }
        for actor in &mut self.actors {
            *actor = InArticle {
                actor: actor.actor,
                n: actor.n,
                net: actor.net,
                ..InArticle::default()
            };
        }
        for held in self.held.iter_mut().filter(|held| held.holder == Holder::Outlet) {
            held.holder = Holder::Copy;
        }
    }

    fn count_for_nothing(&mut self) {
        self.measures = [Fraction::default(); MEASURES.len()];
        self.actors = Box::default();
        self.held = Box::default();
        self.spoke = Box::default();
    }

    fn rename(&mut self, now: &impl Fn(u32) -> u32) {
        let holder = |h: Holder| match h {
            Holder::Actor(a) => Holder::Actor(now(a)),
            other => other,
        };
        let mut actors: BTreeMap<u32, InArticle> = BTreeMap::new();
        for one in &self.actors {
            let actor = now(one.actor);
            actors.entry(actor).or_insert(InArticle { actor, ..InArticle::default() }).add(one);
        }
        self.actors = actors.into_values().collect();
        let mut held: BTreeMap<(Holder, u32), Held> = BTreeMap::new();
        for one in &self.held {
            let key = (holder(one.holder), now(one.target));
            held.entry(key).or_insert(Held::none(key)).add(one);
        }
        self.held = held.into_values().collect();
        let mut spoke: BTreeMap<Holder, Spoke> = BTreeMap::new();
        for one in &self.spoke {
            let speaker = holder(one.speaker);
            spoke.entry(speaker).or_insert(Spoke::none(speaker)).add(one);
        }
        self.spoke = spoke.into_values().collect();
    }

    /// Adds the sums over the members of every group. `ids` are those of all actors, by number.
    fn add_groups(&mut self, groups_of: &HashMap<u32, Vec<u32>>, ids: &[&str]) {
        let groups = |actor: u32| groups_of.get(&actor).map(Vec::as_slice).unwrap_or_default();
        let mut actors = self.actors.to_vec();
        actors.sort_by_key(|a| ids[a.actor as usize]);
        let mut sums: BTreeMap<u32, InArticle> = BTreeMap::new();
        for one in &actors {
            for &group in groups(one.actor) {
                let none = InArticle { actor: group, ..InArticle::default() };
                sums.entry(group).or_insert(none).add(one);
            }
        }
        let mut held = self.held.to_vec();
        held.sort_by_key(|h| (ids[h.target as usize], h.holder));
        let mut held_sums: BTreeMap<(Holder, u32), Held> = BTreeMap::new();
        for one in &held {
            for &group in groups(one.target) {
                let key = (one.holder, group);
                held_sums.entry(key).or_insert(Held::none(key)).add(one);
            }
        }
        self.actors = self.actors.iter().copied().chain(sums.into_values()).collect();
        self.held = self.held.iter().copied().chain(held_sums.into_values()).collect();
    }
}

impl InArticle {
    fn add(&mut self, other: &InArticle) {
        self.n += other.n;
        self.n_own += other.n_own;
        self.against_own += other.against_own;
        self.favor_own += other.favor_own;
        self.net += other.net;
        self.net_own += other.net_own;
        self.sentences_own += other.sentences_own;
        self.loaded_own += other.loaded_own;
    }
}

impl Held {
    fn none((holder, target): (Holder, u32)) -> Held {
        Held { holder, target, n: 0, n_direct: 0, n_indirect: 0, against: 0, favor: 0, net: 0.0 }
    }

    fn add(&mut self, other: &Held) {
        self.n += other.n;
        self.n_direct += other.n_direct;
        self.n_indirect += other.n_indirect;
        self.against += other.against;
        self.favor += other.favor;
        self.net += other.net;
    }
}

impl Spoke {
    fn none(speaker: Holder) -> Spoke {
        Spoke { speaker, sentences: 0, loaded: 0, words_direct: 0, words_indirect: 0 }
    }

    fn add(&mut self, other: &Spoke) {
        self.sentences += other.sentences;
        self.loaded += other.loaded;
        self.words_direct += other.words_direct;
        self.words_indirect += other.words_indirect;
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
            Some(described) => (described.name.clone(), described.kind),
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
