//! Actors that a run found in, the text of a codebook to start from out.
//!
//! Promises: [`read`](super::read) takes it as it is, whatever the names are. A name that two actors
//! share stands in it as a comment, as only a person can decide whom it means.

use std::collections::HashMap;

use super::{code, key};
use crate::model::EntityKind;

/// An actor to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub kind: EntityKind,
    /// The most frequent first.
    pub aliases: Vec<DraftAlias>,
    pub groups: Vec<String>,
    pub wikidata: Option<String>,
    /// A comment above it: "24 articles, 88 mentions".
    pub note: String,
}

/// Another name that it was met under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAlias {
    pub text: String,
    /// Means this actor wherever it stands. Others ("Brandvold", "the mayor") are written as comments.
    pub ready: bool,
    /// A comment behind it: "12 mentions, acronym".
    pub note: String,
}

const HEAD: &str = "\
# A codebook to start from, made from a run. Join what is one actor, delete what is of no interest,
# add groups:
#     group = \"Harbour Alliance\"         a party, a country, a camp; groups = [...] for several
#     not = [\"Karsholt City\"]            a phrase in which the name means somebody else
#     aliases = ['/Oderb[ae]ck/']         between slashes: a regular expression
#     wikidata = \"Q159\"
# An alias means this actor in every article. Surnames and titles stand here as comments: within an
# article they are joined with the full name anyhow.

# Take the # away to count nobody else:
# only = true
";

/// Writes a codebook as TOML.
pub fn starter(drafts: &[Draft]) -> String {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (number, draft) in drafts.iter().enumerate() {
        if let Some(key) = key(&draft.name) {
            taken.entry(key).or_insert(number);
        }
    }
    let mut out = HEAD.to_owned();
    for (number, draft) in drafts.iter().enumerate() {
        let owner = key(&draft.name).and_then(|key| taken.get(&key).copied());
        out.push('\n');
        line(&mut out, "# ", &draft.note);
        if owner == Some(number) {
            actor(&mut out, draft, number, &mut taken);
        } else {
            let why = if owner.is_some() { "another actor has that name" } else { "no name" };
            line(
                &mut out,
                "# ",
                &format!("left out: {}, {} ({why})", draft.name, code(draft.kind)),
            );
        }
    }
    out
}

fn actor(out: &mut String, draft: &Draft, number: usize, taken: &mut HashMap<String, usize>) {
    out.push_str("[[actor]]\n");
    line(out, "name = ", &quoted(&draft.name));
    line(out, "type = ", &quoted(code(draft.kind)));
    let mut lines = String::new();
    for alias in &draft.aliases {
        let Some(key) = key(&alias.text) else { continue };
        let owner = *taken.get(&key).unwrap_or(&number);
        let known = taken.contains_key(&key) && owner == number;
        if known || alias.text.starts_with('/') {
            continue;
        }
        let ready = alias.ready && owner == number;
        if ready {
            taken.insert(key, number);
        }
        let note = if owner == number { "" } else { "; also another actor's" };
        let lead = if ready { "    " } else { "    # " };
        line(&mut lines, lead, &format!("{},  # {}{note}", quoted(&alias.text), alias.note));
    }
    if !lines.is_empty() {
        out.push_str("aliases = [\n");
        out.push_str(&lines);
        out.push_str("]\n");
    }
    if !draft.groups.is_empty() {
        let groups: Vec<String> = draft.groups.iter().map(|group| quoted(group)).collect();
        line(out, "groups = ", &format!("[{}]", groups.join(", ")));
    }
    if let Some(wikidata) = &draft.wikidata {
        line(out, "wikidata = ", &quoted(wikidata));
    }
}

/// One line, whatever the text: neither breaks nor controls leave a comment.
fn line(out: &mut String, lead: &str, text: &str) {
    out.push_str(lead);
    out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    out.push('\n');
}

/// A basic string of TOML. Names have no controls that mean anything.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::codebook::{Format, parse};

    fn alias(text: &str, ready: bool) -> DraftAlias {
        DraftAlias { text: text.to_owned(), ready, note: "3 mentions, name".to_owned() }
    }

    fn draft(name: &str, kind: EntityKind, aliases: Vec<DraftAlias>) -> Draft {
        Draft {
            name: name.to_owned(),
            kind,
            aliases,
            groups: vec!["The \"Reds\"".to_owned()],
            wikidata: Some("Q159".to_owned()),
            note: "24 articles,\n[[actor]]".to_owned(),
        }
    }

    #[test]
    fn what_it_writes_can_be_read_whatever_the_names() {
        let drafts = [
            draft(
                "Ilse Brandvold",
                EntityKind::Per,
                vec![alias("Brandvold", false), alias("SHH", true), alias("the Mayor\u{7f}", true)],
            ),
            draft("Selke \"Harbour\" \\ Holdings", EntityKind::Org, vec![alias("SHH", true)]),
            draft("ilse brandvold’s", EntityKind::Per, vec![alias("Mayor Ilse Brandvold", true)]),
            draft("Ilse Brandvold", EntityKind::Org, vec![]),
            draft("!?", EntityKind::Misc, vec![]),
            draft("Halmara", EntityKind::Loc, vec![alias("/x", true), alias("Halmara’s", true)]),
        ];
        let text = starter(&drafts);
        let book = parse(text.as_bytes(), Format::Toml).unwrap_or_else(|p| panic!("{p:?}\n{text}"));
        let names: Vec<&str> = book.actors.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(
            names,
            ["Ilse Brandvold", "Selke \"Harbour\" \\ Holdings", "ilse brandvold’s", "Halmara"]
        );
        assert_eq!(book.named("SHH"), Some(0));
        assert_eq!(book.actors[1].groups, ["The \"Reds\""]);
        assert!(text.contains("left out: Ilse Brandvold, ORG"), "{text}");
        assert!(text.contains("# \"Brandvold\",  # 3 mentions, name\n"), "{text}");
        assert!(text.contains("# \"SHH\",  # 3 mentions, name; also another actor's"), "{text}");
        assert!(!book.only);
    }
}
