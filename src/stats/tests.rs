use rand::{Rng, SeedableRng};
use rand_pcg::Pcg32;

use super::*;
use crate::actors::{Form, Reason};
use crate::model::{EntityKind, Stance};
use crate::tables::rows::{ArticleRow, MentionRow, SentenceRow};
use crate::text::Part;
use crate::voice::Voice;

/// An article with its sentences and mentions.
type Whole = (ArticleRow, Vec<SentenceRow>, Vec<MentionRow>);

pub(super) fn article(outlet: &str, id: &str) -> ArticleRow {
    ArticleRow {
        article_id: id.into(),
        outlet: outlet.into(),
        title: None,
        date: None,
        author: None,
        url: None,
        agency: None,
        source: String::new(),
        body: String::new(),
        n_sentences: 0,
        n_words: 0,
        n_words_quoted: 0,
        n_own: 0,
        n_loaded_own: 0,
        n_loaded: 0,
    }
}

pub(super) fn sentence(article: &str, sentence: u32, voice: Voice, loaded: bool) -> SentenceRow {
    let own = matches!(voice, Voice::Outlet | Voice::Mixed);
    SentenceRow {
        article_id: article.into(),
        sentence,
        part: Part::Body,
        start: sentence * 10,
        end: sentence * 10 + 9,
        paragraph: 0,
        heading: false,
        text: String::new(),
        n_words: 10,
        n_words_quoted: if own { 0 } else { 10 },
        voice,
        speaker_id: None,
        speaker: None,
        p_loaded: 0.5,
        loaded,
        loaded_own: own.then_some(loaded),
        scare: Vec::new(),
    }
}

pub(super) fn mention(
    article: &str,
    actor: &str,
    sentence: u32,
    voice: Voice,
    net: f64,
) -> MentionRow {
    let (against, favor) = ((-net).max(0.0), net.max(0.0));
    MentionRow {
        article_id: article.into(),
        sentence,
        part: Part::Body,
        start: sentence * 10,
        end: sentence * 10 + 4,
        text: format!("Ms {actor}"),
        kind: EntityKind::Per,
        p: 1.0,
        actor_id: actor.into(),
        voice,
        speaker_id: None,
        form: Form::Name,
        reason: Reason::Name,
        is_place: false,
        is_source: false,
        p_against: against,
        p_neutral: 1.0 - against - favor,
        p_favor: favor,
        stance: if net > 0.5 {
            Stance::Favor
        } else if net < -0.5 {
            Stance::Against
        } else {
            Stance::Neutral
        },
        net_stance: net,
    }
}

/// An article of `n` sentences of the outlet's own, the first `loaded` of them loaded.
fn plain(outlet: &str, id: &str, n: u32, loaded: u32) -> Whole {
    let sentences = (0..n).map(|i| sentence(id, i, Voice::Outlet, i < loaded)).collect();
    (article(outlet, id), sentences, Vec::new())
}

fn estimate(articles: &[Whole], options: &Options) -> Estimates {
    let mut collector = Collector::new();
    for (article, sentences, mentions) in articles {
        collector.add(article, sentences, mentions, &[]);
    }
    collector.finish(options)
}

fn few_replicates() -> Options {
    Options { replicates: 200, seed: 7, ..Options::default() }
}

fn uniform(rng: &mut Pcg32) -> f64 {
    f64::from(rng.next_u32()) / 4_294_967_296.0
}

/// Outlets of different habits that write about the same three actors.
fn simulated(outlets: &[(&str, u32, f64)], seed: u64) -> Vec<Whole> {
    let mut rng = Pcg32::seed_from_u64(seed);
    let mut articles = Vec::new();
    for &(outlet, n, habit) in outlets {
        for i in 0..n {
            let id = format!("{outlet}-{i}");
            let mut mentions = Vec::new();
            let sentences: Vec<_> = (0..5 + rng.next_u32() % 10)
                .map(|s| {
                    let voice =
                        [Voice::Outlet, Voice::Mixed, Voice::Direct][rng.next_u32() as usize % 3];
                    for actor in ["venn", "okoro", "lind"] {
                        if uniform(&mut rng) < 0.3 {
                            let of = if voice == Voice::Direct { voice } else { Voice::Outlet };
                            mentions.push(mention(
                                &id,
                                actor,
                                s,
                                of,
                                uniform(&mut rng) * 2.0 - 1.0,
                            ));
                        }
                    }
                    sentence(&id, s, voice, uniform(&mut rng) < habit)
                })
                .collect();
            articles.push((article(outlet, &id), sentences, mentions));
        }
    }
    articles
}

fn is_near(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-12)
}

#[test]
fn the_agency_that_wrote_the_copy_is_nobody_whom_the_outlet_writes_about() {
    let articles: Vec<Whole> = (0..6)
        .map(|n| {
            let (mut article, sentences, _) = plain("O", &format!("a{n}"), 2, 0);
            article.agency = Some("Reuters".into());
            let of = |sentence: u32, is_place: bool| MentionRow {
                text: "Reuters".into(),
                kind: EntityKind::Org,
                actor_id: "org:reuters".into(),
                is_place,
                ..mention(&article.article_id, "org:reuters", sentence, Voice::Outlet, 0.0)
            };
            let mentions = vec![of(0, true), of(1, false)];
            (article, sentences, mentions)
        })
        .collect();
    let estimates = estimate(&articles, &few_replicates());
    // The dateline's is left out, "told Reuters" counts.
    let row = estimates.outlet_actor.iter().find(|r| r.actor_id == "org:reuters").expect("Reuters");
    assert_eq!(row.n_mentions, 6);
}

#[test]
fn figures_are_ratios_of_sums_over_articles() {
    // 5 articles: own sentences 4, 4, 4, 4, 4, of them loaded 1, 0, 2, 0, 1; one quote each, loaded.
    let mut articles = Vec::new();
    for (i, loaded) in [1, 0, 2, 0, 1].into_iter().enumerate() {
        let id = format!("a{i}");
        let (mut article, mut sentences, _) = plain("Post", &id, 4, loaded);
        article.agency = (i == 0).then(|| "Wire".to_owned());
        let mut quote = sentence(&id, 4, Voice::Direct, true);
        quote.speaker_id = Some("venn".into());
        sentences.push(quote);
        let mentions = vec![
            mention(&id, "venn", 0, Voice::Outlet, if i < 4 { -0.8 } else { 0.7 }),
            mention(&id, "venn", 4, Voice::Direct, 0.9),
        ];
        articles.push((article, sentences, mentions));
    }
    let estimates = estimate(&articles, &few_replicates());
    let [outlet] = &estimates.outlets[..] else { panic!("one outlet") };
    assert_eq!((outlet.n_articles, outlet.n_agency, outlet.n_sentences), (5, 1, 25));
    assert_eq!((outlet.n_own, outlet.n_loaded_own, outlet.n_loaded), (20, 4, 9));
    assert!(is_near(outlet.loaded_own, 4.0 / 20.0), "a quote never counts as the outlet's");
    assert!(is_near(outlet.loaded_all, 9.0 / 25.0));
    assert!(is_near(outlet.quoted, 50.0 / 250.0));
    assert!(is_near(outlet.net_stance_own, (-0.8 * 4.0 + 0.7) / 5.0));
    assert!(is_near(outlet.net_stance_all, (-0.8 * 4.0 + 0.7 + 0.9 * 5.0) / 10.0));
    assert!(outlet.loaded_own_lo < outlet.loaded_own && outlet.loaded_own < outlet.loaded_own_hi);

    let [actor] = &estimates.actors[..] else { panic!("one actor") };
    assert_eq!(
        (actor.n_outlets, actor.n_articles, actor.n_mentions, actor.n_mentions_own),
        (1, 5, 10, 5)
    );
    assert_eq!((actor.name.as_str(), actor.kind, actor.n_speaks), ("Ms venn", EntityKind::Per, 5));
    assert_eq!(actor.net_stance_own, outlet.net_stance_own);
    let [pair] = &estimates.outlet_actor[..] else { panic!("one pair") };
    assert!(is_near(pair.against_own, 4.0 / 5.0) && is_near(pair.favor_own, 1.0 / 5.0));
    assert_eq!(pair.net_stance_own, outlet.net_stance_own);
    // The first sentence names her and is loaded in three of five articles; the quotes are not the outlet's.
    assert_eq!((pair.n_sentences_own, pair.n_loaded_own), (5, 3));
    assert!(is_near(pair.loaded_own, 3.0 / 5.0) && is_near(actor.loaded_own, 3.0 / 5.0));
    assert!(pair.loaded_own_lo < pair.loaded_own && pair.loaded_own < pair.loaded_own_hi);
    assert_eq!(estimates.comparisons, [], "nobody to compare with");
    assert_eq!(estimates.periods, [], "nothing is dated");
}

#[test]
fn a_course_is_told_week_by_week_and_outlets_are_compared_on_what_they_write_about_whom() {
    let mut articles = Vec::new();
    for (outlet, habit) in [("Post", 1), ("Echo", 3)] {
        for i in 0..24 {
            let id = format!("{outlet}{i:02}");
            let (mut article, sentences, _) = plain(outlet, &id, 4, habit);
            // Mondays of four weeks, six articles each.
            article.date = Some(format!("2025-03-{:02}", 3 + 7 * (i / 6)));
            let net = if i < 12 { -0.5 } else { 0.5 };
            let mentions = vec![
                mention(&id, "venn", 1, Voice::Outlet, net),
                mention(&id, "venn", 1, Voice::Outlet, net),
            ];
            articles.push((article, sentences, mentions));
        }
    }
    let estimates = estimate(&articles, &few_replicates());
    let rows: Vec<_> =
        estimates.periods.iter().filter(|r| r.outlet.as_deref() == Some("Post")).collect();
    let starts: Vec<&str> = rows.iter().map(|r| r.period.as_str()).collect();
    assert_eq!(starts, ["2025-03-03", "2025-03-10", "2025-03-17", "2025-03-24"]);
    for row in &rows {
        assert_eq!(
            (row.measure.as_str(), row.unit.as_str(), row.n_articles, row.n),
            ("loaded_own", "week", 6, 24)
        );
        assert!(is_near(row.value, 0.25));
    }
    let toward: Vec<_> =
        estimates.periods.iter().filter(|r| r.actor_id.as_deref() == Some("venn")).collect();
    let values: Vec<_> = toward.iter().map(|r| (r.n_articles, r.n, r.value)).collect();
    assert_eq!(
        values,
        [(12, 24, Some(-0.5)), (12, 24, Some(-0.5)), (12, 24, Some(0.5)), (12, 24, Some(0.5))]
    );

    // Both mentions stand in one sentence, the second: loaded in Echo, plain in Post.
    let about: Vec<_> = estimates
        .comparisons
        .iter()
        .filter(|r| r.measure == "loaded_own" && r.actor_id.as_deref() == Some("venn"))
        .collect();
    let [row] = &about[..] else { panic!("one pair: {about:?}") };
    assert_eq!((row.value_a, row.value_b), (Some(1.0), Some(0.0)));
    assert!(row.lo.unwrap() > 0.5 && row.q.unwrap() < 0.01, "{row:?}");
}

#[test]
fn the_interval_is_that_of_articles_and_not_of_sentences() {
    // Loaded sentences come in bulk: half of 20 articles are loaded throughout. As 1,000 independent
    // sentences the interval would be 0.06 wide; as 20 articles it is about 0.45.
    let articles: Vec<_> =
        (0..20).map(|i| plain("Post", &format!("a{i:02}"), 50, 50 * (i % 2))).collect();
    let outlet = &estimate(&articles, &Options { replicates: 1000, ..few_replicates() }).outlets[0];
    let width = outlet.loaded_own_hi.unwrap() - outlet.loaded_own_lo.unwrap();
    assert!((0.35..0.55).contains(&width), "{width}");
}

#[test]
fn too_few_articles_give_counts_but_no_figures() {
    let mut articles: Vec<_> =
        (0..6).map(|i| plain("Harbour Post", &format!("h{i}"), 5, i % 3)).collect();
    articles.push(plain("CaliToday", "c0", 5, 5));
    let estimates = estimate(&articles, &few_replicates());
    let small = &estimates.outlets[0];
    assert_eq!((small.outlet.as_str(), small.n_own, small.n_loaded_own), ("CaliToday", 5, 5));
    assert_eq!((small.loaded_own, small.loaded_own_lo, small.quoted), (None, None, None));
    assert!(estimates.outlets[1].loaded_own.is_some());

    let [row] = &estimates.comparisons[..] else {
        panic!("only loaded_own has a row without figures")
    };
    assert_eq!((row.outlet_a.as_str(), row.n_articles_a, row.n_articles_b), ("CaliToday", 1, 6));
    assert_eq!((row.value_a, row.difference, row.lo), (None, None, None));
    assert_eq!(row.note.as_deref(), Some("not enough data: CaliToday has 1 article, 5 are needed"));

    // Enough articles, but only one with words of the outlet's own.
    for (_, sentences, _) in &mut articles[1..6] {
        sentences.iter_mut().for_each(|s| s.loaded_own = None);
    }
    let row = &super::tests::estimate(&articles, &few_replicates()).comparisons[0];
    assert_eq!(
        row.note.as_deref(),
        Some(
            "not enough data: CaliToday has 1 article and Harbour Post has 1 article with words of its own, \
             5 are needed"
        )
    );
}

#[test]
fn an_actor_needs_enough_articles_in_the_voice_that_is_measured() {
    let mut articles: Vec<_> = (0..8).map(|i| plain("Post", &format!("a{i}"), 5, 1)).collect();
    for (i, (article, _, mentions)) in articles.iter_mut().enumerate() {
        let voice = if i < 4 { Voice::Outlet } else { Voice::Indirect };
        mentions.push(mention(&article.article_id, "venn", 0, voice, f64::from(i as u32) / 10.0));
    }
    let row = &estimate(&articles, &few_replicates()).outlet_actor[0];
    assert_eq!((row.n_articles, row.n_articles_own, row.n_mentions_own), (8, 4, 4));
    assert_eq!((row.net_stance_own, row.against_own), (None, None));
    assert!(is_near(row.net_stance_all, 0.35));
}

#[test]
fn a_share_of_zero_is_not_certain() {
    let articles: Vec<_> = (0..10).map(|i| plain("Post", &format!("a{i}"), 20, 0)).collect();
    let outlet = &estimate(&articles, &few_replicates()).outlets[0];
    assert_eq!((outlet.loaded_own, outlet.loaded_own_lo), (Some(0.0), Some(0.0)));
    // Wilson, 0 of 10.
    assert!((outlet.loaded_own_hi.unwrap() - 0.2775).abs() < 1e-3);

    let mut both = articles;
    both.extend((0..10).map(|i| plain("Times", &format!("t{i}"), 20, 20)));
    let row = &estimate(&both, &few_replicates()).comparisons[0];
    assert_eq!(row.difference, Some(-1.0));
    assert_eq!(row.lo, Some(-1.0));
    assert!(row.hi.unwrap() > -0.7, "{row:?}");
}

#[test]
fn order_and_threads_change_nothing() {
    let mut articles =
        simulated(&[("Post", 30, 0.2), ("Times", 20, 0.4), ("Echo", 3, 0.5), ("Tide", 1, 0.5)], 1);
    let options = few_replicates();
    let first = estimate(&articles, &options);
    assert!(
        first.comparisons.iter().any(|c| c.measure == "net_stance_own" && c.difference.is_some())
    );

    articles.reverse();
    for (_, sentences, mentions) in &mut articles {
        sentences.reverse();
        mentions.reverse();
    }
    assert_eq!(estimate(&articles, &options), first);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert_eq!(one_thread.install(|| estimate(&articles, &options)), first);

    // Another outlet in the set changes nothing about this one.
    let without: Vec<_> = articles.iter().filter(|(a, ..)| a.outlet != "Times").cloned().collect();
    let find = |e: &Estimates| e.outlets.iter().find(|o| o.outlet == "Post").cloned();
    assert_eq!(find(&estimate(&without, &options)), find(&first));

    let reseeded = estimate(&articles, &Options { seed: 8, ..options });
    let post = |e: &Estimates| find(e).expect("Post");
    assert_eq!(post(&reseeded).loaded_own, post(&first).loaded_own);
    assert_ne!(post(&reseeded).loaded_own_lo, post(&first).loaded_own_lo);
}

#[test]
fn outlets_of_different_habits_are_told_apart_and_equal_ones_are_not() {
    let articles = simulated(&[("Post", 60, 0.1), ("Times", 60, 0.5), ("Twin", 60, 0.1)], 3);
    let estimates = estimate(&articles, &few_replicates());
    let pair = |a: &str, b: &str| {
        let found = estimates
            .comparisons
            .iter()
            .find(|c| c.measure == "loaded_own" && c.outlet_a == a && c.outlet_b == b);
        let row = found.expect("the pair");
        assert!(is_near(row.difference, row.value_a.unwrap() - row.value_b.unwrap()));
        (row.lo.unwrap(), row.hi.unwrap())
    };
    assert!(pair("Post", "Times").1 < -0.25);
    let (lo, hi) = pair("Post", "Twin");
    assert!(lo < 0.0 && hi > 0.0);
    // 3 pairs on loaded_own, on quoted, and on both of each of 3 actors.
    assert_eq!(estimates.comparisons.len(), 3 * 8);
    let capped =
        estimate(&articles, &Options { top_actors: 1, top_outlets: 2, ..few_replicates() });
    assert_eq!(capped.comparisons.len(), 4);
    assert_eq!(capped.actors.len(), 3);
}

#[test]
fn an_actor_that_small_outlets_name_once_each_is_not_certain() {
    // Every outlet is a stratum of one article: drawn alone, each would be the same in every replicate.
    let articles: Vec<_> = (0..30)
        .map(|i| {
            let (outlet, id) = (format!("Outlet {i}"), format!("a{i}"));
            let (article, sentences, mut mentions) = plain(&outlet, &id, 5, 1);
            mentions.push(mention(
                &id,
                "venn",
                0,
                Voice::Outlet,
                if i % 2 == 0 { 0.9 } else { -0.9 },
            ));
            (article, sentences, mentions)
        })
        .collect();
    let estimates = estimate(&articles, &few_replicates());
    let actor = &estimates.actors[0];
    assert!(is_near(actor.net_stance_own, 0.0));
    assert!(actor.net_stance_own_hi.unwrap() - actor.net_stance_own_lo.unwrap() > 0.4);
    assert!(estimates.outlets.iter().all(|o| o.loaded_own.is_none()));
}

#[test]
fn nothing_in_nothing_out() {
    assert_eq!(estimate(&[], &few_replicates()), Estimates::default());
    // An article without a sentence of the outlet's own, options at their ends.
    let odd =
        Options { replicates: 0, min_articles: 0, confidence: f64::NAN, ..Options::default() };
    let estimates = estimate(
        &[(article("Post", "a"), Vec::new(), Vec::new()), plain("Times", "t", 3, 1)],
        &odd,
    );
    assert_eq!(estimates.outlets[0].loaded_own, None);
    assert!(is_near(estimates.outlets[1].loaded_own, 1.0 / 3.0));
    assert!(estimates.outlets[1].loaded_own_hi.unwrap() > 0.5);
}

/// Share of simulated sets whose interval holds the truth, and the mean width. Every set is one
/// outlet of `articles` articles; an article's share of loaded sentences is 0.6 u^2 with u uniform
/// (mean 0.2, so that the ratio is 0.2 too), its length 10 to 30 sentences.
fn coverage(sets: u32, articles: u32, replicates: usize) -> (f64, f64) {
    let mut rng = Pcg32::seed_from_u64(u64::from(articles));
    let (mut held, mut width) = (0.0, 0.0);
    for set in 0..sets {
        let articles: Vec<_> = (0..articles)
            .map(|i| {
                let (p, n) = (0.6 * uniform(&mut rng).powi(2), 10 + rng.next_u32() % 21);
                let loaded = (0..n).filter(|_| uniform(&mut rng) < p).count();
                plain("Post", &format!("{i:03}"), n, loaded as u32)
            })
            .collect();
        let options = Options { replicates, seed: set.into(), ..Options::default() };
        let outlet = &estimate(&articles, &options).outlets[0];
        let (lo, hi) = (outlet.loaded_own_lo.unwrap(), outlet.loaded_own_hi.unwrap());
        held += f64::from(u8::from((lo..=hi).contains(&0.2)));
        width += hi - lo;
    }
    (held / f64::from(sets), width / f64::from(sets))
}

#[test]
fn a_95_percent_interval_holds_the_truth_about_so_often() {
    let (held, _) = coverage(200, 40, 300);
    assert!((0.88..=0.99).contains(&held), "{held}");
}

/// Prints how long the estimates of a large run take.
#[test]
#[ignore = "a measurement; run it with --release and --nocapture"]
fn speed() {
    let mut rng = Pcg32::seed_from_u64(1);
    let mut collector = Collector::new();
    for i in 0..36_000_u32 {
        let (outlet, id) = (format!("Outlet {:02}", i % 50), format!("a{i:05}"));
        let sentences: Vec<_> =
            (0..30).map(|s| sentence(&id, s, Voice::Outlet, rng.next_u32() % 5 == 0)).collect();
        let mentions: Vec<_> = (0..25)
            .map(|s| {
                // A few actors are everywhere, most are rare.
                let actor = format!("actor {}", (500.0 * uniform(&mut rng).powi(2)) as u32);
                mention(&id, &actor, s, Voice::Outlet, uniform(&mut rng) * 2.0 - 1.0)
            })
            .collect();
        collector.add(&article(&outlet, &id), &sentences, &mentions, &[]);
    }
    let start = std::time::Instant::now();
    let estimates = collector.finish(&Options::default());
    println!(
        "finish: {:.1} s; {} outlets, {} actors, {} pairs, {} comparisons",
        start.elapsed().as_secs_f64(),
        estimates.outlets.len(),
        estimates.actors.len(),
        estimates.outlet_actor.len(),
        estimates.comparisons.len()
    );
}
