//! What swaps promise.

use super::*;
use crate::audit::draw::generator;
use crate::audit::subject::{Known, kind_of};
use std::collections::HashSet;

const PERSON: &str = "per:ilse-brandvold";

/// A sentence whose mentions are marked: `[Brandvold|PER|per:ilse-brandvold]`.
fn subject(marked: &str) -> Subject {
    let outlets = HashSet::from(["red bollard".to_owned()]);
    let (mut text, mut mentions) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, after) = after.split_once(']').unwrap();
        let [words, kind, id] = inside.split('|').collect::<Vec<_>>()[..] else {
            panic!("{inside}")
        };
        text.push_str(before);
        let start = text.chars().count();
        text.push_str(words);
        let (kind, form, reason) = match kind {
            "PER" => (EntityKind::Per, Form::Name, Reason::Name),
            "GIVEN" => (EntityKind::Per, Form::Name, Reason::GivenName),
            "HE" => (EntityKind::Per, Form::Pronoun, Reason::Pronoun),
            "LOC" => (EntityKind::Loc, Form::Name, Reason::Name),
            "ORG" => (EntityKind::Org, Form::Name, Reason::Name),
            "NORP" => (EntityKind::Norp, Form::Name, Reason::Name),
            _ => panic!("{kind}"),
        };
        mentions.push(Named {
            span: Span::new(start, text.chars().count()),
            actor_id: id.to_owned(),
            kind,
            form,
            reason,
            swap: kind_of(words, words, kind, form, &outlets),
        });
        rest = after;
    }
    text.push_str(rest);
    Subject { article_id: "a".into(), sentence: 0, text, mentions }
}

/// The sentence with this stand-in in it, the mentions' new texts behind it.
fn told(subject: &Subject, actor: &str, plan: Result<Plan, Refusal>, new: &StandIn) -> String {
    let version = match plan.and_then(|plan| fill(subject, actor, &plan, new)) {
        Ok(version) => version,
        Err(refusal) => return format!("{refusal:?}"),
    };
    let chars: Vec<char> = version.text.chars().collect();
    let targets: Vec<String> = version.targets.iter().map(|t| slice(&chars, *t)).collect();
    format!("{} <{}>", version.text, targets.join("|"))
}

#[test]
fn a_person_gets_another_name_everywhere_with_titles_and_possessives_kept() {
    let mut rng = generator(0, &["test"]);
    let taken = "Hannah Rachel Holloway Carver Thornbury";
    let new = NAMES.person(&NAMES.origins[0], Gender::Female, taken, &mut rng).unwrap();
    assert_eq!(new.name, "Emily Whitfield");
    for (marked, expected) in [
        (
            "Mayor [Ilse Brandvold|PER|P]’s plan pleased [her|HE|P] aides.",
            "Mayor Emily Whitfield’s plan pleased her aides. <Emily Whitfield|her>",
        ),
        (
            "Ms[. Brandvold|PER|P] met [Ilse|GIVEN|P]'s son; a Brandvold-backed and anti-Brandvold bill.",
            "Ms. Whitfield met Emily's son; a Whitfield-backed and anti-Whitfield bill. \
             <. Whitfield|Emily>",
        ),
        (
            "[Mayor Ilse Brandvold|PER|P] left.",
            "Mayor Emily Whitfield left. <Mayor Emily Whitfield>",
        ),
        ("[Ilse Brandvold Jr.|PER|P] left.", "Emily Whitfield left. <Emily Whitfield>"),
        ("[I. Brandvold|PER|P] left.", "E. Whitfield left. <E. Whitfield>"),
        ("[ILSE BRANDVOLD|PER|P] LEFT", "EMILY WHITFIELD LEFT <EMILY WHITFIELD>"),
        ("An [Ilse  Brandvold|PER|P] aide.", "An Emily Whitfield aide. <Emily Whitfield>"),
        ("An [Brandvold|PER|P] aide.", "A Whitfield aide. <Whitfield>"),
        // Her brother is somebody else, but what is left of the name must not be hers.
        (
            "[Brandvold|PER|P] and [Jonas Brandvold|PER|per:jonas] met.",
            "Whitfield and Jonas Brandvold met. <Whitfield>",
        ),
        ("[Brandvold|PER|P] and Brandvoldism.", "Remains"),
        ("[Brandvold|PER|P] on #Brandvold2026.", "Remains"),
        ("[Ilse - Brandvold|PER|P] met.", "Unclear"),
        ("[IB|PER|P] met them.", "Unclear"),
    ] {
        let subject = subject(&marked.replace("|P]", &format!("|{PERSON}]")));
        let plan = person(&subject, PERSON, "Ilse Brandvold");
        assert_eq!(told(&subject, PERSON, plan, &new), expected, "{marked}");
    }
}

#[test]
fn names_with_particles_and_family_names_first_are_read_as_such() {
    let full = |name: &str| names::tokens(name, EntityKind::Per);
    for (text, name, reason, expected) in [
        ("van der Bellen", "Alexander Van der Bellen", Reason::Name, Part::Family),
        ("de Blasio", "Bill de Blasio", Reason::Surname, Part::Family),
        ("Xi", "Xi Jinping", Reason::Surname, Part::Family),
        ("Xi", "Xi Jinping", Reason::Codebook, Part::Family),
        ("Ilse", "Ilse Brandvold", Reason::Codebook, Part::Given),
        ("Ilse", "Ilse", Reason::Name, Part::Given),
        ("Donald J. Trump", "Donald Trump", Reason::ShortForm, Part::Full),
        ("D. Trump", "Donald Trump", Reason::ShortForm, Part::Initial),
    ] {
        assert_eq!(part_of_person(text, &full(name), reason), expected, "{text}");
    }
}

#[test]
fn a_name_of_every_origin_comes_with_another_of_the_first_one() {
    let known = Known { name: "Ilse Brandvold".into(), gender: None };
    let cast = Cast::from([(PERSON.to_owned(), known)]);
    let subject = subject(&format!("[Ilse Brandvold|PER|{PERSON}] met Peter."));
    let drawn = |seed| people(&subject, PERSON, &cast, &mut generator(seed, &["test"])).unwrap();
    let people = drawn(0);
    assert_eq!(people, drawn(0));
    let origins: Vec<&str> = people.by_origin.iter().filter_map(|v| v.origin).collect();
    assert_eq!(origins.len(), NAMES.origins.len());
    let first = &people.by_origin[people.first];
    assert_eq!(first.origin, people.same_origin.origin);
    assert_ne!(first.name, people.same_origin.name);
    // Ilse is a woman's name.
    let english = people.by_origin.iter().find(|v| v.origin == Some("English")).unwrap();
    let given = english.name.split(' ').next().unwrap();
    assert_eq!(given::gender(&given.to_lowercase()), Some(Gender::Female));
}

#[test]
fn a_state_changes_in_all_its_forms() {
    let new = NAMES.state(
        "Albania Bulgaria Zambia Ghana Paraguay Costa Rica Fiji Indonesia",
        &mut generator(0, &[]),
    );
    let new = new.unwrap();
    assert_eq!(new.name, "Namibia");
    for (marked, expected) in [
        (
            "[Russia|LOC|S] and [Russian|LOC|S] officials in [Moscow|LOC|S] met [Russians|LOC|S].",
            "Namibia and Namibian officials in Windhoek met Namibians. \
             <Namibia|Namibian|Windhoek|Namibians>",
        ),
        (
            "The [U.S.|LOC|S] said [U.S.|LOC|S] troops would leave the [US|LOC|S].",
            "The Republic of Namibia said Namibian troops would leave the Republic of Namibia. \
             <Republic of Namibia|Namibian|Republic of Namibia>",
        ),
        ("A [United States|LOC|S] senator left.", "A Namibian senator left. <Namibian>"),
        ("[US|LOC|S] says it will leave.", "Namibia says it will leave. <Namibia>"),
        ("Back in the [U.S|LOC|S].", "Back in the Republic of Namibia. <Republic of Namibia>"),
        (
            "An [Iranian|LOC|S]-made drone hit [IRAN|LOC|S].",
            "A Namibian-made drone hit NAMIBIA. <Namibian|NAMIBIA>",
        ),
        (
            "The [White House|LOC|S] and America agreed.",
            "The State House and Namibia agreed. <State House>",
        ),
        ("The [British|LOC|S] government agreed.", "The Namibian government agreed. <Namibian>"),
        ("The [British|LOC|S] have agreed.", "Unclear"),
        ("A [Dutch|LOC|S] coach left [The Hague|LOC|S].", "Article"),
        ("[Russia|LOC|S] fears Russophobia.", "Namibia fears Russophobia. <Namibia>"),
        ("[Iran|LOC|S] and the Irangate papers.", "Remains"),
        // Its ministry is its own, a paper that is called after it is not.
        (
            "[Russia|LOC|S]’s [Russian Foreign Ministry|ORG|org:foreign-ministry-ru] left.",
            "Namibia’s Namibian Foreign Ministry left. <Namibia>",
        ),
        (
            "[America|LOC|S] reads [Voice of America|ORG|org:voice-of-america].",
            "Namibia reads Voice of America. <Namibia>",
        ),
    ] {
        let subject = subject(&marked.replace("|S]", "|loc:s]"));
        assert_eq!(told(&subject, "loc:s", state(&subject, "loc:s"), new), expected, "{marked}");
    }
}

#[test]
fn of_a_place_only_its_own_words_change() {
    let new = NAMES.place(
        "Plovdiv Salta Kumasi Mysuru Toyama Wollongong Arequipa Maribor Bydgoszcz",
        &mut generator(0, &[]),
    );
    let new = new.unwrap();
    for (marked, expected) in [
        ("In [Port Selke|LOC|S] they met.", "In Port Tampere they met. <Port Tampere>"),
        ("The [Gulf of Selke|LOC|S] froze.", "The Gulf of Tampere froze. <Gulf of Tampere>"),
        ("A [Selke|LOC|S]-based firm in Selke.", "A Tampere-based firm in Tampere. <Tampere>"),
        (
            "An [Oslo|LOC|S] court and Oslo’s mayor.",
            "A Tampere court and Tampere’s mayor. <Tampere>",
        ),
        ("War in the [Donbas|LOC|S].", "Article"),
        ("All of [Europe|LOC|S] knew.", "NoStandIn"),
        ("In [Charlotte, N.C.|LOC|S], they met.", "Unclear"),
        ("In the [South|LOC|S] they met.", "NoStandIn"),
        ("Cruz ([Texas.|LOC|S]) left.", "Unclear"),
        ("They left [Selke|LOC|S].", "They left Tampere. <Tampere>"),
        ("[Selke|LOC|S] and the Selkeside trains.", "Remains"),
    ] {
        let subject = subject(&marked.replace("|S]", "|loc:s]"));
        assert_eq!(told(&subject, "loc:s", place(&subject, "loc:s"), new), expected, "{marked}");
    }
}

#[test]
fn an_organisation_keeps_its_article_and_its_letters() {
    for (marked, expected) in [
        (
            "[Selke Harbour Holdings|ORG|S]' offer: an [SHH|ORG|S] boat, said SHH.",
            "{name}'s offer: {letters} boat, said {letters}.",
        ),
        ("The [Ministry of Tides|ORG|S] left.", "The {name} left."),
        ("The [House|ORG|S] and [House|ORG|S] members.", "Article"),
        ("[Mr. Tribe's client|ORG|S] left.", "Unclear"),
        ("[THE LINDEN BANK|ORG|S] FAILS", "THE {NAME} FAILS"),
    ] {
        let subject = subject(&marked.replace("|S]", "|org:s]"));
        for seed in 0..4 {
            let mut rng = generator(seed, &["test"]);
            let outcome = other(&subject, Kind::Organisation, "org:s", &mut rng);
            let text = match outcome {
                Err(refusal) => format!("{refusal:?}"),
                Ok(version) => {
                    let letters = NAMES.letters_of(&version.name).unwrap();
                    version
                        .text
                        .replace(&version.name, "{name}")
                        .replace(&version.name.to_uppercase(), "{NAME}")
                        .replace(&format!("an {letters}"), "{letters}")
                        .replace(&format!("a {letters}"), "{letters}")
                        .replace(letters, "{letters}")
                }
            };
            assert_eq!(text, expected, "{marked}");
        }
    }
}

#[test]
fn a_group_changes_in_both_numbers_and_a_party_keeps_its_party() {
    for (marked, expected) in [
        (
            "[Republicans|NORP|S] and a [Republican|NORP|other] aide of the [Republican Party|ORG|party].",
            "Gs and a G aide of the G Party. <Gs>",
        ),
        ("[Democratic|NORP|S]-led towns and Democrats.", "G-led towns and Gs. <G>"),
        ("[Muslims|NORP|S] of the Muslimbund met.", "Gs of the Muslimbund met. <Gs>"),
        ("[Muslim|NORP|S] rites in the Muslimbund.", "Remains"),
        ("A [Muslim|NORP|S] school.", "A G school. <G>"),
        ("The [Ostrevian|NORP|S] coach.", "NoStandIn"),
        ("[Virginia Democrats|ORG|S] met.", "Virginia Gs met. <Virginia Gs>"),
    ] {
        let subject = subject(&marked.replace("|S]", "|norp:s]"));
        let mut rng = generator(0, &["test"]);
        let text = match other(&subject, Kind::Group, "norp:s", &mut rng) {
            Err(refusal) => format!("{refusal:?}"),
            Ok(v) => {
                let chars: Vec<char> = v.text.chars().collect();
                let targets: Vec<String> = v.targets.iter().map(|t| slice(&chars, *t)).collect();
                let text = format!("{} <{}>", v.text, targets.join("|"));
                text.replace(v.name.trim_end_matches('s'), "G")
            }
        };
        assert_eq!(text, expected, "{marked}");
    }
}
