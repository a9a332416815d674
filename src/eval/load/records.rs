//! Rows with named fields: `.jsonl`, `.csv` (comma or semicolon), `.tsv`.

use std::path::Path;

use serde_json::{Map, Value};

use super::{LoadError, Place, text_of};

/// One row. From a csv file every value is a string.
#[derive(Clone, Debug)]
pub struct Record {
    pub place: Place,
    fields: Map<String, Value>,
}

/// The rows of a file, and the start of its hash.
pub fn read(path: &Path) -> Result<(Vec<Record>, String), LoadError> {
    let (text, hash) = text_of(path)?;
    let extension =
        path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let records = match extension.as_str() {
        "jsonl" | "ndjson" | "json" => json_lines(path, &text)?,
        "csv" | "tsv" | "txt" => separated(path, &text, &extension)?,
        _ => {
            return Err(LoadError::File {
                path: path.to_owned(),
                what: "unknown kind of file; expected .jsonl, .csv or .tsv".to_owned(),
            });
        }
    };
    if records.is_empty() {
        return Err(LoadError::File {
            path: path.to_owned(),
            what: "no rows; expected at least one".to_owned(),
        });
    }
    Ok((records, hash))
}

fn json_lines(path: &Path, text: &str) -> Result<Vec<Record>, LoadError> {
    let mut out = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = Place { path: path.to_owned(), line: number as u64 + 1 };
        // Python and pandas write a missing value as NaN, which is no JSON.
        match serde_json::from_str(line)
            .or_else(|e| serde_json::from_str(&without_nan(line)).map_err(|_| e))
        {
            Ok(Value::Object(fields)) => out.push(Record { place, fields }),
            Ok(_) => return Err(place.bad("expected a JSON object, {\"text\": ...}")),
            Err(e) => {
                return Err(
                    place.bad(format!("this is not JSON ({e}); expected one object a line"))
                );
            }
        }
    }
    Ok(out)
}

/// A line of JSON with every `NaN` outside strings as `null`.
fn without_nan(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut inside, mut escaped) = (false, false);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if !inside && let Some(after) = rest.strip_prefix("NaN") {
            out.push_str("null");
            rest = after;
            continue;
        }
        inside ^= c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn separated(path: &Path, text: &str, extension: &str) -> Result<Vec<Record>, LoadError> {
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if extension == "tsv" {
        b'\t'
    } else {
        // BABE's own files have semicolons, the same set elsewhere commas.
        *[b',', b';', b'\t']
            .iter()
            .max_by_key(|&&d| header.bytes().filter(|&b| b == d).count())
            .unwrap_or(&b',')
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let fault = |e: &csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        Place { path: path.to_owned(), line }
            .bad(format!("the row cannot be read ({e}); expected as many fields as the header has"))
    };
    let names: Vec<String> = reader
        .headers()
        .map_err(|e| fault(&e))?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| fault(&e))?;
        let place =
            Place { path: path.to_owned(), line: row.position().map_or(0, csv::Position::line) };
        let fields = names
            .iter()
            .zip(row.iter())
            .map(|(name, value)| (name.clone(), Value::String(value.to_owned())))
            .collect();
        out.push(Record { place, fields });
    }
    Ok(out)
}

impl Record {
    /// The first of these fields that the row has.
    pub fn get(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.fields.get(*name)).filter(|value| !value.is_null())
    }

    /// Does the row have one of these fields, and is it null?
    pub fn is_null(&self, names: &[&str]) -> bool {
        names.iter().find_map(|name| self.fields.get(*name)).is_some_and(Value::is_null)
    }

    /// A field that must be there.
    pub fn need(&self, names: &[&str], expected: &str) -> Result<&Value, LoadError> {
        self.get(names).ok_or_else(|| {
            let has: Vec<&str> = self.fields.keys().map(String::as_str).collect();
            self.place.field(
                names[0],
                format!("missing (the row has {})", has.join(", ")),
                match names {
                    [_] => expected.to_owned(),
                    _ => format!("{expected}, in one of the fields {}", names.join(", ")),
                },
            )
        })
    }

    /// Text that must be there and not be empty.
    pub fn text(&self, names: &[&str]) -> Result<&str, LoadError> {
        match self.need(names, "a sentence")? {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            other => Err(self.place.field(names[0], shown(other), "a sentence")),
        }
    }

    /// Text or number as text; empty is none.
    pub fn optional(&self, names: &[&str]) -> Option<String> {
        match self.get(names)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// A value for a message, cut short.
pub fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        text.chars().take(57).chain("...".chars()).collect()
    } else {
        text
    }
}

/// A list of strings: a JSON list, or a Python list written as text (`['one', "it's"]`, as in BABE's
/// own files). None for anything else.
pub fn string_list(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::String(text) => python_list(text),
        _ => None,
    }
}

fn python_list(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Vec::new());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut out = Vec::new();
    let mut chars = inner.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
        let Some(mark) = chars.next() else { return Some(out) };
        if mark != '\'' && mark != '"' {
            return None;
        }
        let mut item = String::new();
        loop {
            match chars.next()? {
                '\\' => match chars.next()? {
                    'n' => item.push('\n'),
                    't' => item.push('\t'),
                    'x' => item.push(escaped(&mut chars, 2)?),
                    'u' => item.push(escaped(&mut chars, 4)?),
                    other => item.push(other),
                },
                c if c == mark => break,
                c => item.push(c),
            }
        }
        out.push(item);
    }
}

fn escaped(chars: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let hex: String = chars.take(digits).collect();
    char::from_u32(u32::from_str_radix(&hex, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_nan_is_no_value_and_stays_in_strings() {
        assert_eq!(
            without_nan(r#"{"a": NaN, "b": "NaN \" NaN", "c": [NaN]}"#),
            r#"{"a": null, "b": "NaN \" NaN", "c": [null]}"#
        );
    }

    #[test]
    fn python_lists_are_read() {
        let list = |text: &str| string_list(&Value::String(text.to_owned()));
        assert_eq!(list("[]"), Some(vec![]));
        assert_eq!(
            list(r#"['vile', "don't", 'a \'b\'', 'caf\xe9']"#),
            Some(vec!["vile".into(), "don't".into(), "a 'b'".into(), "café".into()])
        );
        assert_eq!(list("['open"), None);
        assert_eq!(list("vile"), None);
        assert_eq!(list("[vile]"), None);
    }
}
