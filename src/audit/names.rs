//! The file of names (`names.tsv`) in, stand-ins out.

use std::collections::HashMap;
use std::sync::LazyLock;

use rand_pcg::Pcg32;

use super::draw::pick;
use crate::actors::names::Gender;

const FILE: &str = include_str!("names.tsv");

pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| Names::parse(FILE));

/// What a stretch of a name is, so that the same part of another name can take its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A person's whole name.
    Full,
    Given,
    Family,
    /// The whole name with an initial for the given name.
    Initial,
    /// The name of anything else.
    Name,
    /// A state's name that takes "the".
    Long,
    /// What things of a state or group are called, and one of its people.
    Adjective,
    /// Several of its people.
    People,
    Capital,
    Seat,
    /// A few capital letters.
    Letters,
}

/// Another name with all its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    /// As it is shown.
    pub name: String,
    /// Of a person's name.
    pub origin: Option<&'static str>,
    parts: Vec<(Part, String)>,
}

impl StandIn {
    fn new(name: &str, parts: &[(Part, &str)]) -> StandIn {
        let parts = parts.iter().map(|&(part, text)| (part, text.to_owned())).collect();
        StandIn { name: name.to_owned(), origin: None, parts }
    }

    pub(super) fn part(&self, part: Part) -> Option<&str> {
        self.parts.iter().find(|(p, _)| *p == part).map(|(_, text)| text.as_str())
    }

    /// Does a part of it stand in the text (in small letters) already? Those that many names share do not count.
    fn is_in(&self, text: &str) -> bool {
        let shared = |part: Part| matches!(part, Part::Long | Part::Seat | Part::Letters);
        let own = self.parts.iter().filter(|(part, _)| !shared(*part));
        own.into_iter().any(|(_, words)| text.contains(&words.to_lowercase()))
    }
}

/// Names of people from one part of the world.
#[derive(Debug)]
pub(super) struct Origin {
    pub name: &'static str,
    family_first: bool,
    women: Vec<&'static str>,
    men: Vec<&'static str>,
    families: Vec<&'static str>,
}

/// A word for a group and for its people.
#[derive(Debug)]
pub(super) struct Group {
    family: &'static str,
    adjective: &'static str,
    one: &'static str,
    several: &'static str,
    stands_in: bool,
}

impl Group {
    /// Every word for it, and what the word is.
    pub(super) fn forms(&self) -> [(&'static str, Part); 3] {
        [
            (self.adjective, Part::Adjective),
            (self.one, Part::Adjective),
            (self.several, Part::People),
        ]
    }
}

/// All that the file holds.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub origins: Vec<Origin>,
    places: Vec<StandIn>,
    states: Vec<StandIn>,
    /// Names behind "the", and names without.
    bodies: [Vec<StandIn>; 2],
    outlets: [Vec<StandIn>; 2],
    groups: Vec<Group>,
    lists: HashMap<&'static str, Vec<&'static str>>,
}

fn list(cell: &'static str) -> Vec<&'static str> {
    cell.split(';').collect()
}

impl Names {
    fn parse(file: &'static str) -> Names {
        let mut names = Names::default();
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            names.add(&line.split('\t').collect::<Vec<_>>());
        }
        names
    }

    /// One line. What it does not know it leaves out; a test holds the file against it.
    fn add(&mut self, cells: &[&'static str]) {
        match *cells {
            ["person", name, order, women, men, families] => self.origins.push(Origin {
                name,
                family_first: order == "family-first",
                women: list(women),
                men: list(men),
                families: list(families),
            }),
            ["place", towns] => {
                let town = |name| StandIn::new(name, &[(Part::Name, name)]);
                self.places = list(towns).into_iter().map(town).collect();
            }
            ["state", name, long, adjective, people, capital, seat] => {
                let parts = [
                    (Part::Name, name),
                    (Part::Long, long),
                    (Part::Adjective, adjective),
                    (Part::People, people),
                    (Part::Capital, capital),
                    (Part::Seat, seat),
                ];
                self.states.push(StandIn::new(name, &parts));
            }
            [what @ ("body" | "outlet"), article, name, letters] => {
                let kind = if what == "body" { &mut self.bodies } else { &mut self.outlets };
                let parts = [(Part::Name, name), (Part::Letters, letters)];
                kind[usize::from(article != "the")].push(StandIn::new(name, &parts));
            }
            ["group", family, adjective, one, several, stands_in] => self.groups.push(Group {
                family,
                adjective,
                one,
                several,
                stands_in: stands_in == "yes",
            }),
            [name, words] => {
                self.lists.insert(name, list(words));
            }
            _ => {}
        }
    }

    /// Is a word (in lower case) on one of the file's lists?
    pub(super) fn lists(&self, name: &str, word: &str) -> bool {
        self.lists.get(name).is_some_and(|words| words.contains(&word))
    }

    /// The group that a word names, and what the word is in it.
    pub(super) fn group(&self, word: &str) -> Option<(&Group, Part)> {
        let word = word.replace('-', " ");
        let part = |g: &Group| g.forms().into_iter().find(|(form, _)| *form == word);
        self.groups.iter().find_map(|g| Some((g, part(g)?.1)))
    }

    /// A person that no word of the text names.
    pub(super) fn person(
        &self,
        origin: &Origin,
        gender: Gender,
        text: &str,
        rng: &mut Pcg32,
    ) -> Option<StandIn> {
        let given = if gender == Gender::Female { &origin.women } else { &origin.men };
        let mut people: Vec<StandIn> = Vec::new();
        for given in given {
            people.extend(origin.families.iter().map(|family| origin.person(given, family)));
        }
        free(people.iter(), text, rng).cloned()
    }

    pub(super) fn place(&self, text: &str, rng: &mut Pcg32) -> Option<&StandIn> {
        free(self.places.iter(), text, rng)
    }

    pub(super) fn state(&self, text: &str, rng: &mut Pcg32) -> Option<&StandIn> {
        free(self.states.iter(), text, rng)
    }

    /// `the`: does "the" stand before it?
    pub(super) fn body(&self, the: bool, text: &str, rng: &mut Pcg32) -> Option<&StandIn> {
        free(self.bodies[usize::from(!the)].iter(), text, rng)
    }

    pub(super) fn outlet(&self, the: bool, text: &str, rng: &mut Pcg32) -> Option<&StandIn> {
        free(self.outlets[usize::from(!the)].iter(), text, rng)
    }

    /// Another group of the same family.
    pub(super) fn other_group(&self, of: &Group, text: &str, rng: &mut Pcg32) -> Option<StandIn> {
        let others = self
            .groups
            .iter()
            .filter(|g| g.stands_in && g.family == of.family && g.adjective != of.adjective);
        let others: Vec<StandIn> = others
            .map(|g| {
                StandIn::new(
                    g.several,
                    &[(Part::Adjective, g.adjective), (Part::People, g.several)],
                )
            })
            .collect();
        free(others.iter(), text, rng).cloned()
    }

    #[cfg(test)]
    pub(super) fn letters_of(&self, name: &str) -> Option<&str> {
        self.bodies.iter().flatten().find(|s| s.name == name)?.part(Part::Letters)
    }

    /// Names that nobody has heard of, to hold the known ones against.
    pub(super) fn unknown_people(&self) -> Vec<String> {
        let mut people = Vec::new();
        for origin in &self.origins {
            let woman = origin.women.first().zip(origin.families.first());
            let man = origin.men.first().zip(origin.families.last());
            people
                .extend([woman, man].into_iter().flatten().map(|(g, f)| origin.person(g, f).name));
        }
        people
    }

    pub(super) fn unknown_states(&self) -> Vec<String> {
        self.states.iter().map(|s| s.name.clone()).collect()
    }

    pub(super) fn unknown_places(&self) -> Vec<String> {
        self.places.iter().map(|s| s.name.clone()).collect()
    }

    pub(super) fn unknown_bodies(&self) -> Vec<String> {
        let [behind_the, plain] = &self.bodies;
        let behind_the = behind_the.iter().map(|s| format!("the {}", s.name));
        behind_the.chain(plain.iter().map(|s| s.name.clone())).collect()
    }
}

impl Origin {
    fn person(&self, given: &str, family: &str) -> StandIn {
        let initial: String = given.chars().take(1).collect();
        let (full, with_initial) = if self.family_first {
            (format!("{family} {given}"), format!("{family} {initial}."))
        } else {
            (format!("{given} {family}"), format!("{initial}. {family}"))
        };
        let parts = [
            (Part::Full, full.as_str()),
            (Part::Given, given),
            (Part::Family, family),
            (Part::Initial, &with_initial),
        ];
        StandIn { origin: Some(self.name), ..StandIn::new(&full, &parts) }
    }
}

/// One of those that the text does not name already.
fn free<'s>(
    all: impl Iterator<Item = &'s StandIn>,
    text: &str,
    rng: &mut Pcg32,
) -> Option<&'s StandIn> {
    let text = text.to_lowercase();
    let free: Vec<&StandIn> = all.filter(|s| !s.is_in(&text)).collect();
    pick(rng, &free).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::{given, states};
    use crate::model::EntityKind;

    #[test]
    fn every_line_of_the_file_is_understood() {
        let count = |key: &str| FILE.lines().filter(|l| l.starts_with(&format!("{key}\t"))).count();
        let n = &*NAMES;
        assert_eq!(n.origins.len(), count("person"));
        assert_eq!(n.states.len(), count("state"));
        assert_eq!(n.bodies.iter().map(Vec::len).sum::<usize>(), count("body"));
        assert_eq!(n.outlets.iter().map(Vec::len).sum::<usize>(), count("outlet"));
        assert_eq!(n.groups.len(), count("group"));
        for kind in n.bodies.iter().chain(&n.outlets) {
            assert!(kind.len() >= 3, "enough for a choice");
        }
        assert!(n.origins.len() >= 6 && n.places.len() >= 8 && n.states.len() >= 6);
        for name in ["party-word", "media", "place-word", "region"] {
            assert!(n.lists[name].len() >= 2, "{name}");
        }
    }

    #[test]
    fn names_keep_the_promises_that_grammar_needs() {
        let n = &*NAMES;
        let people = n.origins.iter().flat_map(|o| o.women.iter().chain(&o.men).chain(&o.families));
        let others = n.places.iter().chain(&n.states).chain(n.bodies.iter().flatten());
        let others = others.chain(n.outlets.iter().flatten());
        let parts = others.flat_map(|s| s.parts.iter()).filter(|(part, _)| *part != Part::People);
        for name in people.copied().chain(parts.map(|(_, text)| text.as_str())) {
            assert!(!name.ends_with(['s', 'S']), "{name}: its possessive would be another");
            assert!(!name.starts_with('U'), "{name}: a or an?");
            assert!(name.starts_with(char::is_uppercase), "{name}");
        }
    }

    #[test]
    fn a_stand_in_keeps_the_form_of_gender_and_a_state_is_one() {
        for origin in &NAMES.origins {
            for (names, other) in [(&origin.women, Gender::Male), (&origin.men, Gender::Female)] {
                for name in names {
                    assert_ne!(given::gender(&name.to_lowercase()), Some(other), "{name}");
                }
            }
        }
        for state in &NAMES.states {
            let code = |part: Part| {
                states::named(state.part(part).unwrap(), EntityKind::Loc).map(|n| n.state.code)
            };
            for part in [Part::Name, Part::Long, Part::Adjective, Part::People, Part::Capital] {
                assert_eq!(code(part), code(Part::Name), "{state:?}");
                assert!(code(part).is_some(), "{state:?}");
            }
        }
        for town in &NAMES.places {
            assert_eq!(states::named(&town.name, EntityKind::Loc), None, "{}", town.name);
        }
    }

    #[test]
    fn nobody_stands_in_whom_the_sentence_names() {
        let mut rng = super::super::draw::generator(1, &["test"]);
        let text = "Emily Carver, Rachel Holloway and Ms Thornbury met Hannah.";
        for _ in 0..20 {
            let origin = &NAMES.origins[0];
            assert_eq!(NAMES.person(origin, Gender::Female, text, &mut rng), None);
            let man = NAMES.person(origin, Gender::Male, text, &mut rng).unwrap();
            assert_eq!(man.part(Part::Family), Some("Whitfield"));
        }
    }
}
