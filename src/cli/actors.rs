//! `undertone actors`: a run folder in, who was found in it out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;
use undertone::actors::codebook::{self, Codebook, Draft, DraftAlias, Meaning};
use undertone::actors::{Form, Reason};
use undertone::file;
use undertone::model::EntityKind;
use undertone::report::number::{count, counted};
use undertone::report::safe;
use undertone::tables::rows::{ActorRow, MentionRow, SentenceRow};
use undertone::tables::{self, RunReader};
use undertone::text::Part;
use undertone::voice::Voice;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Outcome;

/// List the actors of a run, write a codebook of them, or show what a codebook misses
///
/// The actors that most articles name come first, each with the names it was met under, why these were
/// joined, and sentences that name it. --write turns the list into a codebook to start from, for
/// `undertone score --actors`; --codebook holds one against the run.
#[derive(Args)]
pub struct Options {
    /// Run folder that `undertone score` made
    run: PathBuf,
    /// Actors to show [default: 20, with --write 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Only actors of this type
    #[arg(long = "type", value_name = "TYPE", value_enum, ignore_case = true)]
    kind: Option<Kind>,
    /// Show what this codebook misses: actors that it lacks, and names in it that nothing matched
    #[arg(long, value_name = "FILE")]
    codebook: Option<PathBuf>,
    /// Write a codebook (.toml) to start from
    #[arg(long, value_name = "FILE", conflicts_with_all = ["codebook", "json"])]
    write: Option<PathBuf>,
    /// Replace the file that is there
    #[arg(long, requires = "write")]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Person
    #[value(name = "PER")]
    Per,
    /// Organisation
    #[value(name = "ORG")]
    Org,
    /// Place or state
    #[value(name = "LOC")]
    Loc,
    /// Nationality, religious or political group
    #[value(name = "NORP")]
    Norp,
    /// Anything else
    #[value(name = "MISC")]
    Misc,
}

impl From<Kind> for EntityKind {
    fn from(kind: Kind) -> EntityKind {
        match kind {
            Kind::Per => EntityKind::Per,
            Kind::Org => EntityKind::Org,
            Kind::Loc => EntityKind::Loc,
            Kind::Norp => EntityKind::Norp,
            Kind::Misc => EntityKind::Misc,
        }
    }
}

/// Sentences shown of an actor, from as many articles.
const EXAMPLES: usize = 2;
/// Aliases and merges shown of an actor; --json has all.
const NAMES: usize = 8;

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    // What the user wrote is looked at first: it is what may be wrong.
    let book = options.codebook.as_deref().map(codebook::read).transpose()?;
    let reader = RunReader::open(&options.run)?;
    match (&options.codebook, book, &options.write) {
        (Some(path), Some(book), _) => compare(&reader, options, path, &book),
        (_, _, Some(path)) => write(&reader, options, path),
        _ => list(&reader, options),
    }
}

impl Options {
    fn top(&self, otherwise: usize) -> usize {
        self.top.map_or(otherwise, |n| n as usize)
    }

    /// The run's actors of the type asked for.
    fn actors(&self, reader: &RunReader) -> Result<Vec<ActorRow>, tables::Error> {
        let mut actors: Vec<ActorRow> = reader.read()?;
        if let Some(kind) = self.kind {
            let kind = EntityKind::from(kind);
            actors.retain(|actor| actor.kind == kind);
        }
        Ok(actors)
    }
}

fn list(reader: &RunReader, options: &Options) -> anyhow::Result<Outcome> {
    let mut rows = options.actors(reader)?;
    let all = rows.len();
    rows.truncate(options.top(20));
    let actors = with_mentions(reader, rows)?;
    if options.json {
        return print_json(&serde_json::json!({ "n_actors": all, "actors": actors }));
    }
    let mut page = Page::new();
    page.actors(&actors);
    if actors.is_empty() {
        page.line("No actor was found.");
    } else if actors.len() < all {
        page.blank();
        page.line(&format!(
            "{} of {}; --top N shows more",
            count(actors.len() as u64),
            counted(all as u64, "actor", "actors")
        ));
    }
    page.print()
}

fn write(reader: &RunReader, options: &Options, path: &Path) -> anyhow::Result<Outcome> {
    if path.extension().is_none_or(|ending| ending != "toml") {
        bail!("{}: a codebook is written as TOML; call it something.toml", path.display());
    }
    if path.exists() && !options.force {
        bail!(
            "{} is there already; choose another name, or replace it with --force",
            path.display()
        );
    }
    let mut rows = options.actors(reader)?;
    rows.retain(|row| !is_group(row));
    rows.truncate(options.top(100));
    if rows.is_empty() {
        bail!("{}: there is no actor to write down", options.run.display());
    }
    let drafts: Vec<Draft> = with_mentions(reader, rows)?.iter().map(draft).collect();
    file::write_atomically(path, codebook::starter(&drafts).as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(Outcome::Done)
}

/// An actor of a run, with what its mentions show.
#[derive(Serialize)]
struct Listed {
    actor_id: String,
    name: String,
    #[serde(rename = "type")]
    kind: EntityKind,
    n_articles: u32,
    n_mentions: u32,
    n_outlets: u32,
    groups: Vec<String>,
    wikidata: Option<String>,
    aliases: Vec<String>,
    merges: Vec<String>,
    /// The most frequent first.
    forms: Vec<FormCount>,
    examples: Vec<Example>,
}

/// Words that mean an actor, and why they do.
#[derive(Serialize)]
struct FormCount {
    text: String,
    form: Form,
    reason: Reason,
    n: u32,
}

#[derive(Serialize)]
struct Example {
    article_id: String,
    sentence: u32,
    text: String,
}

/// Actors with their forms and examples. Reads the mentions and sentences of the run as streams.
fn with_mentions(reader: &RunReader, rows: Vec<ActorRow>) -> Result<Vec<Listed>, tables::Error> {
    let number: HashMap<String, usize> =
        rows.iter().enumerate().map(|(k, row)| (row.actor_id.clone(), k)).collect();
    let mut forms: Vec<BTreeMap<(String, Form, Reason), u32>> = vec![BTreeMap::new(); rows.len()];
    let mut places: Vec<Places> = vec![Places::default(); rows.len()];
    for mention in reader.rows::<MentionRow>()? {
        let mention = mention?;
        let Some(&k) = number.get(&mention.actor_id) else { continue };
        places[k].see(&mention);
        *forms[k].entry((mention.text, mention.form, mention.reason)).or_default() += 1;
    }
    let places: Vec<Vec<Place>> = places.into_iter().map(Places::chosen).collect();
    let sentences = sentences(reader, places.iter().flatten())?;
    let with = |row: ActorRow, forms: BTreeMap<(String, Form, Reason), u32>, places| Listed {
        actor_id: row.actor_id,
        name: row.name,
        kind: row.kind,
        n_articles: row.n_articles,
        n_mentions: row.n_mentions,
        n_outlets: row.n_outlets,
        groups: row.groups,
        wikidata: row.wikidata,
        aliases: row.aliases,
        merges: row.merges,
        forms: by_count(forms),
        examples: examples(places, &sentences),
    };
    let actors = rows.into_iter().zip(forms).zip(places);
    Ok(actors.map(|((row, forms), places)| with(row, forms, places)).collect())
}

fn by_count(forms: BTreeMap<(String, Form, Reason), u32>) -> Vec<FormCount> {
    let mut forms: Vec<FormCount> = forms
        .into_iter()
        .map(|((text, form, reason), n)| FormCount { text, form, reason, n })
        .collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.n));
    forms
}

/// Article and number of a sentence.
type Place = (String, u32);

/// Where an actor is mentioned: in the outlet's own words by its name, and anyhow.
#[derive(Clone, Default)]
struct Places {
    named: Vec<Place>,
    other: Vec<Place>,
}

impl Places {
    fn see(&mut self, mention: &MentionRow) {
        let named = mention.form == Form::Name
            && mention.part == Part::Body
            && mention.voice == Voice::Outlet;
        let places = if named { &mut self.named } else { &mut self.other };
        let is_new = places.iter().all(|(article, _)| *article != mention.article_id);
        if is_new && places.len() < EXAMPLES {
            places.push((mention.article_id.clone(), mention.sentence));
        }
    }

    fn chosen(self) -> Vec<Place> {
        let mut chosen = self.named;
        for place in self.other {
            if chosen.iter().all(|(article, _)| *article != place.0) {
                chosen.push(place);
            }
        }
        chosen.truncate(EXAMPLES);
        chosen
    }
}

fn sentences<'p>(
    reader: &RunReader,
    places: impl Iterator<Item = &'p Place>,
) -> Result<HashMap<Place, String>, tables::Error> {
    let mut wanted: HashMap<&str, BTreeSet<u32>> = HashMap::new();
    for (article, sentence) in places {
        wanted.entry(article).or_default().insert(*sentence);
    }
    let mut texts = HashMap::new();
    for row in reader.rows::<SentenceRow>()? {
        let row = row?;
        if wanted.get(row.article_id.as_str()).is_some_and(|s| s.contains(&row.sentence)) {
            texts.insert((row.article_id, row.sentence), row.text);
        }
    }
    Ok(texts)
}

fn examples(places: Vec<Place>, sentences: &HashMap<Place, String>) -> Vec<Example> {
    let example = |place: Place| {
        let text = sentences.get(&place)?.clone();
        Some(Example { article_id: place.0, sentence: place.1, text })
    };
    places.into_iter().filter_map(example).collect()
}

fn is_group(row: &ActorRow) -> bool {
    row.actor_id.starts_with(codebook::GROUP)
}

/// One name of an actor in all its spellings.
#[derive(Default)]
struct Spellings {
    texts: BTreeMap<String, u32>,
    reasons: BTreeSet<Reason>,
    n: u32,
}

fn draft(actor: &Listed) -> Draft {
    let own = codebook::key(&actor.name).unwrap_or_default();
    let behind_title = format!(" {own}");
    let mut names: BTreeMap<String, Spellings> = BTreeMap::new();
    for form in actor.forms.iter().filter(|f| f.form == Form::Name) {
        let Some(text) = codebook::bare(&form.text) else { continue };
        let Some(key) = codebook::key(&text) else { continue };
        // With a title in front the name is found anyhow.
        if key == own || key.ends_with(&behind_title) {
            continue;
        }
        let name = names.entry(key).or_default();
        *name.texts.entry(text).or_default() += form.n;
        name.reasons.insert(form.reason);
        name.n += form.n;
    }
    let mut aliases: Vec<(u32, DraftAlias)> =
        names.into_values().map(|name| (name.n, draft_alias(&name))).collect();
    aliases.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    Draft {
        name: actor.name.clone(),
        kind: actor.kind,
        aliases: aliases.into_iter().map(|(_, alias)| alias).collect(),
        groups: actor.groups.clone(),
        wikidata: actor.wikidata.clone(),
        note: format!(
            "{}, {}, {}",
            counted(actor.n_articles, "article", "articles"),
            counted(actor.n_mentions, "mention", "mentions"),
            counted(actor.n_outlets, "outlet", "outlets")
        ),
    }
}

fn draft_alias(name: &Spellings) -> DraftAlias {
    let text = name.texts.iter().max_by_key(|(_, n)| **n).map(|(text, _)| text.clone());
    let reasons: Vec<String> = name.reasons.iter().map(ToString::to_string).collect();
    // The others hold within an article, or where the words around them say so.
    let anywhere = |reason: &Reason| {
        matches!(
            reason,
            Reason::Name
                | Reason::Acronym
                | Reason::Spelling
                | Reason::NameOrder
                | Reason::Codebook
        )
    };
    DraftAlias {
        text: text.unwrap_or_default(),
        ready: name.reasons.iter().all(anywhere),
        note: format!("{}, {}", counted(name.n, "mention", "mentions"), reasons.join(", ")),
    }
}

/// A codebook held against a run.
#[derive(Serialize)]
struct Comparison {
    codebook: String,
    n_actors: usize,
    n_aliases: usize,
    /// Actors of the codebook that stand in no article.
    never_met: Vec<Unmet>,
    /// Aliases of the others that stand in none.
    aliases_never_met: Vec<Unmet>,
    /// Actors of the run that the codebook lacks.
    n_missing: usize,
    /// Of those, the ones that most articles name.
    missing: Vec<Listed>,
}

#[derive(Serialize)]
struct Unmet {
    line: usize,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
}

fn compare(
    reader: &RunReader,
    options: &Options,
    path: &Path,
    book: &Codebook,
) -> anyhow::Result<Outcome> {
    let matched = Matched::read(reader, book)?;
    let mut missing = options.actors(reader)?;
    missing.retain(|row| !is_group(row) && !has(book, row));
    let n_missing = missing.len();
    missing.truncate(options.top(20));
    let comparison = Comparison {
        codebook: path.display().to_string(),
        n_actors: book.actors.len(),
        n_aliases: book.actors.iter().map(|entry| entry.aliases.len()).sum(),
        never_met: matched.unmet_actors(book),
        aliases_never_met: matched.unmet_aliases(book),
        n_missing,
        missing: with_mentions(reader, missing)?,
    };
    if options.json {
        return print_json(&serde_json::to_value(&comparison)?);
    }
    comparison.page(options.top(20)).print()
}

/// Does the codebook name this actor of the run, by whatever name?
fn has(book: &Codebook, row: &ActorRow) -> bool {
    let mut names = std::iter::once(&row.name).chain(&row.aliases);
    book.with_id(&row.actor_id).is_some() || names.any(|name| book.named(name).is_some())
}

/// Which names of a codebook stand anywhere in a run.
struct Matched {
    /// Of every entry: under whatever name.
    entries: Vec<bool>,
    aliases: Vec<Vec<bool>>,
}

impl Matched {
    fn read(reader: &RunReader, book: &Codebook) -> Result<Matched, tables::Error> {
        let mut matched = Matched {
            entries: vec![false; book.actors.len()],
            aliases: book.actors.iter().map(|entry| vec![false; entry.aliases.len()]).collect(),
        };
        for sentence in reader.rows::<SentenceRow>()? {
            for (_, meaning) in book.find_all(&sentence?.text) {
                matched.mark(meaning);
            }
        }
        // Names in capitals or in small letters are found by the model alone.
        let mut known: HashMap<String, Option<Meaning>> = HashMap::new();
        for mention in reader.rows::<MentionRow>()? {
            let mention = mention?;
            if mention.form != Form::Name {
                continue;
            }
            let meaning = match known.get(&mention.text) {
                Some(meaning) => *meaning,
                None => {
                    let meaning = book.meaning(&mention.text);
                    known.insert(mention.text, meaning);
                    meaning
                }
            };
            meaning.into_iter().for_each(|meaning| matched.mark(meaning));
        }
        Ok(matched)
    }

    fn mark(&mut self, meaning: Meaning) {
        self.entries[meaning.entry] = true;
        if let Some(alias) = meaning.alias {
            self.aliases[meaning.entry][alias] = true;
        }
    }

    fn unmet_actors(&self, book: &Codebook) -> Vec<Unmet> {
        let entries = book.actors.iter().zip(&self.entries);
        let unmet = entries.filter(|(_, met)| !**met).map(|(entry, _)| entry);
        unmet.map(|e| Unmet { line: e.line, name: e.name.clone(), alias: None }).collect()
    }

    /// Those of actors that were met; the others' go without saying.
    fn unmet_aliases(&self, book: &Codebook) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for (k, entry) in book.actors.iter().enumerate().filter(|(k, _)| self.entries[*k]) {
            let aliases = entry.aliases.iter().zip(&self.aliases[k]);
            unmet.extend(aliases.filter(|(_, met)| !**met).map(|(alias, _)| Unmet {
                line: alias.line,
                name: entry.name.clone(),
                alias: Some(alias.text.clone()),
            }));
        }
        unmet
    }
}

impl Comparison {
    fn page(&self, most: usize) -> Page {
        let mut page = Page::new();
        page.line(&format!(
            "{}: {}, {}",
            self.codebook,
            counted(self.n_actors as u64, "actor", "actors"),
            counted(self.n_aliases as u64, "alias", "aliases")
        ));
        page.unmet("Actors that no article names", &self.never_met, most);
        page.unmet("Aliases that stand in no article", &self.aliases_never_met, most);
        page.blank();
        if self.missing.is_empty() {
            page.line("Every actor of the run is in it.");
        } else {
            page.line(&format!(
                "Actors of the run that it lacks ({})",
                count(self.n_missing as u64)
            ));
            page.blank();
            page.actors(&self.missing);
        }
        page
    }
}

fn print_json(value: &serde_json::Value) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Text for a terminal. What an article or a codebook brought comes out as harmless text.
struct Page {
    text: String,
    width: usize,
}

/// Columns of an actor's line after its name: type, articles, mentions, outlets.
const COLUMNS: [(&str, usize); 4] = [("type", 4), ("articles", 8), ("mentions", 8), ("outlets", 7)];
const GAP: &str = "  ";

impl Page {
    fn new() -> Page {
        Page { text: String::new(), width: super::width() }
    }

    fn print(self) -> anyhow::Result<Outcome> {
        let mut out = io::stdout().lock();
        out.write_all(self.text.as_bytes())?;
        out.flush()?;
        Ok(Outcome::Done)
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(safe::line(text).trim_end());
        self.text.push('\n');
    }

    fn actors(&mut self, actors: &[Listed]) {
        if actors.is_empty() {
            return;
        }
        let others: usize = COLUMNS.iter().map(|(_, width)| GAP.len() + width).sum();
        let most = self.width.saturating_sub(others).max(12);
        let names = actors.iter().map(|actor| safe::line(&actor.name).width());
        let name = names.max().unwrap_or(0).clamp(4, most);
        self.row("name", COLUMNS.map(|(head, _)| head.to_owned()), name);
        for actor in actors {
            let cells = [
                codebook::code(actor.kind).to_owned(),
                count(actor.n_articles),
                count(actor.n_mentions),
                count(actor.n_outlets),
            ];
            self.row(&actor.name, cells, name);
            self.detail("also", &some(&actor.aliases));
            self.detail("joined", &some(&actor.merges));
            self.detail("groups", &actor.groups.join(", "));
            self.detail("wikidata", actor.wikidata.as_deref().unwrap_or_default());
            for example in &actor.examples {
                self.detail("e.g.", &format!("{} [{}]", example.text, example.article_id));
            }
        }
    }

    fn row(&mut self, name: &str, cells: [String; 4], width: usize) {
        let name = fitted(&safe::line(name), width);
        let mut line = format!("{name}{}", " ".repeat(width.saturating_sub(name.width())));
        for (k, (cell, (_, width))) in cells.iter().zip(COLUMNS).enumerate() {
            line.push_str(GAP);
            // Words to the left, figures to the right.
            line.push_str(&if k == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            });
        }
        self.line(&line);
    }

    /// A labelled text below an actor, in as many lines as it needs; nothing where there is none.
    fn detail(&mut self, label: &str, text: &str) {
        const LABEL: usize = 10;
        let indent = GAP.len() + LABEL;
        let mut line = format!("{GAP}{label:<LABEL$}");
        let mut used = indent;
        for word in safe::line(text).split_whitespace() {
            let word = fitted(word, self.width.saturating_sub(indent));
            let gap = usize::from(used > indent);
            if gap > 0 && used + gap + word.width() > self.width {
                self.line(&line);
                line = " ".repeat(indent);
                used = indent;
            }
            if used > indent {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word);
            used += word.width();
        }
        if used > indent {
            self.line(&line);
        }
    }

    fn unmet(&mut self, heading: &str, unmet: &[Unmet], most: usize) {
        self.blank();
        self.line(&format!("{heading} ({})", count(unmet.len() as u64)));
        for one in unmet.iter().take(most) {
            let what = match &one.alias {
                Some(alias) => format!("“{alias}” of {}", one.name),
                None => one.name.clone(),
            };
            self.line(&format!("{GAP}line {}: {what}", one.line));
        }
        if unmet.len() > most {
            self.line(&format!(
                "{GAP}and {} more; --json has all",
                count((unmet.len() - most) as u64)
            ));
        }
    }
}

/// The first of them, and how many more there are.
fn some(names: &[String]) -> String {
    let mut shown = names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMES {
        shown.push_str(&format!(", and {} more", count((names.len() - NAMES) as u64)));
    }
    shown
}

/// Cut to a width, with an ellipsis.
fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + c.width().unwrap_or(0) >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(name: &str, forms: &[(&str, Reason, u32)]) -> Listed {
        let form = |&(text, reason, n): &(&str, Reason, u32)| FormCount {
            text: text.to_owned(),
            form: reason.form(),
            reason,
            n,
        };
        Listed {
            actor_id: "org:x".to_owned(),
            name: name.to_owned(),
            kind: EntityKind::Org,
            n_articles: 1,
            n_mentions: 1200,
            n_outlets: 2,
            groups: vec!["Port".to_owned()],
            wikidata: None,
            aliases: (1..=10).map(|n| format!("alias{n}")).collect(),
            merges: Vec::new(),
            forms: forms.iter().map(form).collect(),
            examples: vec![Example {
                article_id: "a1".to_owned(),
                sentence: 3,
                text: "A \u{1b}[31mvery long sentence that does not fit into one line.".to_owned(),
            }],
        }
    }

    #[test]
    fn a_draft_has_the_names_that_hold_in_every_article_and_comments_on_the_others() {
        let forms = [
            ("Selke Harbour Holdings", Reason::Name, 9),
            ("the Selke Harbour Holdings’", Reason::Name, 1),
            ("Port operator Selke Harbour Holdings", Reason::Name, 1),
            ("SHH", Reason::Acronym, 7),
            ("SHH's", Reason::Acronym, 2),
            ("Harbour Holdings", Reason::ShortForm, 10),
            ("the company", Reason::Nominal, 30),
        ];
        let draft = draft(&actor("Selke Harbour Holdings", &forms));
        let aliases: Vec<(&str, bool)> =
            draft.aliases.iter().map(|a| (a.text.as_str(), a.ready)).collect();
        assert_eq!(aliases, [("Harbour Holdings", false), ("SHH", true)]);
        assert_eq!(draft.aliases[1].note, "9 mentions, acronym");
        assert_eq!(draft.note, "1 article, 1,200 mentions, 2 outlets");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_nothing_acts_on_it() {
        let mut page = Page { text: String::new(), width: 50 };
        page.actors(&[actor("An organisation with a very long name 🙂 indeed", &[])]);
        let words: Vec<&str> = page.text.split_whitespace().collect();
        assert!(words.join(" ").contains("alias8, and 2 more"), "{}", page.text);
        assert!(!page.text.contains('\u{1b}'), "{}", page.text);
        for line in page.text.lines() {
            assert!(line.width() <= 50 && line.trim_end() == line, "{line}");
        }
    }
}
