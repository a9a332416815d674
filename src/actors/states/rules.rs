//! Does a form act as a state where it stands, or is it only a place? Rules in order; the first that knows says.

use super::scene::{Scene, Word, acts, form_of, is_past, is_state, joined};
use super::words::{
    ACTS, AGENCY, AIMED, AIRBORNE, BATTER, BRANCHES, COUNTS, DIRECTIONS, FUNCTION, GEOGRAPHY,
    GIVEN, GIVES, GROUNDS, JOURNEYS, LEAVING, List, MOTION, ORGANS, ORIGIN, PARTS, RAIDS,
    STANCE_OF, SWAY, TIED_PLACE, TIED_STATE, TOWN, TRAVEL, TRUST,
};
use super::{How, Part, lookup, without_possessive};

/// Reads off the words around a form in its sentence what the form does there.
///
/// `how` is what [`super::named`] says of the form; `before` and `after` may be the whole rest of the sentence. A
/// possessive may stand in the form or after it.
pub fn part(how: How, before: &str, form: &str, after: &str) -> Part {
    let scene = Scene::new(before, form, after);
    RULES.iter().find_map(|rule| rule(how, &scene)).unwrap_or(match how {
        How::Name | How::Seat => Part::State,
        How::Capital | How::Demonym => Part::Place,
    })
}

type Rule = fn(How, &Scene) -> Option<Part>;

/// The first that has an answer gives it.
const RULES: &[Rule] =
    &[tied, located, people, possession, noun_phrase, preposition, object, predicate];

/// "Moscow-based", "Kremlin-backed", "pro-Russian", "US-China talks".
fn tied(how: How, scene: &Scene) -> Option<Part> {
    let pair = |rest: &[Word]| {
        let way = rest.iter().take(3).any(|w| w.on(&JOURNEYS));
        let person = how == How::Demonym && rest.first().is_some_and(|w| w.on(&ORIGIN));
        if way || person { Part::Place } else { Part::State }
    };
    if scene.tied_left {
        let prefix = scene.left.last()?;
        match prefix.low.as_str() {
            "pro" | "anti" => return Some(Part::State),
            "non" | "ex" => return None,
            _ => {}
        }
        let known = how != How::Capital || lookup(&prefix.text).is_some();
        return prefix.capital.then(|| if known { pair(&scene.right) } else { Part::Place });
    }
    let suffix = scene.right.first().filter(|_| scene.tied_right)?;
    if suffix.on(&TIED_PLACE) {
        Some(Part::Place)
    } else if suffix.on(&TIED_STATE) {
        Some(Part::State)
    } else {
        let partner = suffix.text.split('-').next().unwrap_or_default();
        lookup(partner).map(|_| pair(&scene.right[1..]))
    }
}

/// "northern Syria", "the capital, Kyiv", "Moscow, Russia", "in Lyon, France", "MOSCOW (Reuters) -".
fn located(how: How, scene: &Scene) -> Option<Part> {
    if !matches!(how, How::Name | How::Capital) || scene.possessive {
        return None;
    }
    let place = scene.left.last().is_some_and(|w| w.on(&DIRECTIONS))
        || (how == How::Capital && (after_capital(scene) || before_own_state(scene)))
        || (how == How::Name && after_town(scene))
        || is_dateline(scene);
    place.then_some(Part::Place)
}

fn after_capital(scene: &Scene) -> bool {
    let left: Vec<&str> = scene.left.iter().rev().take(2).map(|w| w.low.as_str()).collect();
    matches!(left[..], ["capital" | "city", ..] | [",", "capital"])
}

/// "Moscow, Russia", "Washington, D.C."
fn before_own_state(scene: &Scene) -> bool {
    let [comma, rest @ ..] = &scene.right[..] else { return false };
    if comma.low != "," {
        return false;
    }
    let dc = rest.first().is_some_and(|w| w.low.starts_with("d.c") || w.low == "dc");
    dc || (1..=3).filter(|&n| rest.len() >= n && is_state(&rest[..n])).any(|n| {
        let (own, other) = (lookup(&scene.form), lookup(&joined(&rest[..n])));
        own.zip(other).is_some_and(|(own, other)| {
            let (own, code) = (own.state.code, other.state.code);
            other.how == How::Name && (own == code || (own, code) == ("EU", "BE"))
        })
    })
}

/// "in Lyon, France," and no verb after it.
fn after_town(scene: &Scene) -> bool {
    let Some((comma, rest)) = scene.left.split_last() else { return false };
    let town = rest.iter().rev().take_while(|w| w.capital).count();
    let next = scene.right.first().map(|w| w.low.as_str());
    let ends = match rest[..rest.len() - town].last().map(|w| w.low.as_str()) {
        None => matches!(next, Some("(" | "–" | "-")),
        Some("in" | "at" | "near" | "from" | "to" | "outside") => {
            scene.right.first().is_none_or(|w| w.mark)
        }
        _ => false,
    };
    comma.low == "," && (1..=4).contains(&town) && ends
}

/// "MOSCOW (Reuters) -", "LONDON — The", "PARIS, May 5", "DELHI: The".
fn is_dateline(scene: &Scene) -> bool {
    if !scene.left.is_empty() {
        return false;
    }
    let right: Vec<&str> = scene.right.iter().take(8).map(|w| w.low.as_str()).collect();
    let dash = |s: &&str| matches!(*s, "-" | "–");
    let next = scene.right.get(1);
    match right[..] {
        ["(", ..] => {
            right.iter().position(|s| *s == ")").and_then(|at| right.get(at + 1)).is_some_and(dash)
        }
        ["-" | "–", ..] => next.is_some_and(|w| w.capital),
        [":", ..] => {
            let shouted = |w: &Word| !w.text.chars().any(char::is_lowercase);
            scene.is_capitals() && !scene.right.iter().skip(1).take(3).all(shouted)
        }
        [",", _, day, ..] => {
            next.is_some_and(|w| w.capital) && day.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// "the Russians want" and "the Dutch said" are the state, "two Russians" are people.
fn people(how: How, scene: &Scene) -> Option<Part> {
    if how != How::Demonym {
        return None;
    }
    let form = scene.form.to_lowercase();
    let form = without_possessive(&form).trim_end_matches('’');
    let plural = (form.ends_with('s') && !form.ends_with("ss") && !form.ends_with("ois"))
        || (form.ends_with("men") && form != "turkmen");
    if plural {
        return Some(if counted(&scene.left) { Part::Place } else { Part::State });
    }
    let all = ["sh", "ch", "ese", "ss"].iter().any(|end| form.ends_with(end))
        && scene.left.last().is_some_and(|w| w.low == "the");
    let alone = scene.right.first().is_none_or(|w| {
        let verb = acts(&scene.right, true, false).is_some() && !w.on(&ORIGIN);
        (w.mark && w.low != "(") || w.on(&FUNCTION) || verb
    });
    (all && alone && !scene.tied_right).then_some(Part::State)
}

/// Do these words end in a number or the like: "two", "hundreds of", "some of the"?
fn counted(left: &[Word]) -> bool {
    left.iter()
        .rev()
        .filter(|w| !matches!(w.low.as_str(), "of" | "the"))
        .take(1)
        .any(|w| w.on(&COUNTS) || w.low.starts_with(|c: char| c.is_ascii_digit()))
}

/// "Moscow's invasion" is the state, "Moscow's streets" and "Russia's border" are places.
fn possession(how: How, scene: &Scene) -> Option<Part> {
    if !scene.possessive || how == How::Demonym {
        return None;
    }
    for noun in scene.nouns() {
        let place = match how {
            How::Seat => noun.on(&GROUNDS),
            How::Capital => noun.on(&GEOGRAPHY) || noun.on(&TOWN),
            _ => noun.on(&GEOGRAPHY),
        };
        if place {
            return Some(Part::Place);
        }
        if noun.on(&ORGANS) || noun.on(&BRANCHES) || noun.on(&ACTS) {
            return Some(Part::State);
        }
        if noun.on(&ORIGIN) {
            break; // "Moscow's ambassador"
        }
    }
    // "Moscow's Red Square", but not in a headline's capitals, nor "Moscow's Foreign Minister".
    let sight = how == How::Capital
        && scene.right.first().is_some_and(|w| w.capital)
        && !scene.nouns().iter().any(|w| w.on(&ORIGIN))
        && scene.right.iter().any(|w| !w.capital && w.low.len() > 3);
    Some(if sight { Part::Place } else { Part::State })
}

/// "Russian officials" are the state; "the Russian coach", "US stocks" and "Moscow airport" are not.
fn noun_phrase(how: How, scene: &Scene) -> Option<Part> {
    let nouns = scene.nouns();
    if how == How::Demonym {
        return kind_of(scene, true);
    }
    if scene.possessive
        || nouns.is_empty()
        || acts(&scene.right, scene.joined, determined(scene)).is_some()
    {
        return None;
    }
    match how {
        How::Seat => nouns.iter().take(2).any(|w| w.on(&GROUNDS)).then_some(Part::Place),
        How::Capital if nouns.iter().take(2).any(|w| w.on(&GEOGRAPHY) || w.on(&TOWN)) => {
            Some(Part::Place)
        }
        How::Name if scene.abbreviation && !scene.joined => {
            kind_of(scene, true).or(Some(Part::Place))
        }
        // "in Ukraine troops are ..."
        _ => kind_of(scene, how == How::Name)
            .filter(|part| *part == Part::Place || !after_place_word(scene)),
    }
}

/// What a run of nouns says of the state before it: the first that tells decides. With `deeds`, so do acts; after
/// a capital they do not, since "the Paris attacks" only happened there.
fn kind_of(scene: &Scene, deeds: bool) -> Option<Part> {
    for (i, noun) in scene.nouns().iter().enumerate() {
        if noun.on(&ORGANS) || (deeds && noun.on(&ACTS)) {
            return Some(Part::State);
        }
        if noun.on(&BRANCHES) {
            // State media are the state's own; the German state of Hesse is not.
            let other = scene.right.get(i + 1).is_some_and(|w| {
                (w.on(&ORIGIN) && w.low != "media") || (w.low == "of" && noun.low == "state")
            });
            return Some(if other { Part::Place } else { Part::State });
        }
        if noun.on(&ORIGIN) {
            return Some(Part::Place);
        }
    }
    None
}

/// Does an article stand before it, so that it qualifies a noun? "the Paris attacks"
fn determined(scene: &Scene) -> bool {
    scene
        .left
        .last()
        .is_some_and(|w| matches!(w.low.as_str(), "the" | "a" | "an" | "this" | "these"))
}

fn after_place_word(scene: &Scene) -> bool {
    scene
        .governor()
        .is_some_and(|(w, _)| matches!(w.low.as_str(), "in" | "at" | "near" | "across" | "inside"))
}

/// "in Moscow", "with Moscow", "a response from Moscow", "a flight to Moscow".
fn preposition(how: How, scene: &Scene) -> Option<Part> {
    if how == How::Demonym {
        return None;
    }
    let (word, rest) = scene.governor()?;
    let within = |n: usize, list: &List| rest.iter().rev().take(n).any(|w| w.on(list));
    let town = how == How::Capital;
    let place = match word.low.as_str() {
        "in" => !within(1, &TRUST),
        "at" => !within(1, &AIMED),
        "near" | "outside" | "inside" | "within" | "around" | "across" | "through"
        | "throughout" | "into" | "onto" | "via" | "off" | "beyond" | "above" | "opposite"
        | "along" => true,
        "of" if town => within(2, &PARTS) || !within(2, &STANCE_OF),
        "of" => within(1, &PARTS),
        "from" if how == How::Seat => within(4, &MOTION) && !within(3, &GIVES),
        "from" => !within(3, &GIVES),
        "to" if within(2, &GIVEN) => false,
        "to" => town || within(4, &MOTION),
        "for" => how != How::Seat && within(3, &LEAVING),
        "on" => town && within(2, &RAIDS),
        "over" if town => within(4, &AIRBORNE) || !within(3, &SWAY),
        "over" => within(4, &AIRBORNE),
        "toward" | "towards" => within(3, &MOTION),
        "between" | "among" => within(3, &JOURNEYS),
        "like" if town => {
            rest.last().is_some_and(|w| matches!(w.low.as_str(), "cities" | "capitals" | "places"))
        }
        "with" | "against" | "by" | "about" | "versus" | "vs" | "v" | "without" | "despite"
        | "alongside" | "like" | "unlike" | "except" | "concerning" | "regarding" | "upon"
        | "besides" | "under" => false,
        _ => return None,
    };
    Some(if place { Part::Place } else { Part::State })
}

/// "visited Moscow", but "accused Moscow" and "says Moscow".
fn object(how: How, scene: &Scene) -> Option<Part> {
    let verb = &scene.governor()?.0.low;
    let union = lookup(&scene.form).is_some_and(|n| n.state.code == "EU" && n.how == How::Name);
    match how {
        // One leaves the Union as a member does.
        How::Name if form_of(verb, &TRAVEL) && !union => Some(Part::Place),
        How::Capital if form_of(verb, &TRAVEL) || form_of(verb, &BATTER) => Some(Part::Place),
        How::Capital if is_past(verb) || form_of(verb, &AGENCY) => Some(Part::State),
        _ => None,
    }
}

/// "Moscow said", "Moscow, which denies it", "Moscow: we will not yield", "Moscow and its allies".
fn predicate(how: How, scene: &Scene) -> Option<Part> {
    if how != How::Capital || scene.possessive {
        return None;
    }
    let right = &scene.right[..];
    let said_after = scene.left.last().is_some_and(|w| matches!(w.low.as_str(), ":" | "–" | "-"));
    let headline = match right {
        [] => said_after,
        [colon, ..] if colon.low == ":" => scene.left.is_empty(),
        [and, own, ..] => and.low == "and" && own.low == "its",
        [_] => false,
    };
    if headline {
        return Some(Part::State);
    }
    // "What does Moscow want?"
    let asked = scene.left.last().is_some_and(|w| {
        matches!(w.low.as_str(), "does" | "did" | "will" | "would" | "can" | "could" | "should")
    });
    acts(after_aside(right), scene.joined || asked, determined(scene))
}

/// The words after ", which" or after an aside such as ", for its part,".
fn after_aside(words: &[Word]) -> &[Word] {
    let Some(first) = words.first().filter(|w| matches!(w.low.as_str(), "," | "–" | "-")) else {
        return words;
    };
    match words.get(1).map(|w| w.low.as_str()) {
        Some("which" | "who") => &words[2..],
        Some(
            "for" | "however" | "meanwhile" | "too" | "in" | "as" | "like" | "while" | "though"
            | "long" | "by" | "a" | "an" | "the" | "once" | "already" | "still",
        ) => {
            let end = words.iter().skip(1).take(12).position(|w| w.low == first.low);
            end.and_then(|at| words.get(at + 2..)).unwrap_or_default()
        }
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::states::named;
    use crate::model::EntityKind;

    /// The form stands between brackets.
    fn wrong(cases: &[&str], expected: Part) -> Vec<String> {
        let mut out = Vec::new();
        for case in cases {
            let (before, rest) = case.split_once('[').expect("a bracket");
            let (form, after) = rest.split_once(']').expect("a bracket");
            let how = named(form, EntityKind::Loc).expect("a state").how;
            let got = part(how, before, form, after);
            if got != expected {
                out.push(format!("{got:?}: {case}"));
            }
        }
        out
    }

    #[test]
    fn a_capital_that_acts_or_is_dealt_with_is_the_state() {
        let cases = [
            "[Moscow] said on Tuesday that the pipes were safe.",
            "[Moscow] blamed a faulty valve for the leak.",
            "[Moscow] has denied the charge.",
            "[Moscow] is ready to talk about the ferry.",
            "[Beijing] is considering a ban on plums.",
            "[Beijing] has been accused of stalling.",
            "[Tokyo] will not sign the accord.",
            "[Tokyo] wants a new treaty on squid.",
            "[Ottawa] also warned that it would retaliate.",
            "[Moscow]’s invasion began at dawn.",
            "[Moscow]'s latest demands were met with silence.",
            "It is in [Berlin]’s interest to wait.",
            "[Kyiv]'s foreign minister spoke first.",
            "Relations with [Moscow] are cool.",
            "The case against [Beijing] is thin.",
            "The letter was sent by [Ankara] last week.",
            "The pressure on [Tehran] grows.",
            "Talks between [Moscow] and Kyiv have stalled.",
            "Talks between Moscow and [Kyiv] have stalled.",
            "There was no response from [Moscow] to the offer.",
            "The party’s ties to [Moscow] were well known.",
            "She called him an ally of [Beijing].",
            "His hostility toward [Washington] is old.",
            "Support for [Kyiv] is waning.",
            "The senator accused [Moscow] of theft.",
            "It will not change a thing, says [Moscow].",
            "Ministers urged [Rome] to reconsider.",
            "[Moscow] and Kyiv agreed on a swap.",
            "Moscow and [Kyiv] agree on a swap.",
            "[Moscow], Beijing and Tehran signed the paper.",
            "Moscow, [Beijing] and Tehran signed the paper.",
            "[Moscow], which denies it, sent a note.",
            "[London], for its part, refused.",
            "[Moscow] and its allies walked out.",
            "[Moscow]: we will not yield",
            "We will not yield: [Moscow]",
            "[MOSCOW] SAYS IT WILL NOT YIELD",
            "[Moscow] to expel two diplomats",
            "[Washington] officials were told in advance.",
            "[Moscow]-backed fighters took the bridge.",
            "[Paris] doesn’t believe a word of it.",
            "“[Moscow] lied to us,” she said.",
            "[Brussels] rejected the budget.",
            "Anger at [Brussels] runs deep in the village.",
            "The [Moscow]-Beijing axis worries the islands.",
            "[Jakarta] remains committed to the deal.",
            "[Pyongyang] on Monday fired a rocket.",
            "What does [Moscow] want?",
            "It is up to [Damascus] to decide.",
            "[Berlin] and Paris are at odds.",
            "The pact obliges [Tokyo] to consult its ally.",
        ];
        assert_eq!(wrong(&cases, Part::State), Vec::<String>::new());
    }

    #[test]
    fn a_capital_where_something_is_or_happens_is_a_place() {
        let cases = [
            "She was born in [Moscow] and studied law.",
            "Officials in [Moscow] said the bridge was safe.",
            "The train left from [Moscow] at noon.",
            "They met near [Kyiv] last week.",
            "Fires burned across [Athens] on Sunday.",
            "Protesters marched through [Paris] at night.",
            "He flew to [Moscow] on Friday.",
            "He travelled from Minsk to [Moscow] by bus.",
            "The mayor of [Moscow] opened the park.",
            "The streets of [Rome] were empty.",
            "The [London]-based charity closed.",
            "A [Moscow]-born painter won.",
            "He lives in [Moscow], Russia, with two dogs.",
            "[Moscow], Russia (AP) — Snow fell.",
            "She moved to [Washington], D.C., in May.",
            "The [Moscow] metro was closed.",
            "[London] police arrested a man.",
            "[Kyiv] mayor Petro Ostrovan was late.",
            "[Moscow]’s streets were quiet.",
            "[Moscow]’s old airport will be a museum.",
            "[Moscow]’s Red Square was full of skaters.",
            "[MOSCOW] (Reuters) - Snow fell on Sunday.",
            "[LONDON] — The bakers went home.",
            "[PARIS], May 5 (AFP) - A bakery burned.",
            "[DELHI]: The bridge was closed on Monday.",
            "[Moscow] is cold in winter.",
            "[Kyiv] was shelled again overnight.",
            "[Kabul] fell within a day.",
            "They visited [Moscow] in spring.",
            "Leaving [Moscow] was hard for her.",
            "Drones flew over [Kyiv] before dawn.",
            "A drone attack on [Kyiv] killed two.",
            "The [Moscow]-Kazan highway was closed.",
            "A night train between [Vienna] and Rome will start.",
            "He left for [Oslo] the same night.",
            "In central [London], shops were shut.",
            "In war-torn [Kabul], schools reopened.",
            "The [Paris] attacks changed the city.",
            "The capital, [Kyiv], was without power.",
            "[Moscow], where the fair is held, is full.",
            "Convoys rolled toward [Kyiv] at night.",
            "A [Moscow] court jailed the editor.",
            "[Tokyo] stocks closed lower.",
            "Rebels captured [Bangui] at dawn.",
            "The road from Homs to [Damascus] is open.",
            "She studied in Rome, [Paris] and London.",
        ];
        assert_eq!(wrong(&cases, Part::Place), Vec::<String>::new());
    }

    #[test]
    fn a_demonym_before_an_organ_or_as_a_people_is_the_state() {
        let cases = [
            "[Russian] officials declined to comment.",
            "The [Hungarian] government fell.",
            "The [Danish] side walked out.",
            "[Israeli] security forces closed the road.",
            "[Russian] and Ukrainian diplomats met.",
            "Russian and [Ukrainian] diplomats met.",
            "The [British] and French governments agreed.",
            "The [Russian] military intelligence chief’s house was searched.",
            "[Russian] defence officials were told.",
            "[Chinese] state media said so.",
            "[Russian] aggression must be answered.",
            "New [American] tariffs hit the islands.",
            "The [Russians] want a port.",
            "Talks with the [Russians] went on.",
            "The [Dutch] have refused.",
            "The [French] said no.",
            "The [Turkish]-backed fighters fled.",
            "The pro-[Russian] mayor resigned.",
            "[US] officials were surprised.",
            "[U.S.] troops left the base.",
            "[EU] leaders met at noon.",
            "The [US]-led coalition broke up.",
            "[US], China reach a deal on soy",
            "US, [China] reach a deal on soy",
        ];
        assert_eq!(wrong(&cases, Part::State), Vec::<String>::new());
    }

    #[test]
    fn a_demonym_that_says_where_somebody_comes_from_is_a_place() {
        let cases = [
            "The [Russian] coach resigned.",
            "A [Japanese] diplomat was hurt.",
            "The [Japanese] diplomat was hurt.",
            "A [Chinese] purchase of the mill was blocked.",
            "The [Norwegian] president spoke.",
            "[Russian] Foreign Minister Ivan Petlov spoke.",
            "The [Swedish] company sold shoes.",
            "The [German] city of Ulm flooded.",
            "The [Ghanaian] equalised late.",
            "Two [Russians] were arrested.",
            "Hundreds of [Poles] queued.",
            "She is [Danish].",
            "He wrote it in [French] first.",
            "The [Russian] military analyst was wrong.",
            "A [British] defence company won the order.",
            "The [British] press was kind.",
            "[Russian]-made trams were scrapped.",
            "A [French]-speaking guide led us.",
            "[US] President Ada Rowan spoke.",
            "A [UK] firm makes the pumps.",
            "[US] stocks fell.",
            "The [New Zealand] captain was injured.",
            "The [Indian] state of Kerala flooded.",
            "A [British]-Iranian academic was freed.",
        ];
        assert_eq!(wrong(&cases, Part::Place), Vec::<String>::new());
    }

    #[test]
    fn a_country_is_a_party_unless_something_is_there() {
        let state = [
            "[Japan] failed to agree.",
            "[Japan]’s government resigned.",
            "Relations with [Denmark] improved.",
            "The sanctions against [Syria] were lifted.",
            "The threat to [Taiwan] is real.",
            "A response from [Iran] is expected.",
            "Critics of [China] were not invited.",
            "However, [Russia], which borders the lake, said no.",
            "In [Germany]’s view it is a matter for judges.",
            "[Iran] nuclear deal near, says envoy",
            "[Russia]-Ukraine talks to resume",
            "Britain left the [EU] years ago.",
        ];
        assert_eq!(wrong(&state, Part::State), Vec::<String>::new());
        let place = [
            "She lives in [Japan].",
            "Refugees from [Syria] arrived.",
            "Trains run across [Poland] again.",
            "In northern [Syria], schools reopened.",
            "The fire in Lyon, [France], was put out.",
            "The [Singapore]-based bank closed.",
            "[Russia]’s northern coast is thawing.",
            "[Nigeria] fuel depot blaze kills six",
            "[Japan] coach says sorry",
            "The US-[Mexico] border was closed.",
            "They fled [Syria] in spring.",
            "The east of [Ukraine] was dark.",
            "He was deported to [Albania].",
        ];
        assert_eq!(wrong(&place, Part::Place), Vec::<String>::new());
    }

    #[test]
    fn a_seat_is_the_state_unless_one_stands_before_it() {
        let state = [
            "The [Kremlin] denied it.",
            "A [Kremlin] spokesman said so.",
            "A statement from the [White House] followed.",
            "[Downing Street] would not say.",
            "Sources close to the [Élysée] disagreed.",
            "The [White House]’s plan is dead.",
            "She ran for the [White House] twice.",
            "A [Kremlin]-backed party won.",
            "Anger at [Whitehall] grew.",
            "According to the [Kremlin], nothing happened.",
        ];
        assert_eq!(wrong(&state, Part::State), Vec::<String>::new());
        let place = [
            "Nurses sang outside the [White House] all day.",
            "They met at the [White House] on Monday.",
            "He was seen in [Downing Street] at noon.",
            "A car burned near the [Kremlin].",
            "She won the [Kremlin] Cup.",
            "He walked to the [White House] in the rain.",
            "The gates of the [Élysée] were shut.",
            "The [White House] lawn was mown.",
        ];
        assert_eq!(wrong(&place, Part::Place), Vec::<String>::new());
    }

    #[test]
    fn nothing_around_a_form_makes_it_stop() {
        for around in
            ["", "-", "’", "'s", "–", ",", ", ", "王毅", "and", " and ", "\"", "(", " ( ) - "]
        {
            for form in ["Moscow", "Russian", "US", "the Kremlin", "Japan", "", "-"] {
                for how in [How::Name, How::Demonym, How::Capital, How::Seat] {
                    part(how, around, form, around);
                }
            }
        }
    }
}
