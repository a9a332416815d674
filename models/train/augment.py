"""Text changed in ways whose effect on the label is known."""

from __future__ import annotations

import random
import re

from data import Example

TITLES = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Rev|Prof|Sir|President|Senator|Representative|Governor|General|"
    r"Secretary|Minister|Prime|Judge|Justice|Chief|King|Queen|Prince|Princess|Pope|Attorney|Mayor|Speaker|Vice|"
    r"Congressman|Congresswoman|Director|Chairman)\.?\s+)+"
)
NAME = re.compile(r"[A-Z][\w'’-]+(?:\s+(?:[A-Z]\.\s+)?[A-Z][\w'’-]+){0,2}$")
NO_NAMES = {"He", "She", "It", "They", "We", "His", "Her", "Him", "Their", "Our", "You", "My", "The", "This", "That", "Who"}


def person_names(examples: list[Example]) -> list[tuple[str, str]]:
    """(given name, surname) of the people that entity sets mark: names from many countries."""
    names = set()
    for e in examples:
        for start, end, label in e.labels:
            parts = e.text[start:end].split()
            if label in ("Person", "PER") and len(parts) == 2 and all(p[0].isupper() and p.isalpha() and len(p) > 2 for p in parts):
                names.add((parts[0], parts[1]))
    return sorted(names)


def place_names(examples: list[Example]) -> list[str]:
    """Cities and countries that entity sets mark."""
    names = set()
    for e in examples:
        for start, end, label in e.labels:
            name = e.text[start:end]
            if label in ("Location", "LOC") and name.isalpha() and name.istitle() and len(name) > 3:
                names.add(name)
    return sorted(names)


def replace_all(text: str, spans, changes: list[tuple[str, str]]):
    """`text` with every whole-word occurrence replaced, longest first; `spans` [(start, end, ...)] move along."""
    table = dict(changes)
    words = sorted(table, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    out, edits, at = [], [], 0
    for m in pattern.finditer(text):
        out += [text[at : m.start()], table[m.group()]]
        edits.append((m.start(), m.end(), len(table[m.group()])))
        at = m.end()
    out.append(text[at:])

    def moved(offset: int, end: bool) -> int:
        shift = 0
        for s, e, n in edits:
            if e <= offset:
                shift += n - (e - s)
            elif s < offset:  # inside a replaced name: to its border
                return (s + shift + n) if end else s + shift
        return offset + shift

    return "".join(out), [(moved(s[0], False), moved(s[1], True), *s[2:]) for s in spans]


def swap_names(example: Example, names: list[tuple[str, str]], rng: random.Random) -> Example | None:
    """The same sentence about somebody else: each target's name, wherever it stands, becomes another.
    What is said stays, so the stance stays. None when no target is a name."""
    changes = {}
    for start, end, *_ in example.labels:
        name = TITLES.sub("", example.text[start:end])
        name = re.sub(r"['’]s?$", "", name)
        if not NAME.fullmatch(name) or name.split()[0] in NO_NAMES:
            continue
        parts = name.split()
        given, surname = rng.choice(names)
        changes[parts[-1]] = surname
        if len(parts) > 1:
            changes[name] = f"{given} {surname}"
    if not changes:
        return None
    text, spans = replace_all(example.text, example.labels, list(changes.items()))
    return Example(example.dataset, example.task, text, spans)


# ---------------------------------------------------------------- words put in

# Judgement in a word: whoever writes it has taken sides.
LOADED_ADJECTIVES = """
absurd alarmist amateurish appalling arrogant asinine atrocious baseless bigoted bizarre bloodthirsty bogus bombastic
brazen bumbling callous clownish clueless cowardly craven creepy crooked cruel cynical
deceitful delusional demonic despicable diabolical dishonest disgraceful disgusting draconian egregious embarrassing
evil extremist fanatical farcical fascist feckless fraudulent frenzied ghastly glorious gutless hateful heartless
heroic hideous horrendous hypocritical hysterical idiotic ignorant inept infamous inhumane insane insidious insulting
laughable lawless lunatic magnificent malicious masterful merciless miserable monstrous moronic nasty nefarious
notorious obnoxious outrageous paranoid pathetic pernicious petty phony pitiful pompous predatory
preposterous rabid racist radical reckless reprehensible repugnant ridiculous ruinous ruthless savage scandalous
senseless shady shameful shameless shocking sickening sinister sleazy smug snide spineless stunning stupid tawdry
thuggish toothless toxic tyrannical unhinged unscrupulous vengeful venomous vicious vile visionary wicked woeful
""".split()
LOADED_ADVERBS = """
absurdly arrogantly bizarrely blindly brazenly callously cowardly cravenly cruelly cynically desperately disgracefully
dishonestly foolishly gleefully heroically hypocritically idiotically maliciously mercilessly mindlessly outrageously
pathetically predictably preposterously recklessly ridiculously ruthlessly savagely shamefully shamelessly shockingly
smugly spitefully stupidly triumphantly unbelievably valiantly viciously wickedly
""".split()
LOADED_SAYING = """
babbled bellowed blustered bragged crowed fumed gloated groused gushed howled lectured moaned preached raged railed
ranted raved screeched sneered sniffed snarled spewed thundered wailed whimpered whined
""".split()
# As many words that only describe: so that a word put in is not itself the sign.
PLAIN_ADJECTIVES = """
additional adjacent annual biennial blue bilateral broader central coastal daily digital domestic downtown eastern
electric existing external federal final formal former four-page green indoor initial inland internal interim joint
large later local monthly municipal national nearby northern online original outdoor parallel partial preliminary
previous printed proposed provincial quarterly recent red regional related rural scheduled seasonal second separate
short small southern standard subsequent suburban technical temporary third three-year two-storey updated upper urban
usual weekly western white winter wooden written yearly
""".split()
PLAIN_ADVERBS = """
again already also annually briefly earlier eventually finally first formally initially jointly later locally
meanwhile normally now officially once originally partly previously publicly recently separately since soon then
today twice usually yesterday
""".split()
PLAIN_SAYING = "added announced explained noted remarked replied reported responded stated told wrote".split()

# Words that no adjective stands before.
NO_NOUN = frozenset(
    """same first last other next most more few only very many several such one two three four five six seven eight
    nine ten some any all least latter past past best worst rest way who which whole own entire lot number""".split()
)
ADJECTIVE_SLOT = re.compile(r"\b([Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur|[Tt]his|[Tt]hese|[Tt]hose) (?=([a-z]{3,})\b)")
ADVERB_SLOT = re.compile(r"\b(?:he|she|they|who|[A-Z][a-z]+|[a-z]+(?:ers|ors|ists|ials)) (?=[a-z]{3,}ed\b)")
SAYING_SLOT = re.compile(r"\bsaid\b")


def put_in(text: str, loaded: bool, rng: random.Random) -> tuple[str, tuple[int, int], int] | None:
    """`text` with one word put in, where the word now stands, and by how much everything from its start
    on has moved. None where nothing fits.

    A loaded adverb or adjective makes any sentence loaded; a plain one leaves it as it was.
    """
    slots = [("adjective", m) for m in ADJECTIVE_SLOT.finditer(text) if m.group(2) not in NO_NOUN]
    slots += [("adverb", m) for m in ADVERB_SLOT.finditer(text)]
    slots += [("saying", m) for m in SAYING_SLOT.finditer(text)]
    # Not into somebody's quoted words.
    slots = [s for s in slots if len(re.findall(r"[\"“”]", text[: s[1].start()])) % 2 == 0]
    if not slots:
        return None
    kind, m = rng.choice(slots)
    if kind == "saying":
        word = rng.choice(LOADED_SAYING if loaded else PLAIN_SAYING)
        return text[: m.start()] + word + text[m.end() :], (m.start(), m.start() + len(word)), len(word) - len("said")
    if kind == "adverb":
        word, at, before = rng.choice(LOADED_ADVERBS if loaded else PLAIN_ADVERBS), m.end(), text[: m.end()]
    else:
        word = rng.choice(LOADED_ADJECTIVES if loaded else PLAIN_ADJECTIVES)
        article = m.group(1)
        if article.lower() in ("a", "an"):
            article = article[0] + ("n" if word[0] in "aeiou" else "")
        before = text[: m.start()] + article + " "
        at = len(before)
    return before + word + " " + text[m.end() :], (at, at + len(word)), len(word) + 1 + (at - m.end())
