//! Who is let speak, and how they speak about whom.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Run;
use super::number::{count, counted, share, share_interval};
use super::view::{self, Figure, net_figure};
use crate::tables::rows::{HolderTargetRow, SpeakerRow};

const MOST_HOLDERS: usize = 12;
const MOST_TARGETS: usize = 8;
const MOST_OUTLETS: usize = 30;
const MOST_SPEAKERS: usize = 5;

/// Holder by target over all outlets, and every outlet's speakers.
#[derive(Serialize)]
pub struct Heard {
    pub targets: Vec<String>,
    pub holders: Vec<HolderView>,
    /// All holders there are, where not all are shown.
    pub more_holders: Option<String>,
    pub outlets: Vec<OutletVoices>,
    pub more_outlets: bool,
}

#[derive(Serialize)]
pub struct HolderView {
    pub name: String,
    /// Somebody quoted, not the outlets themselves.
    pub is_quoted: bool,
    /// One per target; none where the holder never speaks of it.
    pub cells: Vec<Option<Figure>>,
}

#[derive(Serialize)]
pub struct OutletVoices {
    pub outlet: String,
    /// `41% (38% to 45%)` of its words
    pub quoted: Option<String>,
    pub voices: Vec<VoiceView>,
}

#[derive(Serialize)]
pub struct VoiceView {
    pub name: String,
    /// Of all words that are somebody else's.
    pub share: String,
    /// 0 to 100, for its bar.
    pub width: f64,
    /// `210 words quoted, 90 reported, in 4 articles`
    pub basis: String,
    /// `31% of 16 sentences loaded`
    pub loaded: Option<String>,
}

impl Heard {
    pub fn new(run: &Run) -> Heard {
        let (targets, holders, more_holders) = matrix(&run.holder_target);
        let mut outlets = Vec::new();
        let mut sizes: Vec<_> = run.outlets.iter().filter(|o| o.n_words_quoted > 0).collect();
        sizes.sort_by(|a, b| view::more_articles_first(a, b));
        let more_outlets = sizes.len() > MOST_OUTLETS;
        let mut by_outlet: HashMap<&str, Vec<&SpeakerRow>> = HashMap::new();
        for row in &run.speakers {
            if let Some(outlet) = &row.outlet {
                by_outlet.entry(outlet).or_default().push(row);
            }
        }
        for row in sizes.into_iter().take(MOST_OUTLETS) {
            let mut voices = by_outlet.remove(row.outlet.as_str()).unwrap_or_default();
            voices.sort_by(|a, b| {
                let order = b.share_of_quoted.total_cmp(&a.share_of_quoted);
                order.then_with(|| a.speaker_id.cmp(&b.speaker_id))
            });
            let quoted = row.quoted.zip(row.quoted_lo.zip(row.quoted_hi));
            outlets.push(OutletVoices {
                outlet: row.outlet.clone(),
                quoted: quoted.map(|(v, (lo, hi))| {
                    let n = row.n_words;
                    format!("{} ({})", share(v, n), share_interval(lo, hi, n))
                }),
                voices: voices.into_iter().take(MOST_SPEAKERS).map(voice_view).collect(),
            });
        }
        Heard { targets, holders, more_holders, outlets, more_outlets }
    }
}

fn voice_view(row: &SpeakerRow) -> VoiceView {
    let words = row.n_words_direct + row.n_words_indirect;
    VoiceView {
        name: row
            .speaker_name
            .clone()
            .unwrap_or_else(|| "people without a name, documents".to_owned()),
        share: share(row.share_of_quoted, words),
        width: (row.share_of_quoted * 1000.0).round() / 10.0,
        basis: format!(
            "{} quoted, {} reported, in {}",
            counted(row.n_words_direct, "word", "words"),
            count(row.n_words_indirect),
            counted(row.n_articles, "article", "articles")
        ),
        loaded: row.loaded.map(|loaded| {
            let sentences = counted(row.n_sentences, "sentence", "sentences");
            format!("{} of {sentences} loaded", share(loaded, row.n_sentences))
        }),
    }
}

/// Kind and id.
type Holder<'r> = (&'r str, Option<&'r str>);

fn matrix(rows: &[HolderTargetRow]) -> (Vec<String>, Vec<HolderView>, Option<String>) {
    let all: Vec<&HolderTargetRow> = rows.iter().filter(|row| row.outlet.is_none()).collect();
    // Targets that somebody else than the outlets speaks of; a speaker is a target of its own words, too.
    let mut of_target: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
    let mut of_holder: BTreeMap<Holder<'_>, (u32, Option<&str>)> = BTreeMap::new();
    for row in &all {
        let target = of_target.entry(&row.target_id).or_insert((0, &row.target_name));
        target.0 += row.n_mentions;
        let key = (row.holder.as_str(), row.holder_id.as_deref());
        of_holder.entry(key).or_insert((0, row.holder_name.as_deref())).0 += row.n_mentions;
    }
    let mut targets: Vec<(&str, (u32, &str))> = of_target.into_iter().collect();
    targets.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    targets.truncate(MOST_TARGETS);
    let mut holders: Vec<_> = of_holder.into_iter().collect();
    let rank = |holder: &str| match holder {
        "outlet" => 0,
        "actor" => 1,
        "unnamed" => 2,
        _ => 3,
    };
    let n_actors = holders.iter().filter(|((kind, _), _)| *kind == "actor").count();
    holders.sort_by(|((kind_a, id_a), (n_a, _)), ((kind_b, id_b), (n_b, _))| {
        let order = rank(kind_a).cmp(&rank(kind_b)).then(n_b.cmp(n_a));
        order.then_with(|| id_a.cmp(id_b))
    });
    let mut actors = 0;
    holders.retain(|((kind, _), _)| {
        actors += usize::from(*kind == "actor");
        *kind != "actor" || actors <= MOST_HOLDERS
    });
    let by_pair: HashMap<(&str, Option<&str>, &str), &HolderTargetRow> = all
        .iter()
        .map(|row| ((row.holder.as_str(), row.holder_id.as_deref(), row.target_id.as_str()), *row))
        .collect();
    let views: Vec<HolderView> = holders
        .into_iter()
        .map(|((kind, id), (_, name))| HolderView {
            name: match kind {
                "outlet" => "The outlets themselves".to_owned(),
                "unnamed" => "People without a name, documents".to_owned(),
                "copy" => "Copy that outlets relay".to_owned(),
                _ => name.or(id).unwrap_or_default().to_owned(),
            },
            is_quoted: kind != "outlet",
            cells: targets
                .iter()
                .map(|(target, _)| by_pair.get(&(kind, id, *target)).map(|row| cell(row)))
                .collect(),
        })
        .filter(|view| view.cells.iter().any(Option::is_some))
        .collect();
    let more = (n_actors > MOST_HOLDERS).then(|| count(n_actors as u64));
    (targets.into_iter().map(|(_, (_, name))| name.to_owned()).collect(), views, more)
}

fn cell(row: &HolderTargetRow) -> Figure {
    let mut basis = counted(row.n_mentions, "mention", "mentions");
    if row.n_against + row.n_favor > 0 {
        basis.push_str(&format!(", {} against, {} in favour", row.n_against, row.n_favor));
    }
    net_figure([row.net_stance, row.net_stance_lo, row.net_stance_hi], basis, None)
}
