//! The gold articles: one XML file each, mentions and somebody's words marked in the text.
//! `eval/gold/README.md` is the guideline.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::{LoadError, Place, hash_of_all, text_of};
use crate::Span;
use crate::model::{EntityKind, Stance};
use crate::text::Part;
use crate::voice::Voice;

/// Somebody named in an article.
#[derive(Clone, Debug)]
pub struct Actor {
    pub name: String,
    pub kind: EntityKind,
    /// The same for one actor across articles; its own where the file gives none.
    pub everywhere: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionKind {
    Name,
    Nominal,
    Pronoun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Party,
    Place,
    Metonym,
}

/// A stretch of the title or body, in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub part: Part,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Mention {
    pub at: At,
    /// Index into [`Article::actors`].
    pub actor: usize,
    pub kind: MentionKind,
    pub used: Use,
    pub stance: Option<Stance>,
    /// Index into [`Article::words`] of the innermost words it stands in; None in the outlet's voice.
    pub inside: Option<usize>,
}

/// Whose words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Index into [`Article::actors`].
    Actor(usize),
    /// "two officials"
    Unnamed(String),
    Nobody,
}

/// A stretch of somebody's words.
#[derive(Clone, Debug)]
pub struct Words {
    pub at: At,
    /// `Direct` or `Indirect`.
    pub voice: Voice,
    pub source: Source,
    /// Inside another stretch.
    pub nested: bool,
}

#[derive(Clone, Debug)]
pub struct Article {
    pub id: String,
    pub path: PathBuf,
    pub outlet: String,
    pub date: String,
    pub agency: Option<String>,
    pub title: String,
    /// Paragraphs parted by an empty line.
    pub body: String,
    pub actors: Vec<Actor>,
    pub mentions: Vec<Mention>,
    pub words: Vec<Words>,
}

/// All articles of a folder (or of its `articles/`), by file name, and the start of their hash.
pub fn read(folder: &Path) -> Result<(Vec<Article>, String), LoadError> {
    let inner = folder.join("articles");
    let folder = if inner.is_dir() { inner } else { folder.to_owned() };
    let listing = std::fs::read_dir(&folder)
        .map_err(|e| LoadError::Read { path: folder.clone(), error: e.to_string() })?;
    let mut files: Vec<PathBuf> = listing
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "xml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(LoadError::File {
            path: folder,
            what: "no .xml file; expected one per gold article".to_owned(),
        });
    }
    let articles = files.iter().map(|path| article(path)).collect::<Result<_, _>>()?;
    Ok((articles, hash_of_all(&files)?))
}

struct Reader<'a> {
    path: &'a Path,
    ids: HashMap<String, usize>,
    mentions: Vec<Mention>,
    words: Vec<Words>,
}

fn article(path: &Path) -> Result<Article, LoadError> {
    let (text, _) = text_of(path)?;
    let document = Document::parse(&text).map_err(|e| LoadError::Line {
        path: path.to_owned(),
        line: u64::from(e.pos().row),
        what: e.to_string(),
    })?;
    let root = document.root_element();
    let place = |node: Node<'_, '_>| Place {
        path: path.to_owned(),
        line: u64::from(document.text_pos_at(node.range().start).row),
    };
    let needed = |node: Node<'_, '_>, name: &str| {
        node.attribute(name)
            .map(str::to_owned)
            .ok_or_else(|| place(node).field(name, "nothing", "the attribute"))
    };
    let id = needed(root, "id")?;
    let mut ids = HashMap::new();
    let mut actors = Vec::new();
    for node in root.descendants().filter(|n| n.has_tag_name("actor")) {
        let kind = match needed(node, "type")?.as_str() {
            "PER" => EntityKind::Per,
            "ORG" => EntityKind::Org,
            "LOC" => EntityKind::Loc,
            "NORP" => EntityKind::Norp,
            other => return Err(place(node).field("type", other, "PER, ORG, LOC or NORP")),
        };
        let own = needed(node, "id")?;
        let everywhere =
            node.attribute("global").map_or_else(|| format!("{id}/{own}"), str::to_owned);
        ids.insert(own, actors.len());
        actors.push(Actor { name: needed(node, "name")?, kind, everywhere });
    }
    let mut reader = Reader { path, ids, mentions: Vec::new(), words: Vec::new() };
    let (mut title, mut body) = (String::new(), String::new());
    let mut length = 0;
    for node in root.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "title" => {
                reader.walk(&document, node, Part::Title, &mut title, &mut 0, None)?;
            }
            "p" => {
                if !body.is_empty() {
                    body.push_str("\n\n");
                    length += 2;
                }
                reader.walk(&document, node, Part::Body, &mut body, &mut length, None)?;
            }
            _ => {}
        }
    }
    Ok(Article {
        id,
        path: path.to_owned(),
        outlet: needed(root, "outlet")?,
        date: needed(root, "date")?,
        agency: root.attribute("agency").map(str::to_owned),
        title,
        body,
        actors,
        mentions: reader.mentions,
        words: reader.words,
    })
}

impl Reader<'_> {
    /// Appends the text below `node` and notes what is marked in it. `inside` is the innermost stretch
    /// of somebody's words around it.
    fn walk(
        &mut self,
        document: &Document<'_>,
        node: Node<'_, '_>,
        part: Part,
        text: &mut String,
        length: &mut usize,
        inside: Option<usize>,
    ) -> Result<(), LoadError> {
        for child in node.children() {
            if let Some(piece) = child.text().filter(|_| child.is_text()) {
                text.push_str(piece);
                *length += piece.chars().count();
                continue;
            }
            if !child.is_element() {
                continue;
            }
            let start = *length;
            let place = Place {
                path: self.path.to_owned(),
                line: u64::from(document.text_pos_at(child.range().start).row),
            };
            let known = |id: &str, field: &str| {
                self.ids.get(id).copied().ok_or_else(|| place.field(field, id, "an actor's id"))
            };
            match child.tag_name().name() {
                "m" => {
                    let actor = known(child.attribute("a").unwrap_or_default(), "a")?;
                    let kind = match child.attribute("k") {
                        None => MentionKind::Name,
                        Some("nominal") => MentionKind::Nominal,
                        Some("pronoun") => MentionKind::Pronoun,
                        Some(other) => return Err(place.field("k", other, "nominal or pronoun")),
                    };
                    let used = match child.attribute("use") {
                        None => Use::Party,
                        Some("place") => Use::Place,
                        Some("metonym") => Use::Metonym,
                        Some(other) => return Err(place.field("use", other, "place or metonym")),
                    };
                    let stance = match child.attribute("st") {
                        None => None,
                        Some("against") => Some(Stance::Against),
                        Some("neutral") => Some(Stance::Neutral),
                        Some("favor") => Some(Stance::Favor),
                        Some(other) => {
                            return Err(place.field("st", other, "against, neutral or favor"));
                        }
                    };
                    self.walk(document, child, part, text, length, inside)?;
                    let at = At { part, span: Span::new(start, *length) };
                    self.mentions.push(Mention { at, actor, kind, used, stance, inside });
                }
                "w" => {
                    let voice = match child.attribute("k") {
                        Some("direct") => Voice::Direct,
                        Some("indirect") => Voice::Indirect,
                        other => {
                            let found = other.unwrap_or("nothing");
                            return Err(place.field("k", found, "direct or indirect"));
                        }
                    };
                    let source = match child.attribute("s").unwrap_or_default() {
                        "?" => Source::Nobody,
                        s => match s.strip_prefix('?') {
                            Some(words) => Source::Unnamed(words.to_owned()),
                            None => Source::Actor(known(s, "s")?),
                        },
                    };
                    let k = self.words.len();
                    let at = At { part, span: Span::new(start, start) };
                    self.words.push(Words { at, voice, source, nested: inside.is_some() });
                    self.walk(document, child, part, text, length, Some(k))?;
                    self.words[k].at.span.end = *length;
                }
                _ => self.walk(document, child, part, text, length, inside)?,
            }
        }
        Ok(())
    }
}
