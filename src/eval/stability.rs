//! Is the outlets' order the outlets', or that of the articles that happened to be read? Articles of every outlet are
//! halved at random, outlets ranked by their loaded rate in either half, and the two orders correlated.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

use super::results::{Cell, DataFile};
use super::{Building, Context, EvalError, Measure, Measured, Suite};
use crate::metric;
use crate::tables::RunReader;
use crate::tables::rows::{ArticleRow, EventRow};

/// Outlets with fewer articles of their own words are left out.
const FEWEST: usize = 100;
const SPLITS: usize = 500;

/// Loaded sentences and all sentences of an article's own words.
type Counts = [f64; 2];

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let failed = |what: String| EvalError::Suite { suite: Suite::Stability.name(), what };
    let Some(place) = &cx.source.file else {
        return Err(failed(
            "no run named; give --file RUN, a folder that `undertone score` made, or a folder of such folders".to_owned(),
        ));
    };
    let mut out = Building::new(
        cx,
        Suite::Stability,
        "Outlets' order by loaded rate, halves of the articles",
    );
    let mut outlets: BTreeMap<String, Vec<Counts>> = BTreeMap::new();
    let mut n_articles = 0;
    for run in runs(place).map_err(failed)? {
        let reader = RunReader::open(&run).map_err(|e| failed(e.to_string()))?;
        let events: Vec<EventRow> = reader.read().map_err(|e| failed(e.to_string()))?;
        let others: HashSet<String> =
            events.into_iter().filter(|e| e.relayed || e.repeats).map(|e| e.article_id).collect();
        let manifest = reader.manifest();
        let mut n = 0;
        for row in reader.rows::<ArticleRow>().map_err(|e| failed(e.to_string()))? {
            let row = row.map_err(|e| failed(e.to_string()))?;
            n += 1;
            if row.n_own > 0 && !others.contains(&row.article_id) {
                let counts = [f64::from(row.n_loaded_own), f64::from(row.n_own)];
                outlets.entry(row.outlet).or_default().push(counts);
            }
        }
        n_articles += n;
        for input in &manifest.inputs {
            let name = Path::new(&input.path)
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let sha256 = input.sha256.clone().unwrap_or_default();
            out.file(DataFile { name, sha256, n, unit: "articles".to_owned() });
        }
    }
    outlets.retain(|_, articles| articles.len() >= FEWEST);
    if outlets.len() < 3 {
        return Err(failed(format!(
            "{} outlets have {FEWEST} articles with words of their own; at least 3 are needed",
            outlets.len()
        )));
    }
    let mut rng = Pcg64Mcg::seed_from_u64(cx.bootstrap.seed);
    let all: Vec<&Vec<Counts>> = outlets.values().collect();
    let halves: Vec<Vec<f64>> = (0..SPLITS).map(|_| vec![split(&all, &mut rng), 1.0]).collect();
    let lowest = halves.iter().map(|h| h[0]).fold(1.0, f64::min);
    let n_used: usize = all.iter().map(|a| a.len()).sum();
    out.figure(
        "stability_rank",
        "rank correlation of two random halves (Spearman), mean",
        Measure::of_sums(halves, |s| s[0] / s[1]),
        outlets.len(),
        "outlets",
        "splits",
    );
    out.note(format!(
        "{} of {} articles, those of outlets with at least {FEWEST}; {SPLITS} splits, the lowest {lowest:.3}. The interval \
         is that of the mean over splits.",
        n_used, n_articles
    ));
    let mut rows: Vec<(f64, Vec<Cell>)> = outlets
        .iter()
        .map(|(name, articles)| {
            let rate = rate(articles.iter());
            (rate, vec![Cell::Text(name.clone()), Cell::Count(articles.len()), Cell::Number(rate)])
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    out.table("loaded, own words", &["outlet", "articles", "rate"], rows);
    Ok(vec![out.done()])
}

/// `place` itself if it is a run, else the runs in it.
fn runs(place: &Path) -> Result<Vec<PathBuf>, String> {
    let is_run = |folder: &Path| folder.join("manifest.json").is_file();
    if is_run(place) {
        return Ok(vec![place.to_owned()]);
    }
    let entries = std::fs::read_dir(place).map_err(|e| format!("{}: {e}", place.display()))?;
    let mut runs: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| is_run(p)).collect();
    runs.sort();
    if runs.is_empty() {
        return Err(format!("{}: neither a run nor a folder of runs", place.display()));
    }
    Ok(runs)
}

fn rate<'c>(articles: impl Iterator<Item = &'c Counts>) -> f64 {
    let (loaded, own) = articles.fold((0.0, 0.0), |(l, o), c| (l + c[0], o + c[1]));
    loaded / own
}

/// The correlation of one random split of every outlet's articles.
fn split(outlets: &[&Vec<Counts>], rng: &mut Pcg64Mcg) -> f64 {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for articles in outlets {
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.shuffle(rng);
        // Of an odd number either half may be the larger.
        let middle = (articles.len() + usize::from(rng.random::<bool>())) / 2;
        let of = |part: &[usize]| rate(part.iter().map(|&i| &articles[i]));
        first.push(of(&order[..middle]));
        second.push(of(&order[middle..]));
    }
    metric::spearman(&first, &second)
}
