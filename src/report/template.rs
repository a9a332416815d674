//! The template engine, set up so that what is not escaped cannot be rendered.
//!
//! A template's name decides: `*.html` escapes for HTML, `*.md` for Markdown. In both a value that
//! was not marked as safe comes out as text. An unknown name in a template is an error.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};

use super::safe;

const MARKDOWN: &str = "markdown";

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// The templates of the report, its style and its script.
        pub const NAMES: &[&str] = &[$($name),*];

        fn built_in(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("templates/", $name))),)*
                _ => None,
            }
        }
    };
}

templates![
    "macros.html",
    "glance.html",
    "outlets.html",
    "actors.html",
    "comparisons.html",
    "heard.html",
    "events.html",
    "words.html",
    "evidence.html",
    "articles.html",
    "method.html",
    "report.html",
    "report.md",
    "report.css",
    "report.js",
];

/// The source of a template: the user's, else the built-in one.
pub fn source<'t>(name: &str, own: &'t BTreeMap<String, String>) -> &'t str {
    own.get(name).map(String::as_str).or_else(|| built_in(name)).unwrap_or_default()
}

pub fn environment(
    own: &BTreeMap<String, String>,
) -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.set_auto_escape_callback(|name| {
        if name.ends_with(".md") {
            AutoEscape::Custom(MARKDOWN.into())
        } else {
            // Nothing is rendered without an escape.
            AutoEscape::Html
        }
    });
    env.add_filter("line", |text: String| safe::line(&text).into_owned());
    env.set_formatter(|out, state, value| {
        match value.as_str().filter(|_| !value.is_safe()) {
            Some(text) => match state.auto_escape() {
                AutoEscape::Custom(name) if name == MARKDOWN => {
                    Ok(out.write_str(&safe::markdown(text))?)
                }
                _ => {
                    let text = safe::html_text(text).into_owned();
                    escape_formatter(out, state, &Value::from(text))
                }
            },
            // Numbers, and what is marked as safe.
            None if matches!(state.auto_escape(), AutoEscape::Custom(_)) => {
                Ok(out.write_str(&value.to_string())?)
            }
            None => escape_formatter(out, state, value),
        }
    });
    for name in NAMES.iter().filter(|name| name.ends_with(".html") || name.ends_with(".md")) {
        env.add_template_owned(*name, source(name, own).to_owned())?;
    }
    Ok(env)
}
