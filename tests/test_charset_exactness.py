"""How exactly articles of law and sample forms come back from each old coding, whole and in snippets."""

from __future__ import annotations

import itertools
import json
import lzma
import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from ingest.charset_choice import decide_charset, decode_bytes
from ingest.charset_tables import TABLES
from ingest.charsets import recover
from tests.old_codings import ACCENTED, encode, to_bytes
from tests.test_charsets import compose_for_1258

SIGNS = str.maketrans({"–": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "\r": None, "\xad": None})


@pytest.fixture(scope="module")
def texts(shared: Path, gold: dict[str, Any]) -> list[str]:
    """Thirty articles and the sample forms, without the signs that the old codings lack."""
    with lzma.open(shared / "corpus/legal_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in itertools.islice(lines, 2000)]
    found = [f"{article['title']}\n{article['text'][:1500]}" for article in random.Random(20261).sample(articles, 30)]
    found += ["\n".join(form["lines"]) for form in gold.values()]
    composed = (unicodedata.normalize("NFC", text).translate(SIGNS) for text in found)
    return ["".join(char if char.isascii() or char in ACCENTED else " " for char in text) for text in composed]


def snippets(texts: list[str]) -> list[str]:
    dice = random.Random(7)
    found = []
    for words in (text.split() for text in texts for _ in range(3)):
        count = min(dice.randint(3, 12), len(words))
        start = dice.randrange(len(words) - count + 1)
        found.append(" ".join(words[start : start + count]))
    return found


def read_back(text: str, charset: str) -> str:
    if charset == "viqr":
        written = encode(text, charset)
        return recover([(written, None)], decide_charset(written))[0]
    if charset == "cp1258":
        raw = "".join(map(compose_for_1258, text)).encode("cp1258")
    else:
        raw = to_bytes(encode(text, charset), charset)
    found = decode_bytes(raw)
    return found.text if found else ""


@pytest.mark.parametrize("charset", [*TABLES, "viqr", "cp1258"])
@pytest.mark.parametrize(("is_whole", "least"), [(True, 0.998), (False, 0.97)])
def test_letters_with_diacritics_come_back(texts: list[str], charset: str, is_whole: bool, least: float) -> None:
    right = total = 0
    for text in texts if is_whole else snippets(texts):
        found = read_back(text, charset)
        letters = [at for at, char in enumerate(text) if char in ACCENTED]
        total += len(letters)
        right += sum(found[at : at + 1] == text[at] for at in letters)
    assert total > (5_000 if is_whole else 500)
    assert right >= least * total, (right, total)
