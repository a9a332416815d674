"""What each model is trained on: data set -> (passes over it, weight of its loss)."""

from __future__ import annotations

from labels import HEADS

MIXES: dict[str, dict[str, tuple[float, float]]] = {
    # All heads of the small model on the sets' own labels.
    "small": {
        "anno-lexical": (1.4, 1.0),
        "mbic-words": (3.6, 1.0),
        "mbic-loaded": (3.0, 1.0),
        "conll2003": (2.2, 1.0),
        "worldwide-ner": (0.82, 1.0),
        "crossner-politics": (2.5, 0.5),
        "polnear": (0.84, 1.0),
        "newsmtsc": (3.0, 1.0),
        "sentfin": (1.05, 0.7),
    },
    # After it (--init): what teachers say of unlabelled text, sentences written for this, and enough of every set
    # that nothing is forgotten.
    "distilled": {
        "silver": (1.0, 1.0),
        "written-loaded": (5.0, 1.0),
        "written-words": (3.0, 1.0),
        "written-attribution": (6.0, 1.0),
        "written-stance": (5.0, 1.0),
        "anno-lexical": (0.6, 1.0),
        "mbic-words": (2.0, 1.0),
        "mbic-loaded": (3.0, 1.0),
        "conll2003": (0.4, 1.0),
        "worldwide-ner": (0.4, 1.0),
        "crossner-politics": (1.0, 0.5),
        "polnear": (0.4, 1.0),
        "newsmtsc": (1.5, 1.0),
        "newsmtsc/swapped": (0.7, 1.0),
        "sentfin": (0.5, 0.7),
    },
    # After that (--init): once more over everything with more teachers' labels, most of it for entities and
    # attribution, which no teacher has labelled.
    "finish": {
        "silver": (1.0, 1.0),
        "written-loaded": (2.0, 1.0),
        "written-words": (2.0, 1.0),
        "written-attribution": (4.0, 1.0),
        "written-stance": (3.0, 1.0),
        "mbic-words": (1.5, 1.0),
        "mbic-loaded": (1.5, 1.0),
        "conll2003": (2.0, 1.0),
        "worldwide-ner": (1.5, 1.0),
        "crossner-politics": (2.0, 0.5),
        "polnear": (1.2, 1.0),
        "newsmtsc": (1.0, 1.0),
        "newsmtsc/swapped": (0.5, 1.0),
        "sentfin": (0.4, 0.7),
    },
    # After that (--init): whole articles with the labels of every head, and enough of every set that nothing is forgotten.
    "articles": {
        "silver": (0.5, 1.0),
        "written-articles": (3.0, 1.0),
        "corpus-articles": (3.0, 1.0),
        "written-loaded": (1.5, 1.0),
        "written-words": (1.0, 1.0),
        "written-attribution": (2.0, 1.0),
        "written-stance": (2.0, 1.0),
        "written-stance_named": (1.0, 1.0),
        "mbic-words": (1.5, 1.0),
        "mbic-loaded": (1.5, 1.0),
        "anno-lexical": (0.25, 1.0),
        "conll2003": (0.7, 1.0),
        "worldwide-ner": (0.6, 1.0),
        "crossner-politics": (2.0, 0.5),
        "polnear": (0.9, 1.0),
        "newsmtsc": (1.5, 1.0),
        "newsmtsc/swapped": (0.6, 1.0),
        "sentfin": (0.3, 0.7),
    },
    # Teachers, each a larger encoder that knows one thing well.
    "teacher-stance": {"newsmtsc": (1.7, 1.0), "newsmtsc/swapped": (0.5, 1.0), "sentfin": (0.6, 0.5)},
    "teacher-loaded": {"anno-lexical": (1.0, 1.0), "mbic-words": (3.0, 1.0)},
    # After it, at a third of the rate: what people, not language models, call loaded.
    "teacher-loaded-people": {"mbic-loaded": (3.0, 1.0), "mbic-words": (1.0, 1.0), "anno-lexical": (0.1, 1.0)},
    "teacher-words": {
        "conll2003": (1.5, 1.0),
        "worldwide-ner": (1.5, 1.0),
        "crossner-politics": (3.0, 0.5),
        "polnear": (1.5, 1.0),
    },
}

# The head that each set trains.
HEAD_OF = {
    "anno-lexical": "loaded",
    "mbic-words": "loaded_words",
    "mbic-loaded": "loaded",
    "written-loaded": "loaded",
    "written-words": "loaded_words",
    "written-attribution": "attribution",
    "written-stance": "stance",
    "written-stance_named": "stance_named",
    "written-articles": "all",
    "corpus-articles": "all",
    "conll2003": "entities",
    "worldwide-ner": "entities",
    "crossner-politics": "entities",
    "polnear": "attribution",
    "newsmtsc": "stance",
    "newsmtsc/swapped": "stance",
    "sentfin": "stance",
}


def heads_of(mix: str) -> set[str]:
    """Heads that `mix` trains on people's labels (the silver set has several)."""
    heads = {HEAD_OF[name] for name in MIXES[mix] if name != "silver"}
    return set(HEADS) if "all" in heads else heads
