use super::*;
use crate::stats::tests::{article, mention, sentence};
use crate::text::Part;
use crate::voice::Voice;

/// An article of a title and sentences; words with a capital inside a sentence are its names.
fn told(outlet: &str, id: &str, date: &str, title: &str, body: &[&str]) -> Digest {
    let mut article = article(outlet, id);
    article.title = Some(title.into());
    article.date = Some(date.into()).filter(|_| !date.is_empty());
    let (mut sentences, mut mentions) = (Vec::new(), Vec::new());
    for (n, text) in [title].iter().chain(body).enumerate() {
        let voice = if text.starts_with('"') { Voice::Direct } else { Voice::Outlet };
        let mut row = sentence(id, n as u32, voice, false);
        row.text = (*text).into();
        (row.part, row.heading) = if n == 0 { (Part::Title, true) } else { (Part::Body, false) };
        for word in text.split(' ').skip(1).filter(|w| w.starts_with(char::is_uppercase)) {
            let mut name = mention(id, word, n as u32, voice, 0.0);
            name.text = word.trim_matches(|c: char| !c.is_alphanumeric()).into();
            mentions.push(name);
        }
        sentences.push(row);
    }
    Digest::of(&article, &sentences, &mentions)
}

/// Three outlets on a ferry that ran aground, each in its own words.
fn aground() -> Vec<Digest> {
    vec![
        told(
            "Gazette",
            "g1",
            "2026-05-04",
            "Ferry runs aground off Morrow Point",
            &[
                "The ferry Aldine ran aground on rocks off Morrow Point on Sunday night with 212 people on board.",
                "Nobody was badly hurt, the coastguard said, and all passengers were taken to Tarnholm by boat.",
                "The operator, Norline, said that the steering had failed; Captain Edda Brask was being questioned.",
            ],
        ),
        told(
            "Star",
            "s1",
            "2026-05-05",
            "Terror on the rocks: 212 saved from doomed Norline ferry",
            &[
                "Screaming families clung to the rails as the rust-bucket Aldine smashed into the rocks at Morrow Point.",
                "Heroic lifeboat crews from Tarnholm plucked all 212 from the listing ferry.",
                "Captain Edda Brask has questions to answer, and so have the skinflints at Norline.",
            ],
        ),
        told(
            "Ledger",
            "l1",
            "2026-05-05",
            "Norline shares fall after Aldine grounding",
            &[
                "Shares in Norline lost 6 per cent on Monday after its ferry Aldine grounded at Morrow Point.",
                "Steering gear is the likely cause, the Tarnholm coastguard said, and the vessel may be a total loss.",
                "Insurers will examine what Captain Edda Brask knew of the fault.",
            ],
        ),
    ]
}

/// The same story two days on: a strike at the same company, and a court that stops it.
fn strike_and_ruling() -> Vec<Digest> {
    vec![
        told(
            "Gazette",
            "g2",
            "2026-05-11",
            "Norline crews walk out over safety",
            &[
                "Crews of the ferry company Norline stopped work on Monday in Tarnholm and demanded new lifeboats.",
                "Union leader Otto Varga said that pickets would stay on the quay until managers signed.",
            ],
        ),
        told(
            "Star",
            "s2",
            "2026-05-11",
            "All at sea! Ferry crews down tools at Norline",
            &[
                "Angry crews downed tools and pickets blocked the quay at Tarnholm as the lifeboats row blew up.",
                "Firebrand union leader Otto Varga vowed that no ferry would sail until Norline managers signed.",
            ],
        ),
        told(
            "Gazette",
            "g3",
            "2026-05-13",
            "Judge orders Norline strike to end",
            &[
                "A judge in Karsund granted an injunction on Wednesday and ruled that notice had been given too late.",
                "Judge Ilka Soren gave the parties ten days to appeal; lawyers for Norline welcomed her verdict.",
            ],
        ),
        told(
            "Ledger",
            "l3",
            "2026-05-13",
            "Norline wins injunction against walkout",
            &[
                "Norline won an injunction in Karsund on Wednesday after a judge, Ilka Soren, found the notice late.",
                "Her verdict can be appealed within ten days, lawyers said.",
            ],
        ),
    ]
}

const WIRE: &[&str] = &[
    "Three divers reached the wreck of the Aldine on Thursday and found the rudder jammed hard to port, officials said.",
    "The coastguard will lift the rudder next week, and a panel of four engineers in Tarnholm will take it apart.",
    "Norline has said that it serviced the steering gear in February and that its papers are in order.",
    "The ferry lies in eighteen metres of water about half a mile from the light at Morrow Point.",
    "Swimmers have been told to stay away from the beach, where oil has come ashore since Tuesday.",
    "The panel is to report before the end of June, and its findings will be made public in full.",
];

fn wire(outlet: &str, id: &str, date: &str, title: &str, edit: impl Fn(&str) -> String) -> Digest {
    let body: Vec<String> = WIRE.iter().map(|s| edit(s)).filter(|s| !s.is_empty()).collect();
    told(outlet, id, date, title, &body.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Wire copy: whole, with small edits, and cut from the bottom.
fn copies() -> Vec<Digest> {
    let edited =
        |s: &str| s.replace("officials said", "according to officials").replace("hard to", "to");
    let cut = |s: &str| if WIRE[..3].contains(&s) { s.to_owned() } else { String::new() };
    vec![
        wire("Gazette", "w1", "2026-05-07", "Divers find ferry's rudder jammed", str::to_owned),
        wire("Star", "w2", "2026-05-08", "Wreck divers find the smoking gun", edited),
        wire("Ledger", "w3", "2026-05-08", "Aldine inquiry turns to rudder", cut),
    ]
}

fn grouped(digests: Vec<Digest>) -> Groups {
    group(digests, None, &Options::default())
}

/// The articles of every event, by id.
fn events(groups: &Groups) -> Vec<Vec<&str>> {
    let in_events: Vec<&EventRow> = groups.rows.iter().filter(|r| r.event_id.is_some()).collect();
    let same = |a: &&EventRow, b: &&EventRow| a.event_id == b.event_id;
    in_events
        .chunk_by(same)
        .map(|event| {
            let mut ids: Vec<&str> = event.iter().map(|r| r.article_id.as_str()).collect();
            ids.sort_unstable();
            ids
        })
        .collect()
}

fn of<'a>(groups: &'a Groups, id: &str) -> &'a EventRow {
    groups.rows.iter().find(|r| r.article_id == id).unwrap()
}

#[test]
fn an_event_told_in_three_ways_is_one_event() {
    let groups = grouped([aground(), strike_and_ruling()].concat());
    assert_eq!(events(&groups)[0], ["g1", "l1", "s1"]);
    assert!(groups.relayed.is_empty() && groups.repeats.is_empty());
    let row = of(&groups, "s1");
    assert_eq!((row.event_id.as_deref(), &row.copy_of, row.relayed), (Some("e1"), &None, false));
    let reason = row.reason.as_deref().unwrap();
    let likeness = row.likeness.unwrap();
    assert!(likeness >= 0.25, "{row:?}");
    let expected = format!(
        "likeness {} to Ferry runs aground off Morrow Point (Gazette), 1 day apart",
        decimals(likeness)
    );
    assert_eq!(reason, expected);
}

#[test]
fn two_happenings_of_one_story_in_one_week_stay_two() {
    let groups = grouped([aground(), strike_and_ruling()].concat());
    assert_eq!(events(&groups)[1..], [["g2", "s2"], ["g3", "l3"]]);
    assert_eq!((groups.n_events, groups.event_of["l3"], groups.event_of.len()), (3, 2, 7));
}

#[test]
fn wire_copy_is_found_with_small_edits_and_cut_from_the_bottom() {
    let groups = grouped(copies());
    let (edited, cut) = (of(&groups, "w2"), of(&groups, "w3"));
    assert_eq!((edited.copy_of.as_deref(), cut.copy_of.as_deref()), (Some("w1"), Some("w1")));
    assert!(edited.similarity.unwrap() > 0.7, "{edited:?}");
    // All of it is copy, though it has but half of the words.
    assert!(cut.shared == Some(1.0) && cut.similarity.unwrap() < 0.6, "{cut:?}");
    assert!(edited.relayed && cut.relayed);
    let why = "100% of it stands in Divers find ferry's rudder jammed (Gazette)";
    assert_eq!(cut.relayed_why.as_deref(), Some(why));
    // Printed first, by a day, and credited to nobody: the outlet's own.
    let original = of(&groups, "w1");
    assert_eq!((&original.copy_of, original.relayed), (&None, false));
    assert_eq!(events(&groups), [["w1", "w2", "w3"]]);
    let reason = edited.reason.as_deref().unwrap();
    assert_eq!(reason, "the same copy as Divers find ferry's rudder jammed (Gazette), 1 day apart");
}

#[test]
fn nobodys_tone_is_read_from_copy_that_may_be_anybodys() {
    // A credit anywhere takes it from all of them.
    let mut credited = copies();
    credited[1].agency = Some("Kyodo News".into());
    let groups = grouped(credited);
    assert_eq!(groups.relayed.len(), 3);
    assert_eq!(of(&groups, "w2").relayed_why.as_deref(), Some("credited to Kyodo News"));
    let why = "the same copy as Wreck divers find the smoking gun (Star), credited to Kyodo News";
    assert_eq!(of(&groups, "w1").relayed_why.as_deref(), Some(why));

    // The same day: nothing says who wrote it.
    let same_day: Vec<Digest> =
        copies().into_iter().map(|d| Digest { day: Some(0), date: None, ..d }).collect();
    assert_eq!(grouped(same_day).relayed.len(), 3);

    // The agency's own article is its own, and a credit without a second print is enough.
    let mut agency = vec![
        wire("Kyodo News", "k1", "2026-05-07", "Rudder jammed", str::to_owned),
        wire("Star", "w2", "2026-05-07", "Smoking gun", str::to_owned),
        strike_and_ruling().remove(0),
    ];
    agency[1].agency = Some("Kyodo News".into());
    agency[2].agency = Some("Jiji Press".into());
    let groups = grouped(agency);
    assert!(groups.relayed.contains("w2") && groups.relayed.contains("g2"));
    assert!(!groups.relayed.contains("k1"));
    assert_eq!(of(&groups, "w2").copy_of.as_deref(), Some("k1"));
    assert_eq!((&of(&groups, "g2").event_id, &of(&groups, "g2").reason), (&None, &None));
}

#[test]
fn an_outlet_that_prints_a_text_again_has_it_counted_once() {
    let later = |s: &str| s.replace("Thursday", "Thursday morning");
    let groups = grouped(vec![
        wire("Gazette", "w1", "2026-05-07", "Divers find rudder jammed", str::to_owned),
        wire("Gazette", "w9", "2026-05-09", "What we know of the rudder", later),
    ]);
    assert_eq!(groups.repeats, HashSet::from(["w9".to_owned()]));
    assert!(groups.relayed.is_empty(), "it is its own all the same");
}

#[test]
fn what_an_outlet_prints_under_everything_is_not_copy() {
    let furniture = "The Gazette takes part in no advertising of any kind and all of its reporters are bound by \
        its code of conduct which readers can find on its pages together with the names of its owners";
    let stories =
        ["otters", "tunnels", "violins", "glaciers", "tariffs", "orchards", "mosaics", "bicycles"];
    let articles = stories.map(|story| {
        let body = format!("There is little that anybody in this town still knows about {story}.");
        told("Gazette", story, "2026-05-07", story, &[&body, furniture])
    });
    assert!(grouped(articles.to_vec()).repeats.is_empty());
}

#[test]
fn a_speech_that_two_report_is_not_copy() {
    let speech: Vec<String> = WIRE.iter().map(|s| format!("\"{s}\"")).collect();
    let report = |outlet: &str, id: &str, first: &'static str| {
        let body: Vec<&str> =
            std::iter::once(first).chain(speech.iter().map(String::as_str)).collect();
        told(outlet, id, "2026-05-07", first, &body)
    };
    let groups = grouped(vec![
        report(
            "Gazette",
            "g",
            "The mayor of Tarnholm spoke to a silent chamber about the wreck last night.",
        ),
        report(
            "Star",
            "s",
            "Waffling mayor bores the whole of Tarnholm to tears over the stricken Aldine!",
        ),
    ]);
    assert!(groups.relayed.is_empty());
}

#[test]
fn the_users_file_is_the_last_word() {
    let csv =
        b"article_id,event\ng1,The grounding\nl1,The grounding\ng2,The strike\nx7,The strike\n";
    let given = parse(csv, "events.csv").unwrap();
    let articles = [aground(), strike_and_ruling(), copies()].concat();
    let groups = group(articles, Some(&given), &Options::default());
    assert_eq!(events(&groups), [vec!["g1", "l1"], vec!["g2"]]);
    let row = of(&groups, "l1");
    assert_eq!(row.event_id.as_deref(), Some("The grounding"));
    assert_eq!((row.reason.as_deref(), row.likeness), (Some("named in events.csv"), None));
    // Who is not in it is in no event; whose copy it is, is another question.
    assert!(!groups.event_of.contains_key("s1") && groups.relayed.contains("w2"));
    let unknown: Vec<String> = groups.unknown.iter().map(Problem::to_string).collect();
    assert_eq!(
        unknown,
        ["row 5, column article_id: no article x7 was scored; the row is left out"]
    );
}

#[test]
fn without_dates_only_what_is_very_like_is_grouped() {
    let undated = |d: Digest| Digest { day: None, date: None, ..d };
    let articles = [aground(), copies()].concat();
    let groups = grouped(articles.into_iter().map(undated).collect());
    assert!(events(&groups).contains(&vec!["w1", "w2", "w3"]));
    assert!(!groups.event_of.contains_key("l1"), "like the others, but not enough");
    assert!(of(&groups, "w2").reason.as_deref().unwrap().ends_with(", without a date"));
    // Nothing says who printed it first.
    assert_eq!(groups.relayed.len(), 3);
}

#[test]
fn neither_order_nor_threads_change_anything() {
    let mut articles = [aground(), strike_and_ruling(), copies()].concat();
    let first = grouped(articles.clone());
    for _ in 0..articles.len() {
        articles.rotate_left(1);
        articles.swap(0, 4);
        assert_eq!(grouped(articles.clone()), first);
    }
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one_thread.install(|| grouped(articles)), first);
    assert_eq!(grouped(Vec::new()), Groups::default());
}
