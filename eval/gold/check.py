#!/usr/bin/env python3
"""Check the gold articles beside this file, or those of another folder, and print the counts of README.md.

    python3 check.py [FOLDER]    errors (exit status 1 if there are any), then the counts
    python3 check.py --review    also every text as an annotator reads it, and words that look forgotten
"""
import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
TYPES = {"PER", "ORG", "LOC", "NORP"}
STANCES = {"against", "neutral", "favor"}
ATTRS = {
    "article": ({"id", "outlet", "date"}, {"agency", "event"}),
    "actors": (set(), set()),
    "actor": ({"id", "name", "type"}, {"gender", "state", "global"}),
    "title": (set(), set()),
    "p": (set(), set()),
    "m": ({"a"}, {"st", "k", "use"}),
    "w": ({"k", "s"}, {"via"}),
    "scare": (set(), set()),
}
VALUES = {
    ("actor", "type"): TYPES,
    ("actor", "gender"): {"f", "m"},
    ("m", "st"): STANCES,
    ("m", "k"): {"nominal", "pronoun"},
    ("m", "use"): {"place", "metonym"},
    ("w", "k"): {"direct", "indirect"},
}
INLINE = {"title": {"m", "w", "scare"}, "p": {"m", "w", "scare"}, "w": {"m", "w", "scare"}, "scare": {"m"}, "m": set()}
MARKS = "\"'“”‘’«»„—–「」"
PRONOUNS = set("he she him her his hers himself herself they them their theirs themselves it its itself".split())
SENTENCE = re.compile(r"[.!?][\"'”’“»«)}\]]*\s+(?=[\"'“‘„«»(—]*\w)")

errors = []
notes = []
counts = collections.Counter()
everyone = {}
events = collections.defaultdict(set)


def fail(where, what):
    errors.append(f"{where}: {what}")


def attributes(where, element):
    need, may = ATTRS[element.tag]
    have = set(element.attrib)
    for name in sorted(need - have):
        fail(where, f"<{element.tag}> lacks {name}")
    for name in sorted(have - need - may):
        fail(where, f"<{element.tag}> has unknown attribute {name}")
    for name, value in element.attrib.items():
        if not value.strip() or value != value.strip():
            fail(where, f"<{element.tag}> {name} is empty or has spaces around it")
        allowed = VALUES.get((element.tag, name))
        if allowed and value not in allowed:
            fail(where, f"<{element.tag}> {name}={value!r}")


def read(path):
    where = path.stem
    try:
        root = ET.parse(path).getroot()
    except ET.ParseError as error:
        return fail(where, f"not well-formed: {error}")
    if root.tag != "article":
        return fail(where, f"root is <{root.tag}>")
    attributes(where, root)
    if root.get("id") != where or not re.fullmatch(r"\d\d-[a-z0-9-]+", where):
        fail(where, "id is not the file name, or not NN-slug")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", root.get("date", "")):
        fail(where, "date")
    if root.get("event"):
        events[root.get("event")].add((where, root.get("outlet")))
    tags = [child.tag for child in root]
    if tags[:2] != ["actors", "title"] or set(tags[2:]) != {"p"}:
        fail(where, f"children are {tags}")
    for element in [root, root[0]]:
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            fail(where, f"text outside title and p in <{element.tag}>")

    actors = {}
    for actor in root[0]:
        if actor.tag != "actor":
            fail(where, f"<{actor.tag}> in <actors>")
            continue
        attributes(where, actor)
        ident = actor.get("id", "")
        if not re.fullmatch(r"a\d+", ident) or ident in actors:
            fail(where, f"actor id {ident!r} is bad or used twice")
        actors[ident] = actor
        if actor.get("gender") and actor.get("type") != "PER":
            fail(where, f"{ident} has a gender and is no person")
        if actor.get("state") and not re.fullmatch(r"[A-Z]{2}", actor.get("state")):
            fail(where, f"{ident} state")
        if actor.get("global"):
            if not re.fullmatch(r"[a-z0-9-]+", actor.get("global")):
                fail(where, f"{ident} global")
            kept = tuple(actor.get(name) for name in ("name", "type", "gender", "state"))
            first = everyone.setdefault(actor.get("global"), (where, kept))
            if first[1] != kept:
                fail(where, f"global {actor.get('global')} is {kept}, but {first[1]} in {first[0]}")
    names = [actor.get("name") for actor in actors.values()]
    for actor in actors.values():
        same = [other for other in actors.values() if (other.get("name"), other.get("type")) == (actor.get("name"), actor.get("type"))]
        if len(same) > 1:
            fail(where, f"two actors are {actor.get('name')}")

    seen = collections.Counter()
    for block in root[1:]:
        if block.tag in ("title", "p"):
            attributes(where, block)
            walk(where, block, actors, seen, [])
            text = "".join(block.itertext())
            if text != text.strip() or "  " in text or "\n" in text:
                fail(where, f"white space in: {text[:50]!r}")
            if not text:
                fail(where, f"empty <{block.tag}>")
            if block.tag == "p":
                counts["paragraphs"] += 1
                counts["sentences"] += len(SENTENCE.findall(text)) + 1
                counts[f"sentences in {where}"] += len(SENTENCE.findall(text)) + 1
    for ident in actors:
        if not seen[ident]:
            fail(where, f"actor {ident} ({actors[ident].get('name')}) is never named")
    counts["articles"] += 1
    counts["actors"] += len(actors)


def walk(where, element, actors, seen, voices):
    parts = [element.text or ""]
    for child in element:
        if child.tag not in INLINE[element.tag]:
            fail(where, f"<{child.tag}> in <{element.tag}>")
            continue
        attributes(where, child)
        inside = "".join(child.itertext())
        if inside != inside.strip() or not inside:
            fail(where, f"<{child.tag}> starts or ends with space, or is empty: {inside[:40]!r}")
        for name in ("a", "s", "via"):
            value = child.get(name)
            if value and not value.startswith("?") and value not in actors:
                fail(where, f"unknown actor {value} in <{child.tag}>{inside[:30]}")
            if value and value.startswith("?") and name != "s":
                fail(where, f"{name}={value!r}")
        deeper = voices
        if child.tag == "m":
            kind = child.get("k", "name")
            seen[child.get("a")] += kind == "name"
            counts["mentions"] += 1
            counts[f"mentions: {kind}"] += 1
            counts[f"use: {child.get('use', 'none')}"] += 1
            if child.get("st"):
                counts[f"stance: {child.get('st')}"] += 1
                if kind == "name":
                    counts[f"stance of names: {child.get('st')}"] += 1
                voice = "speaker" if voices else "outlet"
                counts[f"holder {voice}: {child.get('st')}"] += 1
            if kind == "name" and not child.get("st"):
                fail(where, f"name mention without st: {inside}")
            if kind == "pronoun" and inside.lower() not in PRONOUNS:
                fail(where, f"pronoun {inside!r}")
            if kind == "name" and re.match(r"(?i)(mr|mrs|ms|dr|sir|the|justice|general|president|monsieur)\b", inside) and inside != "The Hague":
                fail(where, f"name with title or article: {inside!r}")
            if kind == "name" and re.search(r"['’]s$", inside) and not re.search(r"['’]s$", actors[child.get("a")].get("name")):
                fail(where, f"name with possessive: {inside!r}")
            if child.get("use") == "metonym" and not actors.get(child.get("a"), ET.Element("x")).get("state"):
                if not actors[child.get("a")].get("type") == "LOC":
                    fail(where, f"metonym of no state: {inside!r}")
            if child.get("use") == "place" and (child.get("st") != "neutral"):
                fail(where, f"place with a stance: {inside!r}")
        elif child.tag == "w":
            counts["w"] += 1
            counts[f"w: {child.get('k')}"] += 1
            source = child.get("s", "")
            counts["w of nobody named" if source == "?" else "w of an unnamed source or document" if source.startswith("?") else "w of an actor"] += 1
            if child.get("via"):
                counts["w with via"] += 1
            if child.get("k") == "direct" and inside[0] not in MARKS and inside[-1] not in MARKS and not voices and not re.match(r"—|[A-Z]+: ", "".join(element.itertext())):
                fail(where, f"direct speech without a mark: {inside[:40]!r}")
            if child.get("k") == "indirect" and inside[-1] in ",.;" and not re.search(r"[A-Za-z]\.[A-Za-z]?\.$", inside):
                notes.append(f"{where}: indirect speech ends in {inside[-1]!r}: ...{inside[-40:]!r}")
            if child.get("k") == "direct" and voices and voices[-1] == ("direct", source):
                fail(where, f"direct speech in direct speech of the same speaker: {inside[:40]!r}")
            deeper = voices + [(child.get("k"), source)]
        elif child.tag == "scare":
            counts["scare"] += 1
        walk(where, child, actors, seen, deeper)
        parts.append("\0")
        parts.append(child.tail or "")
    if element.tag != "m":
        bare = "".join(parts)
        for match in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", bare):
            word = match.group()
            before = bare[: match.start()].rstrip()
            if word.lower() in PRONOUNS:
                notes.append(f"{where}: pronoun not marked: ...{context(bare, match)}")
            elif word[0].isupper() and before and before[-1] not in ".!?:" + MARKS:
                notes.append(f"{where}: capital not marked: ...{context(bare, match)}")
        if element.tag in ("p", "title", "w"):
            loose = re.findall(r"[\"“”«»„]", bare)
            if loose and element.tag != "w":
                notes.append(f"{where}: quotation marks outside <w>: {bare[:90]!r}")


def context(text, match):
    return (text[max(0, match.start() - 35): match.start()] + "[" + match.group() + "]" + text[match.end(): match.end() + 25]).replace("\0", "_")


def show(element):
    out = element.text or ""
    for child in element:
        inside = show(child)
        if child.tag == "m":
            sign = {"against": "-", "favor": "+", "neutral": "", None: ""}[child.get("st")]
            flag = {"pronoun": "*", "nominal": "#", None: ""}[child.get("k")] + {"place": "@", "metonym": "^", None: ""}[child.get("use")]
            inside = f"[{inside}|{child.get('a')}{sign}{flag}]"
        elif child.tag == "w":
            via = "<" + child.get("via") if child.get("via") else ""
            inside = f"{{{child.get('k')[0]} {child.get('s')}{via}:: {inside}}}"
        else:
            inside = f"{{scare:: {inside}}}"
        out += inside + (child.tail or "")
    return out


def main():
    folders = [pathlib.Path(a) for a in sys.argv[1:] if not a.startswith("--")]
    paths = sorted(((folders or [HERE])[0] / "articles").glob("*.xml"))
    for path in paths:
        read(path)
    if "--review" in sys.argv:
        for path in paths:
            root = ET.parse(path).getroot()
            print("\n##", root.get("id"), "|", root.get("outlet"))
            print("; ".join(f"{a.get('id')} {a.get('name')}" for a in root[0]))
            for block in root[1:]:
                print(f"{'T' if block.tag == 'title' else 'p'}: {show(block)}")
        print("\n".join(["", "## words that look forgotten"] + notes))
    for event, members in sorted(events.items()):
        if not 2 <= len(members) <= 4:
            fail(event, f"{len(members)} articles")
        if len({outlet for _, outlet in members}) < 2:
            fail(event, "one outlet only")
    for path in paths:
        if not 7 <= counts[f"sentences in {path.stem}"] <= 24:
            fail(path.stem, f"{counts[f'sentences in {path.stem}']} sentences")
    for line in errors:
        print("error:", line)
    counts["events"] = len(events)
    counts["actors, the same across articles once"] = len(everyone) + sum(
        1 for path in paths for actor in ET.parse(path).getroot()[0] if not actor.get("global"))
    for name, number in sorted(counts.items()):
        if not name.startswith("sentences in"):
            print(f"{name}\t{number}")
    print(f"{len(errors)} errors in {len(paths)} articles")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
