//! What every form of the report promises.

use serde_json::Value;

use super::testing::{harbour, line, run};
use super::*;
use crate::Span;
use crate::ingest::RejectReason;
use crate::model::{AttributionKind, EntityKind};
use crate::span::CodePoints;
use crate::voice::Voice;

fn page(run: &Run) -> String {
    html(run, &Options::default()).expect("the template renders")
}

fn md(run: &Run) -> String {
    markdown(run, &Options::default()).expect("the template renders")
}

/// A tag of a page; what stands in `<style>` and `<script>` is passed over.
#[derive(Debug, PartialEq)]
struct Tag<'h> {
    name: &'h str,
    attributes: Vec<&'h str>,
    closes: bool,
    ends_itself: bool,
    source: &'h str,
    /// The text up to the next tag.
    text: &'h str,
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut out: Vec<Tag> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag ends") + 1;
        let source = &rest[start..end];
        let inner = source.trim_matches(|c| "<>/".contains(c));
        let name = inner.split_whitespace().next().unwrap_or_default();
        let closes = source.starts_with("</");
        let mut next = end + rest[end..].find('<').unwrap_or(rest.len() - end);
        if !closes && matches!(name, "style" | "script") {
            next = end + rest[end..].find(&format!("</{name}>")).expect("it is closed");
        }
        let mut attributes = Vec::new();
        for (i, outside) in inner[name.len()..].split('"').enumerate() {
            if i % 2 == 0 {
                attributes.extend(outside.split_whitespace().map(|a| a.trim_end_matches('=')));
            }
        }
        let is_void = matches!(name, "meta" | "input" | "!doctype");
        out.push(Tag {
            name,
            attributes,
            closes,
            ends_itself: is_void || source.ends_with("/>"),
            source,
            text: &rest[end..next],
        });
        rest = &rest[next..];
    }
    out
}

/// Panics where tags do not nest; calls back with the open ones at each tag.
fn walk<'h>(tags: &[Tag<'h>], mut at: impl FnMut(&[&'h str], &Tag<'h>)) {
    let mut open = Vec::new();
    for tag in tags {
        if tag.closes {
            assert_eq!(open.pop(), Some(tag.name), "{}", tag.source);
        } else if !tag.ends_itself {
            open.push(tag.name);
        }
        at(&open, tag);
    }
    assert!(open.is_empty(), "still open: {open:?}");
}

fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn text_of(html: &str) -> String {
    let text: String = tags(html).iter().map(|tag| format!(" {}", tag.text)).collect();
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table row that has `name` in its head, as text.
fn table_row(html: &str, section: &str, name: &str) -> String {
    let section = html.split(&format!("<section id=\"{section}\"")).nth(1).expect("the section");
    let row = section
        .split("<tr>")
        .skip(1)
        .map(|row| row.split("</tr>").next().unwrap_or_default())
        .find(|row| unescape(row).contains(&format!("<bdi>{name}</bdi>")))
        .expect("the row");
    text_of(&format!("<tr>{row}"))
}

/// A run that has `text` wherever foreign text can stand.
pub(super) fn run_of(text: &str) -> Run {
    let words = format!("{text} and a brazen theft");
    let mut run = run()
        .with_article(
            text,
            text,
            text,
            &[
                line(Voice::Outlet, &words, 0.9).loaded("brazen", Voice::Outlet).mention(
                    text,
                    EntityKind::Org,
                    -0.8,
                ),
                line(Voice::Mixed, &words, 0.9).says(text, AttributionKind::Direct, Some(text)),
                line(Voice::Indirect, &words, 0.9).speaker(text),
            ],
        )
        .with_outlet(text, 7, (1, 3), Some((0.3, 0.2, 0.4)), None)
        .with_outlet("Daily Lantern", 1, (1, 3), None, None)
        .with_actor(text, EntityKind::Org, 9, Some((-0.5, -0.6, -0.4)), 3)
        .with_outlet_actor(text, text, 4, Some((-0.5, -0.6, -0.4)))
        .with_comparison("loaded_own", (text, 7, Some(0.3)), ("B", 9, Some(0.1)), Some((0.1, 0.3)))
        .with_comparison("loaded_own", (text, 7, None), ("C", 2, None), None)
        .with_reject(text, RejectReason::BadRecord, text);
    let article = &mut run.articles[0];
    article.url = Some(text.into());
    article.source = text.into();
    article.author = Some(text.into());
    article.agency = Some(text.into());
    article.date = Some(text.into());
    run.actors[0].aliases = vec![text.into(), text.into()];
    run.comparisons[1].note = Some(text.into());
    run.rejects[0].id = Some(text.into());
    run.corrected.push(CorrectedRow {
        measure: "loaded_own".into(),
        outlet: text.into(),
        outlet_b: None,
        actor_id: Some(text.into()),
        naive: Some(0.3),
        naive_lo: Some(0.2),
        naive_hi: Some(0.4),
        dsl: Some(0.25),
        dsl_lo: Some(0.1),
        dsl_hi: Some(0.4),
        ppi: None,
        ppi_lo: None,
        ppi_hi: None,
        n_coded: 40,
        n_coded_articles: 6,
        n_articles: 7,
        note: Some(text.into()),
    });
    run.speakers.push(SpeakerRow {
        outlet: Some(text.into()),
        speaker_id: Some(text.into()),
        speaker_name: Some(text.into()),
        n_articles: 6,
        n_sentences: 12,
        n_words_direct: 90,
        n_words_indirect: 30,
        share_of_quoted: 0.25,
        loaded: Some(0.3),
        loaded_lo: Some(0.1),
        loaded_hi: Some(0.5),
    });
    run.holder_target.push(HolderTargetRow {
        outlet: None,
        holder: "actor".into(),
        holder_id: Some(text.into()),
        holder_name: Some(text.into()),
        target_id: text.into(),
        target_name: text.into(),
        n_articles: 6,
        n_mentions: 14,
        n_direct: 9,
        n_indirect: 5,
        n_against: 8,
        n_favor: 1,
        net_stance: Some(-0.4),
        net_stance_lo: Some(-0.6),
        net_stance_hi: Some(-0.2),
    });
    run.events.push(EventRow {
        event_id: Some(text.into()),
        article_id: text.into(),
        outlet: text.into(),
        date: Some(text.into()),
        title: Some(text.into()),
        reason: Some(text.into()),
        likeness: None,
        copy_of: Some(text.into()),
        similarity: None,
        shared: None,
        relayed: true,
        relayed_why: Some(text.into()),
        repeats: false,
    });
    // The same event in another outlet's own words, so that the two stand side by side, in this order by name.
    run = run.with_article(
        "～ Lantern",
        "second",
        text,
        // Nothing that the other tells, whatever `text` is: the rows are the same for every text.
        &[line(Voice::Outlet, "Quiet evening.", 0.1)],
    );
    run.articles[1].article_id = "second".into();
    let second = EventRow {
        article_id: "second".into(),
        relayed: false,
        outlet: "～ Lantern".into(),
        ..run.events[0].clone()
    };
    run.events.push(second);
    let sentence = run.sentences[0].clone();
    run.evidence =
        vec![evidence::Evidence { outlet: text.into(), sentence, actors: vec![text.into()] }];
    run.words.push(WordRow {
        outlet: text.into(),
        word: text.into(),
        n_articles: 4,
        n_articles_others: 1,
        log_odds: 1.0,
        z: 2.5,
        article_id: run.sentences[0].article_id.clone(),
        sentence: 0,
    });
    for (outlet, holder) in [(None, "actor"), (Some(text.to_owned()), "outlet")] {
        run.holder_target.push(HolderTargetRow {
            outlet: outlet.clone(),
            holder: holder.into(),
            holder_id: Some(text.into()),
            holder_name: Some(text.into()),
            target_id: text.into(),
            target_name: text.into(),
            n_articles: 5,
            n_mentions: 9,
            n_direct: 4,
            n_indirect: 5,
            n_against: 3,
            n_favor: 0,
            net_stance: Some(-0.3),
            net_stance_lo: Some(-0.4),
            net_stance_hi: Some(-0.2),
        });
        run.speakers.push(SpeakerRow {
            outlet,
            speaker_id: Some(text.into()),
            speaker_name: Some(text.into()),
            n_articles: 5,
            n_sentences: 9,
            n_words_direct: 50,
            n_words_indirect: 40,
            share_of_quoted: 0.4,
            loaded: Some(0.2),
            loaded_lo: Some(0.1),
            loaded_hi: Some(0.3),
        });
    }
    for (measure, outlet, actor) in
        [("loaded_own", Some(text), None), ("net_stance_own", None, Some(text))]
    {
        for period in ["2025-03-03", text] {
            run.periods.push(PeriodRow {
                measure: measure.into(),
                outlet: outlet.map(str::to_owned),
                actor_id: actor.map(str::to_owned),
                actor_name: actor.map(str::to_owned),
                unit: "week".into(),
                period: period.into(),
                n_articles: 6,
                n: 30,
                value: Some(0.2),
                lo: Some(0.1),
                hi: Some(0.3),
            });
        }
    }
    run.info.title = text.into();
    run.info.created = text.into();
    run.info.model.name = text.into();
    run.info.location = Some(text.into());
    run.info.options.insert(text.into(), text.into());
    run
}

pub(super) const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x='",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u{202e}desrever\u{2066}",
    "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\0",
    "=HYPERLINK(\"//x\")|a|b|[c](//d)<!-- ** `code` --\n# head\n|---|",
    "]]>--><svg/onload=alert(1)>&lt;b&gt;",
];

#[test]
fn hostile_text_adds_no_element_and_no_attribute_to_the_page() {
    let shape = |html: &str| -> Vec<String> {
        tags(html).iter().map(|t| format!("{}{} {:?}", t.name, t.closes, t.attributes)).collect()
    };
    let harmless = page(&run_of("harmless"));
    for text in HOSTILE {
        let html = page(&run_of(text));
        let (found, expected) = (shape(&html), shape(&harmless));
        let same = found.iter().zip(&expected).take_while(|(a, b)| a == b).count();
        let around = |shape: &[String]| {
            shape[same.saturating_sub(4)..].iter().take(9).cloned().collect::<Vec<_>>()
        };
        assert!(
            found == expected,
            "{text}: {:?}, expected {:?}",
            around(&found),
            around(&expected)
        );
        let visible: String = text.chars().filter(|c| !c.is_control()).collect();
        let shown: String = unescape(&html).replace(['\u{fffd}', '\n'], "");
        assert!(shown.contains(&visible.replace('\n', "")), "{text}");
    }
}

#[test]
fn every_section_of_the_page_meets_the_hostile_text() {
    let html = page(&run_of("harmless"));
    for section in
        ["outlets", "actors", "comparisons", "voices", "events", "words", "evidence", "articles"]
    {
        let from = html.split(&format!("<section id=\"{section}\"")).nth(1).expect(section);
        let inside = from.split("<section id=").next().unwrap_or(from);
        assert!(text_of(inside).contains("harmless"), "{section}");
    }
    assert_eq!(html.matches("<figure class=\"course\">").count(), 2);
}

#[test]
fn foreign_text_turns_only_itself_round() {
    let turns = |text: &str| text.contains(['\u{202e}', '\u{2066}']);
    let html = page(&run_of("\u{202e}desrever\u{2066}"));
    walk(&tags(&html), |open, tag| {
        assert!(!turns(tag.source), "{}", tag.source);
        assert!(!turns(tag.text) || open.contains(&"bdi"), "{open:?} {}", tag.text);
    });
    assert!(!turns(&md(&run_of("\u{202e}x\u{2066}"))));
    assert!(!turns(&terminal(&run_of("\u{202e}x\u{2066}"), 80, true)));
}

#[test]
fn hostile_text_stays_in_its_cell_in_markdown() {
    let bars = |text: &str| -> Vec<usize> {
        text.lines().map(|line| line.replace(r"\|", "").matches('|').count()).collect()
    };
    let harmless = md(&run_of("harmless"));
    for text in HOSTILE {
        let markdown = md(&run_of(text));
        assert_eq!(bars(&markdown), bars(&harmless), "{text}");
        for mark in ["<", "`", "[c]", "{{"] {
            let bare = markdown.replace(&format!("\\{mark}"), "").contains(mark);
            assert!(!bare, "{mark} of {text}");
        }
    }
}

#[test]
fn a_terminal_gets_no_controls_but_ours() {
    for text in HOSTILE {
        let plain = terminal(&run_of(text), 80, false);
        assert!(!plain.chars().any(|c| c.is_control() && c != '\n'), "{plain:?}");
        let ours = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[33m"];
        let colored = terminal(&run_of(text), 80, true);
        let rest = ours.iter().fold(colored, |text, code| text.replace(code, ""));
        assert_eq!(rest, plain);
    }
}

#[test]
fn a_terminal_line_keeps_to_the_width() {
    use unicode_width::UnicodeWidthStr;
    let mut run =
        harbour().with_outlet("東京湾岸新聞東京湾岸新聞東京湾岸新聞", 9, (10, 120), None, None);
    run.info.location = None;
    for width in 40..140 {
        for line in terminal(&run, width, false).lines() {
            assert!(line.width() <= width, "{} > {width}: {line}", line.width());
        }
    }
}

#[test]
fn csv_has_its_header_without_rows_and_no_formulas_with_them() {
    for table in Table::ALL {
        let empty = csv(&Run::default(), table).unwrap();
        assert!(empty.lines().count() == 1 && empty.contains(','), "{empty}");
        let full = csv(&run_of("=1+1"), table).unwrap();
        assert_eq!(full.lines().next(), empty.lines().next());
        assert!(full.contains("'=1+1") && !full.contains("\"=") && !full.contains(",="), "{full}");
    }
    assert!(csv(&run_of("x"), Table::Actors).unwrap().starts_with("actor_id,name,type,aliases,"));
}

#[test]
fn json_has_the_tables_as_they_are() {
    let run = harbour();
    let report: Value = serde_json::from_str(&json(&run, &Options::default()).unwrap()).unwrap();
    // Each with what it says in words.
    let told = |name: &str| -> (Vec<Value>, Vec<Value>) {
        let mut rows = report[name].as_array().unwrap().clone();
        let words =
            rows.iter_mut().map(|row| row.as_object_mut().unwrap().remove("words").unwrap());
        let words = words.collect();
        (rows, words)
    };
    let (outlets, words) = told("outlets");
    assert!(Value::from(outlets) == serde_json::to_value(&run.outlets).unwrap());
    assert_eq!(words[0].as_array().unwrap().len(), 3);
    let (comparisons, words) = told("comparisons");
    assert!(Value::from(comparisons) == serde_json::to_value(&run.comparisons).unwrap());
    assert!(words[0][0]["sentence"].as_str().unwrap().ends_with('.'));
    assert_eq!(report["summary"]["n_articles"], 19);
    assert_eq!(report["summary"]["rejects_by_reason"]["binary"], 1);
}

#[test]
fn the_pages_numbers_are_the_rows() {
    let html = page(&harbour());
    assert_eq!(
        table_row(&html, "outlets", "The Harbour Post"),
        "The Harbour Post 7 45.2% 95% interval 38.2 to 52.3 131 of 290 34.0% 95% interval 29.1 to \
         38.8 1,836 of 5,400 words −0.21 95% interval −0.30 to −0.12 1,234 mentions"
    );
    assert_eq!(
        table_row(&html, "outlets", "Northern Ledger"),
        "Northern Ledger 5 14% 95% interval 8 to 22 12 of 88 34.0% 95% interval 29.1 to 38.8 1,836 \
         of 5,400 words −0.02 95% interval −0.08 to +0.05 1,234 mentions"
    );
    assert!(md(&harbour()).contains("| 45.2% (38.2 to 52.3); 131 of 290 |"));
    assert!(terminal(&harbour(), 100, false).contains("45.2%  38.2 to 52.3"));
}

#[test]
fn an_outlet_with_too_few_articles_has_counts_and_no_figure() {
    // Figures that should not be there are not shown either.
    let mut run = harbour();
    run.outlets[3].loaded_own = Some(0.8235);
    run.outlets[3].net_stance_own = Some(-0.77);
    let html = page(&run);
    assert_eq!(
        table_row(&html, "outlets", "Salt & Tide"),
        "Salt & Tide 1 not enough data 14 of 17 not enough data 1,836 of 5,400 words not enough \
         data 1,234 mentions"
    );
    for text in [text_of(&html), md(&run), terminal(&run, 100, false)] {
        assert!(!text.contains("82%") && !text.contains("0.77"));
    }
}

#[test]
fn one_article_each_is_described_and_never_compared() {
    let run = run()
        .with_outlet("Daily Lantern", 1, (14, 17), Some((0.82, 0.7, 0.91)), None)
        .with_outlet("Northern Ledger", 1, (1, 20), Some((0.05, 0.01, 0.1)), None)
        .with_comparison(
            "loaded_own",
            ("Daily Lantern", 1, Some(0.82)),
            ("Northern Ledger", 1, Some(0.05)),
            Some((0.6, 0.9)),
        );
    let glance = findings::glance(&run);
    let findings: Vec<&str> = glance.findings.iter().map(|f| f.text.as_str()).collect();
    assert_eq!(
        findings,
        [
            "Northern Ledger: its own words are loaded in 1 of 20 sentences that have any (one \
             article: a description of this article, not an estimate for the outlet).",
            "Daily Lantern: its own words are loaded in 14 of 17 sentences that have any (one \
             article: a description of this article, not an estimate for the outlet).",
        ]
    );
    assert_eq!(
        glance.limits[0].text,
        "Outlets are not compared: Daily Lantern and Northern Ledger have one article each; at \
         least five are needed."
    );
    assert_eq!(glance.limits.len(), 1);
}

#[test]
fn most_often_is_said_only_above_every_other_interval() {
    let with = |hi| {
        let run = run()
            .with_outlet("A", 9, (40, 100), Some((0.4, 0.35, 0.45)), None)
            .with_outlet("B", 9, (20, 100), Some((0.2, 0.15, 0.25)), None)
            .with_outlet("C", 9, (19, 100), Some((0.19, 0.02, hi)), None)
            .with_outlet("D", 1, (9, 9), Some((1.0, 0.9, 1.0)), None);
        findings::glance(&run).findings[0].text.clone()
    };
    let clear = with(0.3);
    assert!(clear.starts_with(
        "Of three outlets with enough articles, A uses loaded words of its own most often"
    ));
    assert!(clear.contains("next is B"));
    let unclear = with(0.36);
    assert!(
        !unclear.contains("most often") && unclear.contains("overlaps with that of C"),
        "{unclear}"
    );
}

#[test]
fn of_many_intervals_that_overlap_the_nearest_is_named() {
    let run = run()
        .with_outlet("A", 9, (40, 100), Some((0.4, 0.35, 0.45)), None)
        .with_outlet("B", 9, (38, 100), Some((0.38, 0.3, 0.41)), None)
        .with_outlet("C", 5, (3, 9), Some((0.33, 0.05, 0.9)), None);
    let text = &findings::glance(&run).findings[0].text;
    assert!(
        text.contains("overlaps with those of two others, of which B comes nearest (38.0%"),
        "{text}"
    );
}

#[test]
fn what_many_articles_show_is_told_before_the_largest_difference_of_few() {
    let run = run()
        .with_comparison("loaded_own", ("A", 6, Some(1.0)), ("B", 7, Some(0.0)), Some((0.6, 1.0)))
        .with_comparison("loaded_own", ("C", 40, Some(0.6)), ("D", 90, Some(0.1)), Some((0.3, 0.7)))
        .with_comparison(
            "loaded_own",
            ("E", 50, Some(0.1)),
            ("D", 90, Some(0.5)),
            Some((-0.5, -0.35)),
        );
    let text = &findings::glance(&run).findings[0].text;
    assert!(text.starts_with("E (10%) and D (50%) differ"), "{text}");
    let html = page(&run);
    let table = html.split("<section id=\"comparisons\"").nth(1).expect("the section");
    let at = |outlet: &str| table.find(&format!("<bdi>{outlet}</bdi>")).expect("a row");
    assert!(at("E") < at("C") && at("C") < at("A"));
}

#[test]
fn a_heat_map_of_too_many_outlets_has_those_with_most_articles() {
    let mut run = run().with_actor("Harbour Council", EntityKind::Org, 900, None, 0);
    for k in 0..60 {
        let outlet = format!("Outlet {k:02}");
        run = run.with_outlet(&outlet, 5 + k, (1, 9), None, None).with_outlet_actor(
            &outlet,
            "Harbour Council",
            3,
            Some((-0.2, -0.3, -0.1)),
        );
    }
    let html = page(&run);
    let map = html.split("<table class=\"matrix\">").nth(1).expect("the map");
    let map = map.split("</table>").next().expect("its end");
    assert_eq!(map.matches("scope=\"row\"").count(), 40);
    assert!(!map.contains("Outlet 19") && map.contains("Outlet 20") && map.contains("Outlet 59"));
    assert!(map.find("Outlet 20") < map.find("Outlet 59"));
    assert!(html.contains("The 40 outlets with most articles, of 60"));
}

#[test]
fn overlapping_marks_nest_and_leave_the_text_as_it_is() {
    let text = "Vask’s “cruel & naïve 🙂 plan” angers Port Orlin’s crews";
    let run = run().with_article(
        "Daily Lantern",
        "one",
        "Title",
        &[line(Voice::Mixed, text, 0.9)
            .says("“cruel & naïve 🙂 plan” angers", AttributionKind::Mixed, Some("Vask"))
            .loaded("cruel & naïve", Voice::Direct)
            .loaded("plan” angers Port", Voice::Outlet)
            .mention("naïve 🙂 plan", EntityKind::Misc, -0.9)
            .mention("Port Orlin", EntityKind::Loc, 0.9)],
    );
    // The rows' offsets speak of the body.
    let span = &run.spans[1];
    let points = CodePoints::new(&run.articles[0].body);
    assert_eq!(points.slice(Span::new(span.start as usize, span.end as usize)), span.text);

    let html = page(&run);
    walk(&tags(&html), |_, _| ());
    let sentence = html.split("id=\"a1-s1\"").nth(1).expect("the sentence");
    let sentence = sentence.split("<bdi>").skip(1).find(|s| s.contains("<mark")).expect("its text");
    let sentence = sentence.split("</bdi>").next().unwrap_or_default();
    let pieces = format!("<p>{sentence}");
    let kept = tags(&pieces)
        .iter()
        .filter(|tag| !tag.source.contains("\"opens") && !tag.source.contains("role="))
        .map(|tag| tag.text)
        .collect::<String>();
    assert_eq!(unescape(&kept), text);
    assert!(sentence.contains("<mark class=\"v mixed m quoted\""), "{sentence}");
    assert_eq!(sentence.matches("role=\"img\"").count(), 2);
    assert_eq!(sentence.matches("class=\"opens").count(), 1);
}

#[test]
fn marks_outside_their_sentence_are_cut_or_left_out() {
    let mut run = run().with_article(
        "Daily Lantern",
        "one",
        "Title",
        &[line(Voice::Outlet, "A brazen theft.", 0.9).loaded("brazen", Voice::Outlet)],
    );
    for (start, end) in [(10, 99_999), (u32::MAX - 1, u32::MAX), (9, 3), (0, 0)] {
        run.spans.push(SpanRow { start, end, ..run.spans[0].clone() });
    }
    walk(&tags(&page(&run)), |_, _| ());
}

#[test]
fn the_page_allows_its_own_style_and_script_and_loads_nothing() {
    use base64::Engine;
    use sha2::Digest;
    let html = page(&harbour());
    let tags = tags(&html);
    let policy = tags.iter().find(|t| t.source.contains("Content-Security-Policy")).unwrap().source;
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    for tag in tags.iter().filter(|t| !t.closes && matches!(t.name, "style" | "script")) {
        let digest = sha2::Sha256::digest(tag.text);
        let hash = base64::engine::general_purpose::STANDARD.encode(digest);
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{}", tag.name);
        assert!(
            !tag.text.contains("url(")
                && !tag.text.contains("@import")
                && !tag.text.contains("fetch(")
        );
    }
    for tag in &tags {
        assert!(
            !tag.attributes.iter().any(|a| matches!(*a, "src" | "style" | "srcset")),
            "{}",
            tag.source
        );
        assert!(!tag.attributes.iter().any(|a| a.starts_with("on")), "{}", tag.source);
    }
}

#[test]
fn links_within_the_page_lead_somewhere_and_ids_are_unique() {
    let html = page(&harbour());
    let value = |tag: &Tag, name: &str| -> Option<String> {
        let rest = tag.source.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let tags = tags(&html);
    let mut ids = std::collections::HashSet::new();
    for id in tags.iter().filter_map(|tag| value(tag, "id")) {
        assert!(ids.insert(id.clone()), "{id} twice");
    }
    for link in tags.iter().filter_map(|tag| value(tag, "href")) {
        if let Some(id) = link.strip_prefix('#') {
            assert!(ids.contains(id), "{id}");
        }
    }
    for list in tags.iter().filter_map(|tag| value(tag, "aria-labelledby")) {
        assert!(ids.contains(&list), "{list}");
    }
}

#[test]
fn a_large_run_shows_a_sample_by_a_stated_rule() {
    let run = harbour();
    let options = Options { article_limit: 7, ..Options::default() };
    let html = html(&run, &options).unwrap();
    let shown = html.matches("<details class=\"article\"").count();
    assert!((4..=7).contains(&shown), "{shown}");
    assert!(html.contains(&format!("{shown} of 19 articles.")));
    assert!(html.contains(
        "of each outlet in order of id, and those that a section above shows or quotes; at most 7 articles"
    ));
    assert!(html.contains("id <bdi>the-harbour-post-0</bdi>"));
    // Every sentence at a glance can be seen where it stands.
    let worst =
        html.split("<ol class=\"worst\">").nth(1).and_then(|s| s.split("</ol>").next()).unwrap();
    assert_eq!(worst.matches("in context</a>").count(), worst.matches("<li>").count());

    // The number of sentences is a limit, too.
    let options = Options { sentence_limit: 30, ..Options::default() };
    let kept = super::shown(&run.articles, &Featured::default(), &options);
    let sentences: u32 = kept.iter().map(|a| a.n_sentences).sum();
    assert!(!kept.is_empty() && sentences <= 30, "{sentences}");
}

#[test]
fn no_figure_is_counted_from_rows_that_may_be_left_out() {
    let options = Options { article_limit: 7, ..Options::default() };
    let mut whole = harbour();
    whole.evidence = evidence::of_rows(&whole, options.matrix_actors);
    let mut part = whole.clone();
    let featured = Featured::of(&whole.articles, &whole.events, &whole.evidence);
    let shown: Vec<String> = super::shown(&whole.articles, &featured, &options)
        .iter()
        .map(|a| a.article_id.clone())
        .collect();
    assert!(shown.len() < whole.articles.len());
    let proof: Vec<(String, u32)> = whole
        .evidence
        .iter()
        .map(|e| (e.sentence.article_id.clone(), e.sentence.sentence))
        .collect();
    let keep = |id: &String, s: u32| shown.contains(id) || proof.contains(&(id.clone(), s));
    part.sentences.retain(|s| shown.contains(&s.article_id));
    part.spans.retain(|s| keep(&s.article_id, s.sentence));
    part.mentions.retain(|s| keep(&s.article_id, s.sentence));
    part.attributions.retain(|s| keep(&s.article_id, s.sentence));

    let pages = [&whole, &part].map(|run| text_of(&html(run, &options).unwrap()));
    // Only what is said of all loaded stretches is left out.
    let whole = pages[0]
        .replace("; so are 19 of the 114 loaded stretches found, which do not count as an outlet’s own wording", "");
    assert_eq!(whole, pages[1]);
}

#[test]
fn an_empty_run_is_a_page_too() {
    let run = Run::default();
    walk(&tags(&page(&run)), |_, _| ());
    assert!(md(&run).contains("0 articles"));
    assert!(terminal(&run, 80, false).starts_with("0 articles from 0 outlets"));
    assert!(json(&run, &Options::default()).is_ok());
}

#[test]
#[ignore = "writes pages to look at"]
fn write_pages_to_look_at() {
    let dir = std::env::temp_dir();
    let run = harbour();
    std::fs::write(dir.join("report.html"), page(&run)).unwrap();
    std::fs::write(dir.join("report.md"), md(&run)).unwrap();
    for width in [100, 80, 40] {
        println!("{}\n", terminal(&run, width, true));
    }
}
