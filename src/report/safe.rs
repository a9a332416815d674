//! Anybody's text in, harmless text out.
//!
//! Articles come from anywhere. What they bring must be shown, and must not act: not as markup, not
//! as a link, not as a formula, not as a terminal command, not as an override of reading direction.
//! HTML's own escaping is the template engine's; here is what it leaves.

use std::borrow::Cow;

/// Characters that change the direction or the order of the text around them.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// One line without control characters (C0, C1, escape sequences' lead) and direction controls, for
/// terminals, attributes and Markdown. Line breaks and tabs become spaces.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || turns_text(c) || is_line_break(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_line_break(c) {
            out.push(' ');
        } else if !c.is_control() && !turns_text(c) {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Text for HTML, still to be escaped: controls that HTML forbids become U+FFFD. Direction controls
/// stay, as the page isolates every foreign text in `<bdi>`.
pub fn html_text(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.chars().any(forbidden) {
        Cow::Owned(text.chars().map(|c| if forbidden(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Text of an element or of an attribute in an SVG file: one line, escaped, without what XML forbids.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Text inside one line of LaTeX, cells of tables included: it is typeset as it stands. Letters that are not
/// ASCII stay.
pub fn latex(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in line(text).trim().chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '`' => out.push_str("\\textasciigrave{}"),
            // Active in some languages' packages.
            '"' => out.push_str("\\symbol{34}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // After the end of a row they would be its options.
            '[' => out.push_str("{[}"),
            ']' => out.push_str("{]}"),
            '*' => out.push_str("{*}"),
            // Two become a dash, a quotation mark.
            '-' | '\'' | ',' if before == c => {
                out.push_str("{}");
                out.push(c);
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// An address, if it is one of the web's: no `javascript:`, no `data:`, no file.
pub fn web_address(url: &str) -> Option<&str> {
    let url = url.trim();
    let is_web = ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    let is_clean = !url.chars().any(|c| c.is_control() || c.is_whitespace() || turns_text(c));
    (is_web && is_clean).then_some(url)
}

/// Text inside one line of Markdown (CommonMark with GitHub's tables, autolinks and strikethrough),
/// table cells included.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // What makes a list, a heading's underline or a rule only where a line begins.
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if rest.starts_with(['+', '-', '=']) {
        out.push('\\');
    } else if digits > 0 && begins_item(&rest[digits..]) {
        out.push_str(&rest[..digits]);
        out.push('\\');
        rest = &rest[digits..];
    }
    let mut before = String::new();
    for c in rest.chars() {
        let links = match c {
            ':' => ["http", "https", "ftp", "mailto", "xmpp"].iter().any(|s| before.ends_with(s)),
            '.' => before.ends_with("www"),
            _ => false,
        };
        if links || r"\`*_{}[]<>#|~&$^!@".contains(c) {
            out.push('\\');
        }
        out.push(c);
        if c.is_ascii_alphabetic() {
            before.push(c.to_ascii_lowercase());
        } else {
            before.clear();
        }
    }
    out
}

/// What follows a number where a numbered item begins.
fn begins_item(rest: &str) -> bool {
    let after = rest.strip_prefix(['.', ')']);
    after.is_some_and(|after| after.is_empty() || after.starts_with(' '))
}

/// A text cell of a CSV file, always quoted. What a spreadsheet would run as a formula gets an
/// apostrophe in front (OWASP, CSV injection).
pub fn csv_cell(text: &str) -> String {
    let runs = text
        .trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || turns_text(c))
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let mark = if runs || text.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('\0', "").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_controls_and_keeps_every_letter() {
        assert_eq!(line("plain שלום 🙂"), "plain שלום 🙂");
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\u{9b}2Jd\ne\0"), "a[31mbc2Jd e");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(web_address(" https://a.example/x?y=1 "), Some("https://a.example/x?y=1"));
        assert_eq!(web_address("HTTP://a.example"), Some("HTTP://a.example"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//a.example", "java\nscript:x", ""]
        {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn markdown_marks_come_out_as_text() {
        assert_eq!(markdown("a|b"), r"a\|b");
        assert_eq!(markdown("[x](javascript:y)"), r"\[x\](javascript:y)");
        assert_eq!(markdown("<b>*bold*</b>\n# no"), r"\<b\>\*bold\*\</b\> \# no");
        assert_eq!(markdown("- no list"), r"\- no list");
        assert_eq!(markdown("12. no list"), r"12\. no list");
        assert_eq!(markdown("0.46"), "0.46");
        assert_eq!(markdown("see https://a.example"), r"see https\://a.example");
        assert_eq!(markdown("U.S. well-known: 3.5"), "U.S. well-known: 3.5");
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u{202e}=1", "＝1"] {
            assert!(csv_cell(bad).starts_with("\"'"), "{bad}");
        }
        assert_eq!(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
