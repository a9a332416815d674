"""Label sets of every head, and the one table that maps each data set's own labels onto them."""

LOADED = ["plain", "loaded"]
LOADED_WORDS = ["plain", "loaded"]
STANCE = ["against", "neutral", "favor"]

ENTITY_TYPES = ["PER", "ORG", "LOC", "NORP", "MISC"]
ENTITIES = ["O"] + [f"{bi}-{t}" for t in ENTITY_TYPES for bi in "BI"]

ATTRIBUTION_TYPES = ["SOURCE", "CUE", "CONTENT"]
ATTRIBUTION = ["O"] + [f"{bi}-{t}" for t in ATTRIBUTION_TYPES for bi in "BI"]

HEADS = {
    "loaded": LOADED,
    "loaded_words": LOADED_WORDS,
    "entities": ENTITIES,
    "attribution": ATTRIBUTION,
    "stance": STANCE,
    "stance_named": STANCE,
}

# Heads that are asked about targets: about whom somebody asks, and about whoever a sentence names.
OF_TARGETS = ("stance", "stance_named")

CASES = ["lower", "title", "upper", "mixed"]

# data set -> its label -> the entity types that the label may mean here ("O": no actor at all).
# Two types mean that the set does not tell them apart: the loss then asks only for their sum.
ENTITY_MAP = {
    "conll2003": {
        "PER": ["PER"], "ORG": ["ORG"], "LOC": ["LOC"],
        # CoNLL files nationalities and faiths ("German") under MISC.
        "MISC": ["MISC", "NORP"],
    },
    "worldwide-ner": {
        "Person": ["PER"], "Organization": ["ORG"], "Location": ["LOC"], "NORP": ["NORP"],
        "Facility": ["MISC", "LOC"], "Product": ["MISC"], "Misc": ["MISC"],
        "Date": ["O"], "Money": ["O"],
    },
    "crossner-politics": {
        "politician": ["PER"], "person": ["PER"],
        "politicalparty": ["ORG"], "organisation": ["ORG"],
        "country": ["LOC"], "location": ["LOC"],
        "election": ["MISC"], "event": ["MISC"], "misc": ["MISC", "NORP"],
    },
    "written": {t: [t] for t in ENTITY_TYPES},
}

# Types that a set leaves unmarked: an unlabelled word of such a set may still be one of these.
UNMARKED = {"conll2003": [], "worldwide-ner": [], "crossner-politics": ["NORP"], "written": []}


def allowed(dataset: str, label: str, begins: bool) -> list[int]:
    """Indices into ENTITIES that a word with this gold label may take."""
    if label == "O":
        types = ["O"] + UNMARKED[dataset]
        return [ENTITIES.index("O")] + [
            ENTITIES.index(f"{bi}-{t}") for t in types[1:] for bi in "BI"
        ]
    prefix = "B" if begins else "I"
    return [
        ENTITIES.index("O") if t == "O" else ENTITIES.index(f"{prefix}-{t}")
        for t in ENTITY_MAP[dataset][label]
    ]
