//! One paragraph in, the byte ranges of its sentences out.
//!
//! The boundaries are `sentencex`'s (Wikimedia), the best of the crates compared on the golden rules
//! and UD English-EWT. It holds a whole quotation together; we want its sentences one by one, since
//! each is read for itself, so it sees the paragraph without quotation marks and brackets of mark-up,
//! and what closes a quotation is given back to the sentence before it. A few repairs on top are for
//! news: titles ("Ms."), speech with its attribution ("“Why?” Mr Roe asked."), list numbers.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Sentences of a paragraph, trimmed, in order, not overlapping; line breaks count as blanks.
pub fn sentences(paragraph: &str) -> Vec<Range<usize>> {
    let (bare, origin) = without_quotes(paragraph);
    let mut ends: Vec<usize> = Vec::new();
    let (mut at, mut counted, mut straight) = (0, 0, 0);
    for piece in sentencex::segment("en", &bare) {
        let end = at + piece.trim_end().len();
        at += piece.len();
        let end =
            if origin.is_empty() { end } else { origin.get(end).map_or(0, |&end| end as usize) };
        if end > 0 {
            // Straight marks close where an odd number of them stands before.
            let new = paragraph.as_bytes().get(counted..end).unwrap_or_default();
            straight += new.iter().filter(|&&b| b == b'"').count();
            counted = counted.max(end);
            ends.push(over_closers(paragraph, end, straight));
        }
    }
    ends.extend(missed_ends(paragraph));
    ends.push(paragraph.len());
    ends.sort_unstable();

    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for end in ends {
        if end <= start {
            continue;
        }
        let piece = &paragraph[start..end];
        let (from, to) = (end - piece.trim_start().len(), start + piece.trim_end().len());
        start = end;
        if from >= to {
            continue;
        }
        match ranges.last_mut() {
            Some(last)
                if (last.end == from && are_initials(paragraph, from))
                    || one_sentence(&paragraph[last.clone()], &paragraph[from..to]) =>
            {
                last.end = to
            }
            _ => ranges.push(from..to),
        }
    }
    // Only now is "Ms. Roe asked." whole.
    ranges.dedup_by(|after, before| {
        let speech = is_attributed(&paragraph[before.clone()], &paragraph[after.clone()]);
        if speech {
            before.end = after.end;
        }
        speech
    });
    ranges
}

/// The paragraph without quotation marks, and for every byte offset in it the paragraph's own; none
/// where they are the same.
fn without_quotes(paragraph: &str) -> (Cow<'_, str>, Vec<u32>) {
    if paragraph
        .bytes()
        .all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>'))
    {
        return (Cow::Borrowed(paragraph), Vec::new());
    }
    let mut bare = String::with_capacity(paragraph.len());
    let mut origin = Vec::with_capacity(paragraph.len() + 1);
    origin.push(0);
    let mut before = ' ';
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |&(_, c)| c);
        let keep = match c {
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '‘' | '`' | '<' | '>' => {
                false
            }
            // An apostrophe inside a word is none.
            '\'' | '’' => before.is_alphanumeric() && after.is_alphanumeric(),
            _ => true,
        };
        before = c;
        if !keep {
            continue;
        }
        let end = (at + c.len_utf8()) as u32;
        let c = if c.is_whitespace() { ' ' } else { c };
        bare.push(c);
        for _ in 0..c.len_utf8() {
            origin.push(end);
        }
    }
    (Cow::Owned(bare), origin)
}

/// The end of a sentence, past the marks that close what it opened.
fn over_closers(paragraph: &str, mut end: usize, mut straight: usize) -> usize {
    while let Some(c) = paragraph[end..].chars().next() {
        let next = paragraph[end + c.len_utf8()..].chars().next().unwrap_or(' ');
        let closes = match c {
            '”' | '’' | '»' | '›' | ')' | ']' | '}' => true,
            '\'' => !next.is_alphanumeric(),
            '"' => straight % 2 == 1 || !next.is_alphanumeric(),
            // A closing mark that a blank has come before.
            ' ' | '\n' => matches!(next, '”' | '»'),
            _ => false,
        };
        if !closes {
            break;
        }
        straight += usize::from(c == '"');
        end += c.len_utf8();
    }
    end
}

/// Words with a full stop that end no sentence: what follows is the name, day or number they go with.
static BEFORE_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?: ^ | [\s("“‘'/-] ) (?:
            (?: Mr | Mrs | Ms | Mx | Messrs | Dr | Drs | Prof | Sen | Sens | Rep | Reps | Gov | Govs | Lt | Gen
              | Gens | Col | Maj | Capt | Cmdr | Sgt | Cpl | Pvt | Adm | Hon | Rev | Fr | Pres | Amb | Atty | Supt
              | Det | Spc | Insp | Mt | Ft | St | Msgr ) \.
        ) $"#,
    )
    .expect("a fixed pattern")
});

static BEFORE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?: ^ | [\s("“‘'] ) (?:
            Jan | Feb | Mar | Apr | Aug | Sept? | Oct | Nov | Dec | No | Nos | Art | Sec | Fig | Vol | pp? ) \. $"#,
    )
    .expect("a fixed pattern")
});

/// "5 p.m. Tuesday": the hour goes with its day or time zone.
static BEFORE_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[ap]\.m\.$").expect("a fixed pattern"));
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|E[SD]?T|P[SD]?T|C[SD]?T|GMT|UTC|Eastern|Pacific|Central|on|local|Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)\b",
    )
    .expect("a fixed pattern")
});

/// A month that is never cut short, and initials before a word that begins a sentence: "in May. Two", "D-N.D. It".
static MISSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?P<end> \b (?: March | April | May | June | July ) \. [”"’)]* ) \s+ ["“‘(]? [A-Z]
        | (?P<of_initials> \b [A-Z] \. [A-Z] \. [”"’)]* ) \s+ (?: He | She | They | It | We | The | But | And ) \s"#,
    )
    .expect("a fixed pattern")
});

/// Ends of sentences that `sentencex` takes for abbreviations.
fn missed_ends(paragraph: &str) -> Vec<usize> {
    let ends = MISSED.captures_iter(paragraph);
    ends.filter_map(|c| Some(c.name("end").or(c.name("of_initials"))?.end())).collect()
}

/// Was "N.D." cut in the middle, at `at`?
fn are_initials(paragraph: &str, at: usize) -> bool {
    let initial = |letter: Option<char>, stop: Option<char>| {
        letter.is_some_and(char::is_uppercase) && stop == Some('.')
    };
    let (mut before, mut after) = (paragraph[..at].chars().rev(), paragraph[at..].chars());
    let (stop, letter) = (before.next(), before.next());
    initial(letter, stop) && initial(after.next(), after.next())
}

/// `“Why?” Mr Roe asked`: the name and the verb that go with the words before.
static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) ^ (?: [A-Z][\w.’'-]* \s+ ){1,5} (?: [a-z]+ly \s+ )?
        (?: said | says | asked | asks | wrote | writes | tweeted | added | told | replied | shouted | cried
          | exclaimed | posted | declared | demanded | wondered | concluded | continued ) \b",
    )
    .expect("a fixed pattern")
});

const PRONOUNS: [&str; 10] = ["He", "She", "They", "It", "We", "I", "You", "The", "But", "And"];

/// Do two neighbours belong together after all?
fn one_sentence(before: &str, after: &str) -> bool {
    if !before.contains(char::is_alphanumeric) || !after.contains(char::is_alphanumeric) {
        // Stray marks alone are no sentence.
        return true;
    }
    // Only ends matter here; a paragraph of one endless sentence must not be searched over and over.
    let tail = tail(before, 40);
    let first = after.chars().find(|c| c.is_alphanumeric()).unwrap_or(' ');
    if BEFORE_NAME.is_match(tail) && first.is_uppercase() {
        return true;
    }
    if BEFORE_NUMBER.is_match(tail) && first.is_numeric() {
        return true;
    }
    if is_enumerator(before) {
        return true;
    }
    if before.trim_end().ends_with("m.") && BEFORE_DAY.is_match(tail) && DAY.is_match(after) {
        return true;
    }
    let inner = tail.trim_end_matches(CLOSING);
    let opening = after.chars().next().unwrap_or(' ');
    inner.len() < tail.len() && opening.is_lowercase() && inner.ends_with(['?', '!', '…', '.', ','])
}

const CLOSING: [char; 5] = ['”', '"', '’', '\'', '»'];

/// Does what follows a question or exclamation say who spoke it?
fn is_attributed(before: &str, after: &str) -> bool {
    let tail = tail(before, 40);
    let inner = tail.trim_end_matches(CLOSING);
    let word = after.split_whitespace().next().unwrap_or_default();
    inner.len() < tail.len()
        && inner.ends_with(['?', '!', '…'])
        && !PRONOUNS.contains(&word)
        && ATTRIBUTION.is_match(&after[..after.floor_char_boundary(120)])
}

/// `1.`, `(b)`, `Q.`: what numbers the sentence after it.
fn is_enumerator(text: &str) -> bool {
    let inner = text.trim_matches(|c: char| "()[].)".contains(c));
    let short = inner.len() <= 3 && inner.bytes().all(|b| b.is_ascii_digit());
    let letter = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_alphabetic());
    inner.len() < text.len() && (short || letter)
}

fn tail(text: &str, bytes: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(bytes))..]
}

#[cfg(test)]
mod tests {
    use super::sentences;

    fn split(paragraph: &str) -> Vec<&str> {
        sentences(paragraph).into_iter().map(|range| &paragraph[range]).collect()
    }

    #[test]
    fn speech_stays_with_its_attribution() {
        assert_eq!(split("“Go!” he said. She left."), ["“Go!” he said.", "She left."]);
        assert_eq!(
            split("\"Why now?\" Ms. Roe asked. Nobody knew."),
            ["\"Why now?\" Ms. Roe asked.", "Nobody knew."]
        );
        assert_eq!(
            split("He called it “a shame.” The board met."),
            ["He called it “a shame.”", "The board met."]
        );
        assert_eq!(split("It was \"over.\" He left."), ["It was \"over.\"", "He left."]);
        assert_eq!(split("“Who?” He left."), ["“Who?”", "He left."]);
    }

    #[test]
    fn each_sentence_of_a_quotation_stands_alone() {
        assert_eq!(
            split("“We must act. We cannot wait,” she said. “Now.”"),
            ["“We must act.", "We cannot wait,” she said.", "“Now.”"]
        );
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        for whole in [
            "Sen. Jane Roe (R-Fla.) met Lt. Gov. John Doe, Ms. Poe and Dr. Who on Jan. 5 at 5 p.m. Tuesday.",
            "The U.S. Senate passed No. 3 by 3.5 percent, vs. 2.1 in St. Louis.",
            "J.P. Morgan and George W. Bush met the U.N. Secretary General.",
            "He waited ... and left.",
        ] {
            assert_eq!(split(whole), [whole]);
        }
        assert_eq!(
            split("He lives in the U.S. He is rich."),
            ["He lives in the U.S.", "He is rich."]
        );
        assert_eq!(split("1. First of all. 2. Second."), ["1. First of all.", "2. Second."]);
        assert_eq!(split("It rose in May. Two fell."), ["It rose in May.", "Two fell."]);
        assert_eq!(
            split("She met Sen. Roe, D-N.D. It was late."),
            ["She met Sen. Roe, D-N.D.", "It was late."]
        );
    }

    #[test]
    fn every_character_is_in_one_sentence_whatever_the_text() {
        for text in ["”“’‘ \"'", "a.”b", "שלום. עולם!", "🙂. 🙃", ".", "“", "x\n\ny z. A", "»”. Oh"]
        {
            let ranges = sentences(text);
            let kept: String = ranges.iter().map(|r| &text[r.clone()]).collect();
            let all = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(all(&kept), all(text));
        }
    }
}
