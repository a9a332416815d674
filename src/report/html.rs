//! The report for people: one file that needs nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::context;
use minijinja::value::{Serde, Value};
use sha2::{Digest, Sha256};

use super::view::Page;
use super::{Options, ReportError, Run, template};

const STYLE: &str = include_str!("templates/report.css");
const SCRIPT: &str = include_str!("templates/report.js");

/// Renders the report as one self-contained HTML file.
///
/// It loads nothing: its content security policy allows the style and the script that stand in it,
/// by their hashes, and nothing else. It reads the same without the script, which only sorts,
/// filters and opens.
///
/// # Errors
/// If a template is broken; no rows can cause it.
pub fn html(run: &Run, options: &Options) -> Result<String, ReportError> {
    let page = Page::new(run, options);
    let env = template::environment()?;
    let rendered = env.get_template("report.html")?.render(context! {
        page => Value::from(Serde(&page)),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        style_hash => source_hash(STYLE),
        script_hash => source_hash(SCRIPT),
    })?;
    Ok(rendered)
}

/// A source as a content security policy names it.
fn source_hash(source: &str) -> Value {
    Value::from_safe_string(format!("'sha256-{}'", STANDARD.encode(Sha256::digest(source))))
}
