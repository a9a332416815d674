//! A sentence of the run with everybody whom it names, and what can be replaced in it.

use std::collections::{HashMap, HashSet};

use super::Kind;
use super::names::NAMES;
use super::text::{core, slice, untied, words};
use crate::Span;
use crate::actors::names::{self, Gender};
use crate::actors::states::{self, How};
use crate::actors::{Form, Reason};
use crate::model::EntityKind;
use crate::text::agency;

/// A sentence as the model read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub article_id: String,
    /// Number in the article.
    pub sentence: u32,
    pub text: String,
    /// In the order of the sentence.
    pub mentions: Vec<Named>,
}

/// Somebody's mention in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// In the sentence's text.
    pub span: Span,
    pub actor_id: String,
    pub kind: EntityKind,
    pub form: Form,
    pub reason: Reason,
    /// What can be put in its place.
    pub swap: Option<Kind>,
}

/// What the run knows of an actor.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub name: String,
    pub gender: Option<Gender>,
}

/// The actors of the run, by id.
pub(super) type Cast = HashMap<String, Known>;

/// The state that a form names, and how. What the model took for a person or a product names none.
pub(super) fn state(form: &str) -> Option<(&'static str, How)> {
    let named = states::named(form, EntityKind::Loc)?;
    // The Union is called a state nowhere else.
    (named.state.code != "EU").then_some((named.state.code, named.how))
}

/// What can be put in the place of a mention; none where it is no name or of no kind that has stand-ins.
///
/// `actor`: what the run calls whom it means. `outlets`: the run's, as [`outlet_key`] has them.
pub(super) fn kind_of(
    text: &str,
    actor: &str,
    kind: EntityKind,
    form: Form,
    outlets: &HashSet<String>,
) -> Option<Kind> {
    if form != Form::Name {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let core = core(&chars, Span::new(0, chars.len()))?;
    let name = slice(&chars, core);
    let free = slice(&chars, untied(&chars, core));
    match kind {
        EntityKind::Per => Some(Kind::Person),
        EntityKind::Misc => None,
        _ if state(&free).is_some() => Some(Kind::State),
        EntityKind::Loc => Some(Kind::Place),
        EntityKind::Norp => Some(Kind::Group),
        EntityKind::Org if is_party(&chars, core) => Some(Kind::Group),
        EntityKind::Org if is_outlet(&name, outlets) || is_outlet(actor, outlets) => {
            Some(Kind::Outlet)
        }
        EntityKind::Org => Some(Kind::Organisation),
    }
}

/// "Republican Party", and "Republicans" where the model took them for an organisation.
fn is_party(chars: &[char], core: Span) -> bool {
    NAMES.group(&slice(chars, party_core(chars, core))).is_some()
}

/// The words in a name that are a group's: "Republican" of "Republican Party", "Democrats" of "Virginia Democrats".
pub(super) fn party_core(chars: &[char], core: Span) -> Span {
    let core = untied(chars, core);
    let own = words(chars, core);
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return core };
    let is_group = |span: Span| NAMES.group(&slice(chars, span)).is_some();
    let is_party = NAMES.lists("party-word", &slice(chars, *last).to_lowercase());
    match own.len().checked_sub(2) {
        Some(before) if is_party => Span::new(first.start, own[before].end),
        Some(_) if !is_group(core) && is_group(*last) => *last,
        _ => core,
    }
}

/// An outlet's name as outlets are compared: small letters, no "the".
pub(super) fn outlet_key(name: &str) -> String {
    let name = name.trim().to_lowercase();
    name.strip_prefix("the ").unwrap_or(&name).to_owned()
}

fn is_outlet(name: &str, outlets: &HashSet<String>) -> bool {
    let key = outlet_key(name);
    let last = key.rsplit([' ', '.']).next().unwrap_or_default();
    let by_word = NAMES.lists("media", last) && !name.contains(" and ");
    outlets.contains(&key) || by_word || agency::named(name).is_some()
}

impl Subject {
    /// Mentions of an actor, in whatever form.
    pub(super) fn of<'s>(&'s self, actor: &'s str) -> impl Iterator<Item = &'s Named> {
        self.mentions.iter().filter(move |m| m.actor_id == actor)
    }

    /// Actors that can be swapped in this way, in the order of the sentence.
    pub(super) fn candidates(&self, kind: Kind) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for mention in self.mentions.iter().filter(|m| m.swap == Some(kind)) {
            if !ids.contains(&mention.actor_id.as_str()) {
                ids.push(&mention.actor_id);
            }
        }
        ids
    }

    /// The gender that the name in this sentence must keep; none where nothing shows it.
    pub(super) fn gender(&self, actor: &str, cast: &Cast) -> Option<Gender> {
        let chars: Vec<char> = self.text.chars().collect();
        let by_title = self.of(actor).filter(|m| m.form == Form::Name).find_map(|m| {
            let before = slice(&chars, Span::new(0, m.span.start));
            names::gender(&before, &slice(&chars, m.span))
        });
        by_title
            .or_else(|| cast.get(actor)?.gender)
            .or_else(|| gender_of_pronouns(self.text.split(|c: char| !c.is_alphabetic())))
    }
}

/// The gender of pronouns that are all of one.
pub(super) fn gender_of_pronouns<'w>(words: impl Iterator<Item = &'w str>) -> Option<Gender> {
    let (mut he, mut she) = (0, 0);
    for word in words {
        match word.to_lowercase().as_str() {
            "he" | "him" | "his" | "himself" => he += 1,
            "she" | "her" | "hers" | "herself" => she += 1,
            _ => {}
        }
    }
    match (he, she) {
        (1.., 0) => Some(Gender::Male),
        (0, 1..) => Some(Gender::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_the_kind_of_its_stand_ins() {
        use EntityKind::{Loc, Misc, Norp, Org, Per};
        let outlets = HashSet::from([outlet_key("Red Bollard")]);
        for (text, kind, expected) in [
            (". Rahami", Per, Some(Kind::Person)),
            ("Karachi", Loc, Some(Kind::Place)),
            ("the U.S.", Loc, Some(Kind::State)),
            ("Russian-backed", Norp, Some(Kind::State)),
            ("White House", Loc, Some(Kind::State)),
            ("Republican-controlled", Norp, Some(Kind::Group)),
            ("Republican Party", Org, Some(Kind::Group)),
            ("Social Democratic Party", Org, Some(Kind::Group)),
            ("Virginia Democrats", Org, Some(Kind::Group)),
            ("Green Party", Org, Some(Kind::Organisation)),
            ("Red Bollard", Org, Some(Kind::Outlet)),
            ("The New York Times", Org, Some(Kind::Outlet)),
            ("Reuters", Org, Some(Kind::Outlet)),
            ("Selke Harbour Holdings", Org, Some(Kind::Organisation)),
            ("the EU", Org, Some(Kind::Organisation)),
            ("World Cup", Misc, None),
            ("–", Org, None),
        ] {
            assert_eq!(kind_of(text, text, kind, Form::Name, &outlets), expected, "{text}");
        }
        assert_eq!(kind_of("the mayor", "Lind", Per, Form::Nominal, &outlets), None);
        assert_eq!(kind_of("Fox", "Fox News", Org, Form::Name, &outlets), Some(Kind::Outlet));
    }

    #[test]
    fn pronouns_show_a_gender_where_they_agree() {
        let of = |text: &str| gender_of_pronouns(text.split(' '));
        assert_eq!(of("Lind said she would keep her word"), Some(Gender::Female));
        assert_eq!(of("He said"), Some(Gender::Male));
        assert_eq!(of("he told her"), None);
        assert_eq!(of("they said"), None);
    }
}
