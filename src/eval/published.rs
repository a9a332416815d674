//! What others have published, and what this project aims at.

use serde::Serialize;

/// A figure from a paper. It was measured on that paper's own split, mostly an official test set, so
/// it stands beside ours for orientation: the rows are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    pub system: &'static str,
    pub value: f64,
    /// The rows it was measured on.
    pub split: &'static str,
    pub paper: &'static str,
    /// People, or people against people: a ceiling or a yardstick, no system.
    pub human: bool,
}

const ANNOLEXICAL: &str =
    "Horych et al. 2025 (The Promises and Pitfalls of LLM Annotations in Dataset Labeling)";
const BABE: &str = "Spinde et al. 2021 (BABE)";
const BABE_TEST: &str = "BABE, 1,000-sentence test";
const CHECKLIST: &str =
    "CheckList outputs published with Horych et al. 2025, after Ribeiro et al. 2020";
const NEWSMTSC: &str = "Hamborg & Donnay 2021 (NewsMTSC)";
const HTML: &str = "article-extraction-benchmark, 181 pages";

const fn system(
    system: &'static str,
    value: f64,
    split: &'static str,
    paper: &'static str,
) -> Published {
    Published { system, value, split, paper, human: false }
}

const fn people(
    system: &'static str,
    value: f64,
    split: &'static str,
    paper: &'static str,
) -> Published {
    Published { system, value, split, paper, human: true }
}

/// Published figures for the figure `key`, best systems first.
pub fn published(key: &str) -> Vec<Published> {
    let table: &[Published] = match key {
        "babe_macro_f1" => &[
            system("RoBERTa-base on human labels", 0.833, BABE_TEST, ANNOLEXICAL),
            system("RoBERTa-base on anno-lexical", 0.830, BABE_TEST, ANNOLEXICAL),
            system("MAGPIE", 0.828, BABE_TEST, ANNOLEXICAL),
            system("majority of three 7-13B LLMs", 0.819, BABE_TEST, ANNOLEXICAL),
            people("one expert against the majority of the others", 0.785, "BABE", BABE),
        ],
        "babe_mcc" => &[system("RoBERTa-base on human labels", 0.678, BABE_TEST, ANNOLEXICAL)],
        "babe_word_f1" => &[people(
            "one expert against the words that two or more of the four others marked",
            0.485,
            "BABE",
            BABE,
        )],
        "newsmtsc_dev_rw_f1m" => &[
            system("GRU-TSC (RoBERTa-base)", 0.831, "NewsMTSC test-rw", NEWSMTSC),
            system("RoBERTa-base", 0.811, "NewsMTSC test-rw", NEWSMTSC),
            system("BERT-base", 0.801, "NewsMTSC test-rw", NEWSMTSC),
            people("experts against the labels", 0.864, "NewsMTSC", NEWSMTSC),
        ],
        "newsmtsc_dev_mt_f1m" => &[
            system("GRU-TSC (RoBERTa-base)", 0.825, "NewsMTSC test-mt", NEWSMTSC),
            system("RoBERTa-base", 0.794, "NewsMTSC test-mt", NEWSMTSC),
            system("BERT-base", 0.737, "NewsMTSC test-mt", NEWSMTSC),
        ],
        "conll2003_f1" => &[
            system(
                "GCDT",
                0.946,
                "CoNLL++ corrected test, four types",
                "Wang et al. 2019 (CrossWeigh)",
            ),
            system(
                "Flair",
                0.939,
                "CoNLL++ corrected test, four types",
                "Wang et al. 2019 (CrossWeigh)",
            ),
        ],
        "html_shingle_f1" => &[
            system("rs_trafilatura", 0.970, HTML, "rs-trafilatura's own figures"),
            system("trafilatura", 0.958, HTML, HTML),
            system("dom_smoothie", 0.865, HTML, "rs-trafilatura's own figures"),
        ],
        "behaviour_inserted_flagged" => &[
            system("third published system", 0.68, "CheckList templates", CHECKLIST),
            system("second published system", 0.66, "CheckList templates", CHECKLIST),
            system("first published system", 0.41, "CheckList templates", CHECKLIST),
        ],
        "behaviour_plain_neutral" => &[
            system("second published system", 0.96, "CheckList templates", CHECKLIST),
            system("first published system", 0.95, "CheckList templates", CHECKLIST),
            system("third published system", 0.92, "CheckList templates", CHECKLIST),
        ],
        "behaviour_place_same_loaded" => &[
            system("third published system", 0.99, "CheckList templates", CHECKLIST),
            system("first published system", 0.98, "CheckList templates", CHECKLIST),
            system("second published system", 0.97, "CheckList templates", CHECKLIST),
        ],
        _ => &[],
    };
    table.to_vec()
}

/// What is known without being a figure of a system on comparable rows.
pub fn remark(key: &str) -> Option<&'static str> {
    Some(match key {
        "worldwide_f1" => {
            "CoNLL-trained models lose more than 10 F1 on the worldwide set (Shan et al. 2023)."
        }
        "polnear_content_word_f1" => {
            "PolNeAR has no published model score; the annotators' token-wise agreement is alpha .754 \
             (Newell et al. 2018)."
        }
        _ => return None,
    })
}

/// What the int8 model aims at on the development sets.
pub fn target(key: &str) -> Option<f64> {
    Some(match key {
        "babe_macro_f1" => 0.83,
        "babe_word_f1" => 0.50,
        "newsmtsc_dev_rw_f1m" => 0.83,
        "newsmtsc_dev_mt_f1m" => 0.82,
        "conll2003_f1" => 0.945,
        "worldwide_f1" => 0.87,
        "polnear_content_word_f1" => 0.91,
        "polnear_source_linked" => 0.86,
        "voice_content_word_f1" => 0.91,
        "voice_source_linked" => 0.87,
        "voice_direct_word_f1" => 0.97,
        "gold_actors_b3" => 0.93,
        "gold_holder_stance" => 0.85,
        "behaviour_inserted_flagged" => 0.85,
        "behaviour_plain_neutral" => 0.97,
        "behaviour_place_same_loaded" | "behaviour_place_same_stance" => 0.99,
        "simulation_coverage_rates"
        | "simulation_coverage_differences"
        | "simulation_coverage_within"
        | "simulation_coverage_dsl_rates"
        | "simulation_coverage_dsl_differences"
        | "correction_coverage" => 0.93,
        "simulation_false_discoveries" => 0.05,
        "correction_removed" => 0.80,
        "stability_rank" => 0.90,
        "ece_loaded_babe" | "ece_stance_newsmtsc" => 0.03,
        _ => return None,
    })
}
