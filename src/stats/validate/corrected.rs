//! Codes in, rows of the table `corrected` out.

use std::collections::{BTreeMap, HashMap};

use super::assist::Assist;
use super::design::Plan;
use super::estimate::{Estimate, Sums, dsl, ppi, tuned};
use super::frame::{Coded, Frame, Kind};
use super::{Lambda, MIN_CODED};
use crate::stats::interval::Scale;
use crate::tables::rows::{ComparisonRow, CorrectedRow, OutletActorRow, OutletRow};

/// The run's own figures, which the corrected ones stand beside.
#[derive(Clone, Copy, Debug)]
pub struct Naive<'t> {
    pub outlets: &'t [OutletRow],
    pub outlet_actor: &'t [OutletActorRow],
    /// The differences that are corrected too.
    pub comparisons: &'t [ComparisonRow],
}

/// Value and ends.
type Three = [Option<f64>; 3];

/// Rows of the table, and the `lambda` of each measure.
pub(crate) fn corrected(
    frame: &Frame,
    plan: &Plan,
    coded: &[Coded],
    naive: &Naive,
    min_articles: usize,
    confidence: f64,
) -> (Vec<CorrectedRow>, Vec<Lambda>) {
    let (mut rows, mut lambdas) = (Vec::new(), Vec::new());
    for kind in Kind::ALL {
        if !coded.iter().any(|c| frame.units[c.unit].kind == kind) {
            continue;
        }
        let measured = Measured::new(frame, plan, coded, kind, min_articles);
        lambdas.push(Lambda { measure: kind.measure(), lambda: measured.lambda });
        let rows_of = Rows { frame, naive, measured, confidence };
        rows.extend(rows_of.outlets());
        rows.extend(rows_of.differences());
    }
    (rows, lambdas)
}

/// Whose figure it is: an outlet's, and of a net stance toward which actor (`None`: toward all).
type Whose = (u32, Option<u32>);

/// The figures of one kind.
struct Measured {
    kind: Kind,
    lambda: f64,
    of: BTreeMap<Whose, Corrected>,
}

/// A figure twice corrected, or the reason why it is not.
struct Corrected {
    n_coded: u32,
    articles: usize,
    coded_articles: usize,
    estimates: Result<(Estimate, Estimate), String>,
}

impl Measured {
    fn new(
        frame: &Frame,
        plan: &Plan,
        coded: &[Coded],
        kind: Kind,
        min_articles: usize,
    ) -> Measured {
        let sums = sums(frame, plan, coded, kind);
        let enough = |articles: &&Vec<Sums>| lacking(articles, min_articles).is_none();
        let lambda = tuned(sums.values().filter(enough).map(Vec::as_slice));
        let corrected = |articles: &Vec<Sums>| {
            let count = |which: fn(&&Sums) -> bool| articles.iter().filter(which).count();
            let estimates = match lacking(articles, min_articles) {
                Some(note) => Err(note),
                None => dsl(articles).zip(ppi(articles, lambda)).ok_or_else(|| {
                    "the coders found nothing to be judged in the coded rows".to_owned()
                }),
            };
            Corrected {
                n_coded: articles.iter().map(|a| a.n_coded).sum(),
                articles: count(|a| a.predicted.bottom > 0.0),
                coded_articles: count(|a| a.n_coded > 0),
                estimates,
            }
        };
        let of = sums.iter().map(|(&whose, articles)| (whose, corrected(articles))).collect();
        Measured { kind, lambda, of }
    }

    fn scale(&self) -> Scale {
        match self.kind {
            Kind::Sentence => Scale::Share,
            Kind::Mention => Scale::NetStance,
        }
    }
}

/// Why there is no figure; `None` where there is one.
fn lacking(articles: &[Sums], min_articles: usize) -> Option<String> {
    let rows: u32 = articles.iter().map(|a| a.n_coded).sum();
    let coded = articles.iter().filter(|a| a.n_coded > 0).count();
    (rows < MIN_CODED || coded < min_articles).then(|| {
        format!(
            "not enough codes: {rows} in {coded} article{}, {MIN_CODED} in {min_articles} are needed",
            if coded == 1 { "" } else { "s" }
        )
    })
}

/// Sums over every article, by whose figure they make.
fn sums(frame: &Frame, plan: &Plan, coded: &[Coded], kind: Kind) -> BTreeMap<Whose, Vec<Sums>> {
    let assist = Assist::learn(frame, coded, kind);
    let codes: HashMap<usize, &Coded> = coded.iter().map(|c| (c.unit, c)).collect();
    let mut sums: BTreeMap<Whose, Vec<Sums>> = whose(frame, plan, coded, kind)
        .into_iter()
        .map(|whose| (whose, vec![Sums::default(); frame.articles_of(whose.0).len()]))
        .collect();
    for (number, unit) in frame.units.iter().enumerate().filter(|(_, u)| u.kind == kind) {
        let outlet = frame.outlet_of(unit);
        let article = unit.article as usize - frame.articles_of(outlet).start;
        let whose = [(outlet, None), (outlet, unit.actor)];
        for whose in &whose[..1 + usize::from(unit.actor.is_some())] {
            let Some(articles) = sums.get_mut(whose) else { continue };
            let guess = assist.guess(unit);
            match codes.get(&number) {
                Some(c) => articles[article].add_coded(
                    unit.predicted(),
                    guess,
                    c.gold.fraction(kind),
                    c.weight,
                ),
                None => articles[article].add(unit.predicted(), guess),
            }
        }
    }
    sums
}

/// Whose figures the codes can tell something about: every coded outlet's, and those toward an actor that
/// was asked for or has enough codes. Most pairs of outlet and actor have one or none.
fn whose(frame: &Frame, plan: &Plan, coded: &[Coded], kind: Kind) -> Vec<Whose> {
    let mut counts: BTreeMap<Whose, u32> = BTreeMap::new();
    for unit in coded.iter().map(|c| &frame.units[c.unit]).filter(|u| u.kind == kind) {
        let outlet = frame.outlet_of(unit);
        *counts.entry((outlet, None)).or_default() += 1;
        if unit.actor.is_some() {
            *counts.entry((outlet, unit.actor)).or_default() += 1;
        }
    }
    // A sample of some actors says nothing about all of them.
    let some_actors = kind == Kind::Mention && !plan.actors.is_empty();
    counts.retain(|(_, actor), n| match actor {
        None => !some_actors,
        Some(_) => some_actors || *n >= MIN_CODED,
    });
    counts.into_keys().collect()
}

/// Makes the table's rows of one kind.
struct Rows<'a> {
    frame: &'a Frame,
    naive: &'a Naive<'a>,
    measured: Measured,
    confidence: f64,
}

impl Rows<'_> {
    /// By outlet, over all actors first.
    fn outlets(&self) -> Vec<CorrectedRow> {
        let naive = self.naive_values();
        let row = |(whose, corrected): (&Whose, &Corrected)| {
            let mut row = self.row(*whose, corrected);
            let key = (row.outlet.as_str(), row.actor_id.as_deref());
            let [value, lo, hi] = naive.get(&key).copied().unwrap_or_default();
            (row.naive, row.naive_lo, row.naive_hi) = (value, lo, hi);
            row
        };
        self.measured.of.iter().map(row).collect()
    }

    fn naive_values(&self) -> HashMap<(&str, Option<&str>), Three> {
        let of_outlet = |o: &OutletRow| match self.measured.kind {
            Kind::Sentence => [o.loaded_own, o.loaded_own_lo, o.loaded_own_hi],
            Kind::Mention => [o.net_stance_own, o.net_stance_own_lo, o.net_stance_own_hi],
        };
        let outlets = self.naive.outlets.iter().map(|o| ((o.outlet.as_str(), None), of_outlet(o)));
        let actors = self.naive.outlet_actor.iter().map(|o| {
            let key = (o.outlet.as_str(), Some(o.actor_id.as_str()));
            (key, [o.net_stance_own, o.net_stance_own_lo, o.net_stance_own_hi])
        });
        outlets.chain(actors).collect()
    }

    fn row(&self, (outlet, actor): Whose, corrected: &Corrected) -> CorrectedRow {
        let scale = self.measured.scale();
        let columns = |estimate: &Estimate| -> Three {
            let interval = estimate.interval(scale, self.confidence);
            [Some(estimate.within(scale)), Some(interval.lo), Some(interval.hi)]
        };
        let three = |of: fn(&(Estimate, Estimate)) -> &Estimate| -> Three {
            corrected.estimates.as_ref().map_or([None; 3], |both| columns(of(both)))
        };
        CorrectedRow {
            n_coded: corrected.n_coded,
            n_coded_articles: corrected.coded_articles as u32,
            n_articles: corrected.articles as u32,
            note: corrected.estimates.as_ref().err().cloned(),
            ..self.filled((outlet, actor), three(|b| &b.0), three(|b| &b.1))
        }
    }

    /// A row with its names and corrected figures.
    fn filled(&self, (outlet, actor): Whose, dsl: Three, ppi: Three) -> CorrectedRow {
        CorrectedRow {
            measure: self.measured.kind.measure().to_owned(),
            outlet: self.frame.outlets[outlet as usize].clone(),
            outlet_b: None,
            actor_id: actor.map(|a| self.frame.actors[a as usize].clone()),
            naive: None,
            naive_lo: None,
            naive_hi: None,
            dsl: dsl[0],
            dsl_lo: dsl[1],
            dsl_hi: dsl[2],
            ppi: ppi[0],
            ppi_lo: ppi[1],
            ppi_hi: ppi[2],
            n_coded: 0,
            n_coded_articles: 0,
            n_articles: 0,
            note: None,
        }
    }

    /// The run's comparisons of this measure, where both outlets have codes.
    fn differences(&self) -> Vec<CorrectedRow> {
        let measure = self.measured.kind.measure();
        let of_measure = self.naive.comparisons.iter().filter(|c| c.measure == measure);
        of_measure.filter_map(|comparison| self.difference(comparison)).collect()
    }

    fn difference(&self, naive: &ComparisonRow) -> Option<CorrectedRow> {
        let outlet = |name: &String| self.frame.outlets.binary_search(name).ok().map(|n| n as u32);
        let actor = match &naive.actor_id {
            Some(id) => Some(self.frame.actor(id)?),
            None => None,
        };
        let whose = (outlet(&naive.outlet_a)?, actor);
        let a = self.measured.of.get(&whose)?;
        let b = self.measured.of.get(&(outlet(&naive.outlet_b)?, actor))?;
        let (scale, confidence) = (self.measured.scale(), self.confidence);
        let minus = |a: &Estimate, b: &Estimate| -> Three {
            let (value, interval) = a.minus(b, scale, confidence);
            [Some(value), Some(interval.lo), Some(interval.hi)]
        };
        let (dsl, ppi) = match (&a.estimates, &b.estimates) {
            (Ok(a), Ok(b)) => (minus(&a.0, &b.0), minus(&a.1, &b.1)),
            _ => ([None; 3], [None; 3]),
        };
        Some(CorrectedRow {
            outlet_b: Some(naive.outlet_b.clone()),
            naive: naive.difference,
            naive_lo: naive.lo,
            naive_hi: naive.hi,
            n_coded: a.n_coded + b.n_coded,
            n_coded_articles: (a.coded_articles + b.coded_articles) as u32,
            n_articles: (a.articles + b.articles) as u32,
            note: self.why_not((&naive.outlet_a, a), (&naive.outlet_b, b)),
            ..self.filled(whose, dsl, ppi)
        })
    }

    /// The reasons of both sides, with their names.
    fn why_not(&self, a: (&str, &Corrected), b: (&str, &Corrected)) -> Option<String> {
        let reasons: Vec<String> = [a, b]
            .into_iter()
            .filter_map(|(name, side)| Some(format!("{name}: {}", side.estimates.as_ref().err()?)))
            .collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}
