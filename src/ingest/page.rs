//! A web page in, its article out: the body without menus, captions and adverts, and the metadata.
//!
//! The extraction is `rs-trafilatura`'s. Pictures with their captions do not come through; what
//! other furniture is left is dropped later, by [`crate::text`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use rs_trafilatura::Options;
use rs_trafilatura::page_type::PageType;

use super::decode::{Fault, clean, clean_line};
use super::{Draft, RejectReason};

/// Elements inside each other: beyond that a page is no article but an attack or an accident, and
/// a recursive parser would overflow its stack.
const MAX_DEPTH: usize = 512;

pub(super) fn read(html: &str) -> Result<Draft, Fault> {
    if depth(html) > MAX_DEPTH {
        let detail =
            format!("has elements more than {MAX_DEPTH} deep and cannot be read as a page");
        return Err((RejectReason::NoText, detail));
    }
    // An article is what we were given: the page type classifier would only cost time.
    let options = Options { page_type: Some(PageType::Article), ..Options::default() };
    // One odd page must not end a batch, whatever a parser makes of it.
    let extraction =
        catch_unwind(AssertUnwindSafe(|| rs_trafilatura::extract_with_options(html, &options)));
    let result = match extraction {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => {
            let detail =
                format!("is a page without article text ({error}); save the text itself as .txt");
            return Err((RejectReason::NoText, detail));
        }
        Err(_) => {
            let detail =
                "is a page that the HTML reader fails on; save its text as .txt".to_owned();
            return Err((RejectReason::NoText, detail));
        }
    };
    let meta = result.metadata;
    let line = |value: Option<String>| value.map(|v| clean_line(&v)).filter(|v| !v.is_empty());
    Ok(Draft {
        // Handles and addresses stand there too, and now and then a whole weather forecast.
        outlet: line(meta.sitename).filter(|name| {
            !name.starts_with('@') && !name.contains("://") && name.split(' ').count() <= 6
        }),
        title: line(meta.title),
        // Year 1 is how some systems write "none".
        date: meta
            .date
            .map(|date| date.format("%Y-%m-%d").to_string())
            .filter(|date| date.as_str() > "1700"),
        author: line(meta.author)
            .map(|names| names.strip_prefix("By ").unwrap_or(&names).to_owned()),
        url: line(meta.url),
        text: clean(&result.content_text),
        ..Draft::default()
    })
}

/// Does a document without a telling name look like a page?
pub(super) fn looks_like_html(head: &str) -> bool {
    let head: String = head.trim_start().chars().take(300).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag))
        || (head.starts_with("<?xml") && head.contains("<html"))
        || (head.starts_with("<!--") && head.contains("<html"))
}

/// A rough upper bound of how deep elements lie in each other.
fn depth(html: &str) -> usize {
    const VOID: [&str; 10] =
        ["br", "img", "meta", "link", "hr", "input", "source", "wbr", "p", "li"];
    let bytes = html.as_bytes();
    let (mut now, mut most) = (0usize, 0usize);
    for (at, _) in html.match_indices('<') {
        match bytes.get(at + 1) {
            Some(b'/') => now = now.saturating_sub(1),
            Some(c) if c.is_ascii_alphabetic() => {
                let rest = &bytes[at + 1..];
                let end =
                    rest.iter().position(|c| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                if VOID.iter().any(|tag| tag.as_bytes().eq_ignore_ascii_case(&rest[..end])) {
                    continue;
                }
                now += 1;
                most = most.max(now);
            }
            _ => {}
        }
    }
    most
}
