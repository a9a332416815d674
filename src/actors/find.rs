//! Readings in, names out: every stretch of an article that names an actor.

use std::collections::HashSet;

use super::codebook::Codebook;
use super::names::{self, Gender};
use super::states::{self, How, Part, State};
use crate::Span;
use crate::model::{EntityKind, Reading};
use crate::span::CodePoints;
use crate::text::{Sentence, agency};
use crate::voice::{Place, Voices, words_in};

/// A name where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub place: Place,
    pub kind: EntityKind,
    /// How sure the model is of the type; 1 for what the codebook names.
    pub p: f32,
    /// As in the text, white space evened out.
    pub form: String,
    /// See [`names::tokens`]; never empty.
    pub tokens: Vec<String>,
    pub gender: Option<Gender>,
    /// What it is said to be, right before or after: "minister", "company".
    pub roles: Vec<String>,
    pub is_source: bool,
    /// It stands in a dateline: where, and for whom, the copy was written.
    pub dateline: bool,
    /// The state that the form names, how, and what it does here.
    pub state: Option<(State, How, Part)>,
    /// Whose ministry, army, court it is: "the *Japanese* Foreign Ministry".
    pub owner: Option<State>,
    /// Entry of the codebook.
    pub book: Option<usize>,
}

pub(super) fn find(
    sentences: &[Sentence],
    readings: &[Reading],
    voices: &Voices,
    book: Option<&Codebook>,
) -> Vec<Found> {
    let mut found = Vec::new();
    for (i, (sentence, reading)) in sentences.iter().zip(readings).enumerate() {
        let points = CodePoints::new(&sentence.text);
        let mut named = book.map(|b| b.find(&sentence.text)).unwrap_or_default();
        // The user's name inside a longer one ("Halmara Coast Guard") is not meant by it.
        named.retain(|(span, _)| {
            !reading.entities.iter().any(|e| {
                e.kind != EntityKind::Misc
                    && e.span.contains(*span)
                    && e.span != *span
                    && !is_list(points.slice(e.span))
                    && book.is_some_and(|b| b.meaning_at(&sentence.text, e.span).is_none())
            })
        });
        let mut here: Vec<Found> = Vec::new();
        for &(span, entry) in &named {
            let kind = book.map_or(EntityKind::Misc, |b| b.actors[entry].kind);
            here.extend(one(i, span, kind, 1.0, &points, Some(entry)));
        }
        for entity in &reading.entities {
            // Events, laws and products do not act; what the codebook names is named already.
            if entity.kind == EntityKind::Misc || named.iter().any(|n| n.0.overlaps(entity.span)) {
                continue;
            }
            let meant = book.and_then(|b| b.meaning_at(&sentence.text, entity.span));
            // What the codebook excludes here is nobody.
            let form = points.slice(entity.span);
            if meant.is_none() && book.is_some_and(|b| b.named(form).is_some()) {
                continue;
            }
            if let (Some(book), Some(meant)) = (book, meant) {
                let found = one(i, entity.span, entity.kind, entity.p, &points, None);
                here.extend(found.map(|mut f| {
                    f.book = Some(meant.entry);
                    f.kind = book.actors[meant.entry].kind;
                    f
                }));
                continue;
            }
            for (span, kind) in names::parts(form, entity.kind) {
                let span = span.shifted(entity.span.start);
                here.extend(one(i, span, kind, entity.p, &points, None));
            }
        }
        if let Some(span) = agency_of_dateline(sentence, &points)
            && !here.iter().any(|f| f.place.span.overlaps(span))
        {
            here.extend(one(i, span, EntityKind::Org, 1.0, &points, None));
        }
        // The half of a name is no name beside the whole.
        let spans: Vec<Span> = here.iter().map(|f| f.place.span).collect();
        here.retain(|f| !spans.iter().any(|s| *s != f.place.span && s.contains(f.place.span)));
        here.sort_by_key(|f| f.place.span);
        join_halves(&mut here, &points);
        for f in &mut here {
            f.is_source = voices.attributions.iter().any(|a| {
                a.source.is_some_and(|s| s.sentence == i && s.span.overlaps(f.place.span))
            });
            f.dateline = f.place.span.end <= sentence.dateline;
            // Whoever is the source of words acts: "Brussels, which paid for it, promised".
            if let Some((_, How::Capital | How::Seat | How::Name, part)) = &mut f.state
                && is_whole_source(f.place, voices, &points)
            {
                *part = Part::State;
            }
        }
        found.extend(here);
    }
    labels_name_speakers(sentences, voices, &mut found);
    wire_services_are_no_persons(&mut found);
    surnames_are_persons(sentences, &mut found);
    headlines_name_two(sentences, &mut found);
    found
}

/// The agency in brackets or between slashes: "SELKE, May 3 (*dpa*) -", "MOSCOW, May 3. /*TASS*/.".
fn agency_of_dateline(sentence: &Sentence, points: &CodePoints<'_>) -> Option<Span> {
    let chars: Vec<char> = points.slice(Span::new(0, sentence.dateline)).chars().collect();
    let start = chars.iter().position(|c| "([/".contains(*c))? + 1;
    let end = start + chars[start..].iter().position(|c| ")]/".contains(*c))?;
    let span = Span::new(start, end);
    agency::named(points.slice(span)).map(|_| span)
}

/// The label of a turn is a name, too: "SEO:" of Seo Ha-rin, whom the model may not know without the rest.
fn labels_name_speakers(sentences: &[Sentence], voices: &Voices, found: &mut Vec<Found>) {
    let persons: HashSet<String> = found
        .iter()
        .filter(|f| f.kind == EntityKind::Per && f.tokens.len() > 1)
        .flat_map(|f| f.tokens.clone())
        .collect();
    let before = found.len();
    for source in voices.attributions.iter().filter_map(|a| a.source) {
        let points = CodePoints::new(&sentences[source.sentence].text);
        let text = points.slice(source.span);
        let label = text.chars().next().is_some_and(char::is_uppercase)
            && !text.contains(char::is_whitespace)
            && points.len() > source.span.end
            && points.slice(Span::new(source.span.end, source.span.end + 1)) == ":";
        if !label {
            continue;
        }
        let own = names::tokens(text, EntityKind::Per);
        let known = own.len() == 1 && persons.contains(&own[0]);
        let named = found
            .iter()
            .any(|f| f.place.sentence == source.sentence && f.place.span.overlaps(source.span));
        if known && !named {
            let label = one(source.sentence, source.span, EntityKind::Per, 1.0, &points, None);
            found.extend(label.map(|f| Found { is_source: true, ..f }));
        }
    }
    if found.len() > before {
        found.sort_by_key(|f| (f.place.sentence, f.place.span));
    }
}

/// Is the name all of a source, but for its article and what only says more about it?
fn is_whole_source(place: Place, voices: &Voices, points: &CodePoints<'_>) -> bool {
    voices.attributions.iter().filter_map(|a| a.source).any(|source| {
        let head = names::head(points.slice(source.span));
        source.sentence == place.sentence
            && source.span.start + head == place.span.end
            && place.span.start.checked_sub(source.span.start).is_some_and(|lead| lead <= 4)
    })
}

/// Several names that the model took for one: "Moscow and Kyiv".
fn is_list(form: &str) -> bool {
    form.contains(',') || form.contains(" and ")
}

fn one(
    sentence: usize,
    span: Span,
    kind: EntityKind,
    p: f32,
    points: &CodePoints<'_>,
    book: Option<usize>,
) -> Option<Found> {
    let mut span = if book.is_some() { span } else { without_marks(points, span) };
    if kind == EntityKind::Org && book.is_none() {
        span.start =
            names::first_owner(points.slice(Span::new(0, span.start))).unwrap_or(span.start);
    }
    let form = points.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence_text = points.slice(Span::new(0, points.len()));
    if book.is_none() && !names::is_name(&form, sentence_text) {
        return None;
    }
    let before = points.slice(Span::new(0, span.start));
    let after = points.slice(Span::new(span.end, points.len()));
    let tokens = names::tokens(&form, kind);
    if tokens.is_empty() {
        return None;
    }
    let person = kind == EntityKind::Per;
    let state = if person { None } else { states::named(&form, kind) };
    let mut tokens = tokens;
    let mut owner = None;
    if kind == EntityKind::Org
        && let Some((state, inside)) = self::owner(before, &form, &tokens)
    {
        owner = Some(state);
        tokens.drain(..inside.min(tokens.len() - 1));
    }
    let mut roles = Vec::new();
    if matches!(kind, EntityKind::Per | EntityKind::Org) {
        roles = names::role(before, &form);
        roles.extend(names::role_after(after));
    }
    Some(Found {
        place: Place { sentence, span },
        kind,
        p,
        gender: if person { names::gender(before, &form) } else { None },
        roles,
        state: state.map(|s| (s.state, s.how, states::part(s.how, before, &form, after))),
        form,
        tokens,
        is_source: false,
        dateline: false,
        owner,
        book,
    })
}

/// Makes one name of two halves that the model left side by side: "Selke" and "Police". A country keeps its
/// name beside its court's, and a party beside the house that it holds.
fn join_halves(here: &mut Vec<Found>, points: &CodePoints<'_>) {
    let mut at = 0;
    while at + 1 < here.len() {
        let (first, second) = (&here[at], &here[at + 1]);
        let between =
            Span::new(first.place.span.end, second.place.span.start.max(first.place.span.end));
        let side_by_side = between.len() == 1 && points.slice(between) == " ";
        let whole = side_by_side
            && first.book.is_none()
            && second.book.is_none()
            && first.state.is_none()
            && second.kind == EntityKind::Org
            && names::completes(&second.form, first.kind);
        let joined = Span::new(first.place.span.start, second.place.span.end);
        let p = first.p.min(second.p);
        match whole.then(|| one(first.place.sentence, joined, EntityKind::Org, p, points, None)) {
            Some(Some(found)) => {
                here[at] = found;
                here.remove(at + 1);
            }
            _ => at += 1,
        }
    }
}

/// The state whose organ it is, and by how many words of the name: every state has a Foreign Ministry.
fn owner(before: &str, form: &str, tokens: &[String]) -> Option<(State, usize)> {
    if !names::is_organ(tokens) {
        return None;
    }
    let named = |words: &[&str]| {
        let named = states::named(&words.join(" "), EntityKind::Norp)?;
        matches!(named.how, How::Name | How::Demonym).then_some(named.state)
    };
    let ahead: Vec<&str> = before.split_whitespace().collect();
    let own: Vec<&str> = form.split_whitespace().collect();
    let last = |n: usize| ahead.len().checked_sub(n).map(|from| &ahead[from..]);
    let first = |n: usize| own.get(..n);
    // "South Korean" before "Korean", "United States" before "States".
    let tried = [(first(2), 2), (first(1), 1), (last(2), 0), (last(1), 0)];
    tried.into_iter().find_map(|(words, inside)| Some((named(words?)?, inside)))
}

/// A span without the marks and blanks at its ends ("Mr*. Singh*").
fn without_marks(points: &CodePoints<'_>, span: Span) -> Span {
    let chars: Vec<char> = points.slice(span).chars().collect();
    let front = chars.iter().take_while(|c| !c.is_alphanumeric() && !"@#".contains(**c)).count();
    let outer = |c: &&char| !c.is_alphanumeric() && !".!)".contains(**c);
    let back = chars.iter().rev().take_while(outer).count();
    if front + back >= chars.len() { span } else { Span::new(span.start + front, span.end - back) }
}

/// A wire service is no person, unless the article has a person of that name ("Mr Bloomberg").
fn wire_services_are_no_persons(found: &mut [Found]) {
    let surnames: HashSet<String> = found
        .iter()
        .filter(|f| f.kind == EntityKind::Per && (f.tokens.len() > 1 || f.gender.is_some()))
        .filter_map(|f| f.tokens.last().cloned())
        .collect();
    for f in found {
        let person = f.kind == EntityKind::Per && f.tokens.len() == 1;
        if person && !surnames.contains(&f.tokens[0]) && agency::named(&f.form).is_some() {
            f.kind = EntityKind::Org;
            f.gender = None;
        }
    }
}

/// From this probability on a type is believed against the rest of the article.
const SURE: f32 = 0.95;

/// A single name that the model took for an organisation, a place or a group is a person where the article has
/// somebody of that surname, and nothing that is known is called so ("Vuletka declined", beside Robert Vuletka).
fn surnames_are_persons(sentences: &[Sentence], found: &mut [Found]) {
    let surnames: HashSet<String> = found
        .iter()
        .filter(|f| f.kind == EntityKind::Per && f.tokens.len() > 1)
        .filter_map(|f| names::surname(&f.tokens).cloned())
        .collect();
    for f in found {
        let alone = f.tokens.len() == 1 && f.kind != EntityKind::Per && f.p < SURE;
        let known = f.book.is_some()
            || f.state.is_some()
            || f.owner.is_some()
            || names::is_common(&f.tokens)
            || agency::named(&f.form).is_some();
        // As a person's: of a group's name the plural is taken off ("Hutchens").
        let own = names::tokens(&f.form, EntityKind::Per);
        let named = own.first().is_some_and(|name| surnames.contains(name));
        if !alone || known || !named || is_initials(&f.form) {
            continue;
        }
        let points = CodePoints::new(&sentences[f.place.sentence].text);
        let before = points.slice(Span::new(0, f.place.span.start));
        // A town may be called as somebody is.
        let lies_there = f.kind == EntityKind::Loc
            && matches!(
                before.split_whitespace().next_back(),
                Some("in" | "at" | "near" | "from" | "of")
            );
        if !lies_there {
            f.kind = EntityKind::Per;
            f.tokens = own;
            f.gender = names::gender(before, &f.form);
        }
    }
}

/// In a headline in which every word has a capital the model takes "Oya Lind Slams Ada Grell" for one person: where
/// the article names Ada Grell, what stands before her is another name or none.
fn headlines_name_two(sentences: &[Sentence], found: &mut Vec<Found>) {
    let full: Vec<Vec<String>> = found
        .iter()
        .filter(|f| f.kind == EntityKind::Per && matches!(f.tokens.len(), 2 | 3))
        .map(|f| f.tokens.clone())
        .collect();
    let mut out = Vec::with_capacity(found.len());
    for f in found.drain(..) {
        let second = full
            .iter()
            .filter(|_| f.kind == EntityKind::Per && f.book.is_none())
            .find(|t| f.tokens.len() >= t.len() + 2 && f.tokens.ends_with(t));
        let text = &sentences[f.place.sentence].text;
        let words: Vec<Span> = words_in(text, f.place.span).collect();
        let Some(second) = second.filter(|t| words.len() >= t.len() + 2) else {
            out.push(f);
            continue;
        };
        let points = CodePoints::new(text);
        let before = words.len() - second.len();
        // The verb between them is no name's; titles are no tokens.
        let titles = words.len().saturating_sub(f.tokens.len());
        let first = full.iter().find(|t| t.len() + titles <= before && f.tokens.starts_with(t));
        let n_first = first.map_or(before - 1, |t| t.len() + titles);
        for part in [&words[..n_first], &words[before..]] {
            if let [first, ..] = part {
                let span = Span::new(first.start, part[part.len() - 1].end);
                out.extend(one(f.place.sentence, span, EntityKind::Per, f.p, &points, None));
            }
        }
    }
    *found = out;
}

/// "AUMF", but not "O'MALLEY", which is longer than initials are.
fn is_initials(form: &str) -> bool {
    form.chars().count() <= 5 && form.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Part;

    /// The names marked `[TYPE name]` in a sentence each.
    fn found(texts: &[&str], p: f32) -> (Vec<Sentence>, Vec<Found>) {
        let (mut sentences, mut found) = (Vec::new(), Vec::new());
        for (i, marked) in texts.iter().enumerate() {
            let (mut text, mut spans) = (String::new(), Vec::new());
            for piece in marked.split_inclusive([']', '[']) {
                match piece.strip_suffix(']').and_then(|name| name.split_once(' ')) {
                    Some((kind, name)) => {
                        let start = text.chars().count();
                        text.push_str(name);
                        let kind = match kind {
                            "PER" => EntityKind::Per,
                            "ORG" => EntityKind::Org,
                            "LOC" => EntityKind::Loc,
                            _ => EntityKind::Norp,
                        };
                        spans.push((Span::new(start, text.chars().count()), kind));
                    }
                    None => text.push_str(piece.trim_end_matches('[')),
                }
            }
            let points = CodePoints::new(&text);
            found.extend(
                spans.into_iter().filter_map(|(span, kind)| one(i, span, kind, p, &points, None)),
            );
            sentences.push(Sentence {
                part: Part::Body,
                span: Span::new(0, text.chars().count()),
                paragraph: i as u32,
                heading: false,
                dateline: 0,
                text,
            });
        }
        (sentences, found)
    }

    #[test]
    fn a_surname_is_a_person_whatever_the_model_took_it_for() {
        let kinds = |texts: &[&str], p: f32| -> Vec<EntityKind> {
            let (sentences, mut found) = found(texts, p);
            surnames_are_persons(&sentences, &mut found);
            found.iter().map(|f| f.kind).collect()
        };
        use EntityKind::{Loc, Norp, Org, Per};
        let texts = [
            "[PER Robert Vuletka] spoke.",
            "[ORG Vuletka] declined; [NORP Vuletka] supporters cheered.",
            "The man from [LOC Vuletka] met [LOC Vuletka] there.",
            "[PER Dale Hutchens] spoke. [NORP Hutchens] left.",
        ];
        assert_eq!(kinds(&texts, 0.7), [Per, Per, Per, Loc, Per, Per, Per]);
        // Where the model is sure it is believed.
        assert_eq!(kinds(&texts, 0.97), [Per, Org, Norp, Loc, Loc, Per, Norp]);
        let known = [
            "[PER Leandra Jordan] and [PER Ann House] met [PER Bob AUMF] and [PER Eve Reuters].",
            "[LOC Jordan] said so. The [ORG House] agreed on the [ORG AUMF], [ORG Reuters] reported.",
            "[ORG Vuletka] is nobody's name here.",
        ];
        assert_eq!(kinds(&known, 0.7)[4..], [Loc, Org, Org, Org, Org]);
    }

    #[test]
    fn a_headline_of_capitals_names_two() {
        let (sentences, mut found) = found(
            &[
                "[PER Oya Lind Slams Ada Grell] Again",
                "[PER Oya Lind] met [PER Ada Grell] and [PER Anna Maria van Lind].",
                "[PER Mayor Ruth Sabel Sues Oya Lind]",
            ],
            0.9,
        );
        headlines_name_two(&sentences, &mut found);
        let forms: Vec<&str> = found.iter().map(|f| f.form.as_str()).collect();
        let body = ["Oya Lind", "Ada Grell", "Anna Maria van Lind"];
        assert_eq!(forms[..2], ["Oya Lind", "Ada Grell"]);
        assert_eq!(forms[2..5], body);
        assert_eq!(forms[5..], ["Mayor Ruth Sabel", "Oya Lind"]);
        assert_eq!(found[1].place.span, Span::new(15, 24));
        // A title before a first name that the article knows.
        let (sentences, mut found) = super::tests::found(
            &["[PER Mayor Ruth Sabel Sues Oya Lind]", "[PER Ruth Sabel] met [PER Oya Lind]."],
            0.9,
        );
        headlines_name_two(&sentences, &mut found);
        assert_eq!([&*found[0].form, &*found[1].form], ["Mayor Ruth Sabel", "Oya Lind"]);
    }

    #[test]
    fn halves_of_a_name_are_one_name() {
        let forms = |text: &str| -> Vec<String> {
            let (sentences, mut found) = found(&[text], 0.8);
            join_halves(&mut found, &CodePoints::new(&sentences[0].text));
            found.into_iter().map(|f| f.form).collect()
        };
        for (text, whole) in [
            ("The [LOC Selke] [ORG Police] said.", "Selke Police"),
            ("The [NORP Labourist] [ORG Party] won.", "Labourist Party"),
            ("[ORG Outer Skerries] [ORG Airlines] said so.", "Outer Skerries Airlines"),
            ("The [LOC Wensham] [ORG Supreme Court] ruled.", "Wensham Supreme Court"),
            ("[PER Ada Grell] [ORG University] opened.", "Ada Grell University"),
        ] {
            assert_eq!(forms(text), [whole], "{text}");
        }
        for text in [
            "The [NORP Republican] [ORG Senate] voted.",
            "[PER Ada Grell] [ORG Supreme Court] picks.",
            "The [LOC Japanese] [ORG Foreign Ministry] said.",
            "[LOC Selke], [ORG Police] said.",
            "[ORG Senate] [NORP Labourists] voted.",
            "[ORG Halmara Post] [ORG Tide News] poll.",
        ] {
            assert_eq!(forms(text).len(), 2, "{text}");
        }
    }
}
