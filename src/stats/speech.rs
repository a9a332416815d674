//! Who is let speak, and who speaks how about whom.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::tables::rows::{HolderTargetRow, SpeakerRow};

use super::bootstrap::Replicates;
use super::collect::{Actor, Fraction, Held, Holder, Spoke};
use super::estimate::{Estimate, Run, columns};
use super::interval::Scale;

/// What one article adds to a row.
pub(super) struct At<T> {
    pub outlet: usize,
    pub article: usize,
    pub what: T,
}

/// A figure over articles, with the outlets' own next to the one over all.
pub(super) struct Figure {
    pub articles: usize,
    pub sum: Fraction,
    pub estimate: Option<Estimate>,
}

impl Run<'_> {
    /// The ratio of a fraction over some articles of one outlet or several, by outlet.
    pub(super) fn figure<T>(
        &self,
        at: &[At<T>],
        scale: Scale,
        fraction: impl Fn(&T) -> Fraction,
    ) -> Figure {
        let (mut sum, mut weighed) = (Fraction::default(), Fraction::default());
        let mut articles = 0;
        for one in at {
            let (f, w) = (fraction(&one.what), self.weighting.of(fraction(&one.what)));
            sum.add(f.top, f.bottom);
            weighed.add(w.top, w.bottom);
            articles += usize::from(f.bottom > 0.0);
        }
        let value = weighed.ratio().filter(|_| articles >= self.min_articles);
        let estimate = value.map(|value| {
            let mut replicates = Replicates::new(self.replicates);
            for one in at {
                let weighed = self.weighting.of(fraction(&one.what));
                replicates.add(self.strata.counts(one.outlet, one.article), weighed);
            }
            let telling = at.iter().filter(|one| fraction(&one.what).bottom > 0.0);
            let clusters: BTreeSet<(usize, u32)> = telling
                .map(|one| (one.outlet, self.strata.cluster(one.outlet, one.article)))
                .collect();
            let (interval, _) =
                self.intervals.of_ratio(value, &replicates.ratios(), clusters.len(), scale);
            Estimate { value, interval }
        });
        Figure { articles, sum, estimate }
    }

    /// Rows of every holder and target, over all outlets (`outlet` null) and per outlet.
    pub(super) fn holder_target(&self, actors: &[Actor]) -> Vec<HolderTargetRow> {
        let mut pairs: BTreeMap<(Holder, u32), Vec<At<Held>>> = BTreeMap::new();
        for (outlet, o) in self.outlets.iter().enumerate() {
            for (article, facts) in o.articles.iter().enumerate() {
                for held in &facts.held {
                    let at = At { outlet, article, what: *held };
                    pairs.entry((held.holder, held.target)).or_default().push(at);
                }
            }
        }
        let pairs: Vec<_> = pairs.into_iter().collect();
        let mut rows: Vec<HolderTargetRow> = pairs
            .par_iter()
            .flat_map_iter(|((holder, target), at)| {
                let row = |outlet: Option<usize>, at: &[At<Held>]| {
                    let net = self.figure(at, Scale::NetStance, |h| Fraction {
                        top: h.net,
                        bottom: h.n.into(),
                    });
                    let [net_stance, net_stance_lo, net_stance_hi] = columns(net.estimate);
                    let sum = |of: fn(&Held) -> u32| at.iter().map(|a| of(&a.what)).sum::<u32>();
                    let (holder_id, holder_name) = self.named(*holder, actors);
                    let target = &actors[*target as usize];
                    HolderTargetRow {
                        outlet: outlet.map(|o| self.outlets[o].name.clone()),
                        holder: holder.kind().to_owned(),
                        holder_id,
                        holder_name,
                        target_id: target.id.clone(),
                        target_name: target.names().0,
                        n_articles: net.articles as u32,
                        n_mentions: net.sum.bottom as u32,
                        n_direct: sum(|h| h.n_direct),
                        n_indirect: sum(|h| h.n_indirect),
                        n_against: sum(|h| h.against),
                        n_favor: sum(|h| h.favor),
                        net_stance,
                        net_stance_lo,
                        net_stance_hi,
                    }
                };
                let all = std::iter::once(row(None, at));
                let each = at.chunk_by(|a, b| a.outlet == b.outlet);
                all.chain(each.map(|own| row(Some(own[0].outlet), own))).collect::<Vec<_>>()
            })
            .collect();
        rows.sort_by(|a, b| {
            let frequent = b.n_articles.cmp(&a.n_articles).then(b.n_mentions.cmp(&a.n_mentions));
            a.outlet.cmp(&b.outlet).then(frequent).then_with(|| {
                (&a.holder, &a.holder_id, &a.target_id).cmp(&(
                    &b.holder,
                    &b.holder_id,
                    &b.target_id,
                ))
            })
        });
        rows
    }

    /// Rows of everybody who is let speak, over all outlets (`outlet` null) and per outlet.
    pub(super) fn speakers(&self, actors: &[Actor]) -> Vec<SpeakerRow> {
        let mut voices: BTreeMap<Holder, Vec<At<Spoke>>> = BTreeMap::new();
        let mut quoted = vec![0u64; self.outlets.len()];
        for (outlet, o) in self.outlets.iter().enumerate() {
            for (article, facts) in o.articles.iter().enumerate() {
                for spoke in &facts.spoke {
                    quoted[outlet] += u64::from(spoke.words_direct + spoke.words_indirect);
                    voices.entry(spoke.speaker).or_default().push(At {
                        outlet,
                        article,
                        what: *spoke,
                    });
                }
            }
        }
        let everything: u64 = quoted.iter().sum();
        let voices: Vec<_> = voices.into_iter().collect();
        let mut rows: Vec<SpeakerRow> = voices
            .par_iter()
            .flat_map_iter(|(speaker, at)| {
                let row = |outlet: Option<usize>, at: &[At<Spoke>]| {
                    let loaded = self.figure(at, Scale::Share, |s| Fraction {
                        top: s.loaded.into(),
                        bottom: s.sentences.into(),
                    });
                    let [share, lo, hi] = columns(loaded.estimate);
                    let sum = |of: fn(&Spoke) -> u32| at.iter().map(|a| of(&a.what)).sum::<u32>();
                    let (direct, indirect) = (sum(|s| s.words_direct), sum(|s| s.words_indirect));
                    let of = outlet.map_or(everything, |o| quoted[o]).max(1);
                    let (speaker_id, speaker_name) = self.named(*speaker, actors);
                    SpeakerRow {
                        outlet: outlet.map(|o| self.outlets[o].name.clone()),
                        speaker_id,
                        speaker_name,
                        n_articles: at.len() as u32,
                        n_sentences: loaded.sum.bottom as u32,
                        n_words_direct: direct,
                        n_words_indirect: indirect,
                        share_of_quoted: f64::from(direct + indirect) / of as f64,
                        loaded: share,
                        loaded_lo: lo,
                        loaded_hi: hi,
                    }
                };
                let all = std::iter::once(row(None, at));
                let each = at.chunk_by(|a, b| a.outlet == b.outlet);
                all.chain(each.map(|own| row(Some(own[0].outlet), own))).collect::<Vec<_>>()
            })
            .collect();
        rows.sort_by(|a, b| {
            let words = |r: &SpeakerRow| r.n_words_direct + r.n_words_indirect;
            let frequent = b.n_articles.cmp(&a.n_articles).then(words(b).cmp(&words(a)));
            a.outlet.cmp(&b.outlet).then(frequent).then_with(|| a.speaker_id.cmp(&b.speaker_id))
        });
        rows
    }

    fn named(&self, holder: Holder, actors: &[Actor]) -> (Option<String>, Option<String>) {
        match holder {
            Holder::Outlet | Holder::Unnamed | Holder::Copy => (None, None),
            Holder::Actor(a) => {
                let actor = &actors[a as usize];
                (Some(actor.id.clone()), Some(actor.names().0))
            }
        }
    }
}
