//! One sentence in, stretches of it out: words, names without what surrounds them, whole-word search; and the
//! sentence again with other words in some stretches.
//!
//! Spans are code points of the sentence, as everywhere.

use crate::Span;

/// A stretch that gets other words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub span: Span,
    pub text: String,
}

/// A changed sentence, and where the stretches of the old one went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub text: String,
    /// Old and new span of every edit, in order.
    steps: Vec<(Span, Span)>,
}

/// Replaces stretches. Of edits that overlap the first counts.
pub(super) fn apply(chars: &[char], mut edits: Vec<Edit>) -> Changed {
    edits.sort_by_key(|e| e.span);
    let (mut text, mut steps) = (String::new(), Vec::with_capacity(edits.len()));
    let (mut done, mut length) = (0, 0);
    for edit in edits {
        if edit.span.start < done {
            continue;
        }
        text.extend(&chars[done..edit.span.start]);
        length += edit.span.start - done;
        let start = length;
        text.push_str(&edit.text);
        length += edit.text.chars().count();
        steps.push((edit.span, Span::new(start, length)));
        done = edit.span.end;
    }
    text.extend(&chars[done..]);
    Changed { text, steps }
}

impl Changed {
    /// Where a stretch of the old sentence stands now.
    pub(super) fn moved(&self, span: Span) -> Span {
        Span::new(self.to_new(span.start, true), self.to_new(span.end, false))
    }

    /// A border inside an edit goes to the edit's own.
    fn to_new(&self, at: usize, is_start: bool) -> usize {
        let mut last = (0, 0);
        for (old, new) in &self.steps {
            if at <= old.start {
                break;
            }
            if at < old.end {
                return if is_start { new.start } else { new.end };
            }
            last = (old.end, new.end);
        }
        last.1 + (at - last.0)
    }
}

pub(super) fn slice(chars: &[char], span: Span) -> String {
    chars.get(span.start..span.end).unwrap_or_default().iter().collect()
}

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

fn is_letter(chars: &[char], at: Option<usize>) -> bool {
    at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric())
}

/// The word that only blanks part from what begins at `at`.
pub(super) fn word_before(chars: &[char], at: usize) -> Option<Span> {
    let end = at - chars[..at].iter().rev().take_while(|c| c.is_whitespace()).count();
    let length = chars[..end].iter().rev().take_while(|c| c.is_alphanumeric()).count();
    (end < at && length > 0).then(|| Span::new(end - length, end))
}

/// The word that only blanks part from what ends at `at`.
pub(super) fn word_after(chars: &[char], at: usize) -> Option<Span> {
    let start = at + chars[at..].iter().take_while(|c| c.is_whitespace()).count();
    let length = chars[start..].iter().take_while(|c| c.is_alphanumeric()).count();
    (start > at && length > 0).then(|| Span::new(start, start + length))
}

/// Is the word right before, parted by blanks, "the"?
pub(super) fn behind_the(chars: &[char], at: usize) -> bool {
    word_before(chars, at).is_some_and(|w| slice(chars, w).eq_ignore_ascii_case("the"))
}

/// Does a stretch begin and end with a word? "Lind-backed" and "anti-Lind" have the word Lind, "Smith-Jones" and
/// "O'Brien" have neither Smith nor Brien.
pub(super) fn is_whole(chars: &[char], span: Span) -> bool {
    let before = span.start.checked_sub(1);
    let two_before = span.start.checked_sub(2);
    let lower =
        |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_lowercase());
    let begins = match before.map(|at| chars[at]) {
        Some('-') => lower(two_before) || !is_letter(chars, two_before),
        Some(c) if is_apostrophe(c) => !is_letter(chars, two_before),
        _ => !is_letter(chars, before),
    };
    let ends = match chars.get(span.end) {
        Some('-') => lower(Some(span.end + 1)) || !is_letter(chars, Some(span.end + 1)),
        Some(c) if is_apostrophe(*c) => {
            let rest = &chars[span.end + 1..];
            let word = rest.iter().take_while(|c| c.is_alphanumeric()).collect::<String>();
            word.is_empty() || word.eq_ignore_ascii_case("s")
        }
        _ => !is_letter(chars, Some(span.end)),
    };
    begins && ends
}

/// Where a name stands as whole words in these very letters.
pub(super) fn occurrences(chars: &[char], name: &str) -> Vec<Span> {
    let name: Vec<char> = name.chars().collect();
    if name.is_empty() {
        return Vec::new();
    }
    let windows = chars.windows(name.len()).enumerate();
    let found = windows.filter(|(_, w)| **w == *name).map(|(at, _)| Span::new(at, at + name.len()));
    found.filter(|span| is_whole(chars, *span)).collect()
}

/// The words of a stretch, parted by blanks.
pub(super) fn words(chars: &[char], span: Span) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    for (at, c) in chars.iter().enumerate().take(span.end).skip(span.start) {
        if c.is_whitespace() {
            continue;
        }
        match words.last_mut().filter(|w| w.end == at) {
            Some(word) => word.end += 1,
            None => words.push(Span::new(at, at + 1)),
        }
    }
    words
}

/// A name without marks, "the" and possessive around it. `None` where nothing stays.
pub(super) fn core(chars: &[char], span: Span) -> Option<Span> {
    let mut core = Span::new(span.start, span.end.min(chars.len()));
    while core.start < core.end && !chars[core.start].is_alphanumeric() {
        core.start += 1;
    }
    let dotted = |c: Span| c.len() > 3 && chars[c.end - 1] == '.' && chars[c.end - 3] == '.';
    while core.start < core.end && !chars[core.end - 1].is_alphanumeric() && !dotted(core) {
        core.end -= 1;
    }
    if core.len() > 2 && chars[core.end - 1] == 's' && is_apostrophe(chars[core.end - 2]) {
        core.end -= 2;
    }
    let own = words(chars, core);
    if own.len() > 1 && slice(chars, own[0]).eq_ignore_ascii_case("the") {
        core.start = own[1].start;
    }
    (!core.is_empty()).then(|| with_its_dot(chars, core))
}

/// "U.S." with its last dot, unless the dot ends the sentence as well and must stay.
fn with_its_dot(chars: &[char], core: Span) -> Span {
    let letters = Span::new(core.start, core.end - usize::from(chars[core.end - 1] == '.'));
    if !is_dotted(chars, letters) || chars.get(letters.end) != Some(&'.') {
        return core;
    }
    let goes_on = chars[letters.end + 1..].iter().any(|c| c.is_alphanumeric());
    Span::new(letters.start, letters.end + usize::from(goes_on))
}

/// Letters parted by dots, the last dot missing: "U.S".
fn is_dotted(chars: &[char], span: Span) -> bool {
    let own = &chars[span.start..span.end];
    own.len() >= 3
        && own
            .iter()
            .enumerate()
            .all(|(i, c)| if i % 2 == 0 { c.is_uppercase() } else { *c == '.' })
        && own.len() % 2 == 1
}

/// A name without the participle that is tied to it: "Russian-backed".
pub(super) fn untied(chars: &[char], core: Span) -> Span {
    let own = &chars[core.start..core.end];
    let Some(hyphen) = own.iter().rposition(|c| *c == '-') else { return core };
    let tail = &own[hyphen + 1..];
    let tied = !tail.is_empty() && tail.iter().all(|c| c.is_lowercase());
    if tied && hyphen > 1 { Span::new(core.start, core.start + hyphen) } else { core }
}

/// Letters without a small one among them, two or more.
pub(super) fn all_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 1 && !text.chars().any(char::is_lowercase)
}

/// Edits whose names end in no "s" need "'s" where the old name had a bare apostrophe ("Holdings' offer").
pub(super) fn with_possessive(chars: &[char], mut edit: Edit) -> Edit {
    let Some(&mark) = chars.get(edit.span.end).filter(|c| is_apostrophe(**c)) else { return edit };
    let after_s = edit.span.end > 0 && chars[edit.span.end - 1].eq_ignore_ascii_case(&'s');
    let bare = !is_letter(chars, Some(edit.span.end + 1));
    if after_s && bare && !opens_single(&chars[..edit.span.start]) {
        edit.span.end += 1;
        edit.text.push(mark);
        edit.text.push('s');
    }
    edit
}

/// Does a single quotation mark open here that may still be open?
fn opens_single(chars: &[char]) -> bool {
    chars
        .iter()
        .enumerate()
        .any(|(at, c)| *c == '‘' || (*c == '\'' && !is_letter(chars, at.checked_sub(1))))
}

/// "a" and "an" before names that begin otherwise than the old ones.
pub(super) fn articles(chars: &[char], edits: &[Edit]) -> Vec<Edit> {
    let fitting = |edit: &Edit| {
        let article = word_before(chars, edit.span.start)?;
        let old = slice(chars, article);
        let vowel = if all_capitals(&edit.text) && edit.text.len() <= 4 {
            // Letters are said one by one.
            edit.text.starts_with(|c| "AEFHILMNORSX".contains(c))
        } else {
            edit.text.starts_with(|c: char| "AEIOaeio".contains(c))
        };
        let new = match (old.as_str(), vowel) {
            ("a", true) => "an",
            ("an", false) => "a",
            ("A", true) => "An",
            ("An" | "AN", false) => "A",
            _ => return None,
        };
        Some(Edit { span: article, text: new.to_owned() })
    };
    edits.iter().filter_map(fitting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    fn find(text: &str, part: &str) -> Span {
        let start = text[..text.find(part).unwrap()].chars().count();
        Span::new(start, start + part.chars().count())
    }

    #[test]
    fn stretches_move_along_with_what_is_changed_before_and_in_them() {
        let text = "“Ms Çelik’s plan”, said Çelik, Lind agreed.";
        let old = chars(text);
        let edits = [find(text, "Çelik"), Span::new(24, 29)]
            .map(|span| Edit { span, text: "Whitfield".to_owned() });
        let changed = apply(&old, edits.to_vec());
        assert_eq!(changed.text, "“Ms Whitfield’s plan”, said Whitfield, Lind agreed.");
        let new = chars(&changed.text);
        for (before, after) in
            [("Ms Çelik", "Ms Whitfield"), ("Çelik’s", "Whitfield’s"), ("Lind", "Lind"), ("“", "“")]
        {
            assert_eq!(slice(&new, changed.moved(find(text, before))), after);
        }
        assert_eq!(changed.moved(Span::new(0, old.len())), Span::new(0, new.len()));
        // A stretch that ends inside a name takes the whole of it.
        assert_eq!(slice(&new, changed.moved(Span::new(4, 6))), "Whitfield");
    }

    #[test]
    fn a_name_is_freed_of_what_surrounds_it() {
        for (text, span, expected) in [
            ("said Mr. Singh in", ". Singh", "Singh"),
            ("the plan of The Hague's court", "The Hague's", "Hague"),
            ("in the U.S. over", "U.S.", "U.S."),
            ("in the U.S. over", "U.S", "U.S."),
            ("back to the U.S.", "U.S", "U.S"),
            ("back to the U.S.”", "U.S.", "U.S"),
            ("St. Louis", "St. Louis", "St. Louis"),
            ("Tulsa, Okla.", "Okla.", "Okla"),
            ("Lind’s", "Lind’s", "Lind"),
            ("(SHH)", "(SHH)", "SHH"),
        ] {
            let all = chars(text);
            let core = core(&all, find(text, span)).unwrap();
            assert_eq!(slice(&all, core), expected, "{text}");
        }
        assert_eq!(core(&chars("a – b"), Span::new(2, 3)), None);
        for (text, expected) in [
            ("Russian-backed", "Russian"),
            ("Ban Ki-moon", "Ban Ki"),
            ("U.S.-Mexico", "U.S.-Mexico"),
        ] {
            let all = chars(text);
            assert_eq!(slice(&all, untied(&all, Span::new(0, all.len()))), expected);
        }
    }

    #[test]
    fn only_whole_words_are_found() {
        let text = "Lind's Lind-backed anti-Lind Linden Lind-Moe Lind. O'Lind ‘Lind’";
        let found: Vec<usize> = occurrences(&chars(text), "Lind").iter().map(|s| s.start).collect();
        assert_eq!(found, [0, 7, 24, 45, 59]);
        assert!(occurrences(&chars(text), "").is_empty());
    }

    #[test]
    fn possessives_and_articles_follow_the_new_name() {
        for (text, old, new, expected) in [
            ("Holdings' offer", "Holdings", "Aldane", "Aldane's offer"),
            ("Holdings’ offer", "Holdings", "Aldane", "Aldane’s offer"),
            ("Lind's offer", "Lind", "Aldane", "Aldane's offer"),
            ("the ‘friends of Holdings’ met", "Holdings", "Aldane", "the ‘friends of Aldane’ met"),
            ("a Lind aide", "Lind", "Okafor", "an Okafor aide"),
            ("An Obama aide", "Obama", "Zhu", "A Zhu aide"),
            ("an SHH boat", "SHH", "KTP", "a KTP boat"),
            ("a KTP boat", "KTP", "RTN", "an RTN boat"),
            ("Vitamin A Lind", "A", "Okafor", "Vitamin Okafor Lind"),
        ] {
            let all = chars(text);
            let edit = Edit { span: find(text, old), text: new.to_owned() };
            let mut edits = vec![with_possessive(&all, edit)];
            edits.extend(articles(&all, &edits.clone()));
            assert_eq!(apply(&all, edits).text, expected);
        }
    }
}
