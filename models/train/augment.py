"""Text changed in ways whose effect on the label is known."""

from __future__ import annotations

import random
import re
from pathlib import Path

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
abject abominable absurd accursed admirable alarmist amateurish appalling arrogant asinine astonishing atrocious
backward balmy barbarous baseless beastly bigoted bizarre blinkered bloodthirsty bogus bombastic boneheaded boorish
botched brainless brash brave brazen breathtaking brilliant brutish bumbling bungling callous cartoonish cheap
childish clownish cloying clueless clumsy cockamamie conniving contrived courageous cowardly crackpot crass craven
crazed creepy cretinous cringeworthy crooked cruel cultish cynical damning dastardly dazzling debauched deceitful
delusional demonic deplorable depraved deranged despicable diabolical dimwitted disgraceful disgusting dishonest
disingenuous disreputable draconian dreadful dumb egomaniacal egregious embarrassing evil exquisite extremist fabulous
fanatical farcical farfetched fascist fearless feckless fiendish filthy flagrant flawless flimsy foolhardy foolish
fraudulent frenzied frivolous gallant garish genius ghastly glorious godless goofy grandiose grasping greedy
groundless grubby gutless half-baked hapless hateful heartless heavy-handed heinous hellish heroic hideous high-handed
horrendous horrid hypocritical hysterical idiotic ignorant ill-conceived imbecilic immoral impotent incompetent
indefensible inept infamous infantile inhumane insane insidious insolent inspiring insufferable insulting
irresponsible jaw-dropping jingoistic kooky lame laughable lawless legendary lily-livered loony lousy luminous lunatic
lurid magnificent malicious maniacal manipulative marvellous masterful mean-spirited meddling merciless mindless
miraculous miserable monstrous moronic muddled narcissistic nasty nauseating nefarious nightmarish noble nonsensical
notorious noxious obnoxious outrageous overblown overheated overzealous paranoid pathetic peerless pernicious perverse
petty phenomenal phony pitiful pointless poisonous pompous predatory preposterous pretentious profligate puerile
putrid quixotic rabid racist radical rapacious rash raunchy reactionary reckless reprehensible repugnant revolting
ridiculous ruinous ruthless sanctimonious satanic savage scandalous scurrilous seedy self-serving sensational
senseless shady shameful shameless shocking shoddy shrill sickening sinister slanderous slavish sleazy slimy slippery
sloppy smarmy smug snide sordid spectacular spineless spiteful spurious squalid stellar stirring stunning stupendous
stupid sublime superb sycophantic tawdry terrible thuggish tin-pot tireless tiresome tone-deaf toothless toxic
treasonous truculent twisted tyrannical ugly unconscionable unforgivable unhinged unholy unrivalled unscrupulous
unseemly vacuous vain vapid vengeful venomous vicious vile vindictive visionary vulgar wacky warped wasteful weaselly
wicked woeful wonderful wondrous wretched zealous
""".split()
LOADED_ADVERBS = """
abominably absurdly admirably appallingly arrogantly atrociously barbarously bizarrely blindly boorishly bravely
brazenly brilliantly bumblingly callously carelessly childishly clumsily conveniently courageously cowardly crassly
cravenly cruelly cunningly cynically deceitfully deplorably desperately despicably disgracefully dishonestly
flagrantly flawlessly foolhardily foolishly frantically gallantly gleefully grudgingly gutlessly hamfistedly hatefully
heartlessly heinously heroically hypocritically idiotically ignorantly incompetently ineptly insanely laughably lazily
maliciously marvellously masterfully mercilessly mindlessly miserably monstrously naively nastily needlessly nobly
obnoxiously outrageously pathetically pompously predictably preposterously rashly recklessly ridiculously ruthlessly
sanctimoniously savagely selfishly senselessly shabbily shamefully shamelessly shockingly shoddily sickeningly
slavishly sloppily smugly spitefully stupidly superbly triumphantly unbelievably unforgivably vainly valiantly
vengefully viciously vindictively wickedly woefully wonderfully wretchedly
""".split()
LOADED_SAYING = """
babbled bellowed blathered bleated blurted blustered bragged chirped crooned crowed drooled fumed gloated groused
grumbled gushed harrumphed howled lectured mewled moaned pontificated prattled preached raged railed rambled ranted
raved scolded screeched shrieked simpered snarled sneered sniffed sobbed spewed squawked squealed thundered wailed
whimpered whined yapped yelped
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


def swaps(kind: str) -> dict[str, tuple[list[str], list[str]]]:
    """Word -> (words that say the same as plainly, words that judge): the nouns or the verbs of swaps.tsv."""
    rows = (line.split("\t") for line in Path(__file__).with_name("swaps.tsv").read_text(encoding="utf-8").splitlines())
    return {r[1]: (r[2].split("/"), r[3].split("/")) for r in rows if r[0] == kind}


NOUNS, VERBS = swaps("noun"), swaps("verb")

# Words that no adjective stands before.
NO_NOUN = frozenset(
    """same first last other next most more few only very many several such one two three four five six seven eight
    nine ten some any all least latter past past best worst rest way who which whole own entire lot number""".split()
)
ADJECTIVE_SLOT = re.compile(r"\b([Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur|[Tt]his|[Tt]hese|[Tt]hose) (?=([a-z]{3,})\b)")
ADVERB_SLOT = re.compile(r"\b(?:he|she|they|who|[A-Z][a-z]+|[a-z]+(?:ers|ors|ists|ials)) (?=[a-z]{3,}ed\b)")
SAYING_SLOT = re.compile(r"\bsaid\b")
NOUN_SLOT = re.compile(r"(?:\b(?:the|an?|his|her|their|its|our|this|that|these|those|new|of|\w+['’]s)) (" + "|".join(NOUNS) + r")(?![\w-])", re.IGNORECASE)
VERB_SLOT = re.compile(r"(?<![\w-])(?<!to )(" + "|".join(VERBS) + r")(?![\w-])")


def put_in(text: str, loaded: bool, rng: random.Random) -> tuple[str, tuple[int, int], int] | None:
    """`text` with one word put in or put in another's place, where the word now stands, and by how much everything
    from its start on has moved. None where nothing fits.

    A loaded word makes any sentence loaded; a plain one leaves it as it was.
    """
    slots = [("adjective", m) for m in ADJECTIVE_SLOT.finditer(text) if m.group(2) not in NO_NOUN]
    slots += [("adverb", m) for m in ADVERB_SLOT.finditer(text)]
    slots += [("saying", m) for m in SAYING_SLOT.finditer(text)]
    slots += [("swap", m) for slot in (NOUN_SLOT, VERB_SLOT) for m in slot.finditer(text)]
    # Not into somebody's quoted words.
    slots = [s for s in slots if len(re.findall(r"[\"“”]", text[: s[1].start()])) % 2 == 0]
    if not slots:
        return None
    kind, m = rng.choice(slots)
    if kind in ("saying", "swap"):
        start, end = m.span(m.lastindex or 0)
        old = text[start:end]
        choices = (PLAIN_SAYING, LOADED_SAYING) if kind == "saying" else (NOUNS | VERBS).get(old)
        if choices is None:  # a capital
            return None
        word = rng.choice(choices[loaded])
        if re.search(r"\ba $", text[:start]) and word[0] in "aeiou" or re.search(r"\ban $", text[:start]) and word[0] not in "aeiou":
            return None
        return text[:start] + word + text[end:], (start, start + len(word)), len(word) - len(old)
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
