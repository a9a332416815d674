//! Row structs in, table schemas out: a struct's fields are its table's columns.
//!
//! The schema comes from the type alone, so that a table has all its columns, with the right types,
//! also where it has no rows or a column is null throughout.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_arrow::schema::{SchemaLike, TracingOptions};

use super::rows::{
    ActorRow, ArticleRow, AttributionRow, ComparisonRow, CorrectedRow, EventRow, HolderTargetRow,
    MentionRow, OutletActorRow, OutletRow, PeriodRow, RejectRow, SentenceRow, SpanRow, SpeakerRow,
    WordRow,
};

/// A row of one of the run folder's tables.
pub trait Table: Serialize + DeserializeOwned {
    /// The table's name, and its folder's.
    const NAME: &'static str;

    /// The table's columns, in the order of the struct's fields.
    ///
    /// `String`, `Option<String>` and enums are `Utf8`, `u32` is `UInt32`, `f64` is `Float64`,
    /// `bool` is `Boolean`, `Vec<String>` is `List<Utf8>`; a column is nullable where its field is an
    /// `Option`.
    fn schema() -> SchemaRef;

    /// Roughly how many bytes the row takes in memory; decides when a part is full.
    fn weight(&self) -> usize;
}

/// Implements [`Table`], and lists the tables for [`columns`] and [`names`].
macro_rules! tables {
    ($($row:ty, $name:literal, |$r:ident| $text:expr;)*) => {
        $(impl Table for $row {
            const NAME: &'static str = $name;

            fn schema() -> SchemaRef {
                static SCHEMA: OnceLock<SchemaRef> = OnceLock::new();
                SCHEMA.get_or_init(trace::<Self>).clone()
            }

            fn weight(&self) -> usize {
                let $r = self;
                size_of::<Self>() + $text
            }
        })*

        /// Every table's name and schema, in the order in which a run makes them.
        pub(super) fn all() -> Vec<(&'static str, SchemaRef)> {
            vec![$((<$row>::NAME, <$row>::schema())),*]
        }
    };
}

tables! {
    ArticleRow, "articles", |r| r.body.len() + r.source.len() + 100;
    SentenceRow, "sentences", |r| r.text.len() + 50;
    SpanRow, "spans", |r| r.text.len() + 50;
    MentionRow, "mentions", |r| r.text.len() + 50;
    AttributionRow, "attributions", |r| r.text.len() + 80;
    OutletRow, "outlets", |r| r.outlet.len();
    ActorRow, "actors", |r| r.aliases.iter().map(|a| a.len() + 24).sum::<usize>() + 50;
    OutletActorRow, "outlet_actor", |r| r.outlet.len() + 50;
    HolderTargetRow, "holder_target", |r| r.target_name.len() + r.target_id.len() + 120;
    SpeakerRow, "speakers", |r| r.speaker_name.as_ref().map_or(0, String::len) + 80;
    ComparisonRow, "comparisons", |r| r.outlet_a.len() + r.outlet_b.len() + 80;
    PeriodRow, "periods", |r| r.outlet.as_ref().map_or(0, String::len) + 150;
    WordRow, "words", |r| r.outlet.len() + r.word.len() + 100;
    CorrectedRow, "corrected", |r| r.outlet.len() + r.actor_id.as_ref().map_or(0, String::len) + 150;
    EventRow, "events", |r| r.outlet.len() + r.reason.as_ref().map_or(0, String::len) + 200;
    RejectRow, "rejects", |r| r.source.len() + r.detail.len();
}

/// The names of all tables: `articles`, `sentences`, ...
pub fn names() -> Vec<&'static str> {
    all().into_iter().map(|(name, _)| name).collect()
}

/// One column of one table, as the codebook lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub table: &'static str,
    pub name: String,
    /// `utf8`, `u32`, `f64`, `bool` or `list<utf8>`
    pub kind: String,
    pub nullable: bool,
}

/// Every column of every table.
pub fn columns() -> Vec<Column> {
    let column = |table, field: &FieldRef| Column {
        table,
        name: field.name().clone(),
        kind: kind(field.data_type()),
        nullable: field.is_nullable(),
    };
    all()
        .into_iter()
        .flat_map(|(table, schema)| {
            schema.fields().iter().map(|f| column(table, f)).collect::<Vec<_>>()
        })
        .collect()
}

fn kind(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 => "utf8".into(),
        DataType::UInt32 => "u32".into(),
        DataType::Float64 => "f64".into(),
        DataType::Boolean => "bool".into(),
        DataType::List(item) => format!("list<{}>", kind(item.data_type())),
        other => other.to_string(),
    }
}

/// # Panics
/// If a row struct has a field that no column can hold; no input can cause that, and
/// `every_table_has_a_schema_of_plain_types` would fail first.
fn trace<T: DeserializeOwned>() -> SchemaRef {
    let options = TracingOptions::default()
        .enums_without_data_as_strings(true)
        .sequence_as_large_list(false)
        .strings_as_large_utf8(false);
    let fields = Vec::<FieldRef>::from_type::<T>(options).expect("a row struct of plain fields");
    let fields: Vec<Field> = fields.iter().map(|f| plain(f)).collect();
    Arc::new(Schema::new(fields))
}

/// Enums are traced as dictionaries; readers have an easier time with plain strings, and Parquet
/// packs repeated values anyway.
fn plain(field: &Field) -> Field {
    let data_type = match field.data_type() {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        other => other.clone(),
    };
    Field::new(field.name(), data_type, field.is_nullable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_schema_of_plain_types() {
        let columns = columns();
        for column in &columns {
            let plain = ["utf8", "u32", "f64", "bool", "list<utf8>"];
            assert!(plain.contains(&column.kind.as_str()), "{column:?}");
        }
        let find = |table, name: &str| columns.iter().find(|c| c.table == table && c.name == name);
        let voice = find("sentences", "voice").expect("a voice column");
        assert_eq!((voice.kind.as_str(), voice.nullable), ("utf8", false));
        let own = find("sentences", "loaded_own").expect("a loaded_own column");
        assert_eq!((own.kind.as_str(), own.nullable), ("bool", true));
        let aliases = find("actors", "aliases").expect("an aliases column");
        assert_eq!((aliases.kind.as_str(), aliases.nullable), ("list<utf8>", false));
        assert!(find("actors", "type").is_some(), "`kind` is written as `type`");
    }
}
