//! Text in, quoted stretches out.
//!
//! Knows straight and curly, double and single marks, two single ones for a double ('' and ``), and guillemets; nesting; a mark that is never
//! closed; and the re-opened mark of a quotation that runs over paragraphs. Apostrophes are no marks.

use crate::Span;

/// A stretch inside quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// In the text, both marks included where they stand there.
    pub span: Span,
    /// False where the text or paragraph ends before a closing mark.
    pub closed: bool,
    /// The first character after the marks goes on with a quotation that the paragraph before left open.
    pub continues: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Double,
    Single,
    Guillemet,
    /// »The other way round«, as in German and Danish print.
    ReversedGuillemet,
    LowDouble,
    Corner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Open(Kind),
    Close(Kind),
    /// A straight mark: its neighbours decide.
    Either(Kind),
}

fn side(c: char) -> Option<Side> {
    Some(match c {
        '“' | '‟' => Side::Open(Kind::Double),
        '”' => Side::Close(Kind::Double),
        '„' => Side::Open(Kind::LowDouble),
        '"' | '＂' => Side::Either(Kind::Double),
        '‘' | '‛' => Side::Open(Kind::Single),
        '’' => Side::Close(Kind::Single),
        '\'' => Side::Either(Kind::Single),
        '«' => Side::Open(Kind::Guillemet),
        '»' => Side::Close(Kind::Guillemet),
        '「' | '『' => Side::Open(Kind::Corner),
        '」' | '』' => Side::Close(Kind::Corner),
        _ => return None,
    })
}

/// A mark that speech stands in; single ones may be apostrophes and are none.
pub fn is_speech_mark(c: char) -> bool {
    matches!(side(c), Some(Side::Open(k) | Side::Close(k) | Side::Either(k)) if k != Kind::Single)
}

/// The outermost quoted stretches of a text, in order. A line break ends a quotation that is not closed;
/// where the next line opens again, that quotation `continues`.
pub fn outermost(text: &str) -> Vec<Quote> {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<Quote> = Vec::new();
    let mut open: Vec<(Kind, usize)> = Vec::new();
    // Did the paragraph before end inside double marks?
    let mut carried = false;
    let mut continues = false;
    for (i, &c) in chars.iter().enumerate() {
        // The second of two single marks was read with the first.
        if i > 0 && is_pair(&chars, i - 1) {
            continue;
        }
        let width = if is_pair(&chars, i) { 2 } else { 1 };
        if c == '\n' {
            if let Some(&(kind, start)) = open.first() {
                let end = trimmed_end(&chars, start, i);
                if kind != Kind::Single && end > start + 1 {
                    out.push(Quote { span: Span::new(start, end), closed: false, continues });
                    carried = true;
                }
                open.clear();
            }
            continues = false;
            continue;
        }
        let side = match (width, c) {
            (2, '`') => Side::Open(Kind::Double),
            (2, _) => Side::Either(Kind::Double),
            _ => match side(c) {
                Some(side) => side,
                None => continue,
            },
        };
        let before = i.checked_sub(1).map(|k| chars[k]);
        let after = chars.get(i + width).copied();
        // What a mark touches on the outside says which side it stands on.
        let starts =
            before.is_none_or(|b| b.is_whitespace() || "([{—–-/:".contains(b) || is_open(b));
        let ends =
            after.is_none_or(|a| a.is_whitespace() || ".,;:!?)]}—–-/…".contains(a) || is_mark(a));
        let within = |kind: Kind| open.iter().any(|&(k, _)| k == kind);
        let (kind, opens) = match side {
            // „So“ it is closed in German, and »so« in Danish.
            Side::Open(Kind::Double) if c == '“' && within(Kind::LowDouble) && !starts => {
                (Kind::LowDouble, false)
            }
            Side::Open(Kind::Guillemet) if within(Kind::ReversedGuillemet) && !starts => {
                (Kind::ReversedGuillemet, false)
            }
            Side::Close(Kind::Guillemet) if starts && !ends && !within(Kind::Guillemet) => {
                (Kind::ReversedGuillemet, true)
            }
            // ”Swedish”, and marks that a machine turned the wrong way.
            Side::Close(Kind::Double)
                if starts && !ends && !within(Kind::Double) && !within(Kind::LowDouble) =>
            {
                (Kind::Double, true)
            }
            Side::Open(kind) => (kind, true),
            Side::Close(kind) => (kind, false),
            Side::Either(kind) => {
                let inside = open.iter().any(|&(k, _)| k == kind);
                let opens = match (starts, ends) {
                    (true, false) => true,
                    (false, true) => false,
                    _ => !inside,
                };
                (kind, opens && !(inside && kind == Kind::Double && !starts))
            }
        };
        if kind == Kind::Single {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            // An apostrophe: inside a word, before a year or a clipped word, or after a plural.
            if letter(before) && letter(after) {
                continue;
            }
            if opens && (!starts || after.is_none_or(|a| a.is_whitespace() || a.is_ascii_digit())) {
                continue;
            }
            if !opens && !open.iter().any(|&(k, _)| k == Kind::Single) {
                continue;
            }
            // `the workers' union` inside single marks: a closing mark only where no later one could be.
            if !opens && before == Some('s') && after == Some(' ') && closes_later(&chars, i) {
                continue;
            }
        }
        if opens {
            if open.is_empty() {
                let first = chars[..i].iter().rev().find(|c| !matches!(c, ' ' | '\t' | '\u{a0}'));
                let paragraph_start = first.is_none_or(|&c| c == '\n');
                continues = carried && paragraph_start;
                carried = false;
            }
            if kind == Kind::Single && open.is_empty() && !closes_later(&chars, i) {
                continue; // a lone single mark is an apostrophe
            }
            open.push((kind, i));
        } else {
            let matches = |k: Kind| k == kind || (k == Kind::LowDouble && kind == Kind::Double);
            match open.iter().rposition(|&(k, _)| matches(k)) {
                Some(at) => {
                    let (_, start) = open[at];
                    open.truncate(at);
                    if open.is_empty() {
                        let span = Span::new(start, i + width);
                        out.push(Quote { span, closed: true, continues });
                        continues = false;
                    }
                }
                None => {
                    // The opening mark was forgotten: what ends so was spoken from its sentence's start.
                    let spoken =
                        before.is_some_and(|b| ",.!?…".contains(b)) && kind != Kind::Single;
                    let from = out.last().map_or(0, |q| q.span.end);
                    if let Some(start) =
                        sentence_start(&chars, from, i).filter(|_| spoken && open.is_empty())
                    {
                        let span = Span::new(start, i + width);
                        out.push(Quote { span, closed: true, continues: false });
                    }
                }
            }
        }
    }
    if let Some(&(kind, start)) = open.first()
        && kind != Kind::Single
        && chars.len() > start + 1
    {
        let end = trimmed_end(&chars, start, chars.len());
        out.push(Quote { span: Span::new(start, end), closed: false, continues });
    }
    out
}

/// Where the sentence that holds `at` begins, on its line and not before `from`; None where it is but a word or two.
fn sentence_start(chars: &[char], from: usize, at: usize) -> Option<usize> {
    let stop = |k: &usize| {
        chars[*k] == '\n'
            || ".!?".contains(chars[*k]) && chars.get(k + 1).is_some_and(|c| c.is_whitespace())
    };
    let begun = (from..at.saturating_sub(1)).rev().find(stop).map_or(from, |k| k + 1);
    let start = (begun..at).find(|&k| !chars[k].is_whitespace())?;
    let words = chars[start..at].iter().filter(|c| c.is_whitespace()).count() + 1;
    (chars[start].is_uppercase() && words >= 3).then_some(start)
}

/// Do two single marks stand at `i` that are one double mark? Of four in a row each two are.
fn is_pair(chars: &[char], i: usize) -> bool {
    let c = chars[i];
    let two = matches!(c, '\'' | '`') && chars.get(i + 1) == Some(&c);
    two && !(i > 0 && chars[i - 1] == c && is_pair(chars, i - 1))
}

fn is_open(c: char) -> bool {
    matches!(c, '“' | '‘' | '«' | '„' | '"' | '\'')
}

fn is_mark(c: char) -> bool {
    side(c).is_some()
}

fn trimmed_end(chars: &[char], start: usize, end: usize) -> usize {
    let mut end = end;
    while end > start && chars[end - 1].is_whitespace() {
        end -= 1;
    }
    end
}

/// Does a single mark on the same line still close after `from`?
fn closes_later(chars: &[char], from: usize) -> bool {
    let rest = &chars[from + 1..];
    let line = rest.iter().position(|&c| c == '\n').unwrap_or(rest.len());
    (0..line).any(|k| {
        matches!(rest[k], '\'' | '’')
            && rest.get(k + 1).is_none_or(|a| !a.is_alphanumeric())
            && (k == 0 || !rest[k - 1].is_whitespace())
            // `workers' union` closes nothing.
            && !(k > 0 && rest[k - 1] == 's' && rest.get(k + 1) == Some(&' '))
    })
}

/// Share of a span's letters and digits that stand inside quotation marks, 0 to 1.
pub fn quoted_share(text: &str, quotes: &[Quote], span: Span) -> f64 {
    let (mut inside, mut all) = (0usize, 0usize);
    for (i, c) in text.chars().enumerate().take(span.end).skip(span.start) {
        if c.is_alphanumeric() {
            all += 1;
            inside += usize::from(quotes.iter().any(|q| q.span.start <= i && i < q.span.end));
        }
    }
    if all == 0 { 0.0 } else { inside as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        outermost(text).iter().map(|q| chars[q.span.start..q.span.end].iter().collect()).collect()
    }

    #[test]
    fn every_style_of_marks_is_found() {
        for (text, found) in [
            (r#"He said "we will go" and left."#, vec![r#""we will go""#]),
            ("“We will go,” he said, “and soon.”", vec!["“We will go,”", "“and soon.”"]),
            ("She called it ‘a gift’ to them.", vec!["‘a gift’"]),
            ("Il a dit «non» hier.", vec!["«non»"]),
            ("Er sagte „nein“ und ging, „nie“.", vec!["„nein“", "„nie“"]),
            (r#""One" ("two") "three"."#, vec![r#""One""#, r#""two""#, r#""three""#]),
            ("''We will go,'' he said, ''and soon.''", vec!["''We will go,''", "''and soon.''"]),
            ("He wrote ``never'' twice.", vec!["``never''"]),
            ("Hun sagde »nej« og gik.", vec!["»nej«"]),
            ("Hon sa ”nej” och gick.", vec!["”nej”"]),
            ("He said 「we go」 twice.", vec!["「we go」"]),
        ] {
            assert_eq!(quoted(text), found, "{text}");
        }
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        for text in [
            "Brandvold’s plan is the dockers’ plan, isn't it?",
            "the '90s and the workers' union's rules",
            "rock 'n' roll",
        ] {
            let found = quoted(text);
            assert!(found.is_empty() || text.starts_with("rock"), "{text}: {found:?}");
        }
        assert_eq!(
            quoted("‘The dockers’ union is strong,’ she said."),
            ["‘The dockers’ union is strong,’"]
        );
    }

    #[test]
    fn nested_quotes_are_one_outermost_quote() {
        assert_eq!(
            quoted("“He told me ‘go home’ and I went,” said Faye."),
            ["“He told me ‘go home’ and I went,”"]
        );
    }

    #[test]
    fn a_quote_over_two_paragraphs_continues() {
        let text = "“We stayed all night.\n“Nobody slept,” he said.\nThe ship left.";
        let quotes = outermost(text);
        assert_eq!(quotes.len(), 2);
        assert!(!quotes[0].closed && !quotes[0].continues);
        assert!(quotes[1].closed && quotes[1].continues);
    }

    #[test]
    fn an_unclosed_mark_ends_with_its_paragraph() {
        assert_eq!(
            quoted("He wrote \"never again and left.\nNext day."),
            ["\"never again and left."]
        );
    }

    #[test]
    fn a_forgotten_opening_mark_is_thought_of() {
        assert_eq!(quoted("It rained. We will not go,” he said."), ["We will not go,”"]);
        assert_eq!(
            quoted("We will not go,\" he said. \"Never.\""),
            ["We will not go,\"", "\"Never.\""]
        );
    }

    #[test]
    fn a_stray_mark_closes_nothing() {
        assert!(quoted("It closed” before it opened.").is_empty());
        assert!(quoted("5' 10 tall").is_empty());
    }

    #[test]
    fn share_counts_letters_only() {
        let text = "“Go” now";
        let quotes = outermost(text);
        assert!((quoted_share(text, &quotes, Span::new(0, 8)) - 0.4).abs() < 1e-9);
    }
}
