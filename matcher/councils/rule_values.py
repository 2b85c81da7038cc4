"""Values of a rule file: YAML nodes read as texts, numbers, days and spans; what is wrong is gathered with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import yaml

from ingest import N_
from matcher.councils.rulesets import BadRules, Span

_T = TypeVar("_T")

_WRONG = N_("{file}, line {line}: “{key}” must be {expected}.")
_TEXT, _NUMBER, _DAY, _TRUTH = N_("a text"), N_("a whole number"), N_("a day (2026-11-22)"), N_("true or false")
_GROUP, _LIST = N_("a group of keys"), N_("a list")


class ValueReader:
    """Values of one file. Nothing is None or empty; what is wrong is a problem with its line, counted from 1, and then
    the value does not matter."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[BadRules] = []

    def problem(self, message: str, line: int, **params: Any) -> None:
        self.problems.append(BadRules(message, file=self.name, line=line, **params))

    def wrong(self, node: yaml.Node, key: str, expected: str) -> None:
        self.problem(_WRONG, node.start_mark.line + 1, key=key, expected=expected)

    def group(
        self, node: yaml.Node, key: str, known: Sequence[str], needed: Sequence[str] = ()
    ) -> Mapping[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, key, _GROUP)
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

    def each(self, node: yaml.Node | None, key: str, read: Callable[[yaml.Node], _T | None]) -> tuple[_T, ...]:
        if node is None or is_empty(node):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, key, _LIST)
            return ()
        return tuple(one for one in map(read, node.value) if one is not None)

    def text(self, node: yaml.Node | None, key: str) -> str | None:
        if node is None or is_empty(node):
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":str") or not node.value.strip():
            self.wrong(node, key, _TEXT)
            return None
        return str(node.value).strip()

    def number(self, node: yaml.Node | None, key: str, least: int = 0) -> int | None:
        if node is None or is_empty(node):
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":int") or not node.value.isdecimal():
            self.wrong(node, key, _NUMBER)
            return None
        if not least <= int(node.value) <= 1000:
            message = N_("{file}, line {line}: “{key}” must be from {least} to {most}.")
            self.problem(message, node.start_mark.line + 1, key=key, least=least, most=1000)
        return int(node.value)

    def truth(self, node: yaml.Node | None, key: str, otherwise: bool) -> bool:
        if node is None or is_empty(node):
            return otherwise
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":bool"):
            self.wrong(node, key, _TRUTH)
            return otherwise
        return str(node.value).lower() in ("true", "yes", "on")

    def day(self, node: yaml.Node | None, key: str) -> date | None:
        if node is None or is_empty(node):
            return None
        try:
            return date.fromisoformat(node.value if isinstance(node, yaml.ScalarNode) else "")
        except ValueError:
            self.wrong(node, key, _DAY)
            return None

    def one_of(self, node: yaml.Node | None, key: str, known: Sequence[str], otherwise: str | None = None) -> Any:
        said = self.text(node, key)
        if node is None or said is None:
            return otherwise
        if said not in known:
            message = N_("{file}, line {line}: “{key}” must be one of: {known}.")
            self.problem(message, node.start_mark.line + 1, key=key, known=", ".join(known))
        return said

    def span(self, node: yaml.Node | None, key: str) -> Span | None:
        """A number, or ``{min: 7, max: 9}``."""
        if node is None or is_empty(node):
            return None
        if isinstance(node, yaml.ScalarNode):
            number = self.number(node, key) or 0
            return Span(number, number)
        group = self.group(node, key, ("min", "max"), ("min", "max"))
        if group is None:
            return None
        least, most = (self.number(group.get(name), f"{key}: {name}") for name in ("min", "max"))
        if least is not None and most is not None and least > most:
            message = N_("{file}, line {line}: “{key}”: “min” is greater than “max”.")
            self.problem(message, node.start_mark.line + 1, key=key)
        return Span(least or 0, most or 0)


def is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")
