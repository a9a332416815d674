//! Text as names are compared: small letters without diacritics, straight apostrophes, single spaces.
//!
//! Every word keeps its place in the text as it was given, so that what is found in the one can be
//! pointed at in the other.

use std::ops::Range;

use crate::Span;

#[derive(Clone, Debug)]
pub struct Word {
    /// Bytes in [`Text::low`].
    low: Range<usize>,
    /// Bytes in [`Text::plain`].
    plain: Range<usize>,
    /// Code points in the text as it was given.
    span: Span,
    /// Can a name begin here? Not after the apostrophe of "O'Brien".
    pub starts: bool,
    /// Can a name end here? Before a possessive it can, after the "O" of "O'Brien" it cannot.
    pub ends: bool,
}

#[derive(Clone, Debug)]
pub struct Text {
    /// As it was given, but for apostrophes, dashes and white space.
    plain: String,
    /// The same in small letters without diacritics.
    low: String,
    pub words: Vec<Word>,
}

impl Text {
    pub fn new(text: &str) -> Text {
        let mut out = Text {
            plain: String::with_capacity(text.len()),
            low: String::with_capacity(text.len()),
            words: Vec::new(),
        };
        let mut inside = false;
        for (point, c) in text.chars().enumerate() {
            if is_invisible(c) {
                continue;
            }
            if c.is_whitespace() {
                inside = false;
                if !out.plain.is_empty() && !out.plain.ends_with(' ') {
                    out.plain.push(' ');
                    out.low.push(' ');
                }
                continue;
            }
            let c = straight(c);
            let letter = is_letter(c);
            if letter && !inside {
                out.begin_word(point);
            }
            out.plain.push(c);
            match without_diacritics(c) {
                Some(letters) => out.low.extend(letters.chars().flat_map(char::to_lowercase)),
                None => out.low.extend(c.to_lowercase()),
            }
            if letter && let Some(word) = out.words.last_mut() {
                word.low.end = out.low.len();
                word.plain.end = out.plain.len();
                word.span.end = point + 1;
            }
            inside = letter;
        }
        out.mark_apostrophes();
        out
    }

    fn begin_word(&mut self, point: usize) {
        let (low, plain) = (self.low.len(), self.plain.len());
        self.words.push(Word {
            low: low..low,
            plain: plain..plain,
            span: Span::new(point, point),
            starts: true,
            ends: true,
        });
    }

    fn mark_apostrophes(&mut self) {
        for i in 1..self.words.len() {
            let (before, after) = (&self.words[i - 1], &self.words[i]);
            if &self.low[before.low.end..after.low.start] != "'" {
                continue;
            }
            // "'s", "'d", "'ll": what follows the name. "'Brien" belongs to it.
            let follows = self.low[after.low.clone()].chars().count() <= 2;
            self.words[i - 1].ends = follows;
            self.words[i].starts = false;
        }
    }

    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// First and last word of the whole as a name: without a leading "the". `None` without a word.
    pub fn name(&self) -> Option<(usize, usize)> {
        let last = self.words.len().checked_sub(1)?;
        let article = last > 0 && self.lower(0, 0) == "the";
        Some((usize::from(article), last))
    }

    /// The last word of the name before its "'s", where it ends in one.
    pub fn without_possessive(&self, first: usize, last: usize) -> Option<usize> {
        let possessive = last > first && !self.words[last].starts && self.lower(last, last) == "s";
        possessive.then(|| last - 1)
    }

    /// From one word to another (inclusive), in small letters: what names are looked up by.
    pub fn lower(&self, first: usize, last: usize) -> &str {
        &self.low[self.words[first].low.start..self.words[last].low.end]
    }

    /// The same as it was written.
    pub fn written(&self, first: usize, last: usize) -> &str {
        &self.plain[self.words[first].plain.start..self.words[last].plain.end]
    }

    /// Where that stands in the text as it was given.
    pub fn span(&self, first: usize, last: usize) -> Span {
        Span::new(self.words[first].span.start, self.words[last].span.end)
    }

    /// The text from a word on, and the byte at which that begins.
    pub fn rest_at(&self, first: usize) -> (&str, usize) {
        let from = self.words[first].plain.start;
        (&self.plain[from..], from)
    }

    /// The last word before a byte of [`Text::plain`], unless the byte cuts a word or a name in two.
    pub fn last_word_before(&self, byte: usize) -> Option<usize> {
        let last = self.words.partition_point(|w| w.plain.start < byte).checked_sub(1)?;
        let word = &self.words[last];
        (word.plain.end <= byte && word.ends).then_some(last)
    }

    /// The words that share a code point with a span of the text as it was given.
    pub fn words_in(&self, span: Span) -> Option<(usize, usize)> {
        let first = self.words.iter().position(|w| w.span.overlaps(span))?;
        let last = self.words.iter().rposition(|w| w.span.overlaps(span))?;
        Some((first, last))
    }

    /// Does the phrase (in small letters) stand here in whole words, these words within it?
    pub fn phrase_covers(&self, phrase: &str, first: usize, last: usize) -> bool {
        let (start, end) = (self.words[first].low.start, self.words[last].low.end);
        self.low.match_indices(phrase).any(|(from, found)| {
            let to = from + found.len();
            from <= start
                && end <= to
                && self.words.iter().any(|w| w.low.start == from)
                && self.words.iter().any(|w| w.low.end == to)
        })
    }

    /// The words as bytes of [`Text::plain`].
    pub fn bytes(&self, first: usize, last: usize) -> Range<usize> {
        self.words[first].plain.start..self.words[last].plain.end
    }

    /// Several words and no small letter, as headlines may be.
    pub fn shouts(&self) -> bool {
        self.words.len() > 2 && !self.plain.contains(char::is_lowercase)
    }
}

/// Typographic apostrophes are the straight one.
pub fn straight_apostrophe(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | '＇' | '`' | '´' => '\'',
        other => other,
    }
}

fn straight(c: char) -> char {
    match c {
        '‐' | '‑' | '–' => '-',
        other => straight_apostrophe(other),
    }
}

/// Latin letters for a Latin letter; nothing for a combining mark, so that it does not matter how a
/// letter is put together. Other scripts stay as they are.
fn without_diacritics(c: char) -> Option<&'static str> {
    match c {
        '\u{300}'..='\u{36f}' => Some(""),
        'À'..='ɏ' | 'Ḁ'..='ỿ' => deunicode::deunicode_char(c),
        _ => None,
    }
}

/// Combining marks are part of the letter before them.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Soft hyphens and the like, which pages put into words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_point_at_the_text_as_it_was_given() {
        let given = "  The “Å\u{ad}sa  O’Brien’s”\u{a0}İ-Club";
        let text = Text::new(given);
        let points: Vec<char> = given.chars().collect();
        let words: Vec<String> = (0..text.words.len())
            .map(|w| {
                let span = text.span(w, w);
                points[span.start..span.end].iter().collect()
            })
            .collect();
        assert_eq!(words, ["The", "Å\u{ad}sa", "O", "Brien", "s", "İ", "Club"]);
        assert_eq!(text.lower(1, 4), "asa o'brien's");
        assert_eq!(text.written(1, 4), "Åsa O'Brien's");
        assert_eq!(text.name(), Some((1, 6)));
    }

    #[test]
    fn an_apostrophe_parts_a_possessive_and_holds_a_name_together() {
        for (given, starts, ends) in [
            ("Moscow’s plan", "Moscow plan", "Moscow s plan"),
            ("O'Brien spoke", "O spoke", "Brien spoke"),
            ("Dockers’ Union", "Dockers Union", "Dockers Union"),
            ("she'll 'go'", "she go", "she ll go"),
        ] {
            let text = Text::new(given);
            let those = |keep: &dyn Fn(&Word) -> bool| -> String {
                let kept = (0..text.words.len()).filter(|&w| keep(&text.words[w]));
                kept.map(|w| text.written(w, w)).collect::<Vec<_>>().join(" ")
            };
            assert_eq!(those(&|w| w.starts), starts, "{given}");
            assert_eq!(those(&|w| w.ends), ends, "{given}");
        }
    }
}
