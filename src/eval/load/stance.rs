//! Sentences with targets and the stance toward each.
//!
//! Read as laid out for this project (`text`, `targets` of `start`, `end`, `mention`, `stance`), as
//! NewsMTSC's authors publish it (`sentence_normalized`, `targets` of `from`, `to`, `mention`,
//! `polarity` 2, 4, 6), and as its card on the Hugging Face hub has it (one target a row: `sentence`,
//! `from`, `to`, `mention`, `polarity` -1, 0, 1).

use std::path::Path;

use serde_json::Value;

use super::LoadError;
use super::records::{self, Record, shown};
use crate::Span;
use crate::model::Stance;

#[derive(Clone, Debug)]
pub struct Row {
    pub id: Option<String>,
    pub text: String,
    pub targets: Vec<Target>,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub id: Option<String>,
    /// In the row's text.
    pub span: Span,
    pub stance: Stance,
}

/// What a file of stance holds.
pub struct Rows {
    pub rows: Vec<Row>,
    pub sha256: String,
    /// Targets whose offsets do not slice to the `mention` that stands beside them.
    pub elsewhere: usize,
}

const TEXT: &[&str] = &["text", "sentence_normalized", "sentence"];
const FROM: &[&str] = &["start", "from"];
const TO: &[&str] = &["end", "to"];
const STANCE: &[&str] = &["stance", "polarity", "label"];

pub fn read(path: &Path) -> Result<Rows, LoadError> {
    let (records, sha256) = records::read(path)?;
    let mut elsewhere = 0;
    let rows = records.iter().map(|r| row(r, &mut elsewhere)).collect::<Result<_, _>>()?;
    Ok(Rows { rows, sha256, elsewhere })
}

fn row(record: &Record, elsewhere: &mut usize) -> Result<Row, LoadError> {
    let text = record.text(TEXT)?.to_owned();
    let id = record.optional(&["id", "primary_gid", "gid"]);
    let place = &record.place;
    let mut one = |name: &str, get: &dyn Fn(&[&str]) -> Option<Value>| {
        let at = |names: &[&str]| -> Result<usize, LoadError> {
            let field = format!("{name}{}", names[0]);
            let expected = "an offset in code points, 0 or more";
            let value = get(names).ok_or_else(|| place.field(&field, "missing", expected))?;
            whole(&value).ok_or_else(|| place.field(&field, shown(&value), expected))
        };
        let span = Span::new(at(FROM)?, at(TO)?);
        let length = text.chars().count();
        if span.is_empty() || span.end > length {
            return Err(place.field(
                &format!("{name}{}", TO[0]),
                format!("{}..{}", span.start, span.end),
                format!("offsets inside the sentence, which has {length} code points"),
            ));
        }
        let given = get(STANCE)
            .ok_or_else(|| place.field(&format!("{name}{}", STANCE[0]), "missing", EXPECTED))?;
        let stance = stance(&given)
            .ok_or_else(|| place.field(&format!("{name}{}", STANCE[0]), shown(&given), EXPECTED))?;
        if let Some(Value::String(mention)) = get(&["mention"]) {
            let there: String = text.chars().skip(span.start).take(span.len()).collect();
            *elsewhere += usize::from(there.trim() != mention.trim());
        }
        let id = get(&["id", "Input.gid", "gid"]).and_then(|v| v.as_str().map(str::to_owned));
        Ok(Target { id, span, stance })
    };
    let targets = match record.get(&["targets"]) {
        Some(Value::Array(items)) => {
            let mut targets = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                let Value::Object(fields) = item else {
                    return Err(place.field(
                        &format!("targets[{i}]"),
                        shown(item),
                        "an object with start, end and stance (or from, to and polarity)",
                    ));
                };
                let get = |names: &[&str]| names.iter().find_map(|n| fields.get(*n)).cloned();
                targets.push(one(&format!("targets[{i}]."), &get)?);
            }
            targets
        }
        Some(other) => {
            return Err(place.field("targets", shown(other), "a list of targets"));
        }
        None if record.get(FROM).is_some() => vec![one("", &|names| record.get(names).cloned())?],
        None => {
            return Err(place.field(
                "targets",
                "missing",
                "a list of targets, or from, to and polarity in the row itself",
            ));
        }
    };
    Ok(Row { id, text, targets })
}

fn whole(value: &Value) -> Option<usize> {
    match value {
        Value::Number(n) => n
            .as_u64()
            .or_else(|| n.as_f64().filter(|x| *x >= 0.0 && x.fract() == 0.0).map(|x| x as u64)),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
    .and_then(|n| usize::try_from(n).ok())
}

/// What a stance may be written as.
pub const EXPECTED: &str =
    "against, neutral or favor; or negative, neutral or positive; or -1, 0 or 1; or 2, 4 or 6";

/// A stance in any of the spellings of the sets.
pub fn stance(value: &Value) -> Option<Stance> {
    let number = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    };
    if let Some(number) = number {
        return [
            (-1.0, 2.0, Stance::Against),
            (0.0, 4.0, Stance::Neutral),
            (1.0, 6.0, Stance::Favor),
        ]
        .into_iter()
        .find(|&(short, long, _)| number == short || number == long)
        .map(|(_, _, stance)| stance);
    }
    Some(match value.as_str()?.trim().to_ascii_lowercase().as_str() {
        "against" | "negative" => Stance::Against,
        "neutral" => Stance::Neutral,
        "favor" | "favour" | "positive" => Stance::Favor,
        _ => return None,
    })
}
