"""Equal terms of the field (KH&CN, KHCN, khoa học và công nghệ), and the other forms of those a text uses.

The table is ``aliases.yaml``. A person adds to it in a file of the data folder, a line for each group
(``NN CNC = nông nghiệp công nghệ cao``); indexed texts add what they define themselves.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import yaml

from ingest.errors import N_, Problem
from ingest.records import Place
from ingest.vietnamese import accented_view, fold, is_folded_syllable, repair

_TOKEN = re.compile(r"[^\W_]+|&")
_BETWEEN_FORMS = "="
_FEWEST_FORMS = 2
_NO_GROUP = N_(
    "The line was left out: a term is needed on both sides of “=”, as in: NN CNC = nông nghiệp công nghệ cao"
)
_TOKENS_KEPT = 65_536
_COMPILED = 8  # tables: the shipped one, with a person's, with those of the texts, for a few data folders

Group = tuple[str, ...]
"""Forms that may stand for each other."""


@dataclass(frozen=True, slots=True)
class _Form:
    group: int
    tokens: tuple[str, ...]
    capitals_only: bool


@dataclass(frozen=True, slots=True)
class _Aliases:
    """`by_folded` leads from the folded tokens of a form to it, `lengths` from the first of them to how many tokens
    there are in the forms that begin so, the most first."""

    groups: tuple[Group, ...]
    by_folded: dict[Group, tuple[_Form, ...]]
    lengths: dict[str, tuple[int, ...]]


def expansions(text: str, further: tuple[Group, ...] = ()) -> list[str]:
    """The other forms of each alias in `text`, in its order, without repetition. `further` groups add to the table.

    A token with accents must equal the form's; one without is compared without (khoa hoc cong nghe). ``&``
    reads as và, and signs between tokens do not count. Of overlapping aliases the longest counts.
    """
    aliases, found = _compile(further), dict[str, None]()
    for forms, _ in _find(text, aliases):
        found |= dict.fromkeys(_others(forms, aliases))
    return list(found)


def full_forms(text: str, further: tuple[Group, ...] = ()) -> list[str]:
    """What the abbreviations in `text` stand for: as `expansions`, of what stands in capitals, and no other
    abbreviation."""
    aliases, found = _compile(further), dict[str, None]()
    for forms, written in _find(text, aliases):
        if all(token.isupper() or not token.isalpha() for token in written):
            found |= dict.fromkeys(form for form in _others(forms, aliases) if not form.isupper())
    return list(found)


def _others(forms: Sequence[_Form], aliases: _Aliases) -> Iterator[str]:
    return (other for form in forms for other in aliases.groups[form.group] if _tokenise(other) != form.tokens)


def _find(text: str, aliases: _Aliases) -> Iterator[tuple[list[_Form], list[str]]]:
    """Each alias in the text: the forms that it is, and its tokens as written."""
    written = _TOKEN.findall(repair(text))
    tokens = [_read(token) for token in written]
    folded = [_fold(token) for token in tokens]
    start = 0
    while start < len(tokens):
        for length in aliases.lengths.get(folded[start], ()):
            end = start + length
            forms = [
                form
                for form in aliases.by_folded.get(tuple(folded[start:end]), ())
                if _equals(form, tokens[start:end], folded[start:end], written[start:end])
            ]
            if forms:
                yield forms, written[start:end]
                start = end
                break
        else:
            start += 1


def _equals(form: _Form, tokens: list[str], folded: list[str], written: list[str]) -> bool:
    if form.capitals_only and not all(token.isupper() for token in written):
        return False
    return all(token in (plain, known) for token, plain, known in zip(tokens, folded, form.tokens, strict=True))


# Most tokens of a text stand in others too.
@lru_cache(maxsize=_TOKENS_KEPT)
def _read(token: str) -> str:
    return "và" if token == "&" else accented_view(token)


@lru_cache(maxsize=_TOKENS_KEPT)
def _fold(token: str) -> str:
    return fold(token)


def _tokenise(form: str) -> tuple[str, ...]:
    return tuple(_read(token) for token in _TOKEN.findall(form))


def read_aliases(path: Path, refused: list[Problem]) -> tuple[Group, ...]:
    """The groups that a person wrote down: a line each, with ``=`` between the forms; ``#`` begins a remark.

    Empty when there is no such file. What cannot be understood is left out and added to `refused`: one slip must not
    stop a search.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        refused.append(Problem(path.name, N_("The list cannot be opened: {reason}."), {"reason": error.strerror}))
        return ()
    groups = []
    for number, line in enumerate(raw.removeprefix(codecs.BOM_UTF8).splitlines(), 1):
        try:
            groups.append(_read_group(line))
        except ValueError as error:
            message = _NO_GROUP
            if isinstance(error, UnicodeDecodeError):
                message = N_("The line is not in UTF-8 and was left out. Save the file with the encoding UTF-8.")
            refused.append(Problem(path.name, message, place=Place(row=number)))
    return tuple(group for group in groups if group)


def _read_group(line: bytes) -> Group:
    """Empty for a line that says nothing. Raises ValueError."""
    written = repair(line.decode("utf-8")).partition("#")[0].strip()
    if not written:
        return ()
    forms = tuple(dict.fromkeys(" ".join(form.split()) for form in written.split(_BETWEEN_FORMS)))
    if len(forms) < _FEWEST_FORMS or not all(_TOKEN.search(form.replace("&", " ")) for form in forms):
        raise ValueError(written)
    return forms


@cache
def _load() -> tuple[Group, ...]:
    source = resources.files("ingest").joinpath("aliases.yaml").read_text("utf-8")
    return tuple(tuple(group) for group in yaml.safe_load(source))


@lru_cache(maxsize=_COMPILED)
def _compile(further: tuple[Group, ...]) -> _Aliases:
    groups = (*_load(), *further)
    by_folded: dict[Group, tuple[_Form, ...]] = {}
    for number, group in enumerate(groups):
        for written in group:
            tokens = _tokenise(written)
            key = tuple(fold(token) for token in tokens)
            capitals_only = len(tokens) == 1 and written.isupper() and is_folded_syllable(key[0])
            by_folded[key] = (*by_folded.get(key, ()), _Form(number, tokens, capitals_only))
    lengths: dict[str, set[int]] = {}
    for key in by_folded:
        lengths.setdefault(key[0], set()).add(len(key))
    return _Aliases(groups, by_folded, {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()})
