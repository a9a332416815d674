//! The unix filter: one JSON object per line in, one per line out, in the same order.
//!
//! The form of both is a contract; `docs/guide.md` shows it. Offsets are code points in `text`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Span;
use crate::model::{AttributionKind, EntityKind, Model, ModelError, Reading, Stance};
use crate::span::CodePoints;

/// A line that was asked.
#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    targets: Option<Vec<Span>>,
}

/// A line that was answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Response {
    Read(Box<Prediction>),
    Failed {
        /// The line's own id where it could be read, else null.
        id: Value,
        /// What is wrong, with the line's number.
        error: String,
    },
}

/// What the model makes of one sentence.
#[derive(Debug, Serialize)]
pub struct Prediction {
    pub id: Value,
    pub loaded: LoadedOut,
    pub spans: Vec<LoadedSpanOut>,
    pub entities: Vec<EntityOut>,
    pub attributions: Vec<AttributionOut>,
    pub targets: Vec<TargetOut>,
}

#[derive(Debug, Serialize)]
pub struct LoadedOut {
    pub p: Rounded,
    pub label: bool,
}

#[derive(Debug, Serialize)]
pub struct LoadedSpanOut {
    pub start: usize,
    pub end: usize,
    pub text: String,
    pub p: Rounded,
}

#[derive(Debug, Serialize)]
pub struct EntityOut {
    pub start: usize,
    pub end: usize,
    pub text: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
    pub p: Rounded,
}

#[derive(Debug, Serialize)]
pub struct AttributionOut {
    pub kind: AttributionKind,
    pub source: Option<Stretch>,
    pub cue: Option<Stretch>,
    pub content: Vec<Span>,
    pub p: Rounded,
}

#[derive(Debug, Serialize)]
pub struct Stretch {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub struct TargetOut {
    pub start: usize,
    pub end: usize,
    pub text: String,
    pub p_against: Rounded,
    pub p_neutral: Rounded,
    pub p_favor: Rounded,
    pub stance: Stance,
}

/// A probability, written with four decimals.
#[derive(Clone, Copy, Debug)]
pub struct Rounded(pub f32);

impl Serialize for Rounded {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((f64::from(self.0) * 1e4).round() / 1e4)
    }
}

impl Response {
    pub fn is_error(&self) -> bool {
        matches!(self, Response::Failed { .. })
    }
}

/// Answers lines `(number, bytes)`; a line that cannot be read is answered with its error, and the
/// others go on. Lines come without their line break.
pub fn answer(model: &Model, lines: &[(u64, Cow<'_, [u8]>)]) -> Result<Vec<Response>, ModelError> {
    let requests: Vec<Result<Request, Response>> =
        lines.iter().map(|(number, line)| parse(*number, line)).collect();
    let texts: Vec<&str> =
        requests.iter().filter_map(|r| r.as_ref().ok()).map(|r| r.text.as_str()).collect();
    let mut readings = model.read(&texts)?.into_iter();
    let responses = requests
        .into_iter()
        .map(|request| match request {
            Err(failed) => failed,
            Ok(request) => match readings.next() {
                Some(reading) => Response::Read(Box::new(prediction(request, &reading))),
                None => Response::Failed { id: request.id, error: "not read".to_owned() },
            },
        })
        .collect();
    model.sound()?;
    Ok(responses)
}

fn parse(number: u64, line: &[u8]) -> Result<Request, Response> {
    let failed = |id: Value, error: String| Response::Failed {
        id,
        error: format!("line {number}: {error}"),
    };
    let text = std::str::from_utf8(line).map_err(|e| {
        failed(Value::Null, format!("not UTF-8 (byte {} of the line)", e.valid_up_to() + 1))
    })?;
    let value: Value = serde_json::from_str(text)
        .map_err(|e| failed(Value::Null, format!("not JSON: {}", without_line(&e.to_string()))))?;
    if !value.is_object() {
        return Err(failed(
            Value::Null,
            "a JSON object is needed, as {\"id\": 1, \"text\": \"...\"}".into(),
        ));
    }
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    match value.get("text") {
        None => return Err(failed(id, "field `text` is missing".into())),
        Some(Value::String(t)) if t.trim().is_empty() => {
            return Err(failed(id, "field `text` is empty".into()));
        }
        Some(Value::String(_)) => {}
        Some(_) => return Err(failed(id, "field `text` is not a string".into())),
    }
    let request: Request = serde_json::from_value(value).map_err(|e| {
        failed(id.clone(), format!("field `targets`: {e}; it is a list of {{\"start\", \"end\"}}"))
    })?;
    let length = request.text.chars().count();
    for (k, target) in request.targets.iter().flatten().enumerate() {
        if target.is_empty() || target.end > length {
            return Err(failed(
                id,
                format!(
                    "field `targets`[{k}]: {}..{} is no stretch of a text of {length} code points",
                    target.start, target.end
                ),
            ));
        }
    }
    Ok(request)
}

/// serde_json counts the lines of what it was given, which is always one.
fn without_line(message: &str) -> String {
    message.replace(" at line 1 column", " at column")
}

fn prediction(request: Request, reading: &Reading) -> Prediction {
    let points = CodePoints::new(&request.text);
    let text = |span: Span| points.slice(span).to_owned();
    let stretch = |span: Span| Stretch { start: span.start, end: span.end, text: text(span) };
    let asked = match &request.targets {
        Some(targets) => targets.clone(),
        None => reading.entities.iter().map(|e| e.span).collect(),
    };
    let targets = asked
        .into_iter()
        .filter_map(|span| {
            let score = match request.targets {
                Some(_) => reading.stance.toward(span),
                None => reading.stance.found(span),
            }?;
            Some(TargetOut {
                start: span.start,
                end: span.end,
                text: text(span),
                p_against: Rounded(score.against),
                p_neutral: Rounded(score.neutral),
                p_favor: Rounded(score.favor),
                stance: score.label(),
            })
        })
        .collect();
    Prediction {
        loaded: LoadedOut { p: Rounded(reading.loaded.p), label: reading.loaded.label },
        spans: reading
            .loaded_spans
            .iter()
            .map(|s| LoadedSpanOut {
                start: s.span.start,
                end: s.span.end,
                text: text(s.span),
                p: Rounded(s.p),
            })
            .collect(),
        entities: reading
            .entities
            .iter()
            .map(|e| EntityOut {
                start: e.span.start,
                end: e.span.end,
                text: text(e.span),
                kind: e.kind,
                p: Rounded(e.p),
            })
            .collect(),
        attributions: reading
            .attributions
            .iter()
            .map(|a| AttributionOut {
                kind: a.kind,
                source: a.source.map(stretch),
                cue: a.cue.map(stretch),
                content: a.content.clone(),
                p: Rounded(a.p),
            })
            .collect(),
        targets,
        id: request.id,
    }
}
