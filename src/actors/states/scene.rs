//! The words around a form, and what verbs and nouns among them are.

use super::words::{
    ACTS, ADVERBS, AGENCY, ENGAGED, FUNCTION, List, MINDED, NO_PASTS, ORGANS, PASTS, SUFFERED,
    TIMES, TOWN_VERBS,
};
use super::{FORMS, Part, is_abbreviation, lookup, plain};

/// A word or mark in a form's surroundings.
pub(super) struct Word {
    /// With straight quotation marks.
    pub text: String,
    pub low: String,
    pub capital: bool,
    pub mark: bool,
}

impl Word {
    pub fn on(&self, list: &List) -> bool {
        list.contains(self.low.as_str())
    }
}

fn words(text: &str) -> Vec<Word> {
    let chars: Vec<char> = text.chars().map(straight).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        while at < chars.len() && goes_on(&chars, start, at) {
            at += 1;
        }
        let mark = at == start;
        if mark {
            at += 1;
        }
        let text: String = chars[start..at].iter().collect();
        if !text.trim().is_empty() {
            let capital = chars[start].is_uppercase();
            out.push(Word { low: text.to_lowercase(), text, capital, mark });
        }
    }
    out
}

/// Does the word that begins at `start` have the character at `at`? Inside a word stand apostrophes, hyphens and
/// the stops of "U.S.".
fn goes_on(chars: &[char], start: usize, at: usize) -> bool {
    match chars[at] {
        '\'' | '-' => at > start && chars.get(at + 1).is_some_and(|c| c.is_alphanumeric()),
        '.' => {
            at > start && chars[at - 1].is_alphabetic() && (at - 1 == start || chars[at - 2] == '.')
        }
        c => c.is_alphanumeric(),
    }
}

fn straight(c: char) -> char {
    match c {
        '‘' | '’' => '\'',
        '“' | '”' | '«' | '»' | '„' => '"',
        '\u{2010}' | '\u{2011}' => '-',
        '—' => '–',
        c => c,
    }
}

/// A form in its surroundings.
pub(super) struct Scene {
    pub form: String,
    /// The words before it, the nearest last; without another state that shares its part ("Beijing and").
    pub left: Vec<Word>,
    /// The words after it; without another state likewise.
    pub right: Vec<Word>,
    /// A hyphen ties it to the word before, to the word after.
    pub tied_left: bool,
    pub tied_right: bool,
    pub possessive: bool,
    /// It stands beside another state: "Moscow and Beijing".
    pub joined: bool,
    /// "US", "EU": names that stand like adjectives.
    pub abbreviation: bool,
}

impl Scene {
    pub fn new(before: &str, form: &str, after: &str) -> Scene {
        let held = possessive(form, after);
        let after = held.unwrap_or(after);
        let tied_left =
            before.strip_suffix(is_tie).is_some_and(|b| b.ends_with(char::is_alphanumeric));
        let tied_right =
            after.strip_prefix(is_tie).is_some_and(|a| a.starts_with(char::is_alphanumeric));
        let mut left = words(if tied_left { before.trim_end_matches(is_tie) } else { before });
        let mut right = words(if tied_right { after.trim_start_matches(is_tie) } else { after });
        if !tied_left && left.last().is_some_and(is_quote) {
            left.pop();
        }
        if !tied_right && right.first().is_some_and(is_quote) {
            right.remove(0);
        }
        let plain = plain(form).unwrap_or_default();
        let mut scene = Scene {
            form: form.to_owned(),
            left,
            right,
            tied_left,
            tied_right,
            possessive: held.is_some() || form.ends_with("'s") || form.ends_with("’s"),
            joined: false,
            abbreviation: is_abbreviation(&plain) && FORMS.contains_key(&plain),
        };
        scene.without_partners();
        scene
    }

    /// Takes away the states that share the form's part: "Moscow, Beijing and Tehran agreed".
    fn without_partners(&mut self) {
        while !self.tied_right
            && let Some((n, held)) = partner_after(&self.right, self.left.is_empty())
        {
            self.right.drain(..n);
            self.possessive |= held;
            self.joined = true;
        }
        while !self.tied_left
            && let Some(n) = partner_before(&self.left, self.joined)
        {
            self.left.truncate(n);
            self.joined = true;
        }
    }

    /// The word right before it, articles and an adjective after "a" left out, and the words before that.
    pub fn governor(&self) -> Option<(&Word, &[Word])> {
        let article = |w: &Word| matches!(w.low.as_str(), "the" | "a" | "an" | "both" | "either");
        let left = match &self.left[..] {
            [rest @ .., w] if article(w) => rest,
            [rest @ .., a, w] if matches!(a.low.as_str(), "a" | "an") && !w.mark => rest,
            all => all,
        };
        left.split_last()
    }

    /// The nouns and adjectives right after it.
    pub fn nouns(&self) -> &[Word] {
        let end = self.right.iter().take(4).position(ends_nouns).unwrap_or(self.right.len().min(4));
        &self.right[..end]
    }

    pub fn is_capitals(&self) -> bool {
        self.form.len() > 4 && !self.form.chars().any(char::is_lowercase)
    }
}

/// What comes after a possessive, if the form has one outside itself.
fn possessive<'a>(form: &str, after: &'a str) -> Option<&'a str> {
    let rest = after.strip_prefix(['\'', '’'])?;
    let word_ends = |r: &&str| !r.starts_with(char::is_alphanumeric);
    rest.strip_prefix(['s', 'S'])
        .filter(word_ends)
        .or_else(|| Some(rest).filter(|r| form.ends_with(['s', 'S']) && r.starts_with(' ')))
}

fn is_tie(c: char) -> bool {
    matches!(c, '-' | '‑' | '–' | '/')
}

fn is_quote(word: &Word) -> bool {
    matches!(word.low.as_str(), "\"" | "'")
}

fn ends_nouns(word: &Word) -> bool {
    let verb = is_past(&word.low) || third_person(&word.low);
    let noun = word.on(&ACTS) || word.on(&ORGANS);
    word.mark || word.on(&FUNCTION) || (verb && !noun) || is_adverb(&word.low)
}

/// The words up to a state that stands before the form as its equal. After a mere comma that is sure only in a
/// longer list, or at the head of a headline: "US, China agree".
fn partner_before(left: &[Word], joined: bool) -> Option<usize> {
    let (link, rest) = left.split_last()?;
    let rest = match link.low.as_str() {
        "and" | "or" | "nor" | "&" => match rest.split_last() {
            Some((comma, list)) if comma.low == "," && joined => list,
            _ => rest,
        },
        "," => rest,
        _ => return None,
    };
    let n = (1..=3).rev().find(|&n| rest.len() >= n && is_state(&rest[rest.len() - n..]))?;
    let sure = link.low != "," || joined || rest.len() == n;
    sure.then_some(rest.len() - n)
}

/// How many words after the form name a state as its equal, and whether that has the possessive of both. A comma
/// is sure as in [`partner_before`].
fn partner_after(right: &[Word], heads: bool) -> Option<(usize, bool)> {
    let n = linked_state(right)?;
    let next = right.get(n);
    let goes_on = || linked_state(&right[n..]).is_some();
    let sure = right[0].low != "," || goes_on() || (heads && next.is_some_and(|w| !w.mark));
    sure.then(|| (n, right[n - 1].low.ends_with("'s")))
}

/// How many words are a link and a state: "and the US".
fn linked_state(words: &[Word]) -> Option<usize> {
    let (link, rest) = words.split_first()?;
    let links = matches!(link.low.as_str(), "and" | "or" | "nor" | "&" | ",");
    let n = (1..=3).rev().filter(|_| links).find(|&n| rest.len() >= n && is_state(&rest[..n]))?;
    Some(n + 1)
}

pub(super) fn is_state(words: &[Word]) -> bool {
    !words.iter().any(|w| w.mark) && lookup(&joined(words)).is_some()
}

pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn is_adverb(word: &str) -> bool {
    let other = matches!(
        word,
        "italy" | "july" | "ally" | "family" | "reply" | "supply" | "rally" | "assembly"
    );
    ADVERBS.contains(word) || (word.len() > 4 && word.ends_with("ly") && !other)
}

/// A past form, or a participle that looks the same.
pub(super) fn is_past(word: &str) -> bool {
    let regular = word.len() > 3 && word.ends_with("ed") && !word.contains('-');
    PASTS.contains(word) || (regular && !NO_PASTS.contains(word))
}

/// "says", "denies".
fn third_person(word: &str) -> bool {
    let stem = |end: &str, put: &str| {
        word.strip_suffix(end).is_some_and(|s| AGENCY.contains(format!("{s}{put}").as_str()))
    };
    stem("ies", "y") || stem("es", "") || stem("s", "")
}

/// Is the word one of these verbs, in whatever form that is made by rule?
pub(super) fn form_of(word: &str, verbs: &List) -> bool {
    let known = |stem: &str| {
        let undoubled = stem.strip_suffix(|_: char| true).unwrap_or_default();
        verbs.contains(stem)
            || verbs.contains(format!("{stem}e").as_str())
            || (stem.ends_with('i') && verbs.contains(format!("{undoubled}y").as_str()))
            || (stem.chars().next_back() == undoubled.chars().next_back()
                && verbs.contains(undoubled))
    };
    verbs.contains(word)
        || ["s", "es", "ed", "ing"].iter().any(|end| word.strip_suffix(end).is_some_and(known))
}

pub(super) fn after_adverbs(mut words: &[Word]) -> &[Word] {
    loop {
        words = match words {
            [w, rest @ ..] if is_adverb(&w.low) => rest,
            // "on Monday", "this week"
            [w, day, rest @ ..]
                if matches!(w.low.as_str(), "on" | "last" | "this" | "earlier")
                    && day.on(&TIMES) =>
            {
                rest
            }
            _ => return words,
        }
    }
}

/// What a capital does in a sentence that goes on with these words; None if they begin with no verb. With
/// `plural` the verb has no ending ("Moscow and Kyiv agree"), with `noun` its "-s" may be a noun's ("the Paris
/// attacks").
pub(super) fn acts(words: &[Word], plural: bool, noun: bool) -> Option<Part> {
    let (verb, rest) = after_adverbs(words).split_first()?;
    let rest = after_adverbs(rest);
    let low = verb.low.trim_end_matches("n't");
    let act = match low {
        "is" | "are" | "was" | "were" | "remains" | "remained" => return Some(being(rest)),
        "has" | "have" | "had" | "will" | "wo" | "would" | "can" | "ca" | "could" | "may"
        | "might" | "must" | "shall" | "should" | "does" | "did" | "do" | "cannot" => match rest
            .first()
        {
            Some(w) if matches!(w.low.as_str(), "been" | "be") => return Some(being(&rest[1..])),
            Some(w) if w.low.starts_with(|c: char| c.is_numeric()) => return Some(Part::Place),
            _ => true,
        },
        "to" => rest.first().is_some_and(|w| w.on(&AGENCY)),
        low if TOWN_VERBS.contains(low) => return Some(Part::Place),
        low => is_past(low) || (!noun && third_person(low)) || (plural && AGENCY.contains(low)),
    };
    act.then_some(Part::State)
}

/// "Moscow is ready", but "Moscow is cold".
fn being(words: &[Word]) -> Part {
    let Some(first) = words.first() else { return Part::Place };
    let low = first.low.as_str();
    let engaged = matches!(low, "in" | "at") && words.get(1).is_some_and(|w| w.on(&ENGAGED));
    let does = low.ends_with("ing") || is_past(low) || first.on(&MINDED) || engaged;
    if does && !first.on(&SUFFERED) { Part::State } else { Part::Place }
}
