//! One word a line with its tag in the last column, sentences parted by blank lines: CoNLL-2003 and
//! CoNLL++ (IOB1 or IOB2), CrossNER (IOB2), Worldwide NER (BIOES, `# article = ...` lines).
//!
//! Words are joined with single spaces. The first token of a Worldwide article is its URL and is left
//! out; its blocks are paragraphs, cut here after `.`, `?` and `!`, as the training recipe does.

use std::path::Path;

use super::{LoadError, Place, text_of};
use crate::Span;
use crate::model::EntityKind;

#[derive(Clone, Debug, Default)]
pub struct Sentence {
    pub text: String,
    pub spans: Vec<Entity>,
    /// Article or document, counted from 0.
    pub document: usize,
}

/// A gold entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// In the sentence's text.
    pub span: Span,
    /// As the set has it.
    pub label: String,
    /// What it may be here; empty: no actor at all (dates, sums of money).
    pub kinds: &'static [EntityKind],
}

/// Which set it is: that decides what can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// PER ORG LOC MISC; nationalities are part of MISC.
    Conll,
    /// Person, Organization, Location, NORP, ...
    Worldwide,
    /// politician, politicalparty, country, ...
    CrossNer,
}

#[derive(Debug)]
pub struct Columns {
    pub scheme: Scheme,
    pub sentences: Vec<Sentence>,
    pub sha256: String,
}

use EntityKind::{Loc, Misc, Norp, Org, Per};

/// The label tables of `models/train/labels.py`. Two kinds: the set does not tell them apart.
const LABELS: &[(Scheme, &str, &[EntityKind])] = &[
    (Scheme::Conll, "PER", &[Per]),
    (Scheme::Conll, "ORG", &[Org]),
    (Scheme::Conll, "LOC", &[Loc]),
    (Scheme::Conll, "MISC", &[Misc, Norp]),
    (Scheme::Worldwide, "Person", &[Per]),
    (Scheme::Worldwide, "Organization", &[Org]),
    (Scheme::Worldwide, "Location", &[Loc]),
    (Scheme::Worldwide, "NORP", &[Norp]),
    (Scheme::Worldwide, "Facility", &[Misc, Loc]),
    (Scheme::Worldwide, "Product", &[Misc]),
    (Scheme::Worldwide, "Misc", &[Misc]),
    (Scheme::Worldwide, "Date", &[]),
    (Scheme::Worldwide, "Money", &[]),
    (Scheme::CrossNer, "politician", &[Per]),
    (Scheme::CrossNer, "person", &[Per]),
    (Scheme::CrossNer, "politicalparty", &[Org]),
    (Scheme::CrossNer, "organisation", &[Org]),
    (Scheme::CrossNer, "country", &[Loc]),
    (Scheme::CrossNer, "location", &[Loc]),
    (Scheme::CrossNer, "election", &[Misc]),
    (Scheme::CrossNer, "event", &[Misc]),
    (Scheme::CrossNer, "misc", &[Misc, Norp]),
];

/// A line of a worldwide file shorter than this is a word, even if it begins like a link.
const SHORTEST_URL: usize = 20;

pub fn read(path: &Path) -> Result<Columns, LoadError> {
    let (text, sha256) = text_of(path)?;
    let worldwide = text.lines().any(|line| line.starts_with("# article"));
    let mut scheme = None;
    let mut sentences = Vec::new();
    let mut open = Open::default();
    let mut document = 0;
    let mut begun = false;
    for (number, line) in text.lines().enumerate() {
        let place = Place { path: path.to_owned(), line: number as u64 + 1 };
        let starts_document = line.starts_with("# article") || line.starts_with("-DOCSTART-");
        if starts_document || line.trim().is_empty() {
            open.flush(document, &mut sentences);
            if starts_document {
                document += usize::from(begun);
                begun = true;
            }
            continue;
        }
        let gap = if line.contains('\t') { '\t' } else { ' ' };
        let parts: Vec<&str> = line.trim_end().split(gap).collect();
        let (Some(&word), Some(&tag)) = (parts.first(), parts.last()) else { continue };
        if parts.len() < 2 {
            return Err(place.field(
                "tag",
                "missing (the line has one column)",
                "a word and its tag, parted by a tab or a blank",
            ));
        }
        let url = word.starts_with("http") && word.chars().count() > SHORTEST_URL;
        if url && open.text.is_empty() {
            continue;
        }
        if tag == "O" {
            open.push(word, tag, None);
        } else {
            let known = |name: &str| LABELS.iter().find(|(_, label, _)| *label == name);
            let label = tag.split_once('-').map_or("", |(_, label)| label);
            let prefix = tag.as_bytes()[0];
            let Some((of, label, kinds)) =
                known(label).filter(|_| b"BIES".contains(&prefix) && tag.as_bytes()[1] == b'-')
            else {
                let all: Vec<&str> = LABELS.iter().map(|(_, label, _)| *label).collect();
                return Err(place.field(
                    "tag",
                    format!("{tag:?}"),
                    format!("O, or B-, I-, E- or S- with one of {}", all.join(", ")),
                ));
            };
            // "NORP" and such stand in one scheme only; the first tag decides.
            let scheme = *scheme.get_or_insert(*of);
            if scheme != *of {
                return Err(place.field(
                    "tag",
                    format!("{tag:?}"),
                    format!("a label of the same set as the tags before ({scheme:?})"),
                ));
            }
            open.push(word, tag, Some((label, kinds)));
        }
        if worldwide && ".?!".contains(word) && tag == "O" {
            open.flush(document, &mut sentences);
        }
    }
    open.flush(document, &mut sentences);
    match scheme {
        Some(scheme) => Ok(Columns { scheme, sentences, sha256 }),
        None => Err(LoadError::File {
            path: path.to_owned(),
            what: "no entity in the whole file; expected lines of a word and its tag".to_owned(),
        }),
    }
}

/// A sentence that is being read.
#[derive(Default)]
struct Open {
    text: String,
    length: usize,
    words: usize,
    spans: Vec<Entity>,
    /// Prefix and label of the word before.
    previous: Option<(u8, &'static str)>,
}

impl Open {
    fn push(
        &mut self,
        word: &str,
        tag: &str,
        label: Option<(&'static str, &'static [EntityKind])>,
    ) {
        if self.words > 0 {
            self.text.push(' ');
            self.length += 1;
        }
        let start = self.length;
        self.text.push_str(word);
        self.length += word.chars().count();
        self.words += 1;
        let prefix = tag.as_bytes()[0];
        if let Some((label, kinds)) = label {
            let goes_on = matches!(prefix, b'I' | b'E')
                && self.previous.is_some_and(|(p, l)| l == label && !matches!(p, b'S' | b'E'));
            match self.spans.last_mut() {
                Some(last) if goes_on => last.span.end = self.length,
                _ => self.spans.push(Entity {
                    span: Span::new(start, self.length),
                    label: label.to_owned(),
                    kinds,
                }),
            }
        }
        self.previous = label.map(|(label, _)| (prefix, label));
    }

    fn flush(&mut self, document: usize, out: &mut Vec<Sentence>) {
        let open = std::mem::take(self);
        let only_url = open.words == 1 && open.text.starts_with("http");
        if open.words > 0 && !only_url {
            out.push(Sentence { text: open.text, spans: open.spans, document });
        }
    }
}
