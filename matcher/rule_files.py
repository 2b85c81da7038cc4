"""Rule files: YAML read into rule sets, refused with file, line and reason where anything in them is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml

from ingest import N_
from matcher.rulesets import (
    EXCLUSION_KINDS,
    PARTS,
    PURPOSES,
    ROLES,
    BadRules,
    Bars,
    Exclusion,
    Limits,
    Reading,
    Representation,
    Representing,
    RuleSet,
    Span,
    Supersession,
)

_T = TypeVar("_T")
_LARGEST = 200_000  # bytes
_KEYS = (
    *("purpose", "level", "document", "issuer", "article", "reading", "from", "from_exact", "to", "superseded"),
    *("confirmed_by", "confirmed_on", "size", "roles", "experts", "representatives", "limits", "exclusions"),
    *("quorum", "notes"),
)
_NEEDED = ("purpose", "level", "document", "issuer", "reading", "size", "roles")

_WRONG = N_("{file}, line {line}: “{key}” must be {expected}.")
_TEXT, _NUMBER, _DAY, _TRUTH = N_("a text"), N_("a whole number"), N_("a day (2026-11-22)"), N_("true or false")
_GROUP, _LIST = N_("a group of keys"), N_("a list")


@cache
def shipped_rules() -> tuple[RuleSet, ...]:
    """The rule sets that come with the program, by id."""
    folder = files("matcher") / "rules"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return _gather([(one.name, one.read_bytes(), False) for one in found])


def load_rules(folders: Sequence[Path]) -> tuple[RuleSet, ...]:
    """The shipped rule sets, then those of the folders (``*.yaml``, ``*.yml``), by file name.

    Raises BadRules for a folder that cannot be read, a file in which anything is wrong, and two files for the same
    purpose and level whose days overlap.
    """
    own: list[tuple[str, bytes, bool]] = []
    for folder in folders:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
            own += [(path.name, path.read_bytes(), True) for path in paths]
        except OSError as error:
            reason = error.strerror or str(error)
            raise BadRules(N_("{folder} cannot be read: {reason}."), folder=str(folder), reason=reason) from error
    return (*shipped_rules(), *_gather(own, {one.id for one in shipped_rules()}))


def _gather(contents: Iterable[tuple[str, bytes, bool]], taken: Iterable[str] = ()) -> tuple[RuleSet, ...]:
    read: list[tuple[RuleSet, _File]] = []
    problems: list[BadRules] = []
    ids = set(taken)
    for name, raw, is_own in contents:
        file = _File(name)
        rules = file.read(raw, is_own)
        if rules and rules.id in ids:
            file.problem(N_("{file}, line {line}: there is another rule file of the name “{id}”."), 1, id=rules.id)
        elif rules:
            ids.add(rules.id)
            read.append((rules, file))
        problems += file.problems
    for (one, first), (other, second) in itertools.combinations(read, 2):
        if one.overlaps(other):
            second.problem(
                N_(
                    "{file}, line {line}: these days overlap those of {other}, line {other_line}, for the same purpose "
                    "and level."
                ),
                second.line_of("from"),
                other=first.name,
                other_line=first.line_of("from"),
            )
            problems.append(second.problems[-1])
    if problems:
        raise BadRules(problems[0].message, tuple(problems[1:]), **problems[0].params)
    return tuple(rules for rules, _ in read)


class _File:
    """One file being read: what is wrong in it is gathered with its line, counted from 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[BadRules] = []
        self._lines: dict[str, int] = {}

    def problem(self, message: str, line: int, **params: Any) -> None:
        self.problems.append(BadRules(message, file=self.name, line=line, **params))

    def line_of(self, key: str) -> int:
        return self._lines.get(key, 1)

    def read(self, raw: bytes, is_own: bool) -> RuleSet | None:
        node = self._compose(raw)
        top = None if node is None else self._group(node, self.name, _KEYS, _NEEDED)
        if top is None:
            return None
        if isinstance(node, yaml.MappingNode):
            self._lines = {str(key.value): key.start_mark.line + 1 for key, _ in reversed(node.value)}
        size = self._span(top.get("size"), "size")
        roles = self._roles(top.get("roles"))
        found: dict[str, Any] = {
            "id": Path(self.name).stem,
            "purpose": self._one_of(top.get("purpose"), "purpose", PURPOSES),
            "level": self._text(top.get("level"), "level"),
            "document": self._text(top.get("document"), "document"),
            "issuer": self._text(top.get("issuer"), "issuer"),
            "article": self._text(top.get("article"), "article"),
            "reading": self._one_of(top.get("reading"), "reading", get_args(Reading)),
            "since": self._day(top.get("from"), "from"),
            "until": self._day(top.get("to"), "to"),
            "is_since_exact": self._truth(top.get("from_exact"), "from_exact", True),
            "superseded": self._superseded(top.get("superseded")),
            "confirmed_by": self._text(top.get("confirmed_by"), "confirmed_by"),
            "confirmed_on": self._day(top.get("confirmed_on"), "confirmed_on"),
            "size": size,
            "roles": roles,
            "experts": self._span(top.get("experts"), "experts"),
            "representatives": self._each(top.get("representatives"), "representatives", self._representation),
            "limits": self._limits(top.get("limits")),
            "exclusions": self._each(top.get("exclusions"), "exclusions", self._exclusion),
            "quorum": self._text(top.get("quorum"), "quorum"),
            "notes": self._each(top.get("notes"), "notes", lambda node: self._text(node, "notes")),
            "is_own": is_own,
        }
        for key in _NEEDED:
            if key in top and _is_empty(top[key]):
                self.problem(N_("{file}, line {line}: “{key}” is empty."), self.line_of(key), key=key)
        if self.problems:
            return None
        rules = RuleSet(**found)
        self._check(rules)
        return None if self.problems else rules

    def _compose(self, raw: bytes) -> yaml.Node | None:
        if len(raw) > _LARGEST:
            self.problem(N_("{file}, line {line}: the file is larger than a rule file can be."), 1)
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.problem(N_("{file}, line {line}: the text is not in UTF-8."), line)
            return None
        try:
            node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            self.problem(N_("{file}, line {line}: this is no valid YAML."), mark.line + 1 if mark else 1)
            return None
        if node is None:
            self.problem(N_("{file}, line {line}: the file is empty."), 1)
        return node

    def _check(self, rules: RuleSet) -> None:
        """What contradicts itself although every value is of its kind."""
        if rules.since and rules.until and rules.since > rules.until:
            self.problem(N_("{file}, line {line}: “from” is after “to”."), self.line_of("from"))
        if rules.confirmed_on and not rules.confirmed_by:
            self.problem(
                N_("{file}, line {line}: it is confirmed on a day, but by nobody."), self.line_of("confirmed_on")
            )
        least = sum(span.least for _, span in rules.roles)
        if least > rules.size.most:
            message = N_("{file}, line {line}: the roles take {count} members, more than the {most} of “size”.")
            self.problem(message, self.line_of("roles"), count=least, most=rules.size.most)
        if rules.experts:
            lowest, highest = (count + rules.represented for count in (rules.experts.least, rules.experts.most))
            if lowest > rules.size.most or highest < rules.size.least:
                message = N_(
                    "{file}, line {line}: experts and representatives are {least} to {most}, which does not fit “size”."
                )
                self.problem(message, self.line_of("experts"), least=lowest, most=highest)
        elif rules.represented > rules.size.most:
            message = N_("{file}, line {line}: there are more representatives than members.")
            self.problem(message, self.line_of("representatives"))

    # Values. Nothing is None or empty; what is wrong is a problem, and then the value does not matter.

    def _wrong(self, node: yaml.Node, key: str, expected: str) -> None:
        self.problem(_WRONG, node.start_mark.line + 1, key=key, expected=expected)

    def _group(
        self, node: yaml.Node, key: str, known: Sequence[str], needed: Sequence[str] = ()
    ) -> Mapping[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, key, _GROUP)
            return None
        found: dict[str, yaml.Node] = {}
        for name, value in node.value:
            line, said = name.start_mark.line + 1, str(name.value)
            if said not in known:
                message = N_("{file}, line {line}: there is no key “{key}”. Known are: {known}.")
                self.problem(message, line, key=said, known=", ".join(known))
            elif said in found:
                self.problem(N_("{file}, line {line}: “{key}” stands here a second time."), line, key=said)
            else:
                found[said] = value
        for name in needed:
            if name not in found:
                self.problem(N_("{file}, line {line}: “{key}” is missing."), node.start_mark.line + 1, key=name)
        return found

    def _each(self, node: yaml.Node | None, key: str, read: Callable[[yaml.Node], _T | None]) -> tuple[_T, ...]:
        if node is None or _is_empty(node):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(node, key, _LIST)
            return ()
        return tuple(one for one in map(read, node.value) if one is not None)

    def _text(self, node: yaml.Node | None, key: str) -> str | None:
        if node is None or _is_empty(node):
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":str") or not node.value.strip():
            self._wrong(node, key, _TEXT)
            return None
        return str(node.value).strip()

    def _number(self, node: yaml.Node | None, key: str, least: int = 0) -> int | None:
        if node is None or _is_empty(node):
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":int") or not node.value.isdecimal():
            self._wrong(node, key, _NUMBER)
            return None
        if not least <= int(node.value) <= 1000:
            message = N_("{file}, line {line}: “{key}” must be from {least} to {most}.")
            self.problem(message, node.start_mark.line + 1, key=key, least=least, most=1000)
        return int(node.value)

    def _truth(self, node: yaml.Node | None, key: str, otherwise: bool) -> bool:
        if node is None or _is_empty(node):
            return otherwise
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":bool"):
            self._wrong(node, key, _TRUTH)
            return otherwise
        return str(node.value).lower() in ("true", "yes", "on")

    def _day(self, node: yaml.Node | None, key: str) -> date | None:
        if node is None or _is_empty(node):
            return None
        try:
            return date.fromisoformat(node.value if isinstance(node, yaml.ScalarNode) else "")
        except ValueError:
            self._wrong(node, key, _DAY)
            return None

    def _one_of(self, node: yaml.Node | None, key: str, known: Sequence[str], otherwise: str | None = None) -> Any:
        said = self._text(node, key)
        if node is None or said is None:
            return otherwise
        if said not in known:
            message = N_("{file}, line {line}: “{key}” must be one of: {known}.")
            self.problem(message, node.start_mark.line + 1, key=key, known=", ".join(known))
        return said

    def _span(self, node: yaml.Node | None, key: str) -> Span | None:
        """A number, or ``{min: 7, max: 9}``."""
        if node is None or _is_empty(node):
            return None
        if isinstance(node, yaml.ScalarNode):
            number = self._number(node, key) or 0
            return Span(number, number)
        group = self._group(node, key, ("min", "max"), ("min", "max"))
        if group is None:
            return None
        least, most = (self._number(group.get(name), f"{key}: {name}") for name in ("min", "max"))
        if least is not None and most is not None and least > most:
            message = N_("{file}, line {line}: “{key}”: “min” is greater than “max”.")
            self.problem(message, node.start_mark.line + 1, key=key)
        return Span(least or 0, most or 0)

    def _roles(self, node: yaml.Node | None) -> tuple[Any, ...]:
        group = None if node is None else self._group(node, "roles", ROLES)
        if group is None:
            return ()
        spans = ((role, self._span(group.get(role), role)) for role in ROLES)
        return tuple((role, span) for role, span in spans if span)

    def _superseded(self, node: yaml.Node | None) -> Supersession | None:
        if node is None or _is_empty(node):
            return None
        group = self._group(node, "superseded", ("since", "by", "note"), ("since", "by"))
        since = group and self._day(group.get("since"), "since")
        by = group and self._text(group.get("by"), "by")
        return Supersession(since, by, self._text(group.get("note"), "note")) if group and since and by else None

    def _representation(self, node: yaml.Node) -> Representation | None:
        group = self._group(node, "representatives", ("of", "count"), ("of", "count"))
        if group is None:
            return None
        of = self._one_of(group.get("of"), "of", get_args(Representing))
        return Representation(of, self._number(group.get("count"), "count", 1) or 0)

    def _limits(self, node: yaml.Node | None) -> Limits:
        known = ("per_organisation", "host_max", "outside_host_min", "fields_min", "previous_min")
        group = None if node is None or _is_empty(node) else self._group(node, "limits", known)
        numbers = {key: self._number(group.get(key), key) for key in known} if group else {}
        return Limits(**{key: number for key, number in numbers.items() if number is not None})

    def _exclusion(self, node: yaml.Node) -> Exclusion | None:
        group = self._group(node, "exclusions", ("kind", "bars", "years", "of", "article"), ("kind",))
        if group is None:
            return None
        kind = self._one_of(group.get("kind"), "kind", EXCLUSION_KINDS)
        years = self._number(group.get("years"), "years", 1)
        if kind == "coauthorship" and years is None:
            message = N_("{file}, line {line}: “{key}” is missing.")
            self.problem(message, node.start_mark.line + 1, key="years")
        of = self._each(group.get("of"), "of", lambda one: self._one_of(one, "of", PARTS))
        bars: Bars = self._one_of(group.get("bars"), "bars", get_args(Bars), "seat")
        return Exclusion(kind, bars, years, of or PARTS, self._text(group.get("article"), "article"))


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")
