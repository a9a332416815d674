//! `docs/report.schema.json` describes the JSON report: every field, and no other.
//!
//! The schema is made from the tables' columns and the codebook, so that it says of each what they say.
//! After a change of either: `UNDERTONE_WRITE_SCHEMA=1 cargo test --test schema`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;

use common::{harbour, run, undertone};
use serde_json::{Map, Value, json};
use undertone::tables::{self, Column};

const CODEBOOK: &str = include_str!("../docs/codebook.md");

fn published() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
    std::fs::read_to_string(path).unwrap()
}

/// What the codebook says of each column.
fn meanings() -> BTreeMap<(String, String), String> {
    let mut table = String::new();
    let mut out = BTreeMap::new();
    for line in CODEBOOK.lines() {
        if let Some(name) = line.strip_prefix("## `").and_then(|l| l.strip_suffix('`')) {
            name.clone_into(&mut table);
        } else if let Some(row) = line.strip_prefix("| `") {
            let cells: Vec<&str> = row.trim_end_matches([' ', '|']).splitn(4, '|').collect();
            let column = cells[0].trim().trim_end_matches('`').to_owned();
            out.insert((table.clone(), column), cells[3].trim().to_owned());
        }
    }
    out
}

fn kind(column: &Column) -> Value {
    let plain = match column.kind.as_str() {
        "utf8" => "string",
        "u32" => "integer",
        "f64" => "number",
        "bool" => "boolean",
        "list<utf8>" => return json!({"type": "array", "items": {"type": "string"}}),
        other => panic!("no JSON type for {other}"),
    };
    let mut out = match column.nullable {
        true => json!({"type": [plain, "null"]}),
        false => json!({"type": plain}),
    };
    if plain == "integer" {
        out["minimum"] = json!(0);
    }
    out
}

/// A row of a table, with more fields beside its columns.
fn row(table: &str, more: &[(&str, Value)]) -> Value {
    let meanings = meanings();
    let mut properties = Map::new();
    for column in tables::columns().iter().filter(|c| c.table == table) {
        let mut field = kind(column);
        field["description"] = json!(meanings[&(table.to_owned(), column.name.clone())]);
        properties.insert(column.name.clone(), field);
    }
    assert!(!properties.is_empty(), "no table {table}");
    properties.extend(more.iter().map(|(name, field)| ((*name).to_owned(), field.clone())));
    object(properties)
}

/// An object that has all its properties and no others.
fn object(properties: Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn fields(list: &[(&str, Value, &str)]) -> Map<String, Value> {
    let described = |(name, field, description): &(&str, Value, &str)| {
        let mut field = field.clone();
        field["description"] = json!(description);
        ((*name).to_owned(), field)
    };
    list.iter().map(described).collect()
}

/// The list of a table's rows.
fn table(name: &str) -> Value {
    let says = match name {
        "outlets" | "actors" | "outlet_actor" | "comparisons" => {
            " Each row with what it says in words."
        }
        _ => "",
    };
    json!({
        "type": "array",
        "description": format!("The table `{name}` of the run folder, unrounded.{says}"),
        "items": {"$ref": format!("#/$defs/{name}")},
    })
}

fn schema() -> Value {
    let (text, number, count) = (
        json!({"type": "string"}),
        json!({"type": "number"}),
        json!({"type": "integer", "minimum": 0}),
    );
    let or_null = |name: &str| json!({"type": [name, "null"]});
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let map = |of: Value| json!({"type": "object", "additionalProperties": of});
    let model = object(fields(&[
        ("name", text.clone(), "The model's name."),
        ("sha256", text.clone(), "SHA-256 of the model's file, in hexadecimal."),
    ]));
    let run_info = object(fields(&[
        ("title", text.clone(), "The report's heading."),
        ("created", text.clone(), "When the run was made, RFC 3339."),
        ("undertone", text.clone(), "Version of undertone that made the run."),
        ("model", model, "The model that read the articles."),
        ("thresholds", map(number.clone()), "By head, the probability from which on it says yes."),
        (
            "options",
            json!({"type": "object"}),
            "Options of the run that change figures, as `manifest.json` has them.",
        ),
        ("counts", json!({"type": "object"}), "What the run counted, as `manifest.json` has it."),
        ("seed", count.clone(), "Seed of the bootstrap."),
        ("min_articles", count.clone(), "Fewest articles for which a figure is given."),
        ("seconds", number.clone(), "Seconds that scoring took."),
        (
            "location",
            or_null("string"),
            "Where the report for people lies; null where nobody asked.",
        ),
    ]));
    let summary = object(fields(&[
        ("n_articles", count.clone(), "Articles that were scored."),
        ("n_outlets", count.clone(), "Outlets that published them."),
        ("n_sentences", count.clone(), "Their sentences."),
        ("n_words", count.clone(), "Words in those sentences."),
        ("n_words_quoted", count.clone(), "Of those, words that are somebody else's."),
        (
            "first_date",
            or_null("string"),
            "Earliest day of publication, `YYYY-MM-DD`; null where no article has one.",
        ),
        ("last_date", or_null("string"), "Latest day of publication, `YYYY-MM-DD`."),
        ("n_rejects", count.clone(), "Documents that were not scored."),
        (
            "rejects_by_reason",
            map(count.clone()),
            "Documents that were not scored, by `reason` of the table `rejects`.",
        ),
    ]));
    let words = object(fields(&[
        (
            "sentence",
            text.clone(),
            "What the row says, in a sentence that can be printed as it stands.",
        ),
        ("caveats", texts.clone(), "What belongs beside it wherever it is printed."),
    ]));
    let finding = object(fields(&[
        ("text", text.clone(), "One sentence."),
        ("about", text.clone(), "Part of the HTML report that shows what it is said of."),
    ]));
    let words_of = [(
        "words",
        json!({
            "type": "array",
            "items": {"$ref": "#/$defs/said"},
            "description": "What the row says, in words; empty where there is nothing to say.",
        }),
    )];
    let sentences = json!({"type": "array", "items": {"$ref": "#/$defs/finding"}});
    let glance = object(fields(&[
        ("findings", sentences.clone(), "What the data support, the clearest first."),
        ("limits", sentences, "What they do not support."),
    ]));
    let mut properties = fields(&[
        ("format", json!({"const": "undertone-report"}), "What this is."),
        ("version", json!({"const": 1}), "Raised when a field goes or changes its meaning."),
        ("run", json!({"$ref": "#/$defs/run"}), "How the run was made."),
        ("summary", json!({"$ref": "#/$defs/summary"}), "What was read."),
        ("glance", json!({"$ref": "#/$defs/glance"}), "The findings in plain words."),
    ]);
    let names = [
        "outlets",
        "actors",
        "outlet_actor",
        "comparisons",
        "corrected",
        "speakers",
        "holder_target",
        "periods",
        "words",
        "rejects",
    ];
    let mut defs = Map::new();
    for name in names {
        properties.insert(name.into(), table(name));
        let told = matches!(name, "outlets" | "actors" | "outlet_actor" | "comparisons");
        defs.insert(name.into(), row(name, if told { &words_of } else { &[] }));
    }
    for (name, def) in [
        ("run", run_info),
        ("summary", summary),
        ("glance", glance),
        ("finding", finding),
        ("said", words),
    ] {
        defs.insert(name.into(), def);
    }
    let mut out = object(properties);
    let rest = out.as_object_mut().unwrap();
    let mut whole = Map::new();
    whole.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("title".into(), json!("undertone report"));
    whole.insert(
        "description".into(),
        json!("What `undertone report RUN --format json` writes. Fields of the tables are the columns of docs/codebook.md."),
    );
    whole.append(rest);
    whole.insert("$defs".into(), Value::Object(defs));
    Value::Object(whole)
}

/// Where `value` is not what `schema` says. Knows the words that our schema uses, and no others.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    for (word, says) in schema.as_object().expect("a schema") {
        match word.as_str() {
            "description" | "title" | "$schema" | "$defs" | "properties" => {}
            "$ref" => {
                let pointer = says.as_str().unwrap().strip_prefix('#').unwrap();
                let there = root.pointer(pointer).unwrap_or_else(|| panic!("{says} leads nowhere"));
                faults(root, there, value, at, out);
            }
            "const" => {
                if value != says {
                    out.push(format!("{at} is not {says}"));
                }
            }
            "type" => {
                let kinds: Vec<&str> = match says {
                    Value::Array(all) => all.iter().map(|v| v.as_str().unwrap()).collect(),
                    one => vec![one.as_str().unwrap()],
                };
                let is = kinds.iter().any(|kind| match *kind {
                    "null" => value.is_null(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    "string" => value.is_string(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("unknown type {other}"),
                });
                if !is {
                    out.push(format!("{at} is not {says}"));
                }
            }
            "minimum" => {
                if value.as_f64().is_some_and(|v| v < says.as_f64().unwrap()) {
                    out.push(format!("{at} is below {says}"));
                }
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    faults(root, says, item, &format!("{at}/{i}"), out);
                }
            }
            "required" => {
                for name in says.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        out.push(format!("{at} has no {name}"));
                    }
                }
            }
            "additionalProperties" => {
                let known = schema.get("properties");
                for (name, field) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}/{name}");
                    match (known.and_then(|k| k.get(name)), says) {
                        (Some(own), _) => faults(root, own, field, &at, out),
                        (None, Value::Bool(false)) => out.push(format!("{at} is not described")),
                        (None, other) => faults(root, other, field, &at, out),
                    }
                }
            }
            other => panic!("the schema has a word that this test does not know: {other}"),
        }
    }
}

fn all_faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    faults(schema, schema, value, "", &mut out);
    out.truncate(10); // enough to see what is wrong
    out
}

fn report() -> Value {
    let ran = run(undertone().arg("report").arg(harbour()).args(["--format", "json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn the_published_schema_says_what_codebook_and_tables_say() {
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UNDERTONE_WRITE_SCHEMA").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
        std::fs::write(path, &made).unwrap();
        return;
    }
    assert!(
        made == published(),
        "docs/report.schema.json is not of this codebook: UNDERTONE_WRITE_SCHEMA=1 cargo test --test schema"
    );
}

#[test]
fn a_real_report_is_as_the_schema_says() {
    let schema: Value = serde_json::from_str(&published()).unwrap();
    let report = report();
    assert_eq!(all_faults(&schema, &report), Vec::<String>::new());
    for table in ["outlets", "actors", "outlet_actor", "comparisons", "speakers", "holder_target"] {
        assert!(!report[table].as_array().unwrap().is_empty(), "{table} proves nothing");
    }
}

#[test]
fn a_field_too_many_too_few_or_of_another_type_is_found() {
    let schema: Value = serde_json::from_str(&published()).unwrap();
    let sound = report();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut report = sound.clone();
        change(&mut report);
        all_faults(&schema, &report)
    };
    assert_eq!(with(&|r| r["outlets"][0]["mood"] = json!(1)), ["/outlets/0/mood is not described"]);
    assert_eq!(with(&|r| r["speakers"][0]["n_articles"] = json!("two")).len(), 1);
    assert_eq!(with(&|r| r["holder_target"][0]["n_mentions"] = json!(-1)).len(), 1);
    let less = with(&|r| {
        r["actors"][0].as_object_mut().unwrap().shift_remove("name");
    });
    assert_eq!(less, ["/actors/0 has no \"name\""]);
    assert_eq!(with(&|r| r["version"] = json!(2)), ["/version is not 1"]);
    assert_eq!(with(&|r| r["more"] = json!({})), ["/more is not described"]);
}

#[test]
fn every_property_is_described() {
    fn walk(value: &Value, at: &str, met: &mut usize) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            assert_eq!(value["additionalProperties"], json!(false), "{at}");
            for (name, field) in properties {
                let description = field["description"].as_str().unwrap_or_default();
                assert!(description.len() > 8, "{at}/{name} is not described");
                *met += 1;
            }
        }
        for (name, field) in value.as_object().into_iter().flatten() {
            if field.is_object() {
                walk(field, &format!("{at}/{name}"), met);
            }
        }
    }
    let schema: Value = serde_json::from_str(&published()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let mut met = 0;
    walk(&schema, "", &mut met);
    assert!(met > 120, "{met}");
}
