//! What the collector kept in, estimate rows out.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::actors::codebook;
use crate::tables::rows::{ActorRow, ComparisonRow, OutletActorRow, OutletRow};

use super::bootstrap::{Replicates, Weights};
use super::collect::{Actor, Article, Collector, Fraction, InArticle, MEASURES, Measure};
use super::contrast::{self, benjamini_hochberg};
use super::interval::{Interval, Intervals, Scale};
use super::paired::{self, Cell};
use super::{Estimates, Options, Weighting};

/// Seeds the stratum of all outlets that are too small to be one. No outlet has an empty name.
const SMALL_OUTLETS: &str = "";

pub(super) fn estimates(collector: Collector, options: &Options) -> Estimates {
    let Collector { outlets, actors, n_events, .. } = collector;
    let outlets: Vec<Outlet> = outlets
        .into_iter()
        .map(|(name, mut articles)| {
            articles.sort_by(|a, b| a.id.cmp(&b.id));
            Outlet { name, articles }
        })
        .collect();
    let run = Run {
        replicates: options.replicates.max(1),
        min_articles: options.min_articles.max(1),
        seed: options.seed,
        weighting: options.weighting,
        intervals: Intervals::new(options.confidence),
        strata: Strata::draw(&outlets, options),
        events: paired::Events::draw(
            n_events,
            options.replicates.max(1),
            options.seed,
            options.event_weight,
        ),
        outlets: &outlets,
    };

    let (outlet_rows, outlet_sides): (Vec<_>, Vec<_>) =
        (0..outlets.len()).into_par_iter().map(|outlet| run.outlet(outlet)).unzip();

    // Every actor's articles, outlet by outlet; actors by id, so that no order of arrival shows.
    let mut where_named: Vec<Vec<Named>> = vec![Vec::new(); actors.len()];
    for (outlet, articles) in outlets.iter().map(|o| &o.articles).enumerate() {
        for (article, facts) in articles.iter().enumerate() {
            for &mentions in &facts.actors {
                where_named[mentions.actor as usize].push(Named { outlet, article, mentions });
            }
        }
    }
    // Those that turned out to be others are nobody any more.
    let mut order: Vec<usize> = (0..actors.len()).filter(|&a| !actors[a].id.is_empty()).collect();
    order.sort_by(|&a, &b| actors[a].id.cmp(&actors[b].id));

    let compared_outlets = run.compared_outlets(options.top_outlets);
    let compared_actors =
        run.compared_actors(&actors, &order, &where_named, &compared_outlets, options);
    let outcomes: Vec<OfActor> = order
        .par_iter()
        .map(|&a| run.actor(&actors[a], &where_named[a], compared_actors.contains_key(&a)))
        .collect();

    let mut actor_rows = Vec::with_capacity(outcomes.len());
    let mut outlet_actor = Vec::new();
    let mut actor_sides: BTreeMap<usize, ActorSides> = BTreeMap::new();
    for (&a, outcome) in order.iter().zip(outcomes) {
        actor_rows.push(outcome.row);
        outlet_actor.extend(outcome.by_outlet);
        if let Some(&rank) = compared_actors.get(&a) {
            actor_sides.insert(rank, (actors[a].id.clone(), outcome.sides));
        }
    }
    actor_rows
        .sort_by(|a, b| b.n_articles.cmp(&a.n_articles).then_with(|| a.actor_id.cmp(&b.actor_id)));
    outlet_actor.sort_by(|a, b| {
        let by_outlet = a.outlet.cmp(&b.outlet);
        by_outlet.then(b.n_articles.cmp(&a.n_articles)).then_with(|| a.actor_id.cmp(&b.actor_id))
    });
    let periods = run.periods(&actors, &where_named, options.top_actors);
    let comparisons = run.comparisons(&compared_outlets, &outlet_sides, actor_sides.into_values());
    let (holder_target, speakers) = (run.holder_target(&actors), run.speakers(&actors));
    Estimates {
        outlets: outlet_rows,
        actors: actor_rows,
        outlet_actor,
        holder_target,
        speakers,
        comparisons,
        periods,
    }
}

pub(super) struct Outlet {
    pub name: String,
    /// By id.
    pub articles: Vec<Article>,
}

/// An actor in an article: numbers of the outlet and of the article in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub outlet: usize,
    pub article: usize,
    pub mentions: InArticle,
}

/// What is drawn from: the clusters of an outlet with enough articles, or those of all other outlets
/// together. An outlet's articles on one event are one cluster, any other article is one by itself.
pub(super) struct Strata {
    weights: Vec<Weights>,
    /// Of every outlet: its stratum, and the cluster of each of its articles in it.
    place: Vec<(usize, Vec<u32>)>,
}

impl Strata {
    fn draw(outlets: &[Outlet], options: &Options) -> Strata {
        // A stratum of one article is always drawn whole and would look certain.
        let enough = options.min_articles.max(2);
        let mut names_and_sizes = vec![(SMALL_OUTLETS, 0)];
        let mut place = Vec::with_capacity(outlets.len());
        for outlet in outlets {
            let (clusters, n) = clusters(&outlet.articles);
            if n >= enough {
                place.push((names_and_sizes.len(), clusters));
                names_and_sizes.push((&outlet.name, n));
            } else {
                let first = names_and_sizes[0].1;
                place.push((0, clusters.into_iter().map(|c| c + first as u32).collect()));
                names_and_sizes[0].1 += n;
            }
        }
        let replicates = options.replicates.max(1);
        let weights = names_and_sizes
            .into_par_iter()
            .map(|(name, n)| Weights::draw(n, replicates, options.seed, name))
            .collect();
        Strata { weights, place }
    }

    /// How often an article was drawn, a number per replicate.
    pub(super) fn counts(&self, outlet: usize, article: usize) -> &[u8] {
        let (stratum, clusters) = &self.place[outlet];
        self.weights[*stratum].of(clusters[article] as usize)
    }

    /// The cluster that an article is drawn with.
    pub(super) fn cluster(&self, outlet: usize, article: usize) -> u32 {
        self.place[outlet].1[article]
    }

    /// Has the outlet a stratum of its own?
    fn is_own(&self, outlet: usize) -> bool {
        self.place[outlet].0 != 0
    }
}

/// The number of each article's cluster, and how many there are.
fn clusters(articles: &[Article]) -> (Vec<u32>, usize) {
    let mut of_event: HashMap<u32, u32> = HashMap::new();
    let mut n = 0;
    let mut next = || {
        n += 1;
        n - 1
    };
    let numbers = articles
        .iter()
        .map(|article| match article.event {
            Some(event) => *of_event.entry(event).or_insert_with(&mut next),
            None => next(),
        })
        .collect();
    (numbers, n as usize)
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub value: f64,
    pub interval: Interval,
}

/// One figure of one outlet, ready to be compared with another's.
#[derive(Clone, Debug)]
struct Side {
    outlet: usize,
    articles: usize,
    /// That tell something; as many observations there are.
    clusters: usize,
    /// Standard deviation of the articles' own figures.
    spread: f64,
    estimate: Estimate,
    /// Standard error; `None` where the bootstrap says nothing about the figure.
    se: Option<f64>,
    parts: Vec<Part>,
    /// What every cluster adds.
    sums: Vec<Fraction>,
    scale: Scale,
    /// By event. Empty unless the side is to be compared.
    cells: Vec<Cell>,
}

/// What one article adds to a side, as it is weighed.
#[derive(Clone, Copy, Debug)]
struct Part {
    article: usize,
    fraction: Fraction,
}

/// A figure over several outlets.
struct Pooled {
    sum: Fraction,
    replicates: Replicates,
    clusters: usize,
}

impl Pooled {
    fn new(replicates: usize) -> Pooled {
        Pooled { sum: Fraction::default(), replicates: Replicates::new(replicates), clusters: 0 }
    }
}

/// An actor's id, and the sides that outlets take on it: see [`OfActor`].
type ActorSides = (String, [Vec<Side>; 2]);

/// Articles that tell something about a measure of an outlet, and the figure if they are enough.
struct OutletSide {
    articles: usize,
    side: Option<Side>,
}

struct OfActor {
    row: ActorRow,
    by_outlet: Vec<OutletActorRow>,
    /// Net stance in the outlet's own voice, and loaded wording in the outlet's sentences that name it, of
    /// outlets with enough articles. Empty unless asked for.
    sides: [Vec<Side>; 2],
}

pub(super) struct Run<'a> {
    pub replicates: usize,
    pub seed: u64,
    pub min_articles: usize,
    pub weighting: Weighting,
    pub intervals: Intervals,
    pub strata: Strata,
    pub events: paired::Events,
    pub outlets: &'a [Outlet],
}

impl Side {
    fn of(&self) -> contrast::Side<'_> {
        contrast::Side {
            value: self.estimate.value,
            interval: self.estimate.interval,
            se: self.se,
            clusters: self.clusters,
            articles: self.articles,
            spread: self.spread,
            sums: &self.sums,
        }
    }
}

impl Run<'_> {
    /// An outlet's figure over some of its articles, and how many of them tell something. Adds its replicates to
    /// `pooled`, too.
    fn side(
        &self,
        outlet: usize,
        articles: impl Iterator<Item = (usize, Fraction)>,
        scale: Scale,
        pooled: Option<&mut Pooled>,
    ) -> OutletSide {
        let mut parts: Vec<Part> = articles
            .map(|(article, fraction)| Part { article, fraction: self.weighting.of(fraction) })
            .filter(|part| part.fraction.bottom > 0.0)
            .collect();
        parts.sort_unstable_by_key(|part| part.article);
        let articles = parts.len();
        let mut sum = Fraction::default();
        parts.iter().for_each(|part| sum.add(part.fraction.top, part.fraction.bottom));
        let value = sum.ratio().filter(|_| articles >= self.min_articles);
        if value.is_none() && pooled.is_none() {
            return OutletSide { articles, side: None };
        }
        let mut replicates = Replicates::new(self.replicates);
        for part in &parts {
            replicates.add(self.strata.counts(outlet, part.article), part.fraction);
        }
        let sums = self.sums(outlet, &parts);
        if let Some(pooled) = pooled {
            pooled.sum.add(sum.top, sum.bottom);
            pooled.replicates.merge(&replicates);
            pooled.clusters += sums.len();
        }
        let side = value.map(|value| {
            let clusters = sums.len();
            let (interval, se) =
                self.intervals.of_ratio(value, &replicates.ratios(), clusters, scale);
            // Small outlets are drawn together: their draws are not their own.
            let se = se.filter(|_| self.strata.is_own(outlet));
            let fractions: Vec<Fraction> = parts.iter().map(|part| part.fraction).collect();
            Side {
                outlet,
                articles,
                clusters,
                spread: contrast::spread(value, &fractions),
                estimate: Estimate { value, interval },
                se,
                parts,
                sums,
                scale,
                cells: Vec::new(),
            }
        });
        OutletSide { articles, side }
    }

    /// What some articles of an outlet say, cluster by cluster.
    fn sums(&self, outlet: usize, parts: &[Part]) -> Vec<Fraction> {
        let mut sums: BTreeMap<u32, Fraction> = BTreeMap::new();
        for part in parts {
            let cluster = self.strata.cluster(outlet, part.article);
            sums.entry(cluster).or_default().add(part.fraction.top, part.fraction.bottom);
        }
        sums.into_values().collect()
    }

    /// What an outlet's articles say by event.
    fn cells(&self, outlet: usize, parts: &[Part]) -> Vec<Cell> {
        let articles = &self.outlets[outlet].articles;
        paired::cells(parts.iter().map(|part| (articles[part.article].event, part.fraction)))
    }

    /// An outlet's row, and its figures in the order of [`MEASURES`].
    fn outlet(&self, number: usize) -> (OutletRow, Vec<OutletSide>) {
        let outlet = &self.outlets[number];
        let mut totals = [Fraction::default(); MEASURES.len()];
        for article in &outlet.articles {
            for (total, fraction) in totals.iter_mut().zip(article.measures) {
                total.add(fraction.top, fraction.bottom);
            }
        }
        let sides: Vec<OutletSide> = MEASURES
            .iter()
            .enumerate()
            .map(|(m, measure)| {
                let articles = outlet.articles.iter().map(|a| a.measures[m]).enumerate();
                let mut of = self.side(number, articles, measure.scale(), None);
                if let Some(side) = &mut of.side {
                    side.cells = self.cells(number, &side.parts);
                }
                of
            })
            .collect();

        let total = |measure: Measure| totals[measure as usize];
        let figure =
            |measure: Measure| columns(sides[measure as usize].side.as_ref().map(|s| s.estimate));
        let [loaded_own, loaded_own_lo, loaded_own_hi] = figure(Measure::LoadedOwn);
        let [p_loaded_own, p_loaded_own_lo, p_loaded_own_hi] = figure(Measure::PLoadedOwn);
        let [loaded_all, loaded_all_lo, loaded_all_hi] = figure(Measure::LoadedAll);
        let [net_stance_own, net_stance_own_lo, net_stance_own_hi] = figure(Measure::NetStanceOwn);
        let [net_stance_all, net_stance_all_lo, net_stance_all_hi] = figure(Measure::NetStanceAll);
        let [quoted, quoted_lo, quoted_hi] = figure(Measure::Quoted);
        let row = OutletRow {
            outlet: outlet.name.clone(),
            n_articles: outlet.articles.len() as u32,
            n_agency: outlet.articles.iter().filter(|a| a.agency).count() as u32,
            n_relayed: outlet.articles.iter().filter(|a| a.relayed).count() as u32,
            n_repeats: outlet.articles.iter().filter(|a| a.repeats).count() as u32,
            n_sentences: total(Measure::LoadedAll).bottom as u32,
            n_own: total(Measure::LoadedOwn).bottom as u32,
            n_loaded_own: total(Measure::LoadedOwn).top as u32,
            loaded_own,
            loaded_own_lo,
            loaded_own_hi,
            p_loaded_own,
            p_loaded_own_lo,
            p_loaded_own_hi,
            n_loaded: total(Measure::LoadedAll).top as u32,
            loaded_all,
            loaded_all_lo,
            loaded_all_hi,
            n_mentions_own: total(Measure::NetStanceOwn).bottom as u32,
            net_stance_own,
            net_stance_own_lo,
            net_stance_own_hi,
            n_mentions: total(Measure::NetStanceAll).bottom as u32,
            net_stance_all,
            net_stance_all_lo,
            net_stance_all_hi,
            n_words: total(Measure::Quoted).bottom as u32,
            n_words_quoted: total(Measure::Quoted).top as u32,
            quoted,
            quoted_lo,
            quoted_hi,
        };
        (row, sides)
    }

    /// An actor's rows. `named` goes outlet by outlet.
    fn actor(&self, actor: &Actor, named: &[Named], compared: bool) -> OfActor {
        let (name, kind, aliases) = actor.names();
        let described = actor.described.as_ref();
        let mut sum = Mentions::default();
        named.iter().for_each(|n| sum.add(&n.mentions));
        // Most actors are named too rarely for any figure: they cost no draw.
        let enough = sum.articles >= self.min_articles;
        let mut pooled = enough.then(|| [(); 3].map(|()| Pooled::new(self.replicates)));

        let mut by_outlet = Vec::new();
        let mut sides = [Vec::new(), Vec::new()];
        for named in named.chunk_by(|a, b| a.outlet == b.outlet) {
            let outlet = named[0].outlet;
            let mut sum = Mentions::default();
            named.iter().for_each(|n| sum.add(&n.mentions));
            let [own, all, loaded] = [0, 1, 2].map(|figure| {
                let (fraction, scale) = OF_ACTOR[figure];
                let articles = named.iter().map(|n| (n.article, fraction(&n.mentions)));
                let pooled = pooled.as_mut().map(|all| &mut all[figure]);
                self.side(outlet, articles, scale, pooled).side
            });
            let share = |n: u32| own.is_some().then(|| f64::from(n) / sum.own.bottom);
            let [net_stance_own, net_stance_own_lo, net_stance_own_hi] =
                columns(own.as_ref().map(|s| s.estimate));
            let [net_stance_all, net_stance_all_lo, net_stance_all_hi] =
                columns(all.as_ref().map(|s| s.estimate));
            let [loaded_own, loaded_own_lo, loaded_own_hi] =
                columns(loaded.as_ref().map(|s| s.estimate));
            by_outlet.push(OutletActorRow {
                outlet: self.outlets[outlet].name.clone(),
                actor_id: actor.id.clone(),
                name: name.clone(),
                n_articles: sum.articles as u32,
                n_mentions: sum.all.bottom as u32,
                n_mentions_own: sum.own.bottom as u32,
                n_articles_own: sum.articles_own as u32,
                net_stance_own,
                net_stance_own_lo,
                net_stance_own_hi,
                against_own: share(sum.against_own),
                favor_own: share(sum.favor_own),
                net_stance_all,
                net_stance_all_lo,
                net_stance_all_hi,
                n_sentences_own: sum.loaded.bottom as u32,
                n_loaded_own: sum.loaded.top as u32,
                loaded_own,
                loaded_own_lo,
                loaded_own_hi,
            });
            for (sides, side) in sides.iter_mut().zip([own, loaded]) {
                sides.extend(side.filter(|_| compared).map(|mut side| {
                    side.cells = self.cells(outlet, &side.parts);
                    side
                }));
            }
        }

        let figure = |number: usize, articles: usize| {
            let of = &pooled.as_ref()?[number];
            let value = of.sum.ratio().filter(|_| articles >= self.min_articles)?;
            let ratios = of.replicates.ratios();
            let (interval, _) =
                self.intervals.of_ratio(value, &ratios, of.clusters, OF_ACTOR[number].1);
            Some(Estimate { value, interval })
        };
        let [net_stance_own, net_stance_own_lo, net_stance_own_hi] =
            columns(figure(0, sum.articles_own));
        let [net_stance_all, net_stance_all_lo, net_stance_all_hi] =
            columns(figure(1, sum.articles));
        let [loaded_own, loaded_own_lo, loaded_own_hi] = columns(figure(2, sum.articles_own));
        let row = ActorRow {
            actor_id: actor.id.clone(),
            name,
            kind,
            aliases,
            merges: described.map(|d| d.merges.clone()).unwrap_or_default(),
            groups: described.map(|d| d.groups.clone()).unwrap_or_default(),
            wikidata: described.and_then(|d| d.wikidata.clone()),
            n_outlets: by_outlet.len() as u32,
            n_articles: sum.articles as u32,
            n_mentions: sum.all.bottom as u32,
            n_mentions_own: sum.own.bottom as u32,
            net_stance_own,
            net_stance_own_lo,
            net_stance_own_hi,
            net_stance_all,
            net_stance_all_lo,
            net_stance_all_hi,
            n_sentences_own: sum.loaded.bottom as u32,
            n_loaded_own: sum.loaded.top as u32,
            loaded_own,
            loaded_own_lo,
            loaded_own_hi,
            n_speaks: actor.n_speaks,
        };
        OfActor { row, by_outlet, sides }
    }

    /// The numbers of the outlets with most articles, by name.
    fn compared_outlets(&self, top: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.outlets.len()).collect();
        numbers.sort_by_key(|&o| std::cmp::Reverse(self.outlets[o].articles.len()));
        numbers.truncate(top);
        numbers.sort_unstable();
        numbers
    }

    /// The actors that at least two of the compared outlets write enough about, those that most
    /// articles name in the outlet's own voice first: actor to rank.
    fn compared_actors(
        &self,
        ids: &[Actor],
        order: &[usize],
        where_named: &[Vec<Named>],
        compared_outlets: &[usize],
        options: &Options,
    ) -> HashMap<usize, usize> {
        let wanted = |actor: &Actor| {
            let name = actor.names().0.to_lowercase();
            options.compare.iter().any(|w| *w == actor.id || w.to_lowercase() == name)
        };
        let top = if options.compare.is_empty() { options.top_actors } else { usize::MAX };
        let mut candidates: Vec<(usize, usize)> = Vec::new();
        for &actor in order {
            let is_group = ids[actor].id.starts_with(codebook::GROUP);
            if !options.compare.is_empty() && !is_group && !wanted(&ids[actor]) {
                continue;
            }
            let own = |named: &[Named]| named.iter().filter(|n| n.mentions.n_own > 0).count();
            let outlets = where_named[actor]
                .chunk_by(|a, b| a.outlet == b.outlet)
                .filter(|named| compared_outlets.binary_search(&named[0].outlet).is_ok())
                .filter(|named| own(named) >= self.min_articles)
                .count();
            if outlets >= 2 {
                candidates.push((own(&where_named[actor]), actor));
            }
        }
        // Stable: among equals the order by id stays.
        candidates.sort_by_key(|&(articles, _)| std::cmp::Reverse(articles));
        // Whoever defines a group wants it compared.
        let (groups, single): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|&(_, a)| ids[a].id.starts_with(codebook::GROUP));
        single
            .into_iter()
            .take(top)
            .chain(groups)
            .enumerate()
            .map(|(rank, (_, actor))| (actor, rank))
            .collect()
    }

    fn comparisons(
        &self,
        outlets: &[usize],
        sides: &[Vec<OutletSide>],
        actors: impl Iterator<Item = ActorSides>,
    ) -> Vec<ComparisonRow> {
        let pairs: Vec<(usize, usize)> = outlets
            .iter()
            .enumerate()
            .flat_map(|(i, &a)| outlets[i + 1..].iter().map(move |&b| (a, b)))
            .collect();
        let of = |measure: Measure, outlet: usize| &sides[outlet][measure as usize];

        let mut rows: Vec<ComparisonRow> = pairs
            .par_iter()
            .map(|&(a, b)| {
                let (side_a, side_b) = (of(Measure::LoadedOwn, a), of(Measure::LoadedOwn, b));
                match (&side_a.side, &side_b.side) {
                    (Some(a), Some(b)) => self.difference("loaded_own", None, a, b),
                    _ => self.too_few((a, side_a), (b, side_b)),
                }
            })
            .collect();
        rows.par_extend(pairs.par_iter().filter_map(|&(a, b)| {
            let (a, b) =
                (of(Measure::Quoted, a).side.as_ref()?, of(Measure::Quoted, b).side.as_ref()?);
            Some(self.difference("quoted", None, a, b))
        }));
        let actors: Vec<ActorSides> = actors.collect();
        for (measure, number) in [("loaded_own", 1), ("net_stance_own", 0)] {
            for (actor, sides) in &actors {
                let sides: Vec<&Side> = sides[number]
                    .iter()
                    .filter(|side| outlets.binary_search(&side.outlet).is_ok())
                    .collect();
                let pairs: Vec<(&Side, &Side)> = sides
                    .iter()
                    .enumerate()
                    .flat_map(|(i, &a)| sides[i + 1..].iter().map(move |&b| (a, b)))
                    .collect();
                rows.par_extend(
                    pairs.par_iter().map(|(a, b)| self.difference(measure, Some(actor), a, b)),
                );
            }
        }
        // The family: all that is compared on one measure, of outlets or toward actors.
        let family = |row: &ComparisonRow| (row.measure.clone(), row.actor_id.is_some());
        for family in rows.chunk_by_mut(|a, b| family(a) == family(b)) {
            let p: Vec<Option<f64>> = family.iter().map(|row| row.p).collect();
            let p_within: Vec<Option<f64>> = family.iter().map(|row| row.p_within).collect();
            let adjusted = benjamini_hochberg(&p).into_iter().zip(benjamini_hochberg(&p_within));
            for (row, (q, q_within)) in family.iter_mut().zip(adjusted) {
                (row.q, row.q_within) = (q, q_within);
            }
        }
        rows
    }

    fn difference(&self, measure: &str, actor: Option<&str>, a: &Side, b: &Side) -> ComparisonRow {
        let name = format!(
            "\0{measure}\0{}\0{}\0{}",
            actor.unwrap_or_default(),
            self.outlets[a.outlet].name,
            self.outlets[b.outlet].name
        );
        let permutations =
            contrast::Permutations { replicates: self.replicates, seed: self.seed, name: &name };
        let found = contrast::contrast(&a.of(), &b.of(), a.scale, &self.intervals, permutations);
        let within =
            self.events.difference(&a.cells, &b.cells, a.scale, &self.intervals, self.min_articles);
        let [difference_within, lo_within, hi_within] = columns(within.estimate);
        ComparisonRow {
            measure: measure.to_owned(),
            actor_id: actor.map(str::to_owned),
            outlet_a: self.outlets[a.outlet].name.clone(),
            outlet_b: self.outlets[b.outlet].name.clone(),
            n_articles_a: a.articles as u32,
            n_articles_b: b.articles as u32,
            value_a: Some(a.estimate.value),
            value_b: Some(b.estimate.value),
            difference: Some(found.difference),
            lo: Some(found.interval.lo.min(found.difference)),
            hi: Some(found.interval.hi.max(found.difference)),
            effect: found.effect,
            p: Some(found.p),
            q: None,
            n_events: within.events as u32,
            difference_within,
            lo_within,
            hi_within,
            p_within: within.p,
            q_within: None,
            note: None,
        }
    }

    /// The row of two outlets that cannot be compared on loaded wording, and why.
    fn too_few(&self, a: (usize, &OutletSide), b: (usize, &OutletSide)) -> ComparisonRow {
        let lacking: Vec<String> = [a, b]
            .into_iter()
            .filter(|(_, side)| side.side.is_none())
            .map(|(outlet, side)| {
                let Outlet { name, articles } = &self.outlets[outlet];
                let plural = if side.articles == 1 { "" } else { "s" };
                // Where articles there are, but none in the outlet's own words, that is the reason.
                let own =
                    if articles.len() >= self.min_articles { " with words of its own" } else { "" };
                format!("{name} has {} article{plural}{own}", side.articles)
            })
            .collect();
        let verb = if self.min_articles == 1 { "is" } else { "are" };
        let note = format!(
            "not enough data: {}, {} {verb} needed",
            lacking.join(" and "),
            self.min_articles
        );
        let value = |side: &OutletSide| side.side.as_ref().map(|s| s.estimate.value);
        ComparisonRow {
            measure: "loaded_own".to_owned(),
            actor_id: None,
            outlet_a: self.outlets[a.0].name.clone(),
            outlet_b: self.outlets[b.0].name.clone(),
            n_articles_a: a.1.articles as u32,
            n_articles_b: b.1.articles as u32,
            value_a: value(a.1),
            value_b: value(b.1),
            difference: None,
            lo: None,
            hi: None,
            effect: None,
            p: None,
            q: None,
            // An outlet with too few articles has too few events.
            n_events: 0,
            difference_within: None,
            lo_within: None,
            hi_within: None,
            p_within: None,
            q_within: None,
            note: Some(note),
        }
    }
}

impl InArticle {
    pub(super) fn own(&self) -> Fraction {
        Fraction { top: self.net_own, bottom: self.n_own.into() }
    }

    fn all(&self) -> Fraction {
        Fraction { top: self.net, bottom: self.n.into() }
    }

    fn loaded(&self) -> Fraction {
        Fraction { top: self.loaded_own.into(), bottom: self.sentences_own.into() }
    }
}

/// What an actor is measured by, and on which scale.
type OfMentions = (fn(&InArticle) -> Fraction, Scale);

/// Net stance in the outlet's own voice, in any voice; loaded wording of the outlet's sentences that name it.
const OF_ACTOR: [OfMentions; 3] = [
    (InArticle::own, Scale::NetStance),
    (InArticle::all, Scale::NetStance),
    (InArticle::loaded, Scale::Share),
];

/// An actor's mentions in many articles.
#[derive(Default)]
struct Mentions {
    articles: usize,
    articles_own: usize,
    own: Fraction,
    all: Fraction,
    loaded: Fraction,
    against_own: u32,
    favor_own: u32,
}

impl Mentions {
    fn add(&mut self, mentions: &InArticle) {
        let (own, all, loaded) = (mentions.own(), mentions.all(), mentions.loaded());
        self.articles += 1;
        self.articles_own += usize::from(mentions.n_own > 0);
        self.own.add(own.top, own.bottom);
        self.all.add(all.top, all.bottom);
        self.loaded.add(loaded.top, loaded.bottom);
        self.against_own += mentions.against_own;
        self.favor_own += mentions.favor_own;
    }
}

/// Value, lower and upper end, as the tables have them.
pub(super) fn columns(estimate: Option<Estimate>) -> [Option<f64>; 3] {
    match estimate {
        Some(Estimate { value, interval }) => [Some(value), Some(interval.lo), Some(interval.hi)],
        None => [None; 3],
    }
}
