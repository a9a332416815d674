//! Plain text and Markdown in, title and body out.

use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};
use regex::Regex;

use super::Draft;
use super::date;
use super::decode::{clean, clean_line};

/// Longest first line, in code points, that can be a headline.
const MAX_HEADLINE: usize = 150;

/// First lines that belong to a page, not to its article.
static PAGE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) \blogo\b | ^(sign\ up|subscribe|advertis|skip\ to|share|follow|menu|home\b|photo|by\ [A-Z])
        | \b(copyright|newsletter|cookies)\b | \.(com|org|net)\b | \(\d{1,2}/\d{1,2}/\d{2,4}\) | https?:",
    )
    .expect("a fixed pattern")
});

/// A dateline: the place, perhaps the agency, and a dash, before the first words.
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[A-Z][A-Z .,'/]{2,40}(\([^)]*\))?\s*[-–—]|^[^()]{0,60}\([A-Za-z/ ]{2,20}\)\s*[-–—]",
    )
    .expect("a fixed pattern")
});

/// Text as it was pasted; its first line is the title if it reads like one.
pub(super) fn text(raw: &str) -> Draft {
    let text = clean(raw);
    let body = text.trim_start_matches(['\n', ' ']);
    let first = body.lines().next().unwrap_or_default();
    let after = &body[first.len()..];
    let mut next = after.lines().skip(1).map(str::trim);
    // A blank line follows, or the standfirst and then a blank line.
    let parted = match next.next() {
        Some("") => true,
        Some(second) => is_headline(second) && next.next() == Some(""),
        None => false,
    };
    if parted && !after.trim().is_empty() && is_headline(first.trim()) {
        let title = Some(clean_line(first));
        return Draft {
            title,
            text: after.trim_start_matches(['\n', ' ']).to_owned(),
            ..Draft::default()
        };
    }
    Draft { text, ..Draft::default() }
}

fn is_headline(line: &str) -> bool {
    let starts_well = line
        .chars()
        .find(|c| !"\"'“‘«(¿¡".contains(*c))
        .is_some_and(|c| c.is_uppercase() || c.is_numeric());
    starts_well
        && line.chars().count() < MAX_HEADLINE
        && line.split_whitespace().count() >= 3
        && !line.ends_with(['.', ':', ';', ',', '…'])
        && !line.trim_end_matches(['"', '”', '’', ')']).ends_with('.')
        && !DATELINE.is_match(line)
        && !PAGE_LINE.is_match(line)
}

/// Markdown: front matter, the first `#` heading, and the text without its markup.
pub(super) fn markdown(raw: &str) -> Draft {
    let source = clean(raw);
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH;
    let mut draft = Draft::default();
    let mut out = String::new();
    let mut matter = String::new();
    let mut heading: Option<String> = None;
    let (mut in_matter, mut hidden) = (false, 0u32);
    for event in Parser::new_ext(&source, options) {
        match event {
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => in_matter = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_matter = false,
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if draft.title.is_none() => {
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(HeadingLevel::H1)) if heading.is_some() => {
                draft.title = heading.take().map(|t| clean_line(&t)).filter(|t| !t.is_empty());
            }
            // A picture's alternative text is no part of the article.
            Event::Start(Tag::Image { .. }) => hidden += 1,
            Event::End(TagEnd::Image) => hidden = hidden.saturating_sub(1),
            Event::Start(Tag::Item) => start_block(&mut out, 1),
            Event::Start(
                Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_),
            ) => {
                start_block(&mut out, 2);
            }
            Event::Start(Tag::TableRow) => start_block(&mut out, 1),
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Table,
            ) => {
                start_block(&mut out, 2);
            }
            Event::Text(text) if in_matter => matter.push_str(&text),
            Event::Text(_) | Event::Code(_) if hidden > 0 => {}
            Event::Text(text) | Event::Code(text) => match &mut heading {
                Some(title) => title.push_str(&text),
                None => out.push_str(&text),
            },
            Event::SoftBreak => match &mut heading {
                Some(title) => title.push(' '),
                None => out.push(' '),
            },
            Event::HardBreak => out.push('\n'),
            Event::Rule => start_block(&mut out, 2),
            _ => {}
        }
    }
    draft.text = out;
    for line in matter.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = clean_line(value.trim().trim_matches(['"', '\'']));
        if value.is_empty() {
            continue;
        }
        match key.trim().to_ascii_lowercase().as_str() {
            "title" | "headline" => draft.title = Some(value),
            "outlet" | "publisher" | "site" | "source" => draft.outlet = Some(value),
            "date" | "published" => draft.date = date::parse(&value),
            "author" | "authors" | "byline" => draft.author = Some(value),
            "url" | "link" => draft.url = Some(value),
            "id" => draft.id = Some(value),
            _ => {}
        }
    }
    draft
}

/// Parts the next block from the text before it by at least so many line breaks.
fn start_block(out: &mut String, breaks: usize) {
    while out.ends_with(' ') {
        out.pop();
    }
    if out.is_empty() {
        return;
    }
    let have = out.len() - out.trim_end_matches('\n').len();
    for _ in have..breaks {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_becomes_the_title_and_is_not_said_twice() {
        let draft = text("Harbour tolls to rise in spring\n\nPORT SELKE - Tolls will rise.\n");
        assert_eq!(draft.title.as_deref(), Some("Harbour tolls to rise in spring"));
        assert_eq!(draft.text, "PORT SELKE - Tolls will rise.\n");
    }

    #[test]
    fn a_standfirst_under_the_headline_stays_in_the_text() {
        let draft = text(
            "Harbour tolls to rise in spring\nCouncil votes eleven to six\n\nTolls will rise.\n",
        );
        assert_eq!(draft.title.as_deref(), Some("Harbour tolls to rise in spring"));
        assert!(draft.text.starts_with("Council votes"));
    }

    #[test]
    fn a_first_line_that_is_no_headline_stays_in_the_text() {
        for first in [
            "The tolls will rise in spring.",
            " date 2025-03-01 Selkecourier.com header logo",
            "PORT SELKE - Tolls will rise by half",
            "PORT SELKE, March 3 (Reuters) - Tolls will rise by half",
            "By Jane Doe and John Roe",
            "Sign up now: News of the harbour",
        ] {
            let draft = text(&format!("{first}\n\nMore text follows here.\n"));
            assert_eq!(draft.title, None, "{first}");
            assert!(draft.text.contains(first.trim()), "{first}");
        }
        assert_eq!(text("Tolls to rise in spring\nThe mayor said so.").title, None);
    }

    #[test]
    fn markdown_loses_its_markup_and_keeps_its_front_matter() {
        let draft = markdown(
            "---\ntitle: \"Tolls: to rise\"\ndate: 3 March 2025\noutlet: The Selke Courier\n---\n\n\
             # Another headline\n\nThe **mayor** [said](http://x.example) so,\nagain.\n\n\
             ![A boat](boat.png)\n\n## Why now\n\n- First point\n- Second point\n\n> A quote.\n",
        );
        assert_eq!(draft.title.as_deref(), Some("Tolls: to rise"));
        assert_eq!(draft.date.as_deref(), Some("2025-03-03"));
        assert_eq!(draft.outlet.as_deref(), Some("The Selke Courier"));
        assert_eq!(
            draft.text.trim_end(),
            "The mayor said so, again.\n\nWhy now\n\nFirst point\nSecond point\n\nA quote."
        );
    }
}
