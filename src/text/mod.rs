//! Articles in, sentences out.
//!
//! Page furniture is dropped (and listed), an agency's credit is read, the rest is split into
//! sentences whose spans slice back to the article's own text.

pub mod quotes;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::ingest::Article;

/// Which text of an article a span speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `Article::title`
    Title,
    /// `Article::text`
    Body,
}

/// One sentence of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub part: Part,
    /// In the text of `part`.
    pub span: Span,
    /// Paragraph in the article, counted from 0; the title is a paragraph of its own.
    pub paragraph: u32,
    /// A subhead inside the body, or the title.
    pub heading: bool,
    /// Exactly the text of `span`, line breaks inside it included.
    pub text: String,
}

/// A stretch that is no part of the article: a sign-up line, a caption, a share button.
#[derive(Clone, Debug, PartialEq)]
pub struct Furniture {
    pub part: Part,
    pub span: Span,
    pub kind: FurnitureKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FurnitureKind {
    /// Menus, logos, "skip to content", "E-paper", a site's own name.
    Navigation,
    /// Newsletters, subscriptions, apps.
    SignUp,
    /// Picture captions and their credits.
    Caption,
    /// By-lines, dates, agency credits, datelines.
    Credit,
    /// "More on this topic" and the links after it.
    Related,
    /// Share, follow and comment lines.
    Share,
    /// Copyright, terms, registration numbers.
    Legal,
    /// A line that stood in the article before (a repeated headline or caption).
    Repeat,
}

/// An article cut into sentences.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub article: Article,
    /// Title first, then the body's in their order.
    pub sentences: Vec<Sentence>,
    /// The wire service that wrote the copy, by its usual name ("Reuters", "Kyodo News").
    pub agency: Option<String>,
    pub furniture: Vec<Furniture>,
}
