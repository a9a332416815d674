//! Sentences behind the figures: the loaded ones of every outlet's own, and those of them that name an actor.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Run;
use crate::tables::rows::{
    ActorRow, ArticleRow, EventRow, MentionRow, OutletActorRow, SentenceRow,
};
use crate::voice::Voice;

/// Of every outlet, and of every outlet about every actor.
const MOST: usize = 3;

/// A loaded sentence of an outlet's own words.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub outlet: String,
    pub sentence: SentenceRow,
    /// Ids of those that it names in the outlet's own voice, of the actors that were asked for.
    pub actors: Vec<String>,
}

/// The actors that outlets are shown against: those named most in own words.
pub fn matrix_actors<'r>(
    actors: &'r [ActorRow],
    outlet_actor: &[OutletActorRow],
    most: usize,
) -> Vec<&'r ActorRow> {
    let named: HashSet<&str> = outlet_actor.iter().map(|row| row.actor_id.as_str()).collect();
    let mut out: Vec<&ActorRow> = actors
        .iter()
        .filter(|a| a.n_mentions_own > 0 && named.contains(a.actor_id.as_str()))
        .collect();
    out.sort_by(|a, b| {
        b.n_mentions_own.cmp(&a.n_mentions_own).then_with(|| a.actor_id.cmp(&b.actor_id))
    });
    out.truncate(most);
    out
}

/// Picks the sentences in one pass over the mentions and then one over the sentences, and keeps few.
pub struct Gather<'r> {
    /// Of articles whose words are their outlet's own.
    outlets: HashMap<&'r str, &'r str>,
    actors: HashMap<&'r str, usize>,
    named: HashMap<(&'r str, u32), BTreeSet<usize>>,
    ids: Vec<&'r str>,
    best: BTreeMap<(&'r str, Option<usize>), Vec<SentenceRow>>,
}

impl<'r> Gather<'r> {
    pub fn new(
        articles: &'r [ArticleRow],
        events: &[EventRow],
        actors: impl Iterator<Item = &'r str>,
    ) -> Gather<'r> {
        let others: HashSet<&str> = events
            .iter()
            .filter(|row| row.relayed || row.repeats)
            .map(|row| row.article_id.as_str())
            .collect();
        let ids: Vec<&str> = actors.collect();
        Gather {
            outlets: articles
                .iter()
                .filter(|a| !others.contains(a.article_id.as_str()))
                .map(|a| (a.article_id.as_str(), a.outlet.as_str()))
                .collect(),
            actors: ids.iter().enumerate().map(|(n, &id)| (id, n)).collect(),
            named: HashMap::new(),
            ids,
            best: BTreeMap::new(),
        }
    }

    pub fn mention(&mut self, row: &MentionRow) {
        if row.voice != Voice::Outlet {
            return;
        }
        let article = self.outlets.get_key_value(row.article_id.as_str());
        if let (Some((&article, _)), Some(&actor)) =
            (article, self.actors.get(row.actor_id.as_str()))
        {
            self.named.entry((article, row.sentence)).or_default().insert(actor);
        }
    }

    /// After all mentions.
    pub fn sentence(&mut self, row: &SentenceRow) {
        if row.loaded_own != Some(true) || !row.p_loaded.is_finite() {
            return;
        }
        let Some((&article, &outlet)) = self.outlets.get_key_value(row.article_id.as_str()) else {
            return;
        };
        let about = self.named.get(&(article, row.sentence));
        let keys = about.into_iter().flatten().map(|&actor| Some(actor)).chain([None]);
        for key in keys {
            let rows = self.best.entry((outlet, key)).or_default();
            // What is printed twice is one sentence.
            if rows.iter().any(|r| r.text == row.text) {
                continue;
            }
            let place = rows.partition_point(|r| order(r, row).is_lt());
            if place < MOST {
                rows.insert(place, row.clone());
                rows.truncate(MOST);
            }
        }
    }

    /// Most surely loaded first; every sentence once.
    pub fn finish(self) -> Vec<Evidence> {
        let mut out: Vec<Evidence> = Vec::new();
        let mut seen: HashSet<(String, u32)> = HashSet::new();
        for ((outlet, _), rows) in &self.best {
            for row in rows {
                if seen.insert((row.article_id.clone(), row.sentence)) {
                    let about = self.named.get(&(row.article_id.as_str(), row.sentence));
                    out.push(Evidence {
                        outlet: (*outlet).to_owned(),
                        sentence: row.clone(),
                        actors: about
                            .into_iter()
                            .flatten()
                            .map(|&actor| self.ids[actor].to_owned())
                            .collect(),
                    });
                }
            }
        }
        out.sort_by(|a, b| order(&a.sentence, &b.sentence));
        out
    }
}

fn order(a: &SentenceRow, b: &SentenceRow) -> std::cmp::Ordering {
    let by_place = || (&a.article_id, a.sentence).cmp(&(&b.article_id, b.sentence));
    b.p_loaded.total_cmp(&a.p_loaded).then_with(by_place)
}

/// The same from rows in memory.
pub fn of_rows(run: &Run, most_actors: usize) -> Vec<Evidence> {
    let actors = matrix_actors(&run.actors, &run.outlet_actor, most_actors);
    let ids = actors.iter().map(|a| a.actor_id.as_str());
    let mut gather = Gather::new(&run.articles, &run.events, ids);
    run.mentions.iter().for_each(|row| gather.mention(row));
    run.sentences.iter().for_each(|row| gather.sentence(row));
    gather.finish()
}
