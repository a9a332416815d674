//! Names as strings: titles, tokens, acronyms, pronouns, roles.

use crate::model::EntityKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Male,
    Female,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pronoun {
    He,
    She,
    They,
}

const MALE: &[&str] =
    &["mr", "sir", "lord", "king", "prince", "duke", "baron", "father", "brother"];
const FEMALE: &[&str] = &[
    "mrs", "ms", "miss", "lady", "dame", "queen", "princess", "duchess", "sister", "madam",
    "madame",
];
/// Stand before a name and are no part of it.
const TITLES: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "president",
    "chancellor",
    "premier",
    "prime",
    "minister",
    "foreign",
    "senator",
    "sen",
    "representative",
    "rep",
    "congressman",
    "congresswoman",
    "governor",
    "gov",
    "mayor",
    "councillor",
    "councilor",
    "secretary",
    "ambassador",
    "judge",
    "justice",
    "general",
    "gen",
    "colonel",
    "col",
    "captain",
    "capt",
    "major",
    "maj",
    "sergeant",
    "sgt",
    "lieutenant",
    "lt",
    "commander",
    "admiral",
    "superintendent",
    "inspector",
    "detective",
    "chief",
    "officer",
    "sheriff",
    "attorney",
    "pope",
    "archbishop",
    "bishop",
    "reverend",
    "rev",
    "imam",
    "rabbi",
    "sheikh",
    "deputy",
    "vice",
    "former",
    "acting",
    "interim",
    "the",
    "hon",
];
/// A name's role stands before it and ends in one of these.
const ROLES: &[&str] = &[
    "president",
    "chancellor",
    "premier",
    "minister",
    "senator",
    "representative",
    "congressman",
    "congresswoman",
    "governor",
    "mayor",
    "councillor",
    "councilor",
    "secretary",
    "ambassador",
    "judge",
    "justice",
    "general",
    "colonel",
    "captain",
    "commander",
    "admiral",
    "superintendent",
    "inspector",
    "detective",
    "chief",
    "officer",
    "sheriff",
    "attorney",
    "lawyer",
    "pope",
    "archbishop",
    "bishop",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "director",
    "executive",
    "chairman",
    "chairwoman",
    "chair",
    "leader",
    "organiser",
    "organizer",
    "professor",
    "analyst",
    "economist",
    "activist",
    "candidate",
    "lawmaker",
    "skipper",
    "treasurer",
    "driver",
    "prosecutor",
    "researcher",
    "scientist",
    "author",
    "coach",
    "founder",
    "owner",
    "head",
    "diplomat",
    "envoy",
    "librarian",
    "campaigner",
];

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || *c == '-').flat_map(char::to_lowercase).collect()
}

fn without_possessive(form: &str) -> &str {
    form.strip_suffix("'s").or_else(|| form.strip_suffix("’s")).unwrap_or(form)
}

fn is_title(token: &str) -> bool {
    MALE.contains(&token) || FEMALE.contains(&token) || TITLES.contains(&token)
}

/// The tokens that make a name what it is: lower case, without titles, articles and possessives.
pub fn tokens(form: &str, kind: EntityKind) -> Vec<String> {
    let form = without_possessive(form);
    let mut tokens: Vec<String> =
        form.split_whitespace().map(plain).filter(|t| !t.is_empty()).collect();
    if kind == EntityKind::Per {
        while tokens.len() > 1 && is_title(&tokens[0]) {
            tokens.remove(0);
        }
        while tokens.len() > 2
            && matches!(tokens.last().map(String::as_str), Some("jr" | "sr" | "ii" | "iii"))
        {
            tokens.pop();
        }
    } else if tokens.len() > 1 && tokens[0] == "the" {
        tokens.remove(0);
    }
    tokens
}

/// A form as it is shown: without article, possessive or honorific.
pub fn shown(form: &str, kind: EntityKind) -> String {
    let form = without_possessive(form);
    let mut words: Vec<&str> = form.split_whitespace().collect();
    let honorific = |w: &str| {
        let w = plain(w);
        if kind == EntityKind::Per { is_title(&w) } else { w == "the" }
    };
    while words.len() > 1 && honorific(words[0]) {
        words.remove(0);
    }
    words.join(" ")
}

pub fn all_capitals(form: &str) -> bool {
    form.chars().filter(|c| c.is_alphabetic()).count() > 3 && !form.chars().any(char::is_lowercase)
}

/// Gender by the title before the name or in it.
pub fn gender(before: &str, form: &str) -> Option<Gender> {
    let first = form.split_whitespace().next().map(plain);
    let last = before.split_whitespace().next_back().map(plain);
    [first, last].into_iter().flatten().find_map(|w| {
        if MALE.contains(&w.as_str()) {
            Some(Gender::Male)
        } else if FEMALE.contains(&w.as_str()) {
            Some(Gender::Female)
        } else {
            None
        }
    })
}

/// Role nouns among the words right before a name, or in its own titles: "Foreign Minister" -> minister.
pub fn role(before: &str, form: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let titles = form.split_whitespace().map(plain).take_while(|w| is_title(w));
    for word in titles.chain(
        before
            .rsplit([',', '.', ';', ':', '(', '“', '"'])
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .rev()
            .take(6)
            .map(plain),
    ) {
        if ROLES.contains(&word.as_str()) && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

/// "the minister", "the mayor": the noun, if the source is a role and nothing more.
pub fn role_noun(source: &str) -> Option<String> {
    let words: Vec<String> = source.split_whitespace().map(plain).collect();
    let (first, last) = (words.first()?, words.last()?);
    (matches!(first.as_str(), "the" | "her" | "his" | "their" | "its")
        && words.len() <= 4
        && ROLES.contains(&last.as_str()))
    .then(|| last.clone())
}

/// The pronoun that a source is, if it is one.
pub fn pronoun(source: &str) -> Option<Pronoun> {
    match plain(source.trim()).as_str() {
        "he" | "him" | "himself" | "his" => Some(Pronoun::He),
        "she" | "her" | "herself" | "hers" => Some(Pronoun::She),
        "they" | "them" | "themselves" => Some(Pronoun::They),
        _ => None,
    }
}

/// Is `short` made of the initials of `long`? Small words may be left out.
pub fn is_acronym(short: &str, long: &str) -> bool {
    let letters: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.len() < 2 || letters.iter().any(|c| c.is_lowercase()) {
        return false;
    }
    let words: Vec<&str> = long
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|w| !w.is_empty())
        .collect();
    let initials = |all: bool| -> Vec<char> {
        words
            .iter()
            .filter(|w| {
                all || !matches!(
                    w.to_lowercase().as_str(),
                    "of" | "the" | "and" | "for" | "in" | "s"
                )
            })
            .filter_map(|w| w.chars().next())
            .flat_map(char::to_uppercase)
            .collect()
    };
    initials(true) == letters || initials(false) == letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_no_part_of_a_name() {
        assert_eq!(
            tokens("Foreign Minister Zorana Vuletka", EntityKind::Per),
            ["zorana", "vuletka"]
        );
        assert_eq!(tokens("Ms Brandvold’s", EntityKind::Per), ["brandvold"]);
        assert_eq!(tokens("the Harbour Council", EntityKind::Org), ["harbour", "council"]);
        assert_eq!(tokens("王毅", EntityKind::Per), ["王毅"]);
    }

    #[test]
    fn acronyms_are_initials() {
        assert!(is_acronym("HPA", "Harbour Protection Agency"));
        assert!(is_acronym("DRU", "Dockers’ and Riggers’ Union"));
        assert!(is_acronym("UNHCR", "United Nations High Commissioner for Refugees"));
        assert!(!is_acronym("SHH", "Harbour Protection Agency"));
        assert!(!is_acronym("He", "Harald Eriksen"));
    }

    #[test]
    fn a_role_is_read_before_the_name() {
        assert_eq!(role("Halmaran Foreign Minister", "Tobias Renquist"), ["minister"]);
        assert_eq!(role_noun("the foreign minister").as_deref(), Some("minister"));
        assert_eq!(role_noun("the minister’s critics in the port"), None);
    }
}
