"""Fields of science: codes of the national classification, as written in forms or suggested by what a text says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.values import has_boxes, ticked_options
from ingest.vietnamese import accented_view, fold

_TOO_MANY = 4
# A group is suggested when the text names at least this many of its words, or one of them in its title.
_FEWEST_WORDS = 2
_MOST_SUGGESTED = 2
_RUNNER_UP_SHARE = 0.6


@cache
def load_fields() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(folded name, codes) of every way a top-level field is written, longest name first. From ``fields.yaml``,
    which cites Quyết định 12/2008/QĐ-BKHCN."""
    named: dict[str, tuple[str, ...]] = {}
    for code, entry in _table()["fields"].items():
        for name in map(fold, entry["names"]):
            named[name] = (*named.get(name, ()), code)
    return tuple(sorted(named.items(), key=lambda pair: (-len(pair[0]), pair)))


def find_field_codes(text: str) -> tuple[str, ...]:
    """Codes of the fields that a form's field item names, sorted, each once.

    Where the text has check-boxes only ticked options count. Without boxes, a text that names most fields is the
    list of options with its ticks lost, and gives none. Codes of 1, 3 or 5 digits written out
    (``205``, ``20501 Kỹ thuật môi trường``) are kept as they are.
    """
    options = ticked_options(text) if has_boxes(text) else tuple(re.split(r"[;\n]", text))
    codes: set[str] = set()
    for option in options:
        written = re.findall(r"(?<![\d.])([1-6](?:\d\d){0,2})(?!\d|[.,]\d)", option)
        plain = fold(option)
        named = False
        for name, its_codes in load_fields():
            pattern = rf"(?<![a-z]){re.escape(name)}(?![a-z])"
            if re.search(pattern, plain):
                codes.update(its_codes)
                plain = re.sub(pattern, " ", plain)
                named = True
        if not named or any(len(code) > 1 for code in written):
            codes.update(code for code in written if len(code) > 1 or not plain.strip(" .,0123456789"))
    are_options = not has_boxes(text) and len({code[0] for code in codes}) >= _TOO_MANY
    return () if are_options else tuple(sorted(codes))


def parent_fields(code: str) -> tuple[str, ...]:
    """The fields above one, nearest first: ``20501`` → ``205``, ``2``."""
    return tuple(code[:length] for length in (3, 1) if length < len(code))


def group_title(code: str, lang: str = "vi") -> str | None:
    """What the group of a field is called in Vietnamese or English (``en``): ``20701`` → ``Kỹ thuật môi trường``; None
    for others."""
    title: str | None = _groups().get(code[:3], {}).get("name_en" if lang == "en" else "title")
    return title


def _groups() -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = _table()["groups"]
    return groups


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("ingest").joinpath("fields.yaml").read_text(encoding="utf-8"))
    return table


@cache
def _group_words(view: Callable[[str], str]) -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """One pattern over the words of all groups in this view, longest first, and word → codes of its groups: none for
    those in which the word of a group means something else."""
    codes: dict[str, tuple[str, ...]] = {}
    for code, group in _groups().items():
        for word in {view(word) for word in (group["title"], *group["words"])}:
            codes[word] = (*codes.get(word, ()), code)
    for word in map(view, _table()["other_words"]):
        codes.setdefault(word, ())
    words = sorted(codes, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)"), codes


def field_vocabulary() -> dict[str, tuple[str, ...]]:
    """The words by which groups are told, in the view of accented text → the codes of their groups."""
    return {word: codes for word, codes in _group_words(accented_view)[1].items() if codes}


def suggest_field_codes(title: str, text: str) -> tuple[str, ...]:
    """At most two groups that a record without fields probably belongs to, sorted; () where the words do not say.

    Counts the distinct words of each group in the text, those in the title three times.
    """
    # Folded, ``truyền thống`` (tradition) would be ``truyền thông`` (the media).
    view = fold if (title + text).isascii() else accented_view
    pattern, codes = _group_words(view)
    found: Counter[str] = Counter()
    for part, weight in ((title, 3), (text, 1)):
        for word in dict.fromkeys(pattern.findall(view(part))):
            for code in codes[word]:
                found[code] += weight
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ranked or ranked[0][1] < _FEWEST_WORDS:
        return ()
    best = ranked[0][1]
    return tuple(sorted(code for code, count in ranked[:_MOST_SUGGESTED] if count >= _RUNNER_UP_SHARE * best))
