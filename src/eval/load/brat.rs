//! PolNeAR: `text/NAME.txt` and `attributions/NAME_ANNOTATOR.ann`, brat's stand-off format.
//!
//! Lines that begin with an id are read, the others are the rest of a span's text that ran over a line
//! break. An article with several annotators is taken once: the first file by name.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::{LoadError, Place, hash_of_all, text_of};
use crate::Span;
use crate::span::CodePoints;

/// A part of an attribution relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Source,
    Cue,
    Content,
}

/// A stretch of a sentence and the attribution it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// In the sentence's text.
    pub span: Span,
    pub role: Role,
    /// Counted from 0 in the article.
    pub attribution: usize,
}

#[derive(Clone, Debug)]
pub struct Sentence {
    pub text: String,
    /// By start, then end, then name of the role.
    pub marks: Vec<Mark>,
    /// Article, counted from 0.
    pub document: usize,
}

#[derive(Debug)]
pub struct Corpus {
    pub sentences: Vec<Sentence>,
    pub articles: usize,
    pub sha256: String,
}

/// An article as it was annotated.
#[derive(Clone, Debug)]
pub struct Document {
    pub path: PathBuf,
    pub text: String,
    /// In the text.
    pub marks: Vec<Mark>,
}

/// The articles of a folder with `text/` and `attributions/`, and the hash of all files read.
pub fn documents(folder: &Path) -> Result<(Vec<Document>, String), LoadError> {
    let attributions = folder.join("attributions");
    let listing = std::fs::read_dir(&attributions).map_err(|e| LoadError::File {
        path: folder.to_owned(),
        what: format!(
            "{} cannot be read ({e}); expected a folder with text/ and attributions/, as PolNeAR's \
             dev/ and test/ are",
            attributions.display()
        ),
    })?;
    let mut files: Vec<PathBuf> = listing
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "ann"))
        .collect();
    files.sort();
    let mut by_article: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files {
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let article = stem.rsplit_once('_').map_or(stem.as_str(), |(article, _)| article);
        by_article.entry(article.to_owned()).or_insert(path);
    }
    if by_article.is_empty() {
        return Err(LoadError::File {
            path: attributions,
            what: "no .ann file; expected one per article".to_owned(),
        });
    }
    let mut out = Vec::new();
    let mut hashed = Vec::new();
    for (name, ann) in &by_article {
        let path = folder.join("text").join(format!("{name}.txt"));
        let (text, _) = text_of(&path)?;
        let marks = annotation(ann, text.chars().count())?;
        hashed.extend([path.clone(), ann.clone()]);
        out.push(Document { path, text, marks });
    }
    let sha256 = hash_of_all(&hashed)?;
    Ok((out, sha256))
}

/// The articles of a folder, cut into sentences by [`split`]; marks are cut at the borders.
pub fn read(folder: &Path) -> Result<Corpus, LoadError> {
    let (documents, sha256) = documents(folder)?;
    let mut sentences = Vec::new();
    for (document, Document { text, marks, .. }) in documents.iter().enumerate() {
        let points = CodePoints::new(text);
        for within in split(text) {
            let mut cut: Vec<Mark> = marks
                .iter()
                .filter(|m| m.span.overlaps(within))
                .map(|m| Mark {
                    span: Span::new(
                        m.span.start.max(within.start) - within.start,
                        m.span.end.min(within.end) - within.start,
                    ),
                    ..*m
                })
                .collect();
            cut.sort_by_key(|m| (m.span, role_name(m.role), m.attribution));
            sentences.push(Sentence {
                text: points.slice(within).to_owned(),
                marks: cut,
                document,
            });
        }
    }
    Ok(Corpus { sentences, articles: documents.len(), sha256 })
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Source => "Source",
        Role::Cue => "Cue",
        Role::Content => "Content",
    }
}

/// All marks of an annotation file, in the article's text.
fn annotation(path: &Path, length: usize) -> Result<Vec<Mark>, LoadError> {
    let (text, _) = text_of(path)?;
    let mut bounds: HashMap<&str, Vec<Span>> = HashMap::new();
    let mut relations: Vec<&str> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some((key, rest)) = line.split_once('\t') else { continue };
        let Some(digits) = key.strip_prefix(['T', 'E']) else { continue };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        if key.starts_with('E') {
            relations.push(rest);
            continue;
        }
        let place = Place { path: path.to_owned(), line: number as u64 + 1 };
        let head = rest.split('\t').next().unwrap_or_default();
        let offsets = head.split_once(' ').map_or("", |(_, offsets)| offsets);
        let mut spans = Vec::new();
        for fragment in offsets.split(';') {
            let mut numbers = fragment.split_whitespace().map(str::parse::<usize>);
            match (numbers.next(), numbers.next(), numbers.next()) {
                (Some(Ok(start)), Some(Ok(end)), None) if start <= end && end <= length => {
                    spans.push(Span::new(start, end));
                }
                _ => {
                    return Err(place.field(
                        key,
                        format!("{head:?}"),
                        format!(
                            "a role and offsets (`Source 89 106`, parts of a broken span after `;`) \
                             inside the text of {length} code points"
                        ),
                    ));
                }
            }
        }
        bounds.insert(key, spans);
    }
    let mut marks = Vec::new();
    for (attribution, relation) in relations.iter().enumerate() {
        for part in relation.split_whitespace() {
            let Some((role, key)) = part.split_once(':') else { continue };
            let role = match role.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "Source" => Role::Source,
                "Cue" => Role::Cue,
                "Content" => Role::Content,
                _ => continue,
            };
            for &span in bounds.get(key).into_iter().flatten() {
                marks.push(Mark { span, role, attribution });
            }
        }
    }
    Ok(marks)
}

/// The training recipe's plain rule (`models/train/data.py`), so that figures here are those of the
/// recipe: a stop, closing marks, space, then a capital or a digit; or a line break. The program itself
/// cuts with [`crate::text::sentences`].
pub fn split(text: &str) -> Vec<Span> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut push = |start: usize, end: usize| {
        let (mut start, mut end) = (start, end);
        while start < end && chars[start].is_whitespace() {
            start += 1;
        }
        while end > start && chars[end - 1].is_whitespace() {
            end -= 1;
        }
        if end > start {
            out.push(Span::new(start, end));
        }
    };
    while at < chars.len() {
        match border(&chars, at) {
            Some(after) => {
                push(start, after);
                start = after;
                at = after;
            }
            None => at += 1,
        }
    }
    push(start, chars.len());
    out
}

/// If a border begins at `at`: where the next sentence may begin.
fn border(chars: &[char], at: usize) -> Option<usize> {
    let run = |from: usize, is: &dyn Fn(char) -> bool| {
        chars[from..].iter().take_while(|c| is(**c)).count() + from
    };
    let stop = |c: char| matches!(c, '.' | '!' | '?');
    if stop(chars[at]) && !abbreviated(&chars[..at]) {
        let closers = run(at, &stop);
        let blank = run(closers, &|c| matches!(c, '"' | '”' | '’' | '\'' | ')' | ']'));
        let after = run(blank, &char::is_whitespace);
        let word = run(after, &|c| matches!(c, '"' | '“' | '‘' | '\'' | '(' | '['));
        let begins = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit();
        if after > blank && chars.get(word).is_some_and(begins) {
            return Some(after);
        }
    }
    (chars[at] == '\n').then(|| run(at, &|c| c == '\n'))
}

/// Does what stands before a full stop go on after it?
fn abbreviated(before: &[char]) -> bool {
    const TITLES: [&str; 12] =
        ["Mr", "Ms", "Mrs", "Dr", "Sen", "Rep", "Gov", "Gen", "St", "Jr", "vs", "No"];
    let word_starts = |length: usize| {
        let at = before.len() - length;
        at == 0 || !(before[at - 1].is_alphanumeric() || before[at - 1] == '_')
    };
    let ends = |word: &str| {
        let word: Vec<char> = word.chars().collect();
        before.ends_with(&word) && word_starts(word.len())
    };
    let initials =
        matches!(before, [.., a, '.', b] if a.is_ascii_uppercase() && b.is_ascii_uppercase());
    let initial = before.last().is_some_and(char::is_ascii_uppercase) && word_starts(1);
    initials || initial || TITLES.iter().any(|t| ends(t)) || ends("U.S")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_as_the_recipe_cuts_them() {
        let text = "Mr. Roe left. “Why?” he said. The U.S. Army came...  (It left.)\nNo stop\n\nJ. Doe. 5 ships";
        let points = CodePoints::new(text);
        let found: Vec<&str> = split(text).into_iter().map(|s| points.slice(s)).collect();
        assert_eq!(
            found,
            [
                "Mr. Roe left.",
                "“Why?” he said.",
                "The U.S. Army came...",
                "(It left.)",
                "No stop",
                "J. Doe.",
                "5 ships"
            ]
        );
    }
}
