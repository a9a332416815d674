//! Names as strings: titles, tokens, acronyms, pronouns, roles.

use super::given;
use crate::Span;
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

const MALE: &[&str] = &[
    "mr", "sir", "lord", "king", "prince", "duke", "baron", "father", "brother", "senor",
    "monsieur", "herr",
];
const FEMALE: &[&str] = &[
    "mrs", "ms", "miss", "lady", "dame", "queen", "princess", "duchess", "sister", "madam",
    "madame", "senora", "frau",
];
/// Stand before a name and are no part of it.
const TITLES: &[&str] = &[
    "dr",
    "hon",
    "honourable",
    "honorable",
    "maitre",
    "datuk",
    "datin",
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
    "rear",
    "adm",
    "republican",
    "democrat",
    "cllr",
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

/// Lower case, Latin letters without diacritics, digits and hyphens: "Élysée" and "Elysee" are one, and so are
/// "王毅" and "Wang Yi".
fn plain(word: &str) -> String {
    deunicode::deunicode(word)
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '-')
        .flat_map(char::to_lowercase)
        .collect()
}

fn without_possessive(form: &str) -> &str {
    form.strip_suffix("'s").or_else(|| form.strip_suffix("’s")).unwrap_or(form)
}

/// Honours and degrees that stand after a name and are no part of it.
const AFTER_NAME: &[&str] =
    &["KC", "QC", "SC", "MP", "MEP", "MSP", "OBE", "MBE", "CBE", "PhD", "Ph.D.", "M.D.", "Esq."];

fn is_title(token: &str) -> bool {
    MALE.contains(&token) || FEMALE.contains(&token) || TITLES.contains(&token)
}

/// The tokens that make a name what it is: lower case, without diacritics, titles, articles and possessives.
pub fn tokens(form: &str, kind: EntityKind) -> Vec<String> {
    let form = without_possessive(form);
    let latin = deunicode::deunicode_with_tofu(form, "");
    let mut tokens: Vec<String> =
        latin.split_whitespace().map(plain).filter(|t| !t.is_empty()).collect();
    if kind == EntityKind::Per {
        while tokens.len() > 1 && is_title(&tokens[0]) {
            tokens.remove(0);
        }
        // "Ruth Sabel KC" is Ruth Sabel.
        if tokens.len() > 2
            && form.split_whitespace().next_back().is_some_and(|w| AFTER_NAME.contains(&w))
        {
            tokens.pop();
        }
    } else if tokens.len() > 1 && tokens[0] == "the" {
        tokens.remove(0);
    }
    if kind == EntityKind::Norp
        && let Some(last) = tokens.last_mut()
    {
        // "Republican-led" and "Republicans" are the Republican.
        if let Some((group, _)) = last.split_once('-').filter(|(group, _)| group.len() > 2) {
            *last = group.to_owned();
        }
        if last.len() > 4 && last.ends_with('s') && !last.ends_with("ss") {
            last.pop();
        }
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
    words.join(" ").trim_end_matches(['-', '–', ',']).to_owned()
}

pub fn all_capitals(form: &str) -> bool {
    form.chars().filter(|c| c.is_alphabetic()).count() > 3 && !form.chars().any(char::is_lowercase)
}

/// Gender by the title before the name or in it, or else by the given name that a full name begins with.
pub fn gender(before: &str, form: &str) -> Option<Gender> {
    let first = form.split_whitespace().next().map(plain);
    let last = before.split_whitespace().next_back().map(plain);
    let titled = [first, last].into_iter().flatten().find_map(|w| {
        if MALE.contains(&w.as_str()) {
            Some(Gender::Male)
        } else if FEMALE.contains(&w.as_str()) {
            Some(Gender::Female)
        } else {
            None
        }
    });
    titled.or_else(|| {
        let tokens = tokens(form, EntityKind::Per);
        let given = tokens.first().filter(|_| tokens.len() > 1)?;
        given::gender(given).or_else(|| given::gender(given.split('-').next()?))
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
        if word == "prime" && out.iter().any(|w| w == "minister") {
            out.push("premier".to_owned());
        } else if let Some(word) = noun(&word)
            && !out.contains(&word)
        {
            out.push(word);
        }
    }
    out
}

/// Role nouns of an apposition right after a name: ", the mayor of Selke," -> mayor; ", a water company" ->
/// company.
pub fn role_after(after: &str) -> Vec<String> {
    let Some(rest) = after.strip_prefix(", ") else { return Vec::new() };
    let apposition = rest.split([',', '.', ';', ':', '(', '“', '"']).next().unwrap_or_default();
    let mut words = apposition.split_whitespace().map(plain);
    // "Lind, mayor since 2019", "Lind, the mayor": an article or the role itself, never a verb.
    let Some(first) = words.next() else { return Vec::new() };
    // "Lind, Germany's foreign minister": whose she is.
    let owned =
        apposition.split_whitespace().take(3).any(|w| w.ends_with("'s") || w.ends_with("’s"));
    let opens = owned
        || matches!(
            first.as_str(),
            "a" | "an" | "the" | "its" | "his" | "her" | "their" | "former"
        );
    if !opens && noun(&first).is_none() {
        return Vec::new();
    }
    // The noun ends the apposition, or "of", "for" and the like go on after it: "Lind, the court said" is none.
    let all: Vec<String> = std::iter::once(first).chain(words).take(8).collect();
    let ends = |w: Option<&String>| {
        w.is_none_or(|w| is_small(w) || matches!(w.as_str(), "since" | "based" | "there"))
    };
    let verb = |w: Option<&String>| w.is_some_and(|w| is_auxiliary(w));
    let head = (0..all.len()).find(|&k| noun(&all[k]).is_some() && ends(all.get(k + 1)));
    head.filter(|&k| !verb(all.get(k + 1))).and_then(|k| noun(&all[k])).into_iter().collect()
}

fn is_auxiliary(word: &str) -> bool {
    const AUXILIARY: &[&str] = &[
        "is", "are", "was", "were", "be", "been", "has", "have", "had", "will", "would", "should",
        "could", "can", "may", "might", "must", "do", "does", "did", "not",
    ];
    AUXILIARY.contains(&word)
}

/// Can a form that was marked as a name be one? It has a capital (or letters that have none), unless its sentence
/// has no capitals at all, does not break off at a small word ("Buried in"), and is no American party and state
/// ("R-Fla.").
pub fn is_name(form: &str, sentence: &str) -> bool {
    let letters = form.chars().filter(|c| c.is_alphabetic()).count();
    let capital = |text: &str| text.chars().any(|c| c.is_alphabetic() && !c.is_lowercase());
    let party = form.split_once('-').is_some_and(|(party, state)| {
        matches!(party, "R" | "D" | "I")
            && state.starts_with(char::is_uppercase)
            && state.len() <= 7
    });
    let one_han = form.chars().any(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase());
    // "The" or a title before a name that the model cut there.
    let article = matches!(
        form,
        "The"
            | "the"
            | "A"
            | "An"
            | "Of"
            | "In"
            | "On"
            | "At"
            | "And"
            | "But"
            | "Rep"
            | "Sen"
            | "Gov"
    );
    let broken_off = form.rsplit_once(' ').is_some_and(|(_, last)| is_small(last) && last != "of");
    (letters >= 2 || one_han)
        && (capital(form) || !capital(sentence))
        && !party
        && !broken_off
        && !article
}

/// What a form that the model marked as one name names, each with its place in the form: a town and its state
/// ("Salem, New Hampshire"), a state and its party's members ("Arizona Republicans"), nothing of a title that the
/// next name begins with ("Florida *Sen*"), of what somebody has done ("Communist-*ruled*") or leads ("Lind
/// *administration*"), or of a page's code that was read with the text ("Oya Lind *Oya Maria LindMORE*").
pub fn parts(form: &str, kind: EntityKind) -> Vec<(Span, EntityKind)> {
    let length = |text: &str| text.chars().count();
    let whole = Span::new(0, length(form));
    if kind == EntityKind::Loc && form.contains(", ") {
        let mut out = Vec::new();
        let mut start = 0;
        for part in form.split(", ") {
            let span = Span::new(start, start + length(part));
            start = span.end + 2;
            // "Washington, D.C." is Washington.
            if !span.is_empty() && (span.start == 0 || part != "D.C.") {
                out.push((span, kind));
            }
        }
        return out;
    }
    if let Some((name, deed)) = form.rsplit_once('-')
        && is_deed(deed)
    {
        return vec![(Span::new(0, length(name)), kind)];
    }
    if kind == EntityKind::Per
        && let Some(name) = before_code(form)
    {
        return vec![(Span::new(0, length(name)), kind)];
    }
    let Some((name, last)) = form.rsplit_once(' ') else { return vec![(whole, kind)] };
    let front = Span::new(0, length(name));
    if kind == EntityKind::Per && ["administration", "campaign"].contains(&&*plain(last)) {
        return vec![(front, kind)];
    }
    if !US_STATES.contains(&name) {
        return vec![(whole, kind)];
    }
    match plain(last).as_str() {
        "republican" | "republicans" | "democrat" | "democrats" | "democratic" => {
            let party = Span::new(front.end + 1, whole.end);
            vec![(front, EntityKind::Loc), (party, EntityKind::Norp)]
        }
        "sen" | "rep" | "gov" | "sens" | "reps" => vec![(front, EntityKind::Loc)],
        _ => vec![(whole, kind)],
    }
}

/// The name before a second one that runs into the next word: "Lind" of "Lind Oya Maria LindMORE".
fn before_code(form: &str) -> Option<&str> {
    let runs_on = |word: &str, name: &str| {
        name.len() > 2
            && word.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    let words = form.split(' ');
    let mut end = 0;
    for (i, name) in words.clone().enumerate() {
        end += name.len() + usize::from(i > 0);
        if words.clone().skip(i + 2).any(|word| runs_on(word, name)) {
            return Some(&form[..end]);
        }
    }
    None
}

/// What follows a name and a hyphen without being part of it: "Kremlin-*backed*", "Vantor-*led*", "Lind-*era*".
fn is_deed(tail: &str) -> bool {
    const DEEDS: &[&str] = &[
        "led", "run", "held", "made", "born", "built", "era", "style", "friendly", "speaking",
        "majority", "area", "wide",
    ];
    tail.chars().all(char::is_lowercase) && (DEEDS.contains(&tail) || tail.ends_with("ed"))
}

/// States of the United States, before whose names and parties the model often draws no border.
const US_STATES: &[&str] = &[
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
];

/// Where "Dockers' and" begins at the end of `before`: the half of a name that was cut in two ("Dockers' and
/// *Riggers' Union*").
pub fn first_owner(before: &str) -> Option<usize> {
    let rest = before.strip_suffix(' ')?.strip_suffix("and")?.strip_suffix(' ')?;
    let word = rest.split_whitespace().next_back()?;
    let owner = word.ends_with(['\'', '’']) && word.starts_with(char::is_uppercase);
    owner.then(|| rest.chars().count() - word.chars().count())
}

/// Small words: articles, prepositions, conjunctions, auxiliaries.
pub fn is_small(word: &str) -> bool {
    const SMALL: &[&str] = &[
        "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or",
        "but", "as", "is", "are", "was", "were", "be", "been", "has", "have", "had", "will",
        "would", "should", "could", "can", "may", "might", "must", "do", "does", "did", "not",
        "no", "that", "which", "who", "whose", "when", "where", "while", "if", "than", "then",
        "about", "against", "between", "into", "over", "under", "after", "before", "during",
        "through", "inside", "outside", "near", "within", "without", "among", "across", "toward",
        "towards", "per",
    ];
    SMALL.contains(&word)
}

/// The same for a word as it stands in a text.
pub fn is_small_word(word: &str) -> bool {
    let word = plain(word);
    word != "the" && is_small(&word)
}

/// Can a name that is cut in two be whole with `rest`? "Selke" and "Police", "Labour" and "Party": what
/// says of which kind a body is, and not whose, is half a name.
pub fn completes(rest: &str, kind: EntityKind) -> bool {
    // After a person's name only what is named after people.
    const NAMED_AFTER: &[&str] = &[
        "university",
        "college",
        "school",
        "institute",
        "foundation",
        "center",
        "centre",
        "library",
        "museum",
        "hospital",
        "clinic",
        "llp",
    ];
    const BODIES: &[&str] = &[
        "party",
        "police",
        "court",
        "department",
        "authority",
        "council",
        "board",
        "commission",
        "committee",
        "agency",
        "bureau",
        "association",
        "union",
        "federation",
        "society",
        "league",
        "brotherhood",
        "parliament",
        "assembly",
        "legislature",
        "district",
        "office",
        "bank",
        "club",
        "church",
        "airlines",
        "airport",
        "company",
        "group",
        "holdings",
        "corporation",
        "fund",
        "trust",
        "alliance",
        "movement",
        "force",
        "guard",
        "patrol",
        "command",
    ];
    const FIRST: &[&str] = &[
        "supreme",
        "high",
        "district",
        "circuit",
        "appeals",
        "police",
        "fire",
        "state",
        "city",
        "county",
        "school",
        "unified",
        "medical",
        "health",
        "law",
        "business",
        "elementary",
        "middle",
        "coast",
        "national",
        "public",
        "central",
        "community",
        "daily",
        "of",
    ];
    let words: Vec<String> = rest.split_whitespace().map(plain).collect();
    let Some((last, ahead)) = words.split_last() else { return false };
    let (last, ahead_is_common) = (
        last.as_str(),
        ahead.iter().all(|w| FIRST.contains(&w.as_str()) || BODIES.contains(&w.as_str())),
    );
    ahead_is_common
        && (NAMED_AFTER.contains(&last) || (kind != EntityKind::Per && BODIES.contains(&last)))
}

/// An organ that every state has: a ministry, an army, a supreme court.
pub fn is_organ(tokens: &[String]) -> bool {
    let Some(last) = tokens.last().map(String::as_str) else { return false };
    let organ = matches!(
        last,
        "ministry"
            | "army"
            | "navy"
            | "parliament"
            | "court"
            | "embassy"
            | "military"
            | "senate"
            | "treasury"
            | "cabinet"
            | "assembly"
            | "guard"
            | "congress"
            | "forces"
            | "force"
    );
    tokens.len() <= 4 && organ || tokens == ["central", "bank"] || tokens == ["national", "bank"]
}

/// First words of so many names that alone they mean none.
pub fn is_common(short: &[String]) -> bool {
    const COMMON: &[&str] = &[
        "house",
        "senate",
        "white",
        "supreme",
        "national",
        "state",
        "federal",
        "united",
        "new",
        "university",
        "department",
        "ministry",
        "american",
        "royal",
        "first",
        "central",
        "international",
        "world",
        "european",
        "city",
        "county",
        "north",
        "south",
        "east",
        "west",
        "general",
        "public",
        "people",
        "democratic",
        "republican",
        "bank",
        "college",
        "church",
        "st",
        "union",
        "federation",
        "association",
        "society",
        "institute",
        "council",
        "committee",
        "board",
        "office",
        "center",
        "centre",
        "global",
        "african",
        "asian",
        "social",
        "liberal",
        "labour",
        "green",
        "conservative",
        "free",
        "daily",
    ];
    matches!(short, [one] if COMMON.contains(&one.as_str()))
}

/// Nouns for organisations.
const BODIES: &[&str] = &[
    "company",
    "firm",
    "group",
    "bank",
    "airline",
    "carrier",
    "manufacturer",
    "maker",
    "retailer",
    "operator",
    "developer",
    "publisher",
    "broadcaster",
    "newspaper",
    "union",
    "party",
    "ministry",
    "department",
    "agency",
    "council",
    "court",
    "commission",
    "committee",
    "board",
    "authority",
    "regulator",
    "watchdog",
    "panel",
    "university",
    "college",
    "school",
    "hospital",
    "charity",
    "foundation",
    "institute",
    "association",
    "federation",
    "alliance",
    "coalition",
    "club",
    "team",
    "organisation",
    "organization",
    "network",
    "church",
    "army",
    "navy",
    "parliament",
    "assembly",
    "senate",
    "bureau",
    "cooperative",
    "trust",
    "society",
    "league",
    "chamber",
    "utility",
    "station",
    "startup",
    "start-up",
    "brewer",
    "steelmaker",
    "carmaker",
    "insurer",
    "lender",
    "fund",
    "museum",
];
/// Nouns for a state or its government.
const STATES: &[&str] = &["government", "country", "kingdom", "republic", "nation"];

/// The noun in its plain form, if it is one that can stand for an actor.
pub fn noun(word: &str) -> Option<String> {
    let known = |w: &str| ROLES.contains(&w) || BODIES.contains(&w) || STATES.contains(&w);
    known(word).then(|| word.to_owned())
}

pub fn is_person_noun(noun: &str) -> bool {
    ROLES.contains(&noun)
}

/// A word of an office that may be written with a capital: "the *Prime Minister*".
pub fn is_of_office(word: &str) -> bool {
    is_person_noun(word)
        || matches!(
            word,
            "prime"
                | "foreign"
                | "home"
                | "finance"
                | "defence"
                | "defense"
                | "first"
                | "deputy"
                | "vice"
        )
}

/// Nouns for a firm.
pub fn is_firm_noun(noun: &str) -> bool {
    matches!(noun, "company" | "firm")
}

/// Can an organisation of this name be a firm? Not a ministry, a party, a club.
pub fn may_be_firm(tokens: &[String]) -> bool {
    const NONE: &[&str] = &[
        "commission",
        "office",
        "union",
        "guild",
        "workers",
        "party",
        "movement",
        "front",
        "democrats",
        "bank",
        "tribunal",
        "police",
        "house",
        "council",
        "congress",
        "banco",
        "banque",
        "banca",
        "caja",
        "institute",
    ];
    let firm = |w: &str| same_role(w, "company");
    !is_organ(tokens)
        && !tokens.iter().any(|t| {
            NONE.contains(&t.as_str()) || BODIES.contains(&t.as_str()) && !firm(t.as_str())
        })
}

pub fn is_state_noun(noun: &str) -> bool {
    STATES.contains(&noun)
}

/// Does one who is called `role` answer to `noun`?
pub fn same_role(role: &str, noun: &str) -> bool {
    const FIRMS: &[&str] = &[
        "company",
        "firm",
        "group",
        "airline",
        "carrier",
        "manufacturer",
        "maker",
        "retailer",
        "operator",
        "developer",
        "publisher",
        "broadcaster",
        "utility",
        "brewer",
        "steelmaker",
        "carmaker",
        "insurer",
        "startup",
        "start-up",
    ];
    role == noun
        || matches!(noun, "company" | "firm" | "group") && FIRMS.contains(&role)
        || matches!(
            (role, noun),
            ("premier", "minister") | ("lawmaker", "representative" | "senator")
        )
}

/// "the minister", "the mayor", "the company": the noun, if the source is that and nothing more. "the Foreign Ministry"
/// is a name.
pub fn role_noun(source: &str) -> Option<String> {
    let words: Vec<String> = source.split_whitespace().map(plain).collect();
    let (first, last) = (words.first()?, words.last()?);
    match words.join(" ").as_str() {
        "the head of state" => return Some("president".to_owned()),
        "the head of government" => return Some("premier".to_owned()),
        _ => {}
    }
    let name = source
        .split_whitespace()
        .next_back()
        .is_some_and(|w| w.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase));
    let whole =
        matches!(first.as_str(), "the" | "her" | "his" | "their" | "its") && words.len() <= 4;
    if whole && !name { noun(last) } else { None }
}

/// "the leader of the Northern Front": leader.
pub fn office(source: &str) -> Option<String> {
    let words: Vec<&str> = source.split_whitespace().collect();
    let of = words.iter().position(|w| *w == "of")?;
    let the = words.first().is_some_and(|w| w.eq_ignore_ascii_case("the"));
    let noun = plain(words.get(of.checked_sub(1)?)?);
    (the && of <= 3 && is_person_noun(&noun)).then_some(noun)
}

/// Code points of a source before what only says more about it: "Tidewater*, which runs the port*".
pub fn head(source: &str) -> usize {
    const CLAUSES: &[&str] = &[
        ", who ",
        ", whose ",
        ", whom ",
        ", which ",
        ", where ",
        ", when ",
        ", of which ",
        ", of whom ",
        ", itself ",
        " whose ",
    ];
    let end = CLAUSES.iter().filter_map(|clause| source.find(clause)).min();
    source[..end.filter(|&e| e > 0).unwrap_or(source.len())].chars().count()
}

/// Do the words of a source before a name make it somebody else: "a spokesman for Foreign Minister", "a friend of",
/// "people close to"?
pub fn stands_between(lead: &str) -> bool {
    let title = |w: &str| is_title(w) || noun(w).is_some();
    // "the leader of the Northern Front, Sandro Quaglia" is Quaglia.
    let lead = lead.rsplit(", ").next().unwrap_or_default();
    lead.split_whitespace()
        .rev()
        .find(|word| {
            !(word.starts_with(char::is_uppercase) || title(&plain(word)) || plain(word) == "the")
        })
        .is_some_and(|word| matches!(word, "for" | "of" | "to" | "with"))
}

/// Somebody who speaks for another: "a spokeswoman for Tidewater", "lawyers for the bank", "analysts at Delphi".
pub fn speaks_for(source: &str) -> bool {
    const STAFF: &[&str] = &[
        "analysts",
        "board",
        "bosses",
        "chiefs",
        "doctors",
        "economists",
        "engineers",
        "executives",
        "jury",
        "leadership",
        "management",
        "managers",
        "officials",
        "pollsters",
        "researchers",
        "scientists",
        "staff",
        "statement",
    ];
    let words: Vec<String> = source.split_whitespace().map(plain).collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    has(&["spokesman", "spokeswoman", "spokesperson", "spokespeople", "spokespersons"])
        || has(&["lawyer", "lawyers", "attorneys", "attorney"]) && has(&["for"])
        || has(STAFF) && !counts(source) && has(&["at", "from", "of", "by"])
}

/// Somebody whom an organisation's name only describes: "*the Tidewater* skipper", "the Cycling Union *doctor*".
pub fn names_a_person(after: &str) -> bool {
    let Some(last) = after.split_whitespace().next_back() else { return false };
    let small = last.chars().next().is_some_and(char::is_lowercase);
    let last = plain(last);
    let body = BODIES.contains(&last.as_str()) || last.ends_with("paper");
    let agent = ["er", "or", "ist", "ian", "man", "woman", "eer"].iter().any(|e| last.ends_with(e));
    small && last.len() > 4 && !body && (ROLES.contains(&last.as_str()) || agent)
}

/// "Russian officials", "the Danish side": the state speaks, not a person or two.
pub fn is_collective(source: &str) -> bool {
    const WHO: &[&str] = &[
        "officials",
        "authorities",
        "government",
        "side",
        "diplomats",
        "leaders",
        "forces",
        "military",
        "army",
        "delegation",
        "negotiators",
        "prosecutors",
        "police",
        "leadership",
        "media",
        "ministry",
        "embassy",
    ];
    let last = source.split_whitespace().next_back().map(plain).unwrap_or_default();
    let alone = source.split_whitespace().filter(|w| plain(w) != "the").count() == 1;
    !counts(source) && (alone || WHO.contains(&last.as_str()))
}

/// "the report", "a survey by the bank", "court documents".
pub fn is_document(source: &str) -> bool {
    const PAPERS: &[&str] = &[
        "report",
        "reports",
        "study",
        "studies",
        "survey",
        "poll",
        "polls",
        "document",
        "documents",
        "memo",
        "letter",
        "filing",
        "filings",
        "indictment",
        "lawsuit",
        "complaint",
        "order",
        "ruling",
        "verdict",
        "paper",
        "papers",
        "statement",
        "data",
        "figures",
        "statistics",
        "review",
        "audit",
        "affidavit",
        "draft",
        "bill",
        "law",
        "rules",
        "notice",
        "email",
        "emails",
        "e-mail",
        "e-mails",
        "tweet",
        "post",
        "website",
        "account",
        "accounts",
        "analysis",
        "census",
        "forecast",
        "transcript",
        "records",
        "agreement",
        "treaty",
        "release",
    ];
    source
        .split_whitespace()
        .map(plain)
        .take_while(|w| w != "of")
        .any(|w| PAPERS.contains(&w.as_str()))
}

/// Single or counted persons: "an official", "two officials", "some diplomats".
pub fn counts(source: &str) -> bool {
    const FEW: &[&str] = &[
        "a",
        "an",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "several",
        "some",
        "many",
        "few",
        "both",
        "another",
        "most",
        "dozens",
        "hundreds",
        "senior",
        "unnamed",
        "anonymous",
        "other",
    ];
    let first = source.split_whitespace().next().map(plain).unwrap_or_default();
    FEW.contains(&first.as_str()) || first.parse::<u32>().is_ok()
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

/// The gender that a third-person singular pronoun shows.
impl Pronoun {
    pub fn gender(self) -> Option<Gender> {
        match self {
            Pronoun::He => Some(Gender::Male),
            Pronoun::She => Some(Gender::Female),
            Pronoun::They => None,
        }
    }
}

/// Endings that say what an organisation is in law, and nothing about which one it is.
const LEGAL: &[&str] = &[
    "inc",
    "ltd",
    "limited",
    "plc",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "ag",
    "gmbh",
    "sa",
    "spa",
    "nv",
    "bv",
    "oy",
    "oyj",
    "ab",
    "asa",
    "as",
    "kk",
    "pty",
    "holdings",
    "holding",
];

/// An organisation's tokens without its legal ending.
pub fn without_legal_form(tokens: &[String]) -> &[String] {
    let mut kept = tokens;
    while kept.len() > 1 && kept.last().is_some_and(|t| LEGAL.contains(&t.as_str())) {
        kept = &kept[..kept.len() - 1];
    }
    kept
}

/// Is the name that of a firm, by its ending?
pub fn is_firm(form: &str) -> bool {
    form.split_whitespace().next_back().map(plain).is_some_and(|t| LEGAL.contains(&t.as_str()))
}

/// Two spellings of one word: one letter apart, or two in a long word, and alike at the front.
pub fn same_spelling(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let allowed = match short.len() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    let front = short.chars().zip(long.chars()).take_while(|(x, y)| x == y).count();
    a == b || allowed > 0 && front >= 2 && strsim::osa_distance(a, b) <= allowed
}

/// "Jr" and the like at the end of a name: father and son are two.
fn suffix(tokens: &[String]) -> Option<&str> {
    let last = tokens.last().map(String::as_str);
    last.filter(|l| tokens.len() > 2 && matches!(*l, "jr" | "sr" | "ii" | "iii"))
}

/// A full name without such an ending.
pub fn without_suffix(tokens: &[String]) -> &[String] {
    &tokens[..tokens.len() - usize::from(suffix(tokens).is_some())]
}

/// The last name.
pub fn surname(tokens: &[String]) -> Option<&String> {
    without_suffix(tokens).last()
}

/// How two full names of persons (two tokens or more) agree, if they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Same first and last, the one inside the other, or an initial for a given name.
    Same,
    /// The family name first in one of them.
    Order,
    /// One name letter by letter a little different.
    Spelling,
}

pub fn agreement(a: &[String], b: &[String]) -> Option<Agreement> {
    if a.len() < 2 || b.len() < 2 || suffix(a) != suffix(b) {
        return None;
    }
    let (a, b) = (without_suffix(a), without_suffix(b));
    let initial = |x: &str, y: &str| x.len() == 1 && y.starts_with(x);
    let given = a[0] == b[0] || initial(&a[0], &b[0]) || initial(&b[0], &a[0]);
    // "George H. Lind" and "George W. Lind" are two.
    let (middle_a, middle_b) = (&a[1..a.len() - 1], &b[1..b.len() - 1]);
    let apart = !middle_a.is_empty()
        && !middle_b.is_empty()
        && !middle_a.iter().any(|x| {
            middle_b.iter().any(|y| x == y || initial(x, y) || initial(y, x) || same_spelling(x, y))
        });
    if given && a.last() == b.last() && !apart || within(a, b) || within(b, a) {
        return Some(Agreement::Same);
    }
    let sorted = |t: &[String]| {
        let mut t = t.to_vec();
        t.sort_unstable();
        t
    };
    if sorted(a) == sorted(b) {
        return Some(Agreement::Order);
    }
    let alike = a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same_spelling(x, y));
    // "Jon Lind" and "Jan Lind" are two: only a long word may differ, which `same_spelling` sees to.
    (alike && a.iter().zip(b).any(|(x, y)| x == y)).then_some(Agreement::Spelling)
}

/// Do the tokens of `short` follow one another in `long`, other tokens between them or not?
fn within(short: &[String], long: &[String]) -> bool {
    let mut rest = long.iter();
    short.len() < long.len() && short.iter().all(|t| rest.any(|l| l == t))
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
        assert_eq!(tokens("Hon. Ruth Sabel KC", EntityKind::Per), ["ruth", "sabel"]);
        assert_eq!(tokens("Ms Brandvold’s", EntityKind::Per), ["brandvold"]);
        assert_eq!(tokens("the Harbour Council", EntityKind::Org), ["harbour", "council"]);
        assert_eq!(tokens("王毅", EntityKind::Per), ["wang", "yi"]);
        assert_eq!(tokens("Åsa Brøndvold-Żak", EntityKind::Per), ["asa", "brondvold-zak"]);
    }

    #[test]
    fn half_a_phrase_is_no_name() {
        let of =
            |form: &str| is_name(form, "Buried in it, J. Hood of Ryland saw the Bank of Arne.");
        for name in ["J. Hood", "Bank of Arne", "Bank of", "Ryland"] {
            assert!(of(name), "{name}");
        }
        for none in ["Buried in", "saw", "R-Fla.", "J", "The"] {
            assert!(!of(none), "{none}");
        }
    }

    #[test]
    fn a_form_may_name_two() {
        let parts = |form: &str, kind: EntityKind| -> Vec<String> {
            let cut = |s: Span| form.chars().skip(s.start).take(s.len()).collect();
            super::parts(form, kind).into_iter().map(|(s, _)| cut(s)).collect()
        };
        use EntityKind::{Loc, Norp, Org, Per};
        assert_eq!(parts("Salem, New Hampshire", Loc), ["Salem", "New Hampshire"]);
        assert_eq!(parts("Nashua, N.H.", Loc), ["Nashua", "N.H."]);
        assert_eq!(parts("South Carolina Republicans", Loc), ["South Carolina", "Republicans"]);
        assert_eq!(parts("Florida Sen", Per), ["Florida"]);
        assert_eq!(parts("Washington, D.C.", Loc), ["Washington"]);
        assert_eq!(parts("Communist-ruled", Norp), ["Communist"]);
        assert_eq!(parts("Lind-era", Per), ["Lind"]);
        assert_eq!(parts("Lind administration", Per), ["Lind"]);
        assert_eq!(parts("Lind Oya Maria LindMORE", Per), ["Lind"]);
        assert_eq!(parts("Oya Lind Oya Maria LindThe Sabel", Per), ["Oya Lind"]);
        for (whole, kind) in [
            ("Social Democrats", Org),
            ("Fenwick, Rowe & Co", Org),
            ("Ana Sol-redondo", Per),
            ("Mac MacTavish", Per),
        ] {
            assert_eq!(parts(whole, kind), [whole]);
        }
    }

    #[test]
    fn one_middle_name_is_not_another() {
        let of = |form: &str| tokens(form, EntityKind::Per);
        let agree = |a: &str, b: &str| agreement(&of(a), &of(b));
        assert_eq!(agree("George H.W. Lind", "George W. Lind"), None);
        assert_eq!(agree("Ilse M. Lind", "Ilse Maria Lind"), Some(Agreement::Same));
        assert_eq!(agree("Ilse M. Lind", "Ilse Lind"), Some(Agreement::Same));
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
    fn an_apposition_names_a_role_and_a_clause_does_not() {
        for (after, roles) in [
            (", the mayor of Selke, said", vec!["mayor"]),
            (", a water company, lost", vec!["company"]),
            (", mayor since 2019, left", vec!["mayor"]),
            (", the court said on Monday.", vec![]),
            (", the company has said", vec![]),
            (" and the mayor", vec![]),
        ] {
            assert_eq!(role_after(after), roles, "{after}");
        }
    }

    #[test]
    fn father_and_son_have_names_of_their_own() {
        let of = |form| tokens(form, EntityKind::Per);
        assert_eq!(agreement(&of("Jon Berg Jr."), &of("Jon Berg")), None);
        assert_eq!(agreement(&of("Jon K. Berg Jr"), &of("Jon Berg Jr.")), Some(Agreement::Same));
        assert_eq!(surname(&of("Jon Berg Jr.")).map(String::as_str), Some("berg"));
    }

    #[test]
    fn a_name_of_two_owners_is_whole() {
        assert_eq!(first_owner("The Dockers’ and "), Some(4));
        assert_eq!(first_owner("It was Tidewater and "), None);
        assert_eq!(first_owner("and "), None);
    }

    #[test]
    fn a_role_is_read_before_the_name() {
        assert_eq!(role("Halmaran Foreign Minister", "Tobias Renquist"), ["minister"]);
        assert_eq!(role_noun("the foreign minister").as_deref(), Some("minister"));
        assert_eq!(role_noun("the minister’s critics in the port"), None);
    }
}
