"""Equal terms of the field (KH&CN, KHCN, khoa học và công nghệ), and the other forms of those a text uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from ingest.vietnamese import accented_view, fold, is_folded_syllable, repair

_TOKEN = re.compile(r"[^\W_]+|&")


@dataclass(frozen=True, slots=True)
class _Form:
    group: int
    tokens: tuple[str, ...]
    capitals_only: bool


@dataclass(frozen=True, slots=True)
class _Aliases:
    """`by_folded` leads from the folded tokens of a form to it; `longest` is the number of tokens of the longest."""

    groups: tuple[tuple[str, ...], ...]
    by_folded: dict[tuple[str, ...], tuple[_Form, ...]]
    longest: int


def expansions(text: str) -> list[str]:
    """The other forms of each alias in `text`, in its order, without repetition.

    A token with accents must equal the form's; one without is compared without (khoa hoc cong nghe). ``&``
    reads as và, and signs between tokens do not count. Of overlapping aliases the longest counts.
    """
    aliases = _load()
    written = _TOKEN.findall(repair(text))
    tokens = [_read(token) for token in written]
    folded = [fold(token) for token in tokens]
    found: dict[str, None] = {}
    start = 0
    while start < len(tokens):
        for end in range(min(start + aliases.longest, len(tokens)), start, -1):
            forms = [
                form
                for form in aliases.by_folded.get(tuple(folded[start:end]), ())
                if _equals(form, tokens[start:end], folded[start:end], written[start:end])
            ]
            if forms:
                found |= dict.fromkeys(
                    other for form in forms for other in aliases.groups[form.group] if _tokenise(other) != form.tokens
                )
                start = end
                break
        else:
            start += 1
    return list(found)


def _equals(form: _Form, tokens: list[str], folded: list[str], written: list[str]) -> bool:
    if form.capitals_only and not all(token.isupper() for token in written):
        return False
    return all(token in (plain, known) for token, plain, known in zip(tokens, folded, form.tokens, strict=True))


def _read(token: str) -> str:
    return "và" if token == "&" else accented_view(token)


def _tokenise(form: str) -> tuple[str, ...]:
    return tuple(_read(token) for token in _TOKEN.findall(form))


@cache
def _load() -> _Aliases:
    source = resources.files("ingest").joinpath("aliases.yaml").read_text("utf-8")
    groups = tuple(tuple(group) for group in yaml.safe_load(source))
    by_folded: dict[tuple[str, ...], tuple[_Form, ...]] = {}
    for number, group in enumerate(groups):
        for written in group:
            tokens = _tokenise(written)
            key = tuple(fold(token) for token in tokens)
            capitals_only = len(tokens) == 1 and written.isupper() and is_folded_syllable(key[0])
            by_folded[key] = (*by_folded.get(key, ()), _Form(number, tokens, capitals_only))
    return _Aliases(groups, by_folded, max(map(len, by_folded)))
