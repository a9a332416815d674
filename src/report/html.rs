//! The report for people: one file that needs nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::context;
use minijinja::value::{Serde, Value};
use sha2::{Digest, Sha256};

use super::view::Page;
use super::{Options, ReportError, Run, template};

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
    let env = template::environment(&options.templates)?;
    let [style, script] =
        ["report.css", "report.js"].map(|name| template::source(name, &options.templates));
    let rendered = env.get_template("report.html")?.render(context! {
        page => Value::from(Serde(&page)),
        style => Value::from_safe_string(style.to_owned()),
        script => Value::from_safe_string(script.to_owned()),
        style_hash => source_hash(style),
        script_hash => source_hash(script),
    })?;
    Ok(rendered)
}

/// A source as a content security policy names it.
fn source_hash(source: &str) -> Value {
    Value::from_safe_string(format!("'sha256-{}'", STANDARD.encode(Sha256::digest(source))))
}
