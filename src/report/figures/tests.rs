//! What every figure promises.

use roxmltree::{Document, Node};

use super::*;
use crate::report::testing::harbour;
use crate::report::tests::{HOSTILE, run_of};

fn with_speech() -> Run {
    let mut run = harbour();
    let row =
        |holder: &str, name: Option<&str>, target: &str, n, value: Option<f64>| HolderTargetRow {
            outlet: None,
            holder: holder.into(),
            holder_id: name.map(str::to_lowercase),
            holder_name: name.map(str::to_owned),
            target_id: target.to_lowercase(),
            target_name: target.into(),
            n_articles: 6,
            n_mentions: n,
            n_direct: n,
            n_indirect: 0,
            n_against: 0,
            n_favor: 0,
            net_stance: value,
            net_stance_lo: value.map(|v| v - 0.1),
            net_stance_hi: value.map(|v| v + 0.1),
        };
    run.holder_target = vec![
        row("outlet", None, "Tollgate Council", 60, Some(-0.42)),
        row("actor", Some("Mira Voss"), "Tollgate Council", 30, Some(-0.7)),
        row("actor", Some("Mira Voss"), "Karvonia", 3, None),
    ];
    run.corrected.push(CorrectedRow {
        measure: "loaded_own".into(),
        outlet: "Daily Lantern".into(),
        outlet_b: None,
        actor_id: None,
        naive: Some(0.2167),
        naive_lo: Some(0.16),
        naive_hi: Some(0.281),
        dsl: Some(0.155),
        dsl_lo: Some(0.09),
        dsl_hi: Some(0.22),
        ppi: None,
        ppi_lo: None,
        ppi_hi: None,
        n_coded: 60,
        n_coded_articles: 6,
        n_articles: 6,
        note: None,
    });
    run
}

fn elements<'a>(document: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(Node::is_element).collect()
}

fn figure<'f>(all: &'f [Figure], name: &str) -> &'f str {
    &all.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("no {name}")).svg
}

fn attribute(node: &Node, name: &str) -> f64 {
    node.attribute(name).and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn points_and_lines_stand_where_the_rows_say() {
    let run = with_speech();
    let all = figures(&run, &Options::default());
    let document = Document::parse(figure(&all, "outlets-loaded_own")).unwrap();
    let nodes = elements(&document);
    // The axis from its own ticks: label in percent -> place.
    let ticks: Vec<(f64, f64)> = nodes
        .iter()
        .filter(|n| n.has_tag_name("text") && n.attribute("text-anchor") == Some("middle"))
        .filter_map(|n| Some((n.text()?.parse::<f64>().ok()?, attribute(n, "x"))))
        .collect();
    let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
    assert!(ticks.len() > 3 && first.0 == 0.0);
    let value = |x: f64| first.0 + (x - first.1) / (last.1 - first.1) * (last.0 - first.0);
    let mut met = 0;
    for group in nodes.iter().filter(|n| n.has_tag_name("g")) {
        let title = group.first_element_child().unwrap().text().unwrap();
        let row = run.outlets.iter().find(|r| title.starts_with(&r.outlet)).expect(title);
        let circle = group.children().find(|n| n.has_tag_name("circle"));
        assert_eq!(circle.is_some(), row.loaded_own.is_some(), "{title}");
        let Some(circle) = circle else {
            assert!(title.contains("not enough data"), "{title}");
            continue;
        };
        let line = group.children().find(|n| n.attribute("class") == Some("naive")).unwrap();
        for (x, figure) in [
            (attribute(&circle, "cx"), row.loaded_own),
            (attribute(&line, "x1"), row.loaded_own_lo),
            (attribute(&line, "x2"), row.loaded_own_hi),
        ] {
            assert!((value(x) - figure.unwrap() * 100.0).abs() < 0.02, "{title}: {}", value(x));
        }
        assert!(title.contains(&share(row.loaded_own.unwrap(), row.n_own)), "{title}");
        met += 1;
    }
    assert_eq!(met, 3);
    let path = nodes.iter().filter(|n| n.has_tag_name("path")).count();
    assert_eq!(path, 2, "one corrected figure, and one in the key");
    assert!(figure(&all, "outlets-loaded_own").contains("corrected 15.5% (9.0% to 22.0%)"));
}

#[test]
fn cells_have_the_rows_numbers_and_are_hatched_where_there_is_not_enough() {
    let run = with_speech();
    let all = figures(&run, &Options::default());
    let document = Document::parse(figure(&all, "outlet_actor-net_stance_own")).unwrap();
    let nodes = elements(&document);
    let groups: Vec<_> = nodes.iter().filter(|n| n.has_tag_name("g")).collect();
    assert_eq!(groups.len(), run.outlet_actor.len());
    for row in &run.outlet_actor {
        let begin = format!("{}, {}: ", row.outlet, row.name);
        let title = |g: &Node| g.first_element_child().and_then(|t| t.text()).unwrap().to_owned();
        let group = groups.iter().find(|g| title(g).starts_with(&begin)).expect(&begin);
        let class = group.children().find(|n| n.has_tag_name("rect")).unwrap();
        let texts: Vec<&str> =
            group.children().filter(|n| n.has_tag_name("text")).filter_map(|n| n.text()).collect();
        assert!(texts.contains(&&*format!("n = {}", row.n_mentions_own)), "{texts:?}");
        match row.net_stance_own {
            Some(value) => {
                assert_eq!(texts[0], net(value));
                let (lo, hi) = (row.net_stance_own_lo.unwrap(), row.net_stance_own_hi.unwrap());
                assert_eq!(texts[1], format!("{} to {}", net(lo), net(hi)));
                assert_ne!(class.attribute("class"), Some("few"));
            }
            None => assert_eq!(class.attribute("class"), Some("few")),
        }
    }
    let speech = figure(&all, "holder_target-net_stance");
    assert!(speech.contains("the outlets’ own voice, Tollgate Council: −0.42 (−0.52 to −0.32)"));
    assert!(speech.contains("Mira Voss, Karvonia: not enough data"), "{speech}");
}

#[test]
fn hostile_text_adds_nothing_to_a_figure() {
    let shape = |run: &Run| -> Vec<String> {
        let all = figures(run, &Options::default());
        assert_eq!(all.len(), 5);
        all.iter()
            .flat_map(|f| {
                let document = Document::parse(&f.svg).unwrap_or_else(|e| panic!("{e}"));
                let mut names: Vec<String> = elements(&document)
                    .iter()
                    // How many lines a text takes is its own affair.
                    .filter(|n| !n.has_tag_name("text"))
                    .map(|n| {
                        let attributes: Vec<_> = n.attributes().map(|a| a.name()).collect();
                        format!("{} {} {attributes:?}", f.name, n.tag_name().name())
                    })
                    .collect();
                names.sort();
                names
            })
            .collect()
    };
    let harmless = shape(&run_of("harmless"));
    for text in HOSTILE {
        assert_eq!(shape(&run_of(text)), harmless, "{text}");
        for f in figures(&run_of(text), &Options::default()) {
            assert!(!f.svg.contains(['\u{1b}', '\u{202e}', '\0']), "{text}");
        }
    }
}

#[test]
fn nothing_stands_outside_the_paper_and_nothing_is_loaded() {
    let mut run = with_speech();
    run.outlets[0].outlet =
        "An outlet whose name is much longer than any name should ever be".into();
    for f in figures(&run, &Options::default()) {
        let document = Document::parse(&f.svg).unwrap();
        let root = document.root_element();
        let (width, height) = (attribute(&root, "width"), attribute(&root, "height"));
        assert!(root.descendants().any(|n| n.has_tag_name("desc") && n.text().is_some()));
        for node in elements(&document).iter().filter(|n| n.has_tag_name("text")) {
            let (x, y) = (attribute(node, "x"), attribute(node, "y"));
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{}", f.name);
            let size = attribute(node, "font-size");
            let long = node.text().unwrap_or_default().width() as f64 * size * 0.5;
            let (from, to) = match node.attribute("text-anchor") {
                Some("middle") => (x - long / 2.0, x + long / 2.0),
                Some("end") => (x - long, x),
                _ => (x, x + long),
            };
            assert!(from >= 0.0 && to <= width, "{}: {:?}", f.name, node.text());
        }
        assert!(!f.svg.contains("http://") || f.svg.matches("http").count() == 1, "{}", f.name);
        assert!(!f.svg.contains("href") && !f.svg.contains("@import"));
    }
}

#[test]
fn a_run_without_rows_has_no_figures() {
    assert!(figures(&Run::default(), &Options::default()).is_empty());
}

#[test]
fn what_is_left_out_is_said() {
    let run = with_speech();
    let options = Options { row_limit: 2, matrix_actors: 1, ..Options::default() };
    let all = figures(&run, &options);
    assert!(figure(&all, "outlets-loaded_own").contains("The first 2 of 4 outlets."));
    assert!(figure(&all, "outlet_actor-net_stance_own").contains("Shown: "));
    assert!(figure(&all, "holder_target-net_stance").contains("1 of 2 spoken of"));
}
