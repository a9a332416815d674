//! A classifier's labels, and which of undertone's each of them is.

use super::OwnError;

/// Undertone's sides for loaded wording, in the order of the default head.
const LOADED: &[&str] = &["plain", "loaded"];
/// Undertone's sides for stance.
const STANCE: &[&str] = &["against", "neutral", "favor"];
/// What a model of inference tells apart.
const NLI: &[&str] = &["entailment", "neutral", "contradiction"];

/// Names under which published models have these sides, in lower case.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "plain",
        &[
            "plain",
            "neutral",
            "unbiased",
            "non-biased",
            "not biased",
            "nonbiased",
            "no bias",
            "factual",
        ],
    ),
    ("loaded", &["loaded", "biased", "bias", "lexical bias"]),
    ("against", &["against", "negative", "neg", "con", "anti", "unfavorable", "critical"]),
    ("neutral", &["neutral", "none", "neither"]),
    (
        "favor",
        &["favor", "favour", "positive", "pos", "pro", "in favor", "favorable", "supportive"],
    ),
    ("entailment", &["entailment", "entails"]),
    ("contradiction", &["contradiction", "contradicts"]),
];

/// For every label of a classifier the side that it counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelMap {
    /// By the label's number; an index into the sides.
    pub side: Vec<usize>,
    sides: &'static [&'static str],
}

/// The labels of a model of inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nli {
    /// Number of the label that says: this follows from the text.
    pub entailment: usize,
}

impl LabelMap {
    /// What `written` (as `loaded=BIASED,plain=NEUTRAL`) says of `labels`; without it, what the names of the
    /// labels say for themselves. Every label needs a side, and every side but `neutral` a label; several
    /// labels may share one.
    fn new(
        option: &str,
        written: Option<&str>,
        labels: &[String],
        sides: &'static [&'static str],
    ) -> Result<LabelMap, OwnError> {
        let side = match written {
            Some(written) => parse(option, written, labels, sides)?,
            None => guess(labels, sides).ok_or_else(|| {
                OwnError::Labels(format!(
                    "the labels of the model are {}; say which is what, as {option} {}",
                    list(labels),
                    example(labels, sides)
                ))
            })?,
        };
        for (k, name) in sides.iter().enumerate() {
            let neutral_of_stance = *name == "neutral" && sides == STANCE;
            if !side.contains(&k) && !neutral_of_stance {
                return Err(OwnError::Labels(format!(
                    "{option}: no label stands for {name}; the labels of the model are {}",
                    list(labels)
                )));
            }
        }
        Ok(LabelMap { side, sides })
    }

    /// The map onto plain and loaded.
    pub fn loaded(
        option: &str,
        written: Option<&str>,
        labels: &[String],
    ) -> Result<LabelMap, OwnError> {
        LabelMap::new(option, written, labels, LOADED)
    }

    /// The map onto against, neutral and favor.
    pub fn stance(
        option: &str,
        written: Option<&str>,
        labels: &[String],
    ) -> Result<LabelMap, OwnError> {
        LabelMap::new(option, written, labels, STANCE)
    }

    /// Probabilities of the sides: those of a side's labels added up.
    pub fn sum(&self, p: &[f32]) -> Vec<f32> {
        let mut sides = vec![0.0; self.sides.len()];
        for (p, &side) in p.iter().zip(&self.side) {
            sides[side] += p;
        }
        sides
    }

    /// The name of the side of every label.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.side.iter().map(|&k| self.sides[k])
    }
}

impl Nli {
    /// The labels of a model of inference, if that is what these are, by name or as written.
    pub fn new(
        option: &str,
        written: Option<&str>,
        labels: &[String],
    ) -> Result<Option<(Nli, LabelMap)>, OwnError> {
        let says_so = written.is_some_and(|w| w.to_lowercase().contains("entailment="));
        let named = labels.iter().any(|l| knows("entailment", l));
        if !(says_so || (written.is_none() && named)) {
            return Ok(None);
        }
        // A model may also tell only whether something follows: then all else is contradiction.
        let two = |labels: &[String]| {
            let side = labels.iter().map(|l| if knows("entailment", l) { 0 } else { 2 });
            LabelMap { side: side.collect(), sides: NLI }
        };
        let map = match (written, labels.len()) {
            (None, 2) => two(labels),
            (written, 2) => {
                LabelMap::new(option, written, labels, &["entailment", "contradiction"])?
            }
            (written, _) => LabelMap::new(option, written, labels, NLI)?,
        };
        let entailment: Vec<usize> =
            (0..labels.len()).filter(|&k| map.sides[map.side[k]] == "entailment").collect();
        match entailment.as_slice() {
            &[entailment] => Ok(Some((Nli { entailment }, map))),
            _ => Err(OwnError::Labels(format!(
                "{option}: exactly one label may stand for entailment; the labels of the model are {}",
                list(labels)
            ))),
        }
    }
}

fn parse(
    option: &str,
    written: &str,
    labels: &[String],
    sides: &[&str],
) -> Result<Vec<usize>, OwnError> {
    let bad = |what: String| OwnError::Labels(format!("{option} {written:?}: {what}"));
    let mut side: Vec<Option<usize>> = vec![None; labels.len()];
    for pair in written.split(',').map(str::trim) {
        let (name, label) = pair
            .split_once('=')
            .map(|(a, b)| (a.trim(), b.trim()))
            .ok_or_else(|| bad(format!("{pair:?} is no pair, as {}", example(labels, sides))))?;
        let k = sides.iter().position(|s| s.eq_ignore_ascii_case(name)).ok_or_else(|| {
            bad(format!("{name:?} is none of {}, which stand left of =", sides.join(", ")))
        })?;
        let at = labels.iter().position(|l| l == label).or_else(|| {
            // However it is written, where that is clear.
            let mut same = labels.iter().enumerate().filter(|(_, l)| l.eq_ignore_ascii_case(label));
            same.next().filter(|_| same.next().is_none()).map(|(at, _)| at)
        });
        let at = at.ok_or_else(|| {
            bad(format!("the model has no label {label:?}; it has {}", list(labels)))
        })?;
        if side[at].replace(k).is_some_and(|before| before != k) {
            return Err(bad(format!("the label {label:?} stands for two sides")));
        }
    }
    labels
        .iter()
        .zip(side)
        .map(|(label, side)| {
            side.ok_or_else(|| {
                bad(format!("the label {label:?} is left out; every label needs a side"))
            })
        })
        .collect()
}

fn knows(side: &str, label: &str) -> bool {
    let label = label.trim().to_lowercase().replace('_', " ");
    KNOWN.iter().any(|(s, names)| *s == side && names.contains(&label.as_str()))
}

/// Sides by the labels' names; none where a name is not known or two labels claim one side.
fn guess(labels: &[String], sides: &[&str]) -> Option<Vec<usize>> {
    let side: Vec<usize> = labels
        .iter()
        .map(|label| sides.iter().position(|side| knows(side, label)))
        .collect::<Option<_>>()?;
    let mut seen = side.clone();
    seen.sort_unstable();
    seen.dedup();
    (seen.len() == side.len()).then_some(side)
}

fn list(labels: &[String]) -> String {
    labels.iter().map(|l| format!("{l:?}")).collect::<Vec<_>>().join(", ")
}

/// How the option may look for these labels.
fn example(labels: &[String], sides: &[&str]) -> String {
    let pairs: Vec<String> =
        sides.iter().zip(labels).map(|(side, label)| format!("{side}={label}")).collect();
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    fn refused(written: Option<&str>, names: &[&str], sides: &'static [&'static str]) -> String {
        LabelMap::new("--x-labels", written, &labels(names), sides)
            .expect_err("it does not fit")
            .to_string()
    }

    #[test]
    fn well_known_names_need_no_option() {
        let map = LabelMap::new("--x", None, &labels(&["BIASED", "Non-biased"]), LOADED);
        assert_eq!(map.expect("known names").side, [1, 0]);
        let map = LabelMap::new("--x", None, &labels(&["Negative", "neutral", "POSITIVE"]), STANCE);
        assert_eq!(map.expect("known names").side, [0, 1, 2]);
    }

    #[test]
    fn a_written_map_counts_for_every_label() {
        let names = labels(&["LABEL_0", "LABEL_1", "LABEL_2"]);
        let map = LabelMap::new(
            "--x",
            Some("plain=LABEL_0, plain=label_2,loaded=LABEL_1"),
            &names,
            LOADED,
        )
        .expect("it fits");
        assert_eq!(map.side, [0, 1, 0]);
        assert_eq!(map.sum(&[0.2, 0.5, 0.3]), [0.5, 0.5]);
    }

    #[test]
    fn a_map_that_does_not_fit_is_refused_with_the_labels() {
        let two = ["LABEL_0", "LABEL_1"];
        for (written, says) in [
            (None, "as --x-labels plain=LABEL_0,loaded=LABEL_1"),
            (
                Some("loaded=BIASED,plain=LABEL_0"),
                "no label \"BIASED\"; it has \"LABEL_0\", \"LABEL_1\"",
            ),
            (Some("loaded=LABEL_1"), "\"LABEL_0\" is left out"),
            (Some("biased=LABEL_1,plain=LABEL_0"), "\"biased\" is none of plain, loaded"),
            (Some("loaded=LABEL_1,plain=LABEL_1,plain=LABEL_0"), "stands for two sides"),
            (Some("plain=LABEL_0,plain=LABEL_1"), "no label stands for loaded"),
            (Some("loaded"), "is no pair"),
        ] {
            let message = refused(written, &two, LOADED);
            assert!(message.contains(says), "{message}");
        }
        let message = refused(Some("against=a,favor=b,neutral=b"), &["a", "b"], STANCE);
        assert!(message.contains("stands for two sides"), "{message}");
    }

    #[test]
    fn a_stance_model_may_lack_a_neutral() {
        let map = LabelMap::new("--x", None, &labels(&["con", "pro"]), STANCE).expect("it fits");
        assert_eq!(map.sum(&[0.25, 0.75]), [0.25, 0.0, 0.75]);
    }

    #[test]
    fn models_of_inference_are_known_by_their_labels() {
        let of =
            |names: &[&str], written| Nli::new("--x", written, &labels(names)).expect("it fits");
        let three = of(&["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], None).expect("it is one").0;
        assert_eq!(three.entailment, 2);
        let two = of(&["entailment", "not_entailment"], None).expect("it is one").0;
        assert_eq!(two.entailment, 0);
        assert!(of(&["negative", "neutral", "positive"], None).is_none());
        let written = Some("contradiction=LABEL_0,neutral=LABEL_1,entailment=LABEL_2");
        let named = of(&["LABEL_0", "LABEL_1", "LABEL_2"], written).expect("it is said to be one");
        assert_eq!(named.0.entailment, 2);
    }
}
