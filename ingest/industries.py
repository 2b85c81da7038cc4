"""Industries: codes of the national classification that firms write or name, and the fields of science serving each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.values import has_boxes, ticked_options
from ingest.vietnamese import accented_view, fold

# A text that names more divisions is a list of options with its ticks lost, or all that a firm may ever do.
_MOST_DIVISIONS = 6
_MOST_TEXT = 20_000
# Codes stand in front of their title (``1629 - Sản xuất …``, ``C16 Chế biến gỗ``), behind what says that they are ones
# (``mã ngành 1629``), in brackets, or alone. A number in a sentence (``12 ha``) or in front of a list line is none.
_CODE = re.compile(
    r"^\s*(?P<alone>[A-U]?\s?\d{2,5})\s*$"
    r"|^\s*(?P<before>[A-U]?\s?\d{2,5})\s*[-–—:]\s*(?=[^\W\d])"
    r"|^\s*(?P<titled>[A-U]\s?\d{2,5}|\d{4,5})\.?\s+(?=[A-ZĐÂĂÊÔƠƯ])"
    r"|(?:\b[Mm]ã(?:\s+(?:ngành|số|nghề|cấp\s+\d)){0,3}|\bVSIC)\s*:?\s*(?P<told>[A-U]?\s?\d{2,5})\b"
    r"|\((?:[Mm]ã\s+)?(?P<held>[A-U]\s?\d{2,5}|(?!(?:19|20)\d\d\))\d{4,5})\)"
)
# The one of its registered lines of business from which a firm lives.
_MAIN = re.compile(r"\(chinh\)|\bnganh (?:nghe )?chinh\b")
_MAIN_SIGN = re.compile(r"\(chính\)", re.IGNORECASE)
# Whoever only sells a thing knows nothing of how it is made.
_TRADE = {"ban buon": "46", "mua ban": "46", "ban le": "47"}
_SEPARATORS = re.compile(r"[,/+&]|\s[-–]\s|\bvà\b")


def find_industry_codes(text: str) -> tuple[str, ...]:
    """Codes of the industries that a firm's item on its business names, sorted, each once: 2 to 5 digits of Quyết định
    27/2018/QĐ-TTg, written out (``1629``, ``C16 – Chế biến gỗ``) or by name (``dệt nhuộm``).

    Where the text has check-boxes only ticked options count, where a line of business is marked as the main one only
    that. Longer names go before shorter ones, also typed without accents. A division goes where one of its classes is
    named. A text that names most divisions says nothing and gives none.
    """
    text = text[:_MOST_TEXT]
    options = ticked_options(text) if has_boxes(text) else tuple(re.split(r"[;\n]", text))
    main = [option for option in options if _MAIN.search(fold(option))]
    found = {code for option in main or options for code in _codes_in(_MAIN_SIGN.sub("", option))}
    found = {code for code in found if not any(other != code and other.startswith(code) for other in found)}
    return () if len({code[:2] for code in found}) > _MOST_DIVISIONS else tuple(sorted(found))


@lru_cache(maxsize=4096)
def fields_of_industries(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of science (Quyết định 12/2008/QĐ-BKHCN) whose research serves these industries, sorted, each once; of
    a class that has none of its own those of its division, () for industries that all fields serve."""
    return tuple(sorted({field for code in codes for field in _entry_value(code, "fields") or ()}))


def industry_title(code: str) -> str | None:
    """What the nearest known industry is called in Vietnamese: ``1610`` → ``Cưa, xẻ, bào gỗ và bảo quản gỗ``; None for
    codes of no division."""
    title: str | None = _entry_value(code, "title")
    return title


@cache
def load_industries() -> dict[str, dict[str, Any]]:
    """Code → what ``industries.yaml`` says of it."""
    table: dict[str, Any] = yaml.safe_load(files("ingest").joinpath("industries.yaml").read_text(encoding="utf-8"))
    industries: dict[str, dict[str, Any]] = table["industries"]
    return industries


@cache
def load_names() -> tuple[tuple[str, str], ...]:
    """(name, code) of everything that industries are called within a text, in the form that is compared, longest
    first."""
    named = {
        _plain(name): code
        for code, entry in load_industries().items()
        for name in (entry["title"], *entry.get("names", ()))
    }
    return tuple(sorted(named.items(), key=lambda pair: (-len(pair[0]), pair)))


@cache
def _load_alone() -> dict[str, tuple[str, str]]:
    """Folded name → name and code, of those that count only by themselves."""
    return {
        fold(name): (_plain(name), code) for code, entry in load_industries().items() for name in entry.get("alone", ())
    }


def _entry_value(code: str, key: str) -> Any:
    """Of the code itself, else of the nearest industry above it that says so."""
    industries = load_industries()
    above = (industries.get(code[:length], {}) for length in range(len(code), 1, -1))
    return next((entry[key] for entry in above if key in entry), None)


def _codes_in(option: str) -> Iterator[str]:
    written = [
        code
        for match in _CODE.finditer(option)
        for value in match.groups()
        if value and (code := re.sub(r"\D", "", value))[:2] in load_industries()
    ]
    if written:
        # The title of a code may name another industry: ``4663 Bán buôn vật liệu xây dựng``.
        yield from written
        return
    made: list[str] = []
    for part in filter(None, map(_plain, _SEPARATORS.split(option))):
        trade = next((code for word, code in _TRADE.items() if f"{fold(part)} ".startswith(f"{word} ")), None)
        if trade:
            yield trade
        else:
            made.append(part)
    named, rest = _find_names(" ".join(made))
    yield from named
    for part in made:
        name, code = _load_alone().get(fold(part), ("", ""))
        if code and _agrees(part, name) and f" {fold(part)} " in rest:
            yield code


def _find_names(plain: str) -> tuple[set[str], str]:
    """The codes of all names in a text, and what is left of it without accents; no shorter name is found in a longer
    one."""
    accented, folded = f" {plain} ", f" {fold(plain)} "
    codes: set[str] = set()
    for name, code in load_names():
        wanted = f" {fold(name)} "
        at = folded.find(wanted)
        while at >= 0:
            start, end = at + 1, at + len(wanted) - 1
            if _agrees(accented[start:end], name):
                folded = folded[:start] + "." * (end - start) + folded[end:]
                codes.add(code)
            at = folded.find(wanted, start)
    return codes, folded


def _agrees(written: str, name: str) -> bool:
    """Whether two texts that are equal without accents do not contradict one another: accents may be missing, not be
    others (``sản xuất chè`` is no ``sản xuất chế``)."""
    return all(mine in (theirs, fold(theirs)) for mine, theirs in zip(written, name, strict=True))


def _plain(text: str) -> str:
    """Words alone but for ``và``, in lower case with tones in today's places."""
    return " ".join(word for word in re.findall(r"\w+", accented_view(text)) if word not in ("và", "va"))


def is_industry_code(text: str) -> bool:
    """Whether a text has the shape of a code: 2 to 5 digits."""
    return re.fullmatch(r"\d{2,5}", text, re.ASCII) is not None
