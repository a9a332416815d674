use super::sheet::{self, Problem, Sample, Shown};
use super::*;
use crate::model::{EntityKind, Stance};
use crate::tables::rows::{MentionRow, SentenceRow};
use crate::text::Part;
use crate::voice::Voice;

fn sentence(article: &str, number: u32, p_loaded: f64, own: Option<bool>) -> SentenceRow {
    SentenceRow {
        article_id: article.into(),
        sentence: number,
        part: Part::Body,
        start: number * 100,
        end: number * 100 + 99,
        paragraph: 0,
        heading: false,
        text: String::new(),
        n_words: 20,
        n_words_quoted: 0,
        voice: if own.is_some() { Voice::Outlet } else { Voice::Direct },
        speaker_id: None,
        speaker: None,
        p_loaded,
        loaded: p_loaded > 0.5,
        loaded_own: own,
        scare: Vec::new(),
    }
}

fn mention(article: &str, number: u32, actor: &str, voice: Voice, p: [f64; 3]) -> MentionRow {
    MentionRow {
        article_id: article.into(),
        sentence: number,
        part: Part::Body,
        start: number * 100 + 10,
        end: number * 100 + 14,
        text: "Lind".into(),
        kind: EntityKind::Per,
        p: 1.0,
        actor_id: actor.into(),
        voice,
        speaker_id: None,
        form: crate::actors::Form::Name,
        reason: crate::actors::Reason::Name,
        is_place: false,
        is_source: false,
        p_against: p[0],
        p_neutral: p[1],
        p_favor: p[2],
        stance: if p[0] > 0.5 {
            Stance::Against
        } else if p[2] > 0.5 {
            Stance::Favor
        } else {
            Stance::Neutral
        },
        net_stance: p[2] - p[0],
    }
}

/// Two large outlets and a small one; own sentences, quotes, and mentions of two actors.
fn frame() -> Frame {
    let articles = |outlet: &'static str, n: u32| {
        (0..n).map(move |i| (format!("{outlet}-{i}"), outlet.to_owned()))
    };
    let all: Vec<(String, String)> =
        articles("Post", 40).chain(articles("Times", 60)).chain(articles("Echo", 4)).collect();
    let mut frame = Frame::new(all.clone());
    for (n, (article, _)) in (0_u32..).zip(&all) {
        for s in 0..8 {
            let p = f64::from((7 * n + 13 * s) % 20) / 20.0 + 0.02;
            frame.add_sentence(&sentence(article, s, p, (s < 6).then_some(p > 0.5)));
            let actor = ["per:lind", "per:venn"][s as usize % 2];
            let voice = if s < 6 { Voice::Outlet } else { Voice::Direct };
            let rest = 1.0 - p;
            frame.add_mention(&mention(article, s, actor, voice, [0.7 * rest, 0.3 * rest, p]));
        }
    }
    frame
}

fn plan(n: usize) -> Plan {
    Plan { n, kinds: Kind::ALL.to_vec(), actors: Vec::new(), seed: 5 }
}

fn outlet(frame: &Frame, drawn: &Drawn) -> String {
    frame.outlets[frame.outlet_of(&frame.units[drawn.unit]) as usize].clone()
}

#[test]
fn only_the_outlets_own_words_may_be_drawn() {
    let frame = frame();
    assert_eq!(frame.outlets, ["Echo", "Post", "Times"]);
    assert_eq!(frame.units.len(), 104 * 6 * 2);
    assert!(frame.units.iter().all(|unit| unit.sentence < 6));
}

#[test]
fn the_sample_has_the_size_asked_for_and_its_probabilities_sum_to_it() {
    let frame = frame();
    for n in [1, 7, 100, 399] {
        let drawn = draw(&frame, &plan(n));
        assert_eq!(drawn.len(), n);
        let units: std::collections::BTreeSet<usize> = drawn.iter().map(|d| d.unit).collect();
        assert_eq!(units.len(), n, "nothing is drawn twice");
        assert!(drawn.iter().all(|d| d.probability > 0.0 && d.probability <= 1.0));
    }
    let all = draw(&frame, &plan(10_000));
    assert_eq!(all.len(), frame.units.len());
    assert!(all.iter().all(|d| d.probability == 1.0));
    assert_eq!(draw(&Frame::default(), &plan(10)), []);
}

#[test]
fn units_are_drawn_as_often_as_their_probability_says() {
    let frame = frame();
    let (seeds, n) = (200_u32, 60);
    let mut times = vec![0_u32; frame.units.len()];
    let mut probability = vec![0.0; frame.units.len()];
    for seed in 0..seeds {
        for drawn in draw(&frame, &Plan { seed: seed.into(), ..plan(n) }) {
            times[drawn.unit] += 1;
            // It does not depend on the seed.
            assert!(probability[drawn.unit] == 0.0 || probability[drawn.unit] == drawn.probability);
            probability[drawn.unit] = drawn.probability;
        }
    }
    // By outlet and certainty of the model: the sums of probabilities and of draws agree.
    let sure = |unit: &Unit| unit.probabilities.iter().any(|&p| p > 0.85);
    for outlet in 0..3 {
        for is_sure in [false, true] {
            let group: Vec<usize> = (0..frame.units.len())
                .filter(|&u| frame.outlet_of(&frame.units[u]) == outlet)
                .filter(|&u| sure(&frame.units[u]) == is_sure)
                .collect();
            let expected: f64 = group.iter().map(|&u| probability[u]).sum();
            let drawn: u32 = group.iter().map(|&u| times[u]).sum();
            let mean = f64::from(drawn) / f64::from(seeds);
            assert!((mean - expected).abs() < 0.15 * expected.max(1.0), "{mean} {expected}");
        }
    }
    // What the model is sure of is drawn more rarely, but not out of reach.
    let of = |unit: &Unit| {
        let number = frame.units.iter().position(|u| u == unit).expect("it is there");
        probability[number]
    };
    let sentences = |low: f64, high: f64| {
        frame
            .units
            .iter()
            .filter(move |u| u.kind == Kind::Sentence && (low..high).contains(&u.probabilities[1]))
    };
    let same_outlet = |u: &&Unit| frame.outlet_of(u) == 2;
    let doubtful = sentences(0.45, 0.55).find(same_outlet).map(of).expect("one");
    let certain = sentences(0.0, 0.05).find(same_outlet).map(of).expect("one");
    assert!(certain < doubtful && certain > doubtful / 3.0, "{certain} {doubtful}");
}

#[test]
fn small_outlets_get_more_than_their_share_and_the_order_of_rows_changes_nothing() {
    let mut frame = frame();
    let drawn = draw(&frame, &plan(120));
    let echo = drawn.iter().filter(|d| outlet(&frame, d) == "Echo").count();
    // 4 of 104 articles; by square roots 13%.
    assert!((12..=20).contains(&echo), "{echo}");
    let ids: Vec<String> = drawn.iter().map(|d| frame.id(&frame.units[d.unit])).collect();
    frame.units.reverse();
    let again: Vec<String> =
        draw(&frame, &plan(120)).iter().map(|d| frame.id(&frame.units[d.unit])).collect();
    assert_eq!(again, ids);
}

#[test]
fn a_sample_of_one_actor_has_no_other() {
    let frame = frame();
    let plan = Plan { kinds: vec![Kind::Mention], actors: vec!["per:lind".into()], ..plan(30) };
    let drawn = draw(&frame, &plan);
    assert_eq!(drawn.len(), 30);
    let lind = frame.actor("per:lind");
    assert!(drawn.iter().all(|d| frame.units[d.unit].actor == lind));
}

/// The file as coders get it, with rows of the two kinds.
fn file(frame: &Frame, plan: &Plan) -> (Vec<Drawn>, String) {
    let drawn = draw(frame, plan);
    let shown: Vec<Shown> = drawn
        .iter()
        .map(|d| Shown {
            id: frame.id(&frame.units[d.unit]),
            before: "Before, \"quoted\"; and more.".into(),
            text: "=SUM(A1) ⟦Lind⟧ went\nhome.".into(),
            ..Shown::default()
        })
        .collect();
    let sample = Sample { plan: plan.clone(), run: "0f3a".into() };
    (drawn, sheet::write(&sample, &shown))
}

/// Fills in the codes: a row's cells after `actor`.
fn filled(file: &str, codes: impl Fn(usize, &str) -> String) -> String {
    let mut row = 0;
    let mut out = String::new();
    for line in file.lines() {
        match line.strip_suffix(",,,,") {
            Some(start) if !line.starts_with("\"#") => {
                out.push_str(&format!("{start},{},\n", codes(row, start)));
                row += 1;
            }
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

fn neutral(start: &str) -> &'static str {
    if start.starts_with('s') { "plain" } else { "neutral" }
}

fn coded(
    frame: &Frame,
    drawn: &[Drawn],
    files: &[&str],
    partial: bool,
) -> Result<Vec<Coded>, Vec<Problem>> {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .enumerate()
        .map(|(n, text)| (format!("{n}.csv"), text.as_bytes().to_vec()))
        .collect();
    sheet::read(&files).coded(frame, drawn, partial)
}

#[test]
fn coders_see_neither_outlet_nor_article_nor_score() {
    let frame = frame();
    let (_, file) = file(&frame, &plan(20));
    for hidden in ["Post", "Times", "Echo", "0.5", "per:"] {
        let rows: Vec<&str> = file.lines().filter(|l| !l.starts_with("\"#")).collect();
        assert!(rows.iter().all(|row| !row.contains(hidden)), "{hidden}");
    }
    assert!(file.contains("\"'=SUM(A1) ⟦Lind⟧ went home.\""), "{file}");
    assert!(file.starts_with("\"# HOW TO CODE"));
}

#[test]
fn a_file_comes_back_as_it_was_filled_in() {
    let frame = frame();
    let (drawn, file) = file(&frame, &plan(20));
    // Rows 0: agree. 1: differ. 2: differ, settled. 3: one coder. 4: x and a code.
    let codes = |row: usize, start: &str| {
        let is_sentence = start.starts_with('s');
        let (yes, no) = if is_sentence { ("Loaded", "0") } else { ("favour", "-1.0") };
        match row {
            1 => format!("{yes},{no},"),
            2 => format!("{yes},{no},{no}"),
            3 => format!(",{yes},"),
            4 => format!("x,{yes},"),
            _ => format!("{yes},{yes},"),
        }
    };
    let text = filled(&file, codes);
    let read = sheet::read(&[("a".into(), text.clone().into_bytes())]);
    let sample = read.sample.clone().expect("the line with the sample");
    assert_eq!((sample.plan, sample.run.as_str()), (plan(20), "0f3a"));
    assert_eq!(read.coders, ["coder1", "coder2"]);

    let rows = coded(&frame, &drawn, &[&text], false).expect("no mistake");
    assert_eq!(rows.len(), 20);
    let gold: Vec<[f64; 3]> = rows.iter().map(|r| r.gold.labels).collect();
    assert_eq!(gold[0], [0.0, 1.0, 0.0]);
    assert_eq!(gold[1], [0.5, 0.5, 0.0]);
    assert_eq!(gold[2], [1.0, 0.0, 0.0]);
    assert_eq!(gold[3], [0.0, 1.0, 0.0]);
    assert_eq!(gold[4], [0.0, 0.5, 0.0]);
    assert_eq!(rows[4].codes, [Some(2), Some(1)], "x has the number after the labels");
    for (row, drawn) in rows.iter().zip(&drawn) {
        assert!((row.weight * drawn.probability - 1.0).abs() < 1e-12);
    }

    // As a spreadsheet may save it: semicolons, a byte order mark, empty cells behind the lines with #.
    let mut reader = ::csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = ::csv::WriterBuilder::new();
    let mut writer = writer.delimiter(b';').flexible(true).from_writer(Vec::new());
    for record in reader.records() {
        let mut record = record.expect("a record");
        while record.len() < 12 {
            record.push_field("");
        }
        writer.write_record(&record).expect("memory");
    }
    let saved = [b"\xef\xbb\xbf".to_vec(), writer.into_inner().expect("memory")].concat();
    let saved = String::from_utf8(saved).expect("UTF-8");
    assert_eq!(coded(&frame, &drawn, &[&saved], false).expect("no mistake"), rows);

    // Two copies, each with one coder's column filled in.
    let alone = |coder: usize| {
        filled(&file, move |row, start| {
            let cells: Vec<String> = codes(row, start).split(',').map(str::to_owned).collect();
            let cell = |at: usize| if at == coder { cells[at].as_str() } else { "" };
            let last = if coder == 0 { cells[2].as_str() } else { "" };
            format!("{},{},{last}", cell(0), cell(1))
        })
    };
    let joined = coded(&frame, &drawn, &[&alone(0), &alone(1)], false);
    let joined = joined.expect("no mistake");
    assert_eq!(
        joined.iter().map(|r| r.gold).collect::<Vec<_>>(),
        rows.iter().map(|r| r.gold).collect::<Vec<_>>()
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_row_and_column() {
    let frame = frame();
    let (drawn, file) = file(&frame, &plan(12));
    let text = filled(&file, |row, start| match row {
        1 => "lodaed,plain,".to_owned(),
        2 => ",,".to_owned(),
        3 => "plain,x,maybe".to_owned(),
        _ => format!("{0},{0},", neutral(start)),
    });
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|l| l.starts_with("id,")).expect("the names") + 1;
    let mut changed: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
    changed.push(lines[first + 5].to_owned());
    changed.push("s0000000000,sentence,a,b,c,d,plain,plain,,".to_owned());
    changed.push("old id,sentence,a,b,c,d,plain,plain,,".to_owned());
    let gone = changed.remove(first + 11);
    let text = changed.join("\n");

    let problems = coded(&frame, &drawn, &[&text], false).expect_err("many mistakes");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let row = |n: usize| n + first + 1;
    let find = |start: String| {
        assert!(told.iter().any(|t| t.starts_with(&start)), "{start} is not in {told:#?}");
    };
    find(format!(
        "0.csv: row {}, column coder1: `lodaed` is no code of a sentence; write plain, loaded or x",
        row(1)
    ));
    find(format!("0.csv: row {}, column coder1, coder2: ", row(2)));
    find(format!("0.csv: row {}, column final: `maybe` is no code", row(3)));
    find(format!(
        "0.csv: row {}, column id: {} stands in row {} already",
        row(11),
        &lines[first + 5][..11],
        row(5)
    ));
    find(format!("0.csv: row {}, column id: s0000000000 is not in the sample", row(12)));
    find(format!("0.csv: row {}, column id: `old id` is no id", row(13)));
    find(format!("0.csv: a row of the sample is missing: {}", &gone[..11]));
    assert_eq!(told.len(), 7, "{told:#?}");

    // Missing codes are none with --partial; mistakes stay mistakes.
    let problems = coded(&frame, &drawn, &[&text], true).expect_err("mistakes");
    assert_eq!(problems.len(), 5);
}

#[test]
fn what_is_no_coded_file_is_told_so() {
    let frame = frame();
    let (drawn, file) = file(&frame, &plan(4));
    let told = |text: &str| -> Vec<String> {
        let problems = coded(&frame, &drawn, &[text], false).expect_err("a mistake");
        problems.iter().map(ToString::to_string).collect()
    };
    assert!(told("")[0].contains("no row of column names"));
    assert!(told("name,kind\n")[0].contains("row 1: there is no column `id`"));
    assert!(told("id,kind\n")[0].contains("there is no column for codes"));
    assert!(
        told(&file.replace("n=4", "n=four")).iter().any(|t| t.contains("`n=four` says nothing"))
    );
    assert_eq!(told(&file).len(), 4, "no row has a code");
}

#[test]
fn rows_that_nobody_coded_pass_their_weight_on() {
    let frame = frame();
    let (drawn, file) = file(&frame, &plan(40));
    let text = filled(&file, |row, start| {
        let done = row % 20 < 10;
        if done { format!("{},,", neutral(start)) } else { ",,".to_owned() }
    });
    let rows = coded(&frame, &drawn, &[&text], true).expect("no mistake");
    assert_eq!(rows.len(), 20);
    for row in &rows {
        let drawn = drawn.iter().find(|d| d.unit == row.unit).expect("drawn");
        assert!((row.weight * drawn.probability - 2.0).abs() < 1e-12);
    }
}

fn naive() -> Naive<'static> {
    Naive { outlets: &[], outlet_actor: &[], comparisons: &[] }
}

/// Codes everything that was drawn.
fn by(frame: &Frame, drawn: &[Drawn], says: impl Fn(&Unit) -> Option<usize>) -> Vec<Coded> {
    let coded = |d: &Drawn| {
        let unit = &frame.units[d.unit];
        let code = says(unit);
        let mut gold = Gold::default();
        code.into_iter().for_each(|label| gold.labels[label] = 1.0);
        let codes = vec![code.or(Some(unit.kind.labels().len()))];
        Coded { unit: d.unit, weight: 1.0 / d.probability, gold, codes }
    };
    drawn.iter().map(coded).collect()
}

#[test]
fn with_everything_coded_the_corrected_figure_is_the_truth() {
    let frame = frame();
    let plan = plan(usize::MAX >> 1);
    let drawn = draw(&frame, &plan);
    // The third sentence of an article is loaded, the fourth is no sentence of the outlet's.
    let truth = |unit: &Unit| (unit.sentence != 3).then_some(usize::from(unit.sentence == 2));
    let coded = by(&frame, &drawn, truth);
    let validation = validate(&frame, &plan, &coded, &naive(), &Options::default());
    let find = |measure: &str, outlet: &str| {
        let all = validation.corrected.iter();
        let mut rows =
            all.filter(|r| r.measure == measure && r.outlet == outlet && r.actor_id.is_none());
        rows.next().cloned().expect("a row")
    };
    for outlet in ["Post", "Times"] {
        let row = find("loaded_own", outlet);
        for figure in [row.dsl, row.ppi] {
            assert!((figure.expect("a figure") - 0.2).abs() < 1e-9, "{row:?}");
        }
        // All articles say the same, which is not certain all the same.
        assert!(row.dsl_lo.expect("an end") < 0.2 && row.dsl_hi.expect("an end") > 0.2);
        // Labels of mentions: 0 against, 1 neutral; one of five is neutral.
        let row = find("net_stance_own", outlet);
        assert!((row.dsl.expect("a figure") + 0.8).abs() < 1e-9, "{row:?}");
    }
    let small = find("loaded_own", "Echo");
    assert_eq!((small.dsl, small.ppi, small.n_coded), (None, None, 24));
    let note = "not enough codes: 24 in 4 articles, 10 in 5 are needed";
    assert_eq!(small.note.as_deref(), Some(note));
    let accuracy = &validation.accuracy[0];
    assert!((accuracy.not_own - 1.0 / 6.0).abs() < 1e-9);
    assert_eq!(accuracy.n, 104 * 5);
}

#[test]
fn mistakes_that_care_for_the_outlet_are_found_and_others_are_not() {
    let frame = frame();
    let plan = Plan { kinds: vec![Kind::Sentence], ..plan(400) };
    let drawn = draw(&frame, &plan);
    let options = Options { replicates: 500, ..Options::default() };
    // One in four labels is wrong: everywhere; then, in Post, every second and nowhere else.
    let lot = |unit: &Unit| frame.lot(unit, 9, "test") % 100;
    let flipped = |unit: &Unit, percent: u64| {
        Some(if lot(unit) < percent { 1 - unit.label } else { unit.label })
    };
    let alike = by(&frame, &drawn, |unit| flipped(unit, 25));
    let validation = validate(&frame, &plan, &alike, &naive(), &options);
    assert!(validation.error_tests.iter().all(|t| t.p > 0.02), "{:?}", validation.error_tests);
    let differ =
        by(&frame, &drawn, |unit| flipped(unit, if frame.outlet_of(unit) == 1 { 50 } else { 0 }));
    let validation = validate(&frame, &plan, &differ, &naive(), &options);
    assert_eq!(validation.error_tests.len(), 2);
    assert!(validation.error_tests.iter().all(|t| t.p < 0.01), "{:?}", validation.error_tests);
    assert!(
        validation.findings.iter().any(|f| f.contains("naive comparisons of outlets are biased"))
    );
    let of_post = |e: &&ErrorRate| e.outlet == "Post" && e.mistake == "false_loaded";
    let rate = validation.errors.iter().find(of_post).expect("a rate");
    assert!(rate.lo < rate.rate && rate.rate < rate.hi && rate.hi <= 1.0);
}

#[test]
fn agreement_is_of_the_codes_as_they_were_given() {
    let frame = frame();
    let plan = plan(60);
    let drawn = draw(&frame, &plan);
    let mut coded = by(&frame, &drawn, |unit| Some(unit.label));
    for (n, row) in coded.iter_mut().enumerate() {
        let first = row.codes[0];
        let other = if n % 6 == 0 { Some(0) } else { first };
        row.codes = if n % 10 == 9 { vec![first, None] } else { vec![first, other] };
    }
    let validation = validate(&frame, &plan, &coded, &naive(), &Options::default());
    let of = |kind: Kind| validation.agreement.iter().filter(move |a| a.kind == kind);
    assert_eq!((of(Kind::Sentence).count(), of(Kind::Mention).count()), (1, 2));
    for agreement in &validation.agreement {
        assert_eq!(agreement.n, 27);
        let [value, lo, hi] = [agreement.alpha.value, agreement.alpha.lo, agreement.alpha.hi];
        let (value, lo, hi) = (value.expect("alpha"), lo.expect("lo"), hi.expect("hi"));
        assert!(lo < value && value < hi && hi <= 1.0 && value > 0.5, "{agreement:?}");
    }
    assert_eq!(validate(&frame, &plan, &[], &naive(), &Options::default()).findings, [""; 0]);
}
