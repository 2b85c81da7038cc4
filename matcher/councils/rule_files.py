"""Rule files: YAML read into rule sets, refused with file, line and reason where anything in them is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args
from unicodedata import normalize

import yaml

from ingest import N_
from matcher.councils.rule_values import ValueReader, is_empty
from matcher.councils.rulesets import (
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

_LARGEST = 200_000  # bytes
_KEYS = (
    *("purpose", "level", "document", "issuer", "article", "reading", "from", "from_exact", "to", "superseded"),
    *("confirmed_by", "confirmed_on", "size", "roles", "experts", "representatives", "limits", "exclusions"),
    *("quorum", "notes"),
)
_WHERE_IT_COUNTS = {"years": ("coauthorship", "adviser"), "of": ("family",)}
_NEEDED = ("purpose", "level", "document", "issuer", "reading", "size", "roles")


@cache
def shipped_rules() -> tuple[RuleSet, ...]:
    """The rule sets that come with the program, by id."""
    folder = files("matcher.councils") / "rules"
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


class _File(ValueReader):
    """One file being read as a rule set."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: dict[str, int] = {}
        self._excluded: dict[str, int] = {}  # kind → line

    def line_of(self, key: str) -> int:
        return self._lines.get(key, 1)

    def read(self, raw: bytes, is_own: bool) -> RuleSet | None:
        node = self._compose(raw)
        top = None if node is None else self.group(node, self.name, _KEYS, _NEEDED)
        if top is None:
            return None
        if isinstance(node, yaml.MappingNode):
            self._lines = {str(key.value): key.start_mark.line + 1 for key, _ in reversed(node.value)}
        size = self.span(top.get("size"), "size")
        roles = self._roles(top.get("roles"))
        found: dict[str, Any] = {
            "id": Path(self.name).stem,
            "purpose": self.one_of(top.get("purpose"), "purpose", PURPOSES),
            "level": self.text(top.get("level"), "level"),
            "document": self.text(top.get("document"), "document"),
            "issuer": self.text(top.get("issuer"), "issuer"),
            "article": _name_article(self.text(top.get("article"), "article")),
            "reading": self.one_of(top.get("reading"), "reading", get_args(Reading)),
            "since": self.day(top.get("from"), "from"),
            "until": self.day(top.get("to"), "to"),
            "is_since_exact": self.truth(top.get("from_exact"), "from_exact", True),
            "superseded": self._superseded(top.get("superseded")),
            "confirmed_by": self.text(top.get("confirmed_by"), "confirmed_by"),
            "confirmed_on": self.day(top.get("confirmed_on"), "confirmed_on"),
            "size": size,
            "roles": roles,
            "experts": self.span(top.get("experts"), "experts"),
            "representatives": self.each(top.get("representatives"), "representatives", self._representation),
            "limits": self._limits(top.get("limits")),
            "exclusions": self.each(top.get("exclusions"), "exclusions", self._exclusion),
            "quorum": self.text(top.get("quorum"), "quorum"),
            "notes": self.each(top.get("notes"), "notes", lambda node: self.text(node, "notes")),
            "is_own": is_own,
        }
        for key in _NEEDED:
            if key in top and is_empty(top[key]):
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
            text = normalize("NFC", raw.decode("utf-8-sig"))
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
        if rules.confirmed_by and not rules.confirmed_on:
            message = N_("{file}, line {line}: it is confirmed by somebody, but on no day.")
            self.problem(message, self.line_of("confirmed_by"))
        if rules.superseded and rules.since and rules.superseded.since < rules.since:
            message = N_("{file}, line {line}: it is superseded before it begins.")
            self.problem(message, self.line_of("superseded"))
        self._check_numbers(rules)

    def _check_numbers(self, rules: RuleSet) -> None:
        """Numbers that no council could keep together."""
        least = sum(span.least for _, span in rules.roles)
        if least > rules.size.most:
            message = N_("{file}, line {line}: the roles take {count} members, more than the {most} of “size”.")
            self.problem(message, self.line_of("roles"), count=least, most=rules.size.most)
        spans = dict(rules.roles)
        if rules.size.least < 1:
            self.problem(N_("{file}, line {line}: a council has at least one member."), self.line_of("size"))
        if spans.get("chair") != Span(1, 1):
            self.problem(N_("{file}, line {line}: a council has one chair."), self.line_of("roles"))
        highest_sum = sum(span.most for span in spans.values())
        if "member" in spans and highest_sum + rules.represented < rules.size.least:
            message = N_(
                "{file}, line {line}: the roles take {count} members at most, fewer than the {least} of “size”."
            )
            count = highest_sum + rules.represented
            self.problem(message, self.line_of("roles"), count=count, least=rules.size.least)
        for key in ("outside_host_min", "fields_min", "previous_min"):
            if getattr(rules.limits, key) > rules.size.most:
                message = N_("{file}, line {line}: “{key}” is more than the {most} of “size”.")
                self.problem(message, self.line_of("limits"), key=key, most=rules.size.most)
        if rules.limits.per_organisation == 0:
            message = N_("{file}, line {line}: “per_organisation” of 0 leaves nobody; it must be at least 1.")
            self.problem(message, self.line_of("limits"))
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

    def _roles(self, node: yaml.Node | None) -> tuple[Any, ...]:
        group = None if node is None else self.group(node, "roles", ROLES)
        if group is None:
            return ()
        spans = ((role, self.span(group.get(role), role)) for role in ROLES)
        return tuple((role, span) for role, span in spans if span)

    def _superseded(self, node: yaml.Node | None) -> Supersession | None:
        if node is None or is_empty(node):
            return None
        group = self.group(node, "superseded", ("since", "by", "note"), ("since", "by"))
        since = group and self.day(group.get("since"), "since")
        by = group and self.text(group.get("by"), "by")
        return Supersession(since, by, self.text(group.get("note"), "note")) if group and since and by else None

    def _representation(self, node: yaml.Node) -> Representation | None:
        group = self.group(node, "representatives", ("of", "count"), ("of", "count"))
        if group is None:
            return None
        of = self.one_of(group.get("of"), "of", get_args(Representing))
        return Representation(of, self.number(group.get("count"), "count", 1) or 0)

    def _limits(self, node: yaml.Node | None) -> Limits:
        known = ("per_organisation", "host_max", "outside_host_min", "fields_min", "previous_min")
        group = None if node is None or is_empty(node) else self.group(node, "limits", known)
        numbers = {key: self.number(group.get(key), key) for key in known} if group else {}
        return Limits(**{key: number for key, number in numbers.items() if number is not None})

    def _exclusion(self, node: yaml.Node) -> Exclusion | None:
        group = self.group(node, "exclusions", ("kind", "bars", "years", "of", "article"), ("kind",))
        if group is None:
            return None
        kind, line = self.one_of(group.get("kind"), "kind", EXCLUSION_KINDS), node.start_mark.line + 1
        if kind in self._excluded:
            message = N_("{file}, line {line}: “{kind}” is excluded in line {first} already; say it once.")
            self.problem(message, line, kind=kind, first=self._excluded[kind])
        self._excluded.setdefault(kind, line)
        years = self.number(group.get("years"), "years", 1)
        said = group.get("years")
        if kind == "coauthorship" and (said is None or is_empty(said)):
            message = N_("{file}, line {line}: “{key}” is missing.")
            self.problem(message, line, key="years")
        for key, kinds in _WHERE_IT_COUNTS.items():
            if key in group and kind not in kinds:
                message = N_("{file}, line {line}: “{key}” says nothing of “{kind}”, only of: {known}.")
                self.problem(message, line, key=key, kind=kind, known=", ".join(kinds))
        of = self.each(group.get("of"), "of", lambda one: self.one_of(one, "of", PARTS))
        if isinstance(parts := group.get("of"), yaml.SequenceNode) and not parts.value:
            self.problem(N_("{file}, line {line}: “{key}” is empty."), line, key="of")
        bars: Bars = self.one_of(group.get("bars"), "bars", get_args(Bars), "seat")
        return Exclusion(kind, bars, years, of or PARTS, _name_article(self.text(group.get("article"), "article")))


def _name_article(said: str | None) -> str | None:
    """An article written as its number alone: ``7`` is ``Điều 7``."""
    return f"Điều {said}" if said and said[0].isdigit() else said
