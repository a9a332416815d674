//! Figures in, sentences that can be printed out.
//!
//! Every sentence is true of the figures as worded, and says what follows from them.

use super::accuracy::{ErrorTest, Figure};
use super::frame::{Coded, Frame, Kind};
use super::{Agreement, Difference, Validation};
use crate::report::number::{count, counted, share};
use crate::tables::rows::CorrectedRow;

pub(super) fn findings(of: &Validation, frame: &Frame, coded: &[Coded]) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(of.agreement.iter().filter(|a| a.difference == stated(a.kind)).map(agreement));
    out.extend(of.accuracy.iter().map(|a| {
        format!(
            "{} are labelled right in {} of cases (macro-F1 {}; {} coded).",
            subject(a.kind),
            percent(&a.accuracy, a.n),
            plain(&a.macro_f1),
            counted(a.n as u64, "row", "rows")
        )
    }));
    out.extend(Kind::ALL.into_iter().filter_map(|kind| disagreements(frame, coded, kind)));
    out.extend(differential(of));
    out.extend(changes(&of.corrected));
    out
}

/// The alpha that is spoken of: the one that knows of the order, where there is one.
fn stated(kind: Kind) -> Difference {
    match kind {
        Kind::Sentence => Difference::Nominal,
        Kind::Mention => Difference::Ordinal,
    }
}

fn subject(kind: Kind) -> &'static str {
    match kind {
        Kind::Sentence => "Sentences",
        Kind::Mention => "Mentions",
    }
}

/// Krippendorff (2018, chapter 12): rely on alpha from .800, draw tentative conclusions from .667.
fn agreement(a: &Agreement) -> String {
    let what = match a.kind {
        Kind::Sentence => "loaded wording",
        Kind::Mention => "stance",
    };
    let rows = counted(a.n as u64, "row", "rows");
    let Some(alpha) = a.alpha.value else {
        return format!(
            "On {what} the coders' agreement cannot be told: {rows}, all with one code."
        );
    };
    let verdict = match alpha {
        0.8.. => "good enough to rely on",
        0.667.. => "good enough for tentative conclusions",
        _ => "too low to rely on: talk about the guideline and code again",
    };
    format!(
        "On {what} the coders agree with Krippendorff's alpha {} ({rows}), which is {verdict}.",
        plain(&a.alpha)
    )
}

/// Rows on which coders differ and that nobody settled.
fn disagreements(frame: &Frame, coded: &[Coded], kind: Kind) -> Option<String> {
    let of_kind = coded.iter().filter(|c| frame.units[c.unit].kind == kind);
    // One label, or `x`, has all of the coders.
    let settled = |c: &&Coded| {
        let x = 1.0 - c.gold.labels.iter().sum::<f64>();
        c.gold.labels.into_iter().chain([x]).any(|share| share > 1.0 - 1e-9)
    };
    let open = of_kind.filter(|c| !settled(c)).count();
    (open > 0).then(|| {
        format!(
            "On {} ({}s) the coders differ and the column `final` is empty: each code counts its part.",
            counted(open as u64, "row", "rows"),
            kind.name()
        )
    })
}

/// Do mistakes care for the outlet? Six tests are looked at together (Bonferroni).
fn differential(of: &Validation) -> Option<String> {
    let tests = of.error_tests.len();
    let first = of.error_tests.iter().min_by(|a, b| a.p.total_cmp(&b.p))?;
    let differs = |test: &&ErrorTest| test.p * (tests as f64) < 0.05;
    if !differs(&first) {
        return Some(format!(
            "No kind of mistake is shown to be more frequent in some outlets than in others (smallest p {:.3} of \
             {}). That is no proof that they are equally frequent: read the corrected figures.",
            first.p,
            counted(tests as u64, "test", "tests")
        ));
    }
    let names: Vec<&str> = of.error_tests.iter().filter(differs).map(|t| t.mistake).collect();
    Some(format!(
        "Mistakes are not equally frequent in all outlets ({}): naive comparisons of outlets are biased. Use \
         the corrected ones.",
        names.join(", ").replace('_', " ")
    ))
}

/// Which conclusions the correction changes.
fn changes(rows: &[CorrectedRow]) -> Option<String> {
    let leaves_out_zero = |lo: Option<f64>, hi: Option<f64>| Some(lo? > 0.0 || hi? < 0.0);
    let (mut all, mut lost, mut found) = (0_u32, 0_u32, 0_u32);
    for row in rows.iter().filter(|row| row.outlet_b.is_some()) {
        let naive = leaves_out_zero(row.naive_lo, row.naive_hi);
        let Some((naive, corrected)) = naive.zip(leaves_out_zero(row.dsl_lo, row.dsl_hi)) else {
            continue;
        };
        all += 1;
        lost += u32::from(naive && !corrected);
        found += u32::from(!naive && corrected);
    }
    (all > 0).then(|| {
        format!(
            "{} between outlets can be corrected. Certain (zero is left out) before but not after: {}; after but \
             not before: {}.",
            counted(all, "difference", "differences"),
            count(lost),
            count(found)
        )
    })
}

/// `0.71 (0.62 to 0.79)`
fn plain(figure: &Figure) -> String {
    let number = |x: f64| format!("{x:.2}");
    match (figure.value, figure.lo, figure.hi) {
        (Some(value), Some(lo), Some(hi)) => {
            format!("{} ({} to {})", number(value), number(lo), number(hi))
        }
        (Some(value), ..) => number(value),
        _ => "unknown".to_owned(),
    }
}

/// `82% (79% to 85%)`
fn percent(figure: &Figure, n: usize) -> String {
    let n = n as u32;
    match (figure.value, figure.lo, figure.hi) {
        (Some(value), Some(lo), Some(hi)) => {
            format!("{} ({} to {})", share(value, n), share(lo, n), share(hi, n))
        }
        (Some(value), ..) => share(value, n),
        _ => "an unknown share".to_owned(),
    }
}
