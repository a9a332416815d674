//! Promises of the codebook of actors and of `undertone actors`, kept on examples/harbour with the real
//! model.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{Ran, harbour, records, rows, run, undertone};
use serde_json::{Value, json};
use undertone::actors::codebook::{self, Codebook};
use undertone::tables::manifest::sha256_of_file;
use undertone::tables::rows::{
    ActorRow, ArticleRow, MentionRow, OutletActorRow, RejectRow, SentenceRow,
};
use undertone::text::Part;

const BOOK: &str = "examples/harbour-actors.toml";

/// `undertone score INPUT --actors BOOK --out OUT`.
fn score_with(input: &Path, book: &Path, out: &Path) -> Ran {
    let mut command = undertone();
    command.arg("score").arg(input).arg("--actors").arg(book).arg("--out").arg(out);
    run(command.args(["--quiet", "--replicates", "200"]))
}

/// examples/harbour scored with its codebook, once for all tests.
fn with_book() -> &'static Path {
    static RUN: OnceLock<PathBuf> = OnceLock::new();
    RUN.get_or_init(|| {
        let out = tempfile::tempdir().unwrap().keep().join("run");
        let ran = score_with(Path::new("examples/harbour"), Path::new(BOOK), &out);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        out
    })
}

fn book() -> Codebook {
    codebook::read(Path::new(BOOK)).unwrap()
}

fn actors(run_folder: &Path, arguments: &[&str]) -> Ran {
    run(undertone().arg("actors").arg(run_folder).args(arguments))
}

fn actors_json(run_folder: &Path, arguments: &[&str]) -> Value {
    let ran = actors(run_folder, &[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Articles about people whom no model knows, in plain sentences.
fn two_towns(folder: &Path) -> PathBuf {
    let text = "Karsholt City beat the visitors on Sunday. Karsholt rejected the offer on Monday. The \
                Ministry of Tides said that Karsholt was right. Brina Volk praised the decision.";
    records(folder, "two.jsonl", &[json!({"id": "a", "outlet": "A", "text": text})])
}

#[test]
fn the_actors_of_a_run_are_listed_with_names_reasons_and_sentences() {
    let json = actors_json(harbour(), &["--top", "500"]);
    let listed = json["actors"].as_array().unwrap();
    assert_eq!(json["n_actors"].as_u64(), Some(listed.len() as u64));
    let mayor = listed.iter().find(|a| a["actor_id"] == "per:ilse-brandvold").unwrap();
    assert_eq!((&mayor["name"], &mayor["type"]), (&json!("Ilse Brandvold"), &json!("PER")));
    assert_eq!(mayor["n_outlets"], 4);
    let forms = mayor["forms"].as_array().unwrap();
    assert!(forms.iter().any(|f| f["reason"] == "surname" && f["form"] == "name"), "{mayor}");
    let n: u64 = forms.iter().filter_map(|f| f["n"].as_u64()).sum();
    assert_eq!(Some(n), mayor["n_mentions"].as_u64());
    let examples = mayor["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 2);
    assert_ne!(examples[0]["article_id"], examples[1]["article_id"]);
    assert!(examples.iter().all(|e| e["text"].as_str().unwrap().contains("Brandvold")));

    let ran = actors(harbour(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for words in ["Ilse Brandvold", "articles  mentions  outlets", "joined", "e.g.", "--top N"] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
}

#[test]
fn the_list_can_be_cut_to_a_type_and_a_length() {
    let json = actors_json(harbour(), &["--type", "org", "--top", "3"]);
    let listed = json["actors"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|a| a["type"] == "ORG"), "{json}");
    assert!(json["n_actors"].as_u64() > Some(3));

    assert_eq!(actors(Path::new("examples"), &[]).code, 2);
}

#[test]
fn a_codebook_is_written_that_can_be_scored_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("actors.toml");
    let file = path.to_str().unwrap();
    let ran = actors(harbour(), &["--write", file]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, file), "{}", ran.stderr);
    let written = codebook::read(&path).unwrap();
    let mayor = written.named("Mayor Ilse Brandvold").unwrap();
    assert_eq!(written.actors[mayor].id, "per:ilse-brandvold");
    assert!(written.named("SHH").is_some() && !written.only);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(" mentions, 4 outlets\n[[actor]]\nname = \"Ilse Brandvold\""), "{text}");

    let ran = actors(harbour(), &["--write", file, "--top", "2"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(actors(harbour(), &["--write", file, "--top", "2", "--force"]).code, 0);
    assert_eq!(codebook::read(&path).unwrap().actors.len(), 2);

    let ran = actors(harbour(), &["--write", "actors.csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains(".toml"), "{}", ran.stderr);

    let out = folder.path().join("run");
    let ran = score_with(Path::new("examples/harbour/The Selke Courier"), &path, &out);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn what_a_codebook_misses_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.toml");
    let text = "[[actor]]\nname = \"Ilse Brandvold\"\ntype = \"PER\"\naliases = [\n    \"the iron mayor\",\n    \
                \"Brandvold\",\n]\n\n[[actor]]\nname = \"Nobody Atall\"\ntype = \"PER\"\naliases = [\"Noone\"]\n";
    fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let json = actors_json(harbour(), &["--codebook", file, "--top", "100"]);
    assert_eq!(json["never_met"], json!([{"line": 9, "name": "Nobody Atall"}]));
    assert_eq!(
        json["aliases_never_met"],
        json!([{"line": 5, "name": "Ilse Brandvold", "alias": "the iron mayor"}])
    );
    let missing: BTreeSet<&str> =
        json["missing"].as_array().unwrap().iter().filter_map(|a| a["name"].as_str()).collect();
    assert!(missing.contains("Magnus Oderbeck"), "{missing:?}");
    assert!(!missing.contains("Ilse Brandvold"), "{missing:?}");

    let ran = actors(harbour(), &["--codebook", file]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for words in ["2 actors, 3 aliases", "line 9: Nobody Atall", "line 5: “the iron mayor”"] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }

    let json = actors_json(with_book(), &["--codebook", BOOK]);
    assert_eq!(json["never_met"], json!([]));
}

#[test]
fn a_faulty_codebook_ends_before_any_work_with_file_line_and_advice() {
    let folder = tempfile::tempdir().unwrap();
    let input = two_towns(folder.path());
    let out = folder.path().join("run");
    for (name, text, line, advice) in [
        ("type.toml", "[[actor]]\nname = 'A'\ntype = 'PERSON'\n", 3, "PER (person)"),
        ("none.toml", "[[actor]]\nname = 'A'\n", 1, "give it one of PER"),
        (
            "key.toml",
            "[[actor]]\nname = 'A'\ntype = 'LOC'\nalias = ['B']\n",
            4,
            "an actor has name",
        ),
        ("regex.toml", "[[actor]]\nname = 'A'\ntype = 'LOC'\naliases = ['/(/']\n", 4, "unclosed"),
        ("wikidata.toml", "[[actor]]\nname='A'\ntype='LOC'\nwikidata='159'\n", 4, "as Q159"),
        (
            "twice.toml",
            "[[actor]]\nname='A1'\ntype='LOC'\n[[actor]]\nname='the A1'\ntype='LOC'\n",
            5,
            "(line 1)",
        ),
        ("empty.toml", "", 1, "undertone actors RUN --write"),
        ("typo.toml", "[[actor]\n", 1, "not TOML"),
        ("cells.csv", "name,type\nA,LOC\nB,LOC,C\n", 3, "a comma too many"),
        ("excel.csv", "name;type\nA;LOC\n", 1, "separate them by commas"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let ran = score_with(&input, &path, &out);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        let place = format!("{}:{line}: ", path.display());
        assert!(
            ran.stderr.contains(&place) && ran.stderr.contains(advice),
            "{name}: {}",
            ran.stderr
        );
        assert!(!out.exists(), "{name}");
    }
    let ran = score_with(&input, &folder.path().join("missing.toml"), &out);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("missing.toml"), "{}", ran.stderr);
    let ran = score_with(&input, &input, &out);
    assert!(ran.code == 2 && ran.stderr.contains(".toml or .csv"), "{}", ran.stderr);
}

#[test]
fn the_codebooks_actors_have_its_names_groups_and_ids() {
    let found: BTreeMap<String, ActorRow> = rows::<ActorRow>(with_book())
        .into_iter()
        .map(|actor| (actor.actor_id.clone(), actor))
        .collect();
    for entry in &book().actors {
        let actor = found.get(&entry.id).unwrap_or_else(|| panic!("{} is not found", entry.id));
        assert_eq!((&actor.name, actor.kind), (&entry.name, entry.kind));
        assert_eq!(actor.groups, entry.groups, "{}", entry.name);
        assert!(actor.n_mentions > 0, "{}", entry.name);
    }
    let others: Vec<&ActorRow> =
        found.values().filter(|a| book().with_id(&a.actor_id).is_none()).collect();
    assert!(others.iter().any(|a| a.name == "Lorcan Ise"), "others are still found");
    assert!(rows::<RejectRow>(with_book()).is_empty());

    let manifest: Value =
        serde_json::from_slice(&fs::read(with_book().join("manifest.json")).unwrap()).unwrap();
    let (_, sha256) = sha256_of_file(Path::new(BOOK)).unwrap();
    assert_eq!(manifest["codebook"]["sha256"], sha256.as_str());
}

#[test]
fn an_exclusion_keeps_a_place_from_being_its_government() {
    let articles: BTreeMap<String, ArticleRow> = rows::<ArticleRow>(with_book())
        .into_iter()
        .map(|article| (article.article_id.clone(), article))
        .collect();
    let before = |m: &MentionRow| -> String {
        let article = &articles[&m.article_id];
        let text = match m.part {
            Part::Title => article.title.as_deref().unwrap(),
            Part::Body => &article.body,
        };
        text.chars().take(m.start as usize).collect()
    };
    let mentions: Vec<MentionRow> = rows(with_book());
    let capital = |m: &&MentionRow| m.actor_id == "loc:halmara" && m.text.starts_with("Karsholt");
    assert!(mentions.iter().filter(capital).count() >= 5);
    for mention in mentions.iter().filter(capital) {
        assert!(!before(mention).ends_with(" in "), "{}: {}", mention.article_id, mention.start);
    }
    let sentences: Vec<SentenceRow> = rows(with_book());
    assert!(sentences.iter().any(|s| s.text.contains("in Karsholt")), "there are such places");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.csv");
    fs::write(&path, "name,type,not\nKarsholt,LOC,Karsholt City\n").unwrap();
    let out = folder.path().join("run");
    let ran = score_with(&two_towns(folder.path()), &path, &out);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sentences: Vec<u32> = rows::<MentionRow>(&out)
        .iter()
        .filter(|m| m.actor_id == "loc:karsholt" && m.text.contains("Karsholt"))
        .map(|m| m.sentence)
        .collect();
    assert_eq!(sentences, [1, 2]);
}

#[test]
fn only_counts_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.csv");
    fs::write(&path, "# only = true\nname,type,aliases\nMinistry of Tides,ORG,\nBrina Volk,PER,\n")
        .unwrap();
    let out = folder.path().join("run");
    let ran = score_with(&two_towns(folder.path()), &path, &out);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids: BTreeSet<String> = rows::<MentionRow>(&out).into_iter().map(|m| m.actor_id).collect();
    let expected = ["org:ministry-of-tides", "per:brina-volk"];
    assert_eq!(ids, expected.map(str::to_owned).into());
    let ids: BTreeSet<String> = rows::<ActorRow>(&out).into_iter().map(|a| a.actor_id).collect();
    assert_eq!(ids, expected.map(str::to_owned).into());
}

#[test]
fn a_group_is_summed_up_as_an_actor_is() {
    let book = book();
    let of_group = |name: &str| -> BTreeSet<&str> {
        let members = book.actors.iter().filter(|a| a.groups.iter().any(|g| g == name));
        members.map(|a| a.id.as_str()).collect()
    };
    let outlets: BTreeMap<String, String> = rows::<ArticleRow>(with_book())
        .into_iter()
        .map(|article| (article.article_id, article.outlet))
        .collect();
    let mentions: Vec<MentionRow> = rows(with_book());
    let sums: Vec<OutletActorRow> = rows(with_book());
    for group in ["Port company", "Dockers", "Kesser treaty"] {
        let members = of_group(group);
        let id = codebook::group_id(group);
        let mut articles: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut n: BTreeMap<&str, u32> = BTreeMap::new();
        for m in mentions.iter().filter(|m| members.contains(m.actor_id.as_str())) {
            let outlet = outlets[&m.article_id].as_str();
            *n.entry(outlet).or_default() += 1;
            articles.entry(outlet).or_default().insert(&m.article_id);
        }
        assert!(n.len() >= 3, "{group}: {n:?}");
        for (outlet, &n) in &n {
            let row = sums.iter().find(|r| r.actor_id == id && r.outlet == *outlet);
            let row = row.unwrap_or_else(|| panic!("{id} has no row for {outlet}"));
            assert_eq!((row.name.as_str(), row.n_mentions), (group, n), "{outlet}");
            // An article that names two members is one article.
            assert_eq!(row.n_articles as usize, articles[outlet].len(), "{group}, {outlet}");
        }
    }
    assert!(mentions.iter().all(|m| !m.actor_id.starts_with(codebook::GROUP)));
}
