//! One JSON object a line in, one article a line out.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::date;
use super::decode::{Fault, clean, clean_line};
use super::{Draft, FieldNames, RejectReason};

/// What reading one line came to.
pub(super) enum Line {
    End,
    /// `buffer` holds it, without its line break.
    Whole,
    /// Longer than the limit; skipped, and nothing of it kept.
    TooLong,
}

/// Reads a line into `buffer`, never more than `limit` bytes of it.
pub(super) fn read_line(
    reader: &mut dyn BufRead,
    buffer: &mut Vec<u8>,
    limit: u64,
) -> io::Result<Line> {
    buffer.clear();
    let (mut any, mut over) = (false, false);
    loop {
        let available = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            break;
        }
        any = true;
        let end = available.iter().position(|&b| b == b'\n');
        let piece = &available[..end.unwrap_or(available.len())];
        if !over && (buffer.len() + piece.len()) as u64 > limit {
            over = true;
            *buffer = Vec::new();
        }
        if !over {
            buffer.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, over) {
        (false, _) => Line::End,
        (true, true) => Line::TooLong,
        (true, false) => Line::Whole,
    })
}

/// Reads a record. An error carries the record's id, where it had one.
pub(super) fn read(line: &str, fields: &FieldNames) -> Result<Draft, (Option<String>, Fault)> {
    let bad = |detail: String| (None, (RejectReason::BadRecord, detail));
    let value: Value = serde_json::from_str(line).map_err(|error| {
        let column = error.column();
        let mut what = error.to_string();
        what.truncate(what.rfind(" at line").unwrap_or(what.len()));
        bad(format!("is no JSON ({what}, column {column}); write one object a line"))
    })?;
    let Value::Object(record) = value else {
        return Err(bad(format!("is {}, not an object; write one object a line", kind(&value))));
    };
    let id = label(record.get(&fields.id));
    let text = match record.get(&fields.text) {
        Some(Value::String(text)) => clean(text),
        None => {
            let names = record.keys().take(12).map(String::as_str).collect::<Vec<_>>().join(", ");
            let detail = format!(
                "has no field {:?}, only: {names}; name the one that holds the article as text=NAME",
                fields.text
            );
            return Err((id, (RejectReason::NoText, detail)));
        }
        Some(Value::Null) => {
            let detail = format!(
                "has null in {:?}; give it the article's text or leave the record out",
                fields.text
            );
            return Err((id, (RejectReason::NoText, detail)));
        }
        Some(other) => {
            let detail = format!(
                "has {} in {:?}, not a string; write the article's text there",
                kind(other),
                fields.text
            );
            return Err((id, (RejectReason::BadRecord, detail)));
        }
    };
    if text.trim().is_empty() {
        let detail = format!(
            "has only white space in {:?}; give it the article's text or leave the record out",
            fields.text
        );
        return Err((id, (RejectReason::NoText, detail)));
    }
    Ok(Draft {
        outlet: label(record.get(&fields.outlet)),
        title: label(record.get(&fields.title)),
        date: day(record.get(&fields.date)),
        author: names(&record, &fields.author),
        url: label(record.get(&fields.url)),
        id,
        text,
    })
}

/// A string or number as one clean line.
fn label(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => clean_line(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn day(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => date::parse(text),
        Value::Number(number) => date::epoch(number.as_i64()?),
        _ => None,
    }
}

/// An author, or several as a list.
fn names(record: &Map<String, Value>, field: &str) -> Option<String> {
    match record.get(field)? {
        Value::Array(list) => {
            let names: Vec<String> = list.iter().filter_map(|name| label(Some(name))).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        other => label(Some(other)),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
