//! Tables of estimates for a paper.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::csv::Table;
use super::{ReportError, Run, safe, view};

/// Rows of each table where all tables are asked for.
const MOST_ROWS: usize = 20;
/// Rows that still fit on a page; more become a `longtable`.
const PAGE_ROWS: usize = 40;

/// The tables that [`latex`] writes, in this order.
pub const LATEX_TABLES: [Table; 8] = [
    Table::Outlets,
    Table::Actors,
    Table::OutletActor,
    Table::Comparisons,
    Table::Corrected,
    Table::Speakers,
    Table::HolderTarget,
    Table::Periods,
];

/// What a cell is made of; the names are columns of the table.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    /// The name of the actor whose id it is.
    Actor(&'static str),
    /// A name, and what stands where it is null.
    TextOr(&'static str, &'static str),
    Count(&'static str),
    /// A share and its ends, in percent.
    Share([&'static str; 3]),
    /// Net stance and its ends.
    Net([&'static str; 3]),
    /// Either, as the row's `measure` says.
    Measured([&'static str; 3]),
    Probability(&'static str),
}

impl Cell {
    fn name(self) -> &'static str {
        match self {
            Cell::Text(name)
            | Cell::Actor(name)
            | Cell::TextOr(name, _)
            | Cell::Count(name)
            | Cell::Probability(name)
            | Cell::Share([name, ..])
            | Cell::Net([name, ..])
            | Cell::Measured([name, ..]) => name,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Cell::Share(_) => "\\%",
            Cell::Net(_) => "$-1$ to $+1$",
            Cell::Measured(_) => "\\% or net stance",
            _ => "",
        }
    }
}

struct Layout {
    caption: &'static str,
    cells: &'static [Cell],
}

fn layout(table: Table) -> Option<Layout> {
    use Cell::{Actor, Count, Measured, Net, Probability, Share, Text, TextOr};
    Some(match table {
        Table::Outlets => Layout {
            caption: "How each outlet writes: share of sentences with own words that are loaded, share of \
                      words that are somebody else's, and mean net stance toward actors in the outlet's own \
                      words.",
            cells: &[
                Text("outlet"),
                Count("n_articles"),
                Count("n_own"),
                Share(["loaded_own", "loaded_own_lo", "loaded_own_hi"]),
                Share(["quoted", "quoted_lo", "quoted_hi"]),
                Net(["net_stance_own", "net_stance_own_lo", "net_stance_own_hi"]),
            ],
        },
        Table::Actors => Layout {
            caption: "Actors over all outlets: mean net stance of the mentions in the outlets' own words, and \
                      of all mentions.",
            cells: &[
                Text("name"),
                Text("type"),
                Count("n_articles"),
                Count("n_mentions_own"),
                Net(["net_stance_own", "net_stance_own_lo", "net_stance_own_hi"]),
                Net(["net_stance_all", "net_stance_all_lo", "net_stance_all_hi"]),
            ],
        },
        Table::OutletActor => Layout {
            caption: "Each outlet on each actor: mean net stance of the mentions in the outlet's own words and \
                      of all mentions, and share of the sentences of own words that name the actor that are \
                      loaded.",
            cells: &[
                Text("outlet"),
                Text("name"),
                Count("n_articles_own"),
                Count("n_mentions_own"),
                Share(["loaded_own", "loaded_own_lo", "loaded_own_hi"]),
                Net(["net_stance_own", "net_stance_own_lo", "net_stance_own_hi"]),
                Net(["net_stance_all", "net_stance_all_lo", "net_stance_all_hi"]),
            ],
        },
        Table::Comparisons => Layout {
            caption: "Outlet against outlet: the difference is that of \\texttt{outlet\\_a} less \
                      \\texttt{outlet\\_b}, in percentage points for shares, over all articles and on the \
                      events that both cover; \\texttt{q} is adjusted for the number of comparisons \
                      (Benjamini and Hochberg).",
            cells: &[
                Text("measure"),
                Actor("actor_id"),
                Text("outlet_a"),
                Text("outlet_b"),
                Measured(["difference", "lo", "hi"]),
                Probability("q"),
                Count("n_events"),
                Measured(["difference_within", "lo_within", "hi_within"]),
            ],
        },
        Table::Corrected => Layout {
            caption: "Figures as scored (\\texttt{naive}) and corrected by a sample that people coded, with \
                      design-based supervised learning (\\texttt{dsl}) and prediction-powered inference \
                      (\\texttt{ppi}). With \\texttt{outlet\\_b} they are differences.",
            cells: &[
                Text("measure"),
                Text("outlet"),
                Text("outlet_b"),
                Actor("actor_id"),
                Measured(["naive", "naive_lo", "naive_hi"]),
                Measured(["dsl", "dsl_lo", "dsl_hi"]),
                Measured(["ppi", "ppi_lo", "ppi_hi"]),
                Count("n_coded"),
            ],
        },
        Table::Speakers => Layout {
            caption: "Whom the outlets let speak: share of all words that are somebody else's, and share of \
                      the speaker's sentences that are loaded.",
            cells: &[
                TextOr("outlet", "(all outlets)"),
                TextOr("speaker_name", "(without a name)"),
                Count("n_articles"),
                Count("n_sentences"),
                Share(["share_of_quoted", "", ""]),
                Share(["loaded", "loaded_lo", "loaded_hi"]),
            ],
        },
        Table::HolderTarget => Layout {
            caption: "Who speaks how about whom: mean net stance of the mentions of the target in the holder's \
                      words.",
            cells: &[
                TextOr("outlet", "(all outlets)"),
                Text("holder"),
                Text("holder_name"),
                Text("target_name"),
                Count("n_articles"),
                Count("n_mentions"),
                Net(["net_stance", "net_stance_lo", "net_stance_hi"]),
            ],
        },
        Table::Periods => Layout {
            caption: "Over time: loaded wording of an outlet's own, and net stance toward an actor in all \
                      outlets' own words, in weeks, months or years, named by their first day.",
            cells: &[
                Text("measure"),
                TextOr("outlet", "(all outlets)"),
                Text("actor_name"),
                Text("period"),
                Count("n_articles"),
                Count("n"),
                Measured(["value", "lo", "hi"]),
            ],
        },
        _ => return None,
    })
}

/// Renders tables of estimates as LaTeX with `booktabs`: one of them whole, or the first rows of all.
///
/// A fragment to `\input` into a document. Columns have the codebook's names, captions say units and
/// intervals. Letters that are not ASCII stay as they are (XeLaTeX, LuaLaTeX, or any LaTeX since 2018 for
/// those that its fonts have); everything that LaTeX would act on is escaped. A table without LaTeX (of
/// articles, of events) gives nothing but a comment.
///
/// # Errors
/// If a row cannot be written.
pub fn latex(run: &Run, table: Option<Table>) -> Result<String, ReportError> {
    let mut out = format!(
        "% undertone {}, run of {}, model {}\n\
         % In the preamble: \\usepackage{{booktabs}}\\usepackage{{longtable}}\n\
         % Names in other scripts than Latin: lualatex or xelatex, and a font that has them.\n",
        comment(&run.info.undertone),
        comment(&run.info.created),
        comment(&run.info.model.name)
    );
    let tables: &[Table] = match &table {
        Some(one) => std::slice::from_ref(one),
        None => &LATEX_TABLES,
    };
    for &each in tables {
        let limit = if table.is_some() { usize::MAX } else { MOST_ROWS };
        match each {
            Table::Outlets => write(run, each, &run.outlets, limit, &mut out)?,
            Table::Actors => write(run, each, &run.actors, limit, &mut out)?,
            Table::OutletActor => write(run, each, &run.outlet_actor, limit, &mut out)?,
            Table::Comparisons => write(run, each, &run.comparisons, limit, &mut out)?,
            Table::Corrected => write(run, each, &run.corrected, limit, &mut out)?,
            Table::Speakers => write(run, each, &run.speakers, limit, &mut out)?,
            Table::HolderTarget => write(run, each, &run.holder_target, limit, &mut out)?,
            Table::Periods => write(run, each, &run.periods, limit, &mut out)?,
            other => {
                let _ = writeln!(out, "% {}: no estimates; see --format csv", other.name());
            }
        }
    }
    Ok(out)
}

/// A comment ends with its line.
fn comment(text: &str) -> String {
    safe::line(text).trim().to_owned()
}

fn write<R: Serialize>(
    run: &Run,
    table: Table,
    rows: &[R],
    limit: usize,
    out: &mut String,
) -> Result<(), ReportError> {
    let Some(Layout { caption, cells }) = layout(table) else { return Ok(()) };
    if rows.is_empty() {
        let _ = writeln!(out, "\n% {}: no rows", table.name());
        return Ok(());
    }
    let names = view::names(run);
    let figure = |cell: &Cell| matches!(cell, Cell::Share(_) | Cell::Net(_) | Cell::Measured(_));
    let columns: String = cells
        .iter()
        .map(|cell| match cell {
            Cell::Text(_) | Cell::Actor(_) | Cell::TextOr(..) => 'l',
            _ => 'r',
        })
        .collect();
    let names_row: Vec<String> =
        cells.iter().map(|cell| format!("\\texttt{{{}}}", safe::latex(cell.name()))).collect();
    let units: Vec<String> = cells
        .iter()
        .map(|cell| match cell.unit() {
            "" => String::new(),
            unit => format!("{{\\footnotesize {unit}}}"),
        })
        .collect();
    let head = format!(
        "\\toprule\n{} \\\\\n{} \\\\\n\\midrule\n",
        names_row.join(" & "),
        units.join(" & ").trim_end()
    );

    let mut caption = caption.to_owned();
    if cells.iter().any(figure) {
        let confidence = run.info.options.get("confidence").and_then(Value::as_f64).unwrap_or(0.95);
        let _ = write!(
            caption,
            " In brackets {}\\% intervals, with articles as what was sampled; a dash where there is not enough \
             data (fewer than {} articles).",
            number(confidence * 100.0, 0).trim_end_matches(".0"),
            run.info.min_articles
        );
    }
    let shown = rows.len().min(limit);
    if shown < rows.len() {
        let _ = write!(
            caption,
            " The first {shown} of {} rows of the table \\texttt{{{}}}.",
            rows.len(),
            safe::latex(table.name())
        );
    }
    let label = format!("\\label{{tab:{}}}", table.name().replace('_', "-"));
    let mut body = String::new();
    for row in rows.iter().take(limit) {
        let Value::Object(row) = serde_json::to_value(row)? else { continue };
        let texts: Vec<String> = cells.iter().map(|cell| text(*cell, &row, &names)).collect();
        let _ = writeln!(body, "{} \\\\", texts.join(" & "));
    }
    let _ = if shown > PAGE_ROWS {
        writeln!(
            out,
            "\n{{\\small\n\\begin{{longtable}}{{@{{}}{columns}@{{}}}}\n\\caption{{{caption}}}\n{label} \\\\\n\
             {head}\\endfirsthead\n{head}\\endhead\n{body}\\bottomrule\n\\end{{longtable}}\n}}"
        )
    } else {
        writeln!(
            out,
            "\n\\begin{{table}}[htbp]\n\\centering\n\\caption{{{caption}}}\n{label}\n\\small\n\
             \\begin{{tabular}}{{@{{}}{columns}@{{}}}}\n{head}{body}\\bottomrule\n\\end{{tabular}}\n\
             \\end{{table}}"
        )
    };
    Ok(())
}

fn text(
    cell: Cell,
    row: &Map<String, Value>,
    names: &std::collections::HashMap<&str, &str>,
) -> String {
    const NONE: &str = "--";
    let string = |name: &str| row.get(name).and_then(Value::as_str);
    let figure = |name: &str| row.get(name).and_then(Value::as_f64).filter(|v| v.is_finite());
    let interval = |columns: [&str; 3], write: &dyn Fn(f64) -> String| match columns.map(figure) {
        [None, ..] => NONE.to_owned(),
        [Some(value), Some(lo), Some(hi)] => {
            format!("{} [{}, {}]", write(value), write(lo), write(hi))
        }
        [Some(value), ..] => write(value),
    };
    let share = |v: f64| number(v * 100.0, 1);
    let net = |v: f64| number(v, 2);
    match cell {
        Cell::Text(name) => string(name).map_or_else(|| NONE.to_owned(), safe::latex),
        Cell::TextOr(name, other) => safe::latex(string(name).unwrap_or(other)),
        Cell::Actor(name) => string(name).map_or_else(
            || NONE.to_owned(),
            |id| safe::latex(names.get(id).copied().unwrap_or(id)),
        ),
        Cell::Count(name) => row.get(name).map_or_else(|| NONE.to_owned(), Value::to_string),
        Cell::Share(columns) => interval(columns, &share),
        Cell::Net(columns) => interval(columns, &net),
        Cell::Measured(columns) if string("measure") == Some("net_stance_own") => {
            interval(columns, &net)
        }
        Cell::Measured(columns) => interval(columns, &share),
        Cell::Probability(name) => figure(name).map_or_else(
            || NONE.to_owned(),
            |p| if p < 0.001 { "$<$0.001".to_owned() } else { number(p, 3) },
        ),
    }
}

/// With a true minus; never `-0.0`.
fn number(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let is_zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("$-${digits}") } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::harbour;
    use crate::report::tests::{HOSTILE, run_of};

    /// The cells of the rows between `\midrule` and `\bottomrule`.
    fn cells(table: &str) -> Vec<Vec<String>> {
        let body = table.split("\\midrule\n").nth(1).expect("a table");
        let body = body.split("\\bottomrule").next().unwrap_or_default();
        body.lines()
            .map(|line| {
                let line = line.strip_suffix(" \\\\").expect("a row ends");
                line.split(" & ").map(str::to_owned).collect()
            })
            .collect()
    }

    fn parse(cell: &str) -> Vec<f64> {
        let bare = cell.replace("$-$", "-").replace(['[', ']', ','], " ");
        bare.split_whitespace().filter_map(|n| n.parse().ok()).collect()
    }

    #[test]
    fn the_figures_are_the_rows_rounded() {
        let run = harbour();
        let shown = cells(&latex(&run, Some(Table::Outlets)).unwrap());
        assert_eq!(shown.len(), run.outlets.len());
        for (cells, row) in shown.iter().zip(&run.outlets) {
            assert_eq!(cells[0], safe::latex(&row.outlet));
            assert_eq!(cells[1], row.n_articles.to_string());
            for (cell, figures, unit) in [
                (&cells[3], [row.loaded_own, row.loaded_own_lo, row.loaded_own_hi], 100.0),
                (&cells[4], [row.quoted, row.quoted_lo, row.quoted_hi], 100.0),
                (
                    &cells[5],
                    [row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi],
                    1.0,
                ),
            ] {
                let step = if unit > 1.0 { 0.05 } else { 0.005 };
                match figures {
                    [Some(v), Some(lo), Some(hi)] => {
                        let read = parse(cell);
                        assert_eq!(read.len(), 3, "{cell}");
                        for (read, figure) in read.iter().zip([v, lo, hi]) {
                            assert!((read - figure * unit).abs() <= step + 1e-9, "{cell} {figure}");
                        }
                    }
                    _ => assert_eq!(cell, "--"),
                }
            }
        }
        let all = latex(&run, None).unwrap();
        for table in ["outlets", "actors", "outlet-actor", "comparisons"] {
            assert!(all.contains(&format!("\\label{{tab:{table}}}")), "{table}");
        }
        assert!(all.contains("% corrected: no rows"));
    }

    #[test]
    fn a_long_table_goes_over_pages_and_the_fragment_of_all_says_what_it_leaves_out() {
        let mut run = harbour();
        let row = run.actors[0].clone();
        run.actors = vec![row; 60];
        let whole = latex(&run, Some(Table::Actors)).unwrap();
        assert_eq!(whole.matches("\\texttt{name}").count(), 2, "on the first page and the others");
        assert_eq!(whole.matches("Tollgate Council &").count(), 60);
        let all = latex(&run, None).unwrap();
        assert!(all.contains("The first 20 of 60 rows of the table \\texttt{actors}."));
    }

    #[test]
    fn hostile_text_is_typeset_and_not_obeyed() {
        let more = [
            "\\input{/etc/passwd}",
            "\\end{tabular}",
            "100% & more #1 $x^2_i$ ~{}",
            "[2ex] rule",
            "*",
            "a\n\nb % c",
            "-- ``x'' ?` \"",
        ];
        let shape = |text: &str| -> Vec<usize> {
            let tables = text.split("\\midrule\n").skip(1);
            tables
                .flat_map(|t| t.split("\\bottomrule").next().unwrap_or_default().lines())
                .map(|line| line.matches(" & ").count())
                .collect()
        };
        let known = regex::Regex::new(r"\\(?:text[a-z]+\{\}|symbol\{34\}|[&%$#_{}])").unwrap();
        let harmless = latex(&run_of("harmless"), None).unwrap();
        for text in HOSTILE.iter().chain(&more) {
            let out = latex(&run_of(text), None).unwrap();
            assert_eq!(shape(&out), shape(&harmless), "{text}");
            let escaped = safe::latex(text);
            // With what we write ourselves taken out, nothing is left that acts.
            let rest = known.replace_all(&escaped, "").replace("{[}", "").replace("{]}", "");
            let rest = rest.replace("{*}", "").replace("{}", "");
            assert!(
                !rest.contains(['\\', '{', '}', '%', '&', '#', '$', '_', '^', '~', '\n']),
                "{rest}"
            );
            assert!(out.contains(&escaped), "{text}");
        }
        assert_eq!(safe::latex("Zürich, Çelik, 東京"), "Zürich, Çelik, 東京");
    }
}
