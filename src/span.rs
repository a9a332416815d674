//! Stretches of text, counted in Unicode code points.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of a text in Unicode code points, end-exclusive (as Python's `str` indices).
///
/// Which text it speaks of is said where the span stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Do the two share at least one code point?
    pub const fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Does `other` lie wholly inside?
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same stretch in a text that has `by` code points more in front.
    pub const fn shifted(self, by: usize) -> Span {
        Span::new(self.start + by, self.end + by)
    }

    /// Code points from the end of one to the start of the other; 0 where they touch or overlap.
    pub const fn gap(self, other: Span) -> usize {
        if self.end <= other.start {
            other.start - self.end
        } else {
            self.start.saturating_sub(other.end)
        }
    }
}

/// Translates between code points and bytes of one text in constant or logarithmic time.
#[derive(Clone, Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Byte offset of every code point, and the text's length at the end. Empty for ASCII.
    bytes: Vec<u32>,
}

impl<'t> CodePoints<'t> {
    /// # Panics
    /// If the text has 4 GiB or more; readers reject such documents long before.
    pub fn new(text: &'t str) -> Self {
        assert!(u32::try_from(text.len()).is_ok(), "text of 4 GiB or more");
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            let ends = std::iter::once(text.len());
            text.char_indices().map(|(i, _)| i).chain(ends).map(|i| i as u32).collect()
        };
        CodePoints { text, bytes }
    }

    /// Number of code points.
    pub fn len(&self) -> usize {
        if self.bytes.is_empty() { self.text.len() } else { self.bytes.len() - 1 }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Byte offset of a code point; past the end, the text's length.
    pub fn to_byte(&self, point: usize) -> usize {
        if self.bytes.is_empty() {
            point.min(self.text.len())
        } else {
            self.bytes[point.min(self.bytes.len() - 1)] as usize
        }
    }

    /// The code point that a byte belongs to.
    pub fn of_byte(&self, byte: usize) -> usize {
        if self.bytes.is_empty() {
            byte.min(self.text.len())
        } else {
            match self.bytes.binary_search(&(byte as u32)) {
                Ok(i) => i,
                Err(i) => i - 1,
            }
        }
    }

    /// A byte range as a span.
    pub fn span(&self, bytes: Range<usize>) -> Span {
        Span::new(self.of_byte(bytes.start), self.of_byte(bytes.end))
    }

    /// The text of a span; ends past the text's are cut to it.
    pub fn slice(&self, span: Span) -> &'t str {
        let (start, end) = (self.to_byte(span.start), self.to_byte(span.end));
        self.text.get(start..end.max(start)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_and_bytes_translate_both_ways() {
        for text in ["", "plain", "naïve 🙂 “quote” שלום"] {
            let points = CodePoints::new(text);
            assert_eq!(points.len(), text.chars().count());
            for (i, (byte, c)) in text.char_indices().enumerate() {
                assert_eq!(points.to_byte(i), byte);
                assert_eq!(points.of_byte(byte), i);
                assert_eq!(points.slice(Span::new(i, i + 1)), c.to_string());
            }
            assert_eq!(points.slice(Span::new(0, 1000)), text);
        }
    }

    #[test]
    fn gap_is_zero_where_spans_touch_or_overlap() {
        assert_eq!(Span::new(0, 3).gap(Span::new(3, 5)), 0);
        assert_eq!(Span::new(0, 4).gap(Span::new(2, 5)), 0);
        assert_eq!(Span::new(7, 9).gap(Span::new(0, 2)), 5);
        assert_eq!(Span::new(0, 2).gap(Span::new(7, 9)), 5);
    }
}
