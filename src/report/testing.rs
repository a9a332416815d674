//! Invented rows for the tests. Stretches are given by their words; the offsets are worked out.

use super::{ModelInfo, Run, RunInfo};
use crate::actors::{Form, Reason};
use crate::ingest::RejectReason;
use crate::model::{AttributionKind, EntityKind, Stance};
use crate::tables::rows::{
    ActorRow, ArticleRow, AttributionRow, ComparisonRow, MentionRow, OutletActorRow, OutletRow,
    RejectRow, SentenceRow, SourceKind, SpanRow,
};
use crate::text::Part;
use crate::voice::Voice;

/// A figure and its interval.
pub type Estimate = Option<(f64, f64, f64)>;

fn parts(estimate: Estimate) -> [Option<f64>; 3] {
    estimate.map_or([None; 3], |(value, lo, hi)| [Some(value), Some(lo), Some(hi)])
}

/// A sentence to be.
#[derive(Clone)]
pub struct Line {
    text: String,
    voice: Voice,
    p: f64,
    begins: bool,
    speaker: Option<String>,
    loaded: Vec<(String, Voice)>,
    mentions: Vec<(String, EntityKind, f64)>,
    says: Vec<(String, AttributionKind, Option<String>)>,
}

pub fn line(voice: Voice, text: &str, p: f64) -> Line {
    Line {
        text: text.into(),
        voice,
        p,
        begins: false,
        speaker: None,
        loaded: Vec::new(),
        mentions: Vec::new(),
        says: Vec::new(),
    }
}

impl Line {
    pub fn begins(mut self) -> Line {
        self.begins = true;
        self
    }
    pub fn speaker(mut self, name: &str) -> Line {
        self.speaker = Some(name.into());
        self
    }
    pub fn loaded(mut self, words: &str, voice: Voice) -> Line {
        self.loaded.push((words.into(), voice));
        self
    }
    pub fn mention(mut self, words: &str, kind: EntityKind, net: f64) -> Line {
        self.mentions.push((words.into(), kind, net));
        self
    }
    pub fn says(mut self, words: &str, kind: AttributionKind, source: Option<&str>) -> Line {
        self.says.push((words.into(), kind, source.map(str::to_owned)));
        self
    }
}

/// An actor's id in these rows.
pub fn actor_id(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

pub fn run() -> Run {
    Run {
        info: RunInfo {
            title: "The harbour toll in four papers".into(),
            created: "2031-05-02T09:30:00Z".into(),
            undertone: "0.1.0".into(),
            model: ModelInfo { name: "small".into(), sha256: "0123456789abcdef".repeat(4) },
            thresholds: [("loaded".to_owned(), 0.46), ("loaded_token".to_owned(), 0.5)].into(),
            seed: 7,
            seconds: 41.5,
            location: Some("runs/harbour/report.html".into()),
            ..RunInfo::default()
        },
        ..Run::default()
    }
}

impl Run {
    pub fn with_article(mut self, outlet: &str, id: &str, title: &str, lines: &[Line]) -> Run {
        let words = |text: &str| text.split_whitespace().count() as u32;
        let (mut start, mut body, mut paragraph) = (0, String::new(), 0);
        let own = |l: &&Line| matches!(l.voice, Voice::Outlet | Voice::Mixed);
        let own_loaded = |l: &Line| l.loaded.iter().any(|(_, v)| *v == Voice::Outlet);
        let headline = line(Voice::Outlet, title, 0.1);
        for (number, line) in std::iter::once(&headline).chain(lines).enumerate() {
            let part = if number == 0 { Part::Title } else { Part::Body };
            if number == 1 {
                start = 0;
            }
            if number > 0 && !body.is_empty() {
                let between = if line.begins { "\n\n" } else { " " };
                body.push_str(between);
                start += between.len() as u32;
            }
            paragraph += u32::from(number == 1 || line.begins);
            let len = line.text.chars().count() as u32;
            let place = |needle: &str| {
                let at = line.text.find(needle).expect("the words stand in the sentence");
                let from = start + line.text[..at].chars().count() as u32;
                (from, from + needle.chars().count() as u32)
            };
            self.sentences.push(SentenceRow {
                article_id: id.into(),
                sentence: number as u32,
                part,
                start,
                end: start + len,
                paragraph,
                heading: number == 0,
                text: line.text.clone(),
                n_words: words(&line.text),
                n_words_quoted: if line.voice == Voice::Outlet { 0 } else { words(&line.text) / 2 },
                voice: line.voice,
                speaker_id: line.speaker.as_deref().map(actor_id),
                speaker: line.speaker.clone(),
                p_loaded: line.p,
                loaded: line.p >= 0.46,
                loaded_own: own(&line).then(|| own_loaded(line)),
                scare: Vec::new(),
            });
            for (needle, voice) in &line.loaded {
                let (start, end) = place(needle);
                self.spans.push(SpanRow {
                    article_id: id.into(),
                    sentence: number as u32,
                    part,
                    start,
                    end,
                    text: needle.clone(),
                    p: 0.8,
                    voice: *voice,
                    speaker_id: None,
                    scare: false,
                });
            }
            for (needle, kind, net) in &line.mentions {
                let (start, end) = place(needle);
                self.mentions.push(MentionRow {
                    article_id: id.into(),
                    sentence: number as u32,
                    part,
                    start,
                    end,
                    text: needle.clone(),
                    kind: *kind,
                    p: 0.9,
                    actor_id: actor_id(needle),
                    voice: Voice::Outlet,
                    speaker_id: None,
                    form: Form::Name,
                    reason: Reason::Name,
                    is_place: false,
                    is_source: false,
                    p_against: (-net).max(0.0),
                    p_neutral: 1.0 - net.abs(),
                    p_favor: net.max(0.0),
                    stance: match net {
                        n if *n < -0.4 => Stance::Against,
                        n if *n > 0.4 => Stance::Favor,
                        _ => Stance::Neutral,
                    },
                    net_stance: *net,
                });
            }
            for (needle, kind, source) in &line.says {
                let (start, end) = place(needle);
                self.attributions.push(AttributionRow {
                    article_id: id.into(),
                    attribution: 0,
                    sentence: number as u32,
                    kind: *kind,
                    part,
                    start,
                    end,
                    text: needle.clone(),
                    n_words: needle.split_whitespace().count() as u32,
                    n_words_direct: 0,
                    speaker_id: None,
                    via_id: None,
                    source_kind: SourceKind::Unnamed,
                    source: source.clone(),
                    cue: None,
                    p: 0.9,
                });
            }
            start += len;
            if number > 0 {
                body.push_str(&line.text);
            }
        }
        self.articles.push(ArticleRow {
            article_id: id.into(),
            outlet: outlet.into(),
            title: Some(title.into()),
            date: Some("2031-04-17".into()),
            author: None,
            url: Some(format!("https://news.example/{id}")),
            agency: None,
            source: format!("articles/{id}.txt"),
            body,
            n_sentences: lines.len() as u32 + 1,
            n_words: lines.iter().map(|l| words(&l.text)).sum(),
            n_words_quoted: lines
                .iter()
                .filter(|l| l.voice != Voice::Outlet)
                .map(|l| words(&l.text) / 2)
                .sum(),
            n_own: lines.iter().filter(own).count() as u32,
            n_loaded_own: lines.iter().filter(|l| own(l) && own_loaded(l)).count() as u32,
            n_loaded: lines.iter().filter(|l| l.p >= 0.46).count() as u32,
        });
        self
    }

    /// `counts`: loaded, own.
    pub fn with_outlet(
        mut self,
        outlet: &str,
        articles: u32,
        counts: (u32, u32),
        loaded: Estimate,
        net: Estimate,
    ) -> Run {
        let [loaded_own, loaded_own_lo, loaded_own_hi] = parts(loaded);
        let [net_stance_own, net_stance_own_lo, net_stance_own_hi] = parts(net);
        let enough = loaded.is_some();
        self.outlets.push(OutletRow {
            outlet: outlet.into(),
            n_articles: articles,
            n_agency: 0,
            n_relayed: 0,
            n_repeats: 0,
            n_sentences: counts.1 + 40,
            n_own: counts.1,
            n_loaded_own: counts.0,
            loaded_own,
            loaded_own_lo,
            loaded_own_hi,
            p_loaded_own: loaded_own,
            p_loaded_own_lo: loaded_own_lo,
            p_loaded_own_hi: loaded_own_hi,
            n_loaded: counts.0 + 10,
            loaded_all: None,
            loaded_all_lo: None,
            loaded_all_hi: None,
            n_mentions_own: 1234,
            net_stance_own,
            net_stance_own_lo,
            net_stance_own_hi,
            n_mentions: 2000,
            net_stance_all: None,
            net_stance_all_lo: None,
            net_stance_all_hi: None,
            n_words: 5400,
            n_words_quoted: 1836,
            quoted: enough.then_some(0.34),
            quoted_lo: enough.then_some(0.291),
            quoted_hi: enough.then_some(0.388),
        });
        self
    }

    pub fn with_actor(
        mut self,
        name: &str,
        kind: EntityKind,
        mentions: u32,
        net: Estimate,
        speaks: u32,
    ) -> Run {
        let [net_stance_own, net_stance_own_lo, net_stance_own_hi] = parts(net);
        self.actors.push(ActorRow {
            actor_id: actor_id(name),
            name: name.into(),
            kind,
            aliases: Vec::new(),
            merges: Vec::new(),
            groups: Vec::new(),
            wikidata: None,
            n_outlets: 3,
            n_articles: mentions.div_ceil(3),
            n_mentions: mentions,
            n_mentions_own: mentions / 2,
            net_stance_own,
            net_stance_own_lo,
            net_stance_own_hi,
            net_stance_all: net.map(|n| n.0 / 2.0),
            net_stance_all_lo: None,
            net_stance_all_hi: None,
            n_sentences_own: 0,
            n_loaded_own: 0,
            loaded_own: None,
            loaded_own_lo: None,
            loaded_own_hi: None,
            n_speaks: speaks,
        });
        self
    }

    pub fn with_outlet_actor(mut self, outlet: &str, name: &str, n: u32, net: Estimate) -> Run {
        let [net_stance_own, net_stance_own_lo, net_stance_own_hi] = parts(net);
        self.outlet_actor.push(OutletActorRow {
            outlet: outlet.into(),
            actor_id: actor_id(name),
            name: name.into(),
            n_articles: n,
            n_mentions: n * 2,
            n_mentions_own: n,
            n_articles_own: n,
            net_stance_own,
            net_stance_own_lo,
            net_stance_own_hi,
            against_own: None,
            favor_own: None,
            net_stance_all: None,
            net_stance_all_lo: None,
            net_stance_all_hi: None,
            n_sentences_own: 0,
            n_loaded_own: 0,
            loaded_own: None,
            loaded_own_lo: None,
            loaded_own_hi: None,
        });
        self
    }

    pub fn with_comparison(
        mut self,
        measure: &str,
        (a, n_a, value_a): (&str, u32, Option<f64>),
        (b, n_b, value_b): (&str, u32, Option<f64>),
        interval: Option<(f64, f64)>,
    ) -> Run {
        let difference = value_a.zip(value_b).map(|(a, b)| a - b).filter(|_| interval.is_some());
        self.comparisons.push(ComparisonRow {
            measure: measure.into(),
            actor_id: None,
            outlet_a: a.into(),
            outlet_b: b.into(),
            n_articles_a: n_a,
            n_articles_b: n_b,
            value_a,
            value_b,
            difference,
            lo: interval.map(|i| i.0),
            hi: interval.map(|i| i.1),
            effect: None,
            p: None,
            q: None,
            n_events: 0,
            difference_within: None,
            lo_within: None,
            hi_within: None,
            p_within: None,
            q_within: None,
            note: interval.is_none().then(|| "fewer than 5 articles".to_owned()),
        });
        self
    }

    pub fn with_reject(mut self, source: &str, reason: RejectReason, detail: &str) -> Run {
        self.rejects.push(RejectRow {
            source: source.into(),
            id: None,
            reason,
            detail: detail.into(),
        });
        self
    }
}

/// Four outlets on a toll at a harbour; one has too few articles for a figure.
pub fn harbour() -> Run {
    use AttributionKind::{Direct, Indirect};
    use EntityKind::{Loc, Norp, Org, Per};
    let story = [
        line(
            Voice::Outlet,
            "The Tollgate Council rammed its disastrous harbour toll through on Thursday, ignoring \
             weeks of warnings.",
            0.94,
        )
        .loaded("rammed", Voice::Outlet)
        .loaded("disastrous", Voice::Outlet)
        .loaded("ignoring weeks of warnings", Voice::Outlet)
        .mention("Tollgate Council", Org, -0.81),
        line(
            Voice::Mixed,
            "Mayor Mira Voss called the vote “a brazen theft from every fisherman”, while Karvonia \
             said it would study the decision.",
            0.88,
        )
        .loaded("a brazen theft from every fisherman", Voice::Direct)
        .mention("Mira Voss", Per, 0.12)
        .mention("Karvonia", Loc, 0.05)
        .says("“a brazen theft from every fisherman”", Direct, Some("Mira Voss"))
        .says("it would study the decision", Indirect, Some("Karvonia")),
        line(Voice::Direct, "“We will be in court by Monday, and we will win.”", 0.31)
            .speaker("Mira Voss")
            .begins(),
        line(
            Voice::Indirect,
            "The toll would raise four million crowns a year, according to the Port Authority.",
            0.08,
        )
        .speaker("Port Authority")
        .mention("Port Authority", Org, 0.02),
        line(Voice::Outlet, "The Karvonian fishermen, heroic as ever, will not be bullied.", 0.91)
            .loaded("heroic as ever", Voice::Outlet)
            .loaded("bullied", Voice::Outlet)
            .mention("Karvonian", Norp, 0.72),
        line(Voice::Outlet, "The council has 21 members.", 0.04),
    ];
    let mut run = run();
    for (outlet, n) in
        [("The Harbour Post", 7), ("Daily Lantern", 6), ("Northern Ledger", 5), ("Salt & Tide", 1)]
    {
        for i in 0..n {
            let id = format!("{}-{i}", actor_id(outlet));
            let title =
                if i % 2 == 0 { "Council passes harbour toll" } else { "A toll, and a town" };
            run = run.with_article(outlet, &id, title, &story);
        }
    }
    let estimate = |v, lo, hi| Some((v, lo, hi));
    run.with_outlet(
        "The Harbour Post",
        7,
        (131, 290),
        estimate(0.4517, 0.382, 0.523),
        estimate(-0.214, -0.3, -0.12),
    )
    .with_outlet(
        "Daily Lantern",
        6,
        (52, 240),
        estimate(0.2167, 0.16, 0.281),
        estimate(0.042, -0.03, 0.11),
    )
    .with_outlet(
        "Northern Ledger",
        5,
        (12, 88),
        estimate(0.1364, 0.08, 0.22),
        estimate(-0.02, -0.08, 0.05),
    )
    .with_outlet("Salt & Tide", 1, (14, 17), None, None)
    .with_actor("Tollgate Council", Org, 120, estimate(-0.42, -0.51, -0.33), 14)
    .with_actor("Mira Voss", Per, 96, estimate(0.21, 0.09, 0.33), 41)
    .with_actor("Karvonia", Loc, 60, estimate(0.03, -0.05, 0.11), 9)
    .with_actor("Port Authority", Org, 31, None, 12)
    .with_outlet_actor("The Harbour Post", "Tollgate Council", 30, estimate(-0.61, -0.72, -0.5))
    .with_outlet_actor("The Harbour Post", "Mira Voss", 22, estimate(0.31, 0.14, 0.47))
    .with_outlet_actor("The Harbour Post", "Karvonia", 3, None)
    .with_outlet_actor("Daily Lantern", "Tollgate Council", 18, estimate(-0.12, -0.24, 0.01))
    .with_outlet_actor("Daily Lantern", "Mira Voss", 15, estimate(0.02, -0.1, 0.15))
    .with_outlet_actor("Northern Ledger", "Tollgate Council", 12, estimate(-0.28, -0.4, -0.15))
    .with_comparison(
        "loaded_own",
        ("The Harbour Post", 7, Some(0.4517)),
        ("Daily Lantern", 6, Some(0.2167)),
        Some((0.12, 0.35)),
    )
    .with_comparison(
        "net_stance_own",
        ("Daily Lantern", 6, Some(0.042)),
        ("Northern Ledger", 5, Some(-0.02)),
        Some((-0.04, 0.16)),
    )
    .with_comparison(
        "loaded_own",
        ("Daily Lantern", 6, Some(0.2167)),
        ("Salt & Tide", 1, None),
        None,
    )
    .with_reject(
        "articles/broken.pdf",
        RejectReason::Binary,
        "This is no text; convert it first.",
    )
}
