#!/usr/bin/env python3
"""Copies a finished model into its place and writes its card.

    python install.py OUT ../small

A file NOTE.md in OUT goes into the card as it is.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

CARD = """# undertone small

One encoder (MiniLM-L6: 6 layers x 384, uncased, with a case feature in the segment embeddings) and six
heads, read in one pass per sentence: loaded wording (sentence), loaded words, entities, attribution, stance
toward whoever is asked about, and stance toward whoever is named (all per word piece). int8 weights (7 bits used, per output channel) and int8 activations.

## Intended use
English news text, sentence by sentence, to describe how outlets word and weigh what they report. The
figures describe text. They are no measure of truth, of intent, or of a person, and must not be used to
decide about people. Single sentences are often wrong (see the figures); sums over many articles are what
the model is for, with the intervals that the program gives.

## Limits
- Trained on US, Indian and other English-language news of 1996 to 2023; other English, fiction, speech
  and social media are out of its domain.
- What counts as loaded is the judgement of three language models (anno-lexical) and of crowd workers
  (MBIC), mostly US-American views of political news, passed on by a teacher that learned from both.
- `stance` (asked) was annotated toward persons in US political news and toward companies in Indian financial
  headlines; toward other targets it is a transfer.
- `stance_named`, which `score` reads, and part of all other heads were learned from articles that a large
  language model annotated under a guideline (`models/train/written/articles`), invented ones and real ones;
  part of the invented ones is in its own English. No person has checked them: the only agreement known is the
  annotator's with itself (`GUIDELINE.md` there). The gold articles in `eval/gold` follow the same rules and come from the same kind of author, so
  figures on them are kinder than on news that people annotate.
- The model has learned names with the text around them: a name's reputation can colour a score.
- The heads see one sentence at a time. Who "he" is, and which quotation goes on, the program works out
  after the model.

## Training data
| set | head | licence as stated at the source |
|---|---|---|
| anno-lexical | loaded | MIT |
| MBIC | loaded, loaded words | Apache-2.0 |
| CoNLL-2003 | entities | Reuters text; customary for NER models |
| Worldwide NER (en-worldwide-newswire) | entities | none stated |
| CrossNER politics | entities | MIT |
| PolNeAR | attribution | none stated |
| NewsMTSC | stance | MIT |
| SEntFiN | stance | MIT |
| sentences and articles written for this recipe (`models/train/written`) | all | as this project |
| real articles of a news corpus, labelled for this recipe (labels only, `written/articles/corpus.jsonl`) | all but stance (asked) | labels as this project, texts not redistributed |
| sentences of a news corpus, labelled by two teachers | loaded, loaded words, stance | not redistributed |

Backbone: `all-MiniLM-L6-v2` (Apache-2.0); the teachers': `all-mpnet-base-v2` (Apache-2.0). BABE (`eval_dev`) was used for measuring only.

## Figures on development data
The official test sets were not used. `int8` is the model in this folder.

| measure | fp32 | int8 |
|---|---|---|
{figures}

int8 against fp32 on the same sentences: {agreement}

Temperatures and thresholds, and the data they were set on, stand in `config.json`.

## How it was made
`{command}` on {machine}, {minutes} minutes of training, seed {seed}; versions in
`models/train/requirements.txt`.{note}

| file | SHA-256 |
|---|---|
{hashes}
"""

NAMES = {
    "babe_macro_f1": "loaded, macro-F1, BABE eval_dev (2,780 sentences; nothing set on it)",
    "anno_lexical_macro_f1": "loaded, macro-F1, anno-lexical dev",
    "mbic_word_f1": "loaded words, word F1, held-out MBIC sentences",
    "written_loaded_macro_f1": "loaded, macro-F1, held-out invented articles (923 sentences)",
    "corpus_loaded_macro_f1": "loaded, macro-F1, held-out real articles (1,790 sentences)",
    "newsmtsc_dev_rw_f1m": "stance, macro-F1, NewsMTSC dev_rw",
    "newsmtsc_dev_mt_f1m": "stance, macro-F1, NewsMTSC dev_mt",
    "sentfin_dev_f1m": "stance, macro-F1, SEntFiN dev",
    "written_stance_f1m": "stance_named, macro-F1, held-out invented articles",
    "written_stance_accuracy": "stance_named, accuracy, held-out invented articles",
    "corpus_stance_f1m": "stance_named, macro-F1, held-out real articles",
    "corpus_stance_accuracy": "stance_named, accuracy, held-out real articles",
    "conll2003_f1": "entities, span F1 over PER ORG LOC, CoNLL-2003 dev",
    "worldwide_f1": "entities, span F1 over PER ORG LOC NORP, Worldwide dev",
    "written_entities_f1": "entities, span F1 over PER ORG LOC NORP, held-out invented articles",
    "corpus_entities_f1": "entities, span F1 over PER ORG LOC NORP, held-out real articles",
    "polnear_content_word_f1": "attribution, content word F1, PolNeAR dev",
    "polnear_source_word_f1": "attribution, source word F1, PolNeAR dev",
    "polnear_cue_word_f1": "attribution, cue word F1, PolNeAR dev",
    "polnear_source_linked": "attribution, contents whose source (in the sentence) is found, PolNeAR dev",
    "written_content_word_f1": "attribution, content word F1, held-out invented articles",
    "corpus_content_word_f1": "attribution, content word F1, held-out real articles",
}


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    out, place = Path(sys.argv[1]), Path(sys.argv[2])
    figures = json.loads((out / "figures.json").read_text())
    config = json.loads((out / "config.json").read_text())
    place.mkdir(parents=True, exist_ok=True)
    for name in ("model.onnx", "tokenizer.json", "config.json", "figures.json"):
        shutil.copyfile(out / name, place / name)
    rows = "\n".join(
        f"| {NAMES[k]} | {figures['fp32'][k]:.3f} | {figures['int8'][k]:.3f} |" for k in NAMES
    )
    agreement = "; ".join(
        f"{head}: same label {v['same_label']:.1%}, mean difference of probabilities {v['mean_difference']:.4f}"
        for head, v in figures["int8_against_fp32"].items()
    )
    # What somebody has to say about this very run, if anything.
    note = out / "NOTE.md"
    note = "\n\n" + note.read_text().strip() if note.exists() else ""
    hashes = "\n".join(f"| {name} | `{digest}` |" for name, digest in config["sha256"].items())
    (place / "MODEL_CARD.md").write_text(CARD.format(
        figures=rows, agreement=agreement, command=figures["command"], machine=figures["machine"],
        minutes=figures.get("minutes", "?"), seed=figures.get("seed", "?"), hashes=hashes, note=note,
    ))
    return 0


if __name__ == "__main__":
    sys.exit(main())
