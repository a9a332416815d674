//! The template engine, set up so that what is not escaped cannot be rendered.
//!
//! A template's name decides: `*.html` escapes for HTML, `*.md` for Markdown. In both a value that
//! was not marked as safe comes out as text. An unknown name in a template is an error.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};

use super::safe;

const MARKDOWN: &str = "markdown";

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("templates/", $name)))),*]
    };
}

pub fn environment() -> Result<Environment<'static>, minijinja::Error> {
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
    for (name, source) in templates![
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
    ] {
        env.add_template(name, source)?;
    }
    Ok(env)
}
