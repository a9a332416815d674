//! The report for a paper's notes, an issue or a mail.

use minijinja::context;
use minijinja::value::{Serde, Value};

use super::view::Page;
use super::{Articles, Options, ReportError, Run, template};

/// Renders the report as Markdown (CommonMark with GitHub's tables), without the articles' text.
///
/// # Errors
/// If a template is broken; no rows can cause it.
pub fn markdown(run: &Run, options: &Options) -> Result<String, ReportError> {
    let options = Options { articles: Articles::None, ..options.clone() };
    let page = Page::new(run, &options);
    let env = template::environment(&options.templates)?;
    Ok(env.get_template("report.md")?.render(context! { page => Value::from(Serde(&page)) })?)
}
