//! A table of estimates for a spreadsheet.

use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{ReportError, Run, safe};

/// The tables that [`csv()`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    Outlets,
    Actors,
    OutletActor,
    Comparisons,
    Corrected,
    Speakers,
    HolderTarget,
    Periods,
    Words,
    Events,
    Rejects,
}

impl Table {
    pub const ALL: [Table; 11] = [
        Table::Outlets,
        Table::Actors,
        Table::OutletActor,
        Table::Comparisons,
        Table::Corrected,
        Table::Speakers,
        Table::HolderTarget,
        Table::Periods,
        Table::Words,
        Table::Events,
        Table::Rejects,
    ];

    /// The table's name in the run folder.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Outlets => "outlets",
            Table::Actors => "actors",
            Table::OutletActor => "outlet_actor",
            Table::Comparisons => "comparisons",
            Table::Corrected => "corrected",
            Table::Speakers => "speakers",
            Table::HolderTarget => "holder_target",
            Table::Periods => "periods",
            Table::Words => "words",
            Table::Events => "events",
            Table::Rejects => "rejects",
        }
    }
}

/// Renders one table as CSV: a header of the columns' names, numbers unrounded, an empty field for
/// null, lists joined by `"; "`. Text is always quoted, and never a formula to a spreadsheet.
///
/// # Errors
/// If a row cannot be written.
pub fn csv(run: &Run, table: Table) -> Result<String, ReportError> {
    match table {
        Table::Outlets => rows(&run.outlets),
        Table::Actors => rows(&run.actors),
        Table::OutletActor => rows(&run.outlet_actor),
        Table::Comparisons => rows(&run.comparisons),
        Table::Corrected => rows(&run.corrected),
        Table::Speakers => rows(&run.speakers),
        Table::HolderTarget => rows(&run.holder_target),
        Table::Periods => rows(&run.periods),
        Table::Words => rows(&run.words),
        Table::Events => rows(&run.events),
        Table::Rejects => rows(&run.rejects),
    }
}

fn rows<R: Serialize + DeserializeOwned>(rows: &[R]) -> Result<String, ReportError> {
    let columns = columns::<R>();
    let mut out = columns.join(",");
    out.push('\n');
    for row in rows {
        let row = serde_json::to_value(row)?;
        let cells = columns.iter().map(|&name| cell(row.get(name).unwrap_or(&Value::Null)));
        out.push_str(&cells.collect::<Vec<_>>().join(","));
        out.push('\n');
    }
    Ok(out)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => safe::csv_cell(text),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect();
            safe::csv_cell(&items.join("; "))
        }
        Value::Object(_) => safe::csv_cell(&value.to_string()),
    }
}

/// The names of a struct's fields as serde has them, so that an empty table has its header too.
fn columns<R: DeserializeOwned>() -> &'static [&'static str] {
    struct Names<'n>(&'n mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("not a struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            Err(Self::Error::custom("only the names were asked for"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
            ignored_any
        }
    }

    let mut names: &'static [&'static str] = &[];
    // The error is how it ends; the names are what it came for.
    let _ = R::deserialize(Names(&mut names));
    names
}
