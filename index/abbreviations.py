"""Abbreviations that the indexed texts define themselves: ``doanh nghiệp nhỏ và vừa (DNNVV)``.

Found as A. Schwartz and M. Hearst do (A simple algorithm for identifying abbreviation definitions in biomedical text,
2003), from the right to the left, with the initials of Vietnamese syllables instead of letters inside words.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingest.vietnamese import accented_view, fold, lower_view, syllables

_IN_BRACKETS = re.compile(r"\(([^()\n]{2,90})\)")
_SHORT = re.compile(r"[^\W\d_](?:[^\W\d_]|[&\-–./ ](?=[^\W\d_])){1,11}\Z")
_BESIDE_SHORT = re.compile(r"(?<![\w&])([^\W\d_](?:[^\W\d_]|[&–-](?=[^\W\d_])){1,11})\s*\Z")
_LEADS = re.compile(r"(?:(?:sau đây|được|gọi|viết|chung|tắt|là|hay|hoặc|abbreviated|or)\b[\s:]*)+", re.IGNORECASE)
_GAP = re.compile(r"[\s\-–/&,\"“”'’]*\Z")
LINKING_WORDS = frozenset({"và", "của", "về", "cho", "trong", "the", "of", "and", "for", "in", "on"})
_FEWEST, _MOST = 2, 8  # initials
_LOOK_BACK = 120
_MOST_MEANINGS = 3  # of one abbreviation, and one of two letters: of more nobody knows which is meant

Definition = tuple[str, str]
"""An abbreviation and what it stands for, as written."""


def find_definitions(text: str) -> Iterator[Definition]:
    """Definitions in the order of the text (NFC): full form (abbreviation), or abbreviation (full form)."""
    for match in _IN_BRACKETS.finditer(text):
        content = match[1].strip()
        lead = _LEADS.match(content)
        inside = content[lead.end() if lead else 0 :].strip("\"“”'’ ")
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if _is_short(inside):
            full = _find_full(inside, before)
            if full:
                yield inside, full
            continue
        beside = _BESIDE_SHORT.search(before)
        if beside and _is_short(beside[1]) and _find_full(beside[1], inside) == inside:
            yield beside[1], inside


def _is_short(written: str) -> bool:
    """Two capitals or more among at most as many letters again; no numeral (XIV) and no unit (kWh)."""
    capitals = sum(letter.isupper() for letter in written)
    letters = sum(letter.isalpha() for letter in written)
    return (
        _SHORT.match(written) is not None
        and _FEWEST <= letters <= _MOST
        and 2 * capitals > letters
        and written[0].isupper()
        and not set(written) <= set("IVXLCDM")
    )


def _find_full(short: str, text: str) -> str | None:
    """The words at the end of `text` whose initials `short` is; words between the others may be passed over."""
    initials = [_initial(letter) for letter in short if letter.isalpha()]
    spans = syllables(text)
    end = start = len(text)
    for number, (first, last) in enumerate(reversed(spans)):
        if not _GAP.match(text[last:start]):
            return None
        start, word = first, lower_view(text[first:last])
        if number == 0:
            end = last
        if _initial(word[0]) == initials[-1]:
            initials.pop()
        elif word not in LINKING_WORDS or number == 0:
            return None
        if not initials:
            return text[first:end]
    return None


def _initial(letter: str) -> str:
    """Without accents, but đ is another letter than d."""
    lowered = lower_view(letter)
    return lowered if lowered == "đ" else fold(lowered)


class Definitions:
    """The definitions of each passage, so that what is removed is forgotten."""

    def __init__(self) -> None:
        self._by_passage: dict[int, list[Definition]] = {}
        self._groups: tuple[tuple[str, ...], ...] | None = None

    def add(self, passages: Iterable[tuple[int, str]]) -> None:
        """Learn from passages, each with its number."""
        for number, text in passages:
            if found := list(find_definitions(text)):
                self._by_passage[number] = found
                self._groups = None

    def forget(self, numbers: Iterable[int]) -> None:
        """Unlearn what removed passages defined."""
        for number in numbers:
            if self._by_passage.pop(number, None):
                self._groups = None

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Abbreviations, each with what it stands for, the most frequent first; none that stands for too much."""
        if self._groups is None:
            meanings: dict[str, Counter[str]] = {}
            written: dict[str, str] = {}
            for short, full in (definition for found in self._by_passage.values() for definition in found):
                key = accented_view(full)
                written.setdefault(key, full)
                meanings.setdefault(short, Counter())[key] += 1
            self._groups = tuple(
                (short, *(written[key] for key, _ in _by_frequency(meanings[short])))
                for short in sorted(meanings)
                if len(meanings[short]) <= (1 if len(short) == _FEWEST else _MOST_MEANINGS)
            )
        return self._groups

    def save(self, path: Path, seq: int) -> None:
        """Write them as JSON, whole or not at all, with the `seq` of the store that they reflect."""
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_text(json.dumps([seq, list(self._by_passage.items())], ensure_ascii=False), "utf-8")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> tuple[int, Definitions]:
        """What `save` wrote. Raises OSError when it cannot be read, ValueError when it is something else."""
        loaded = cls()
        try:
            seq, passages = json.loads(path.read_text("utf-8"))
            loaded._by_passage = {
                int(number): [(str(short), str(full)) for short, full in found] for number, found in passages
            }
            return int(seq), loaded
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"{path.name} holds no definitions") from error


def _by_frequency(counted: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
