//! Overlapping stretches in, flat segments out.
//!
//! Loaded words, mentions and voices overlap as they like; HTML elements must nest. So a sentence
//! is cut wherever any stretch begins or ends, and each piece carries the set of stretches over it.

use crate::Span;

/// A piece of text over which the same stretches lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub span: Span,
    /// Indices of the stretches over it, ascending.
    pub over: Vec<usize>,
}

/// Cuts `0..len` at every end of the stretches, which are cut to it. The segments tile the text.
pub fn segments(len: usize, stretches: &[Span]) -> Vec<Segment> {
    let cut = |s: &Span| Span::new(s.start.min(len), s.end.min(len));
    let stretches: Vec<Span> = stretches.iter().map(cut).collect();
    let mut bounds = vec![0, len];
    bounds.extend(stretches.iter().filter(|s| !s.is_empty()).flat_map(|s| [s.start, s.end]));
    bounds.sort_unstable();
    bounds.dedup();
    bounds
        .windows(2)
        .map(|pair| {
            let span = Span::new(pair[0], pair[1]);
            let over = stretches.iter().enumerate().filter(|(_, s)| s.contains(span));
            Segment { span, over: over.map(|(i, _)| i).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_tile_the_text_and_carry_what_lies_over_them() {
        // Crossing, nested, touching, equal, empty, past the end, turned round.
        let stretches = [(2, 9), (5, 12), (6, 7), (12, 14), (2, 9), (3, 3), (18, 99), (8, 4)];
        let stretches = stretches.map(|(a, b)| Span::new(a, b));
        let len = 20;
        let segments = segments(len, &stretches);

        assert_eq!(segments.first().map(|s| s.span.start), Some(0));
        assert_eq!(segments.last().map(|s| s.span.end), Some(len));
        for pair in segments.windows(2) {
            assert_eq!(pair[0].span.end, pair[1].span.start);
        }
        for point in 0..len {
            let here = Span::new(point, point + 1);
            let expected: Vec<usize> =
                (0..stretches.len()).filter(|&i| stretches[i].contains(here)).collect();
            let found = segments.iter().find(|s| s.span.contains(here)).map(|s| s.over.clone());
            assert_eq!(found, Some(expected), "at {point}");
        }
    }

    #[test]
    fn no_text_has_no_segments() {
        assert!(segments(0, &[Span::new(0, 4)]).is_empty());
    }
}
