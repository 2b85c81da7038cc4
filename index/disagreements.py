"""Disagreements: facts that can be but one thing, of which the versions of a record say several."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.revisions import Because, explain_rank, rank_by_age, read_stamp
from ingest import Facts, Person, Record, Source, accented_view, compare_names, fold, is_part_of, is_same_organisation

_SINGLE = ("organisation", "year_from", "year_to", "budget_vnd", "months", "trl", "status")
# What a person or body is called, the first file says as well as the last; a revised task may get another title.
_NAMED_KINDS = frozenset({"scientist", "organisation"})
_Agree = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """One of the values, as people read it, with where it is said."""

    value: str | int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What is told of `value` (``title``, ``facts/budget_vnd``; of ``facts/people`` the leaders): first the value that
    stands, `because` of which it does, then the others."""

    value: str
    because: Because
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """`tellers`: value path → the positions of the versions that say what stands."""

    title: str
    facts: Facts
    tellers: Mapping[str, frozenset[int]]
    disagreements: tuple[Disagreement, ...]


def settle(versions: Sequence[Record], shared: Collection[int], merged: Collection[int] = ()) -> Settled:
    """The title and facts of what several versions, the base first, say of one thing.

    Where two disagree the later one stands, as the first of those that agree with it writes it. Only the versions at
    the positions `shared` are asked; those at `merged` a person merged into the others.
    """
    return _Settling(versions, shared, merged).settle()


class _Settling:
    """The tellers and disagreements of one record, as its values are settled one by one."""

    def __init__(self, versions: Sequence[Record], shared: Collection[int], merged: Collection[int]) -> None:
        self._versions = versions
        self._merged = merged
        self._stamps = [read_stamp(version) for version in versions]
        self._in_order = sorted(shared)
        self._latest_first = [at for at in rank_by_age(self._stamps, merged) if at in shared]
        self._tellers: dict[str, frozenset[int]] = {}
        self._disagreements: list[Disagreement] = []

    def settle(self) -> Settled:
        versions = self._versions
        is_named = versions[0].kind in _NAMED_KINDS
        title = self._choose("title", lambda record: record.title, _TITLES[versions[0].kind], by_age=not is_named)
        facts: dict[str, Any] = {
            name: self._value_of(name, self._choose(f"facts/{name}", _getter(name), _AGREE.get(name, _is_equal)))
            for name in _SINGLE
        }
        facts["code"] = self._value_of("code", self._choose("facts/code", _getter("code"), _is_same_code, False))
        fields = self._choose("facts/field_codes", _getter("field_codes"), _is_equal, False, is_told=False)
        facts["field_codes"] = self._value_of("field_codes", fields) or ()
        industries = self._choose("facts/industry_codes", _getter("industry_codes"), _is_equal, False, is_told=False)
        facts["industry_codes"] = self._value_of("industry_codes", industries) or ()
        facts |= self._settle_place()
        facts["people"] = self._settle_people()
        return Settled(
            versions[title if title is not None else 0].title,
            Facts(**facts),
            self._tellers,
            tuple(self._disagreements),
        )

    def _value_of(self, name: str, at: int | None) -> Any:
        return None if at is None else getattr(self._versions[at].facts, name)

    def _choose(
        self,
        path: str,
        value: Callable[[Record], Any],
        agree: _Agree,
        by_age: bool = True,
        is_told: bool = True,
        show: Callable[[Any], str | int] = lambda shown: shown,
    ) -> int | None:
        """The position of the version whose value stands; None where none has one. Notes who says the same, and, where
        it `is_told`, who says otherwise."""
        told = [
            (at, value(self._versions[at]))
            for at in (self._latest_first if by_age else self._in_order)
            if value(self._versions[at]) not in (None, (), "")
        ]
        if not told:
            return None
        groups: list[list[tuple[int, Any]]] = []
        for at, one in told:
            group = next((group for group in groups if agree(group[0][1], one)), None)
            if group is None:
                groups.append([(at, one)])
            else:
                group.append((at, one))
        self._tellers[path] = frozenset(at for at, _ in groups[0])
        if is_told and len(groups) > 1:
            because = self._explain(groups[0][0][0], groups[1][0][0]) if by_age else "first"
            shown = tuple(
                Told(show(min(group)[1]), self._sources(path, sorted(at for at, _ in group))) for group in groups
            )
            self._disagreements.append(Disagreement(path, because, shown))
        return min(self._tellers[path])

    def _explain(self, later: int, earlier: int) -> Because:
        return explain_rank(later, earlier, self._stamps, self._merged)

    def _sources(self, path: str, positions: Sequence[int]) -> tuple[Source, ...]:
        return tuple(source for at in positions for source in self._versions[at].sources if source.value == path)

    def _settle_place(self) -> dict[str, str | None]:
        """The place as written goes with the place today."""
        at = self._choose("facts/place_written", _place, _is_same_place, show=lambda place: place[0] or place[1])
        if at is None:
            return {"place_written": None, "place_today": None}
        tellers = self._tellers["facts/place_today"] = self._tellers["facts/place_written"]
        said = [self._versions[one].facts for one in sorted(tellers)]
        return {
            "place_written": next((facts.place_written for facts in said if facts.place_written), None),
            "place_today": next((facts.place_today for facts in said if facts.place_today), None),
        }

    def _settle_people(self) -> tuple[Person, ...]:
        """All people that somebody names, each once, but for leaders in whose place another stands now: a task has one
        lead, whom a revision may replace."""
        at = self._choose("facts/people", _leads, _share_a_person, show=", ".join)
        leads = {} if at is None else {_normalise(name): name for name in _leads(self._versions[at])}
        people: dict[str, Person] = {}
        for person in (person for one in self._in_order for person in self._versions[one].facts.people):
            key = _normalise(person.name)
            if key in leads:
                people.setdefault(key, Person(person.name, "lead"))
            elif person.role != "lead":
                people.setdefault(key, person)
        tellers = {
            one
            for one in self._in_order
            if any(_normalise(person.name) in people for person in self._versions[one].facts.people)
        }
        self._tellers["facts/people"] = frozenset(tellers) | (self._tellers.get("facts/people", frozenset()))
        return tuple(people.values())


def _getter(name: str) -> Callable[[Record], Any]:
    return lambda record: getattr(record.facts, name)


def _place(record: Record) -> tuple[str | None, str | None] | None:
    place = record.facts.place_written, record.facts.place_today
    return place if any(place) else None


def _leads(record: Record) -> tuple[str, ...]:
    return tuple(person.name for person in record.facts.people if person.role == "lead")


def _is_equal(left: object, right: object) -> bool:
    return left == right


def _is_same_text(left: str, right: str) -> bool:
    """Accents, where both have them, count; case and punctuation do not."""
    mine, theirs = (re.findall(r"\w+", accented_view(text)) for text in (left, right))
    return mine == theirs or (
        [fold(word) for word in mine] == [fold(word) for word in theirs] and (left.isascii() or right.isascii())
    )


def _is_same_code(left: str, right: str) -> bool:
    mine, theirs = ("".join(re.findall(r"\w", fold(code))) for code in (left, right))
    return mine == theirs


def _is_same_body(left: str, right: str) -> bool:
    """A faculty and its university are no contradiction."""
    return is_same_organisation(left, right) or is_part_of(left, right) or is_part_of(right, left)


def _is_same_place(left: tuple[str | None, str | None], right: tuple[str | None, str | None]) -> bool:
    """A commune and its province are no contradiction: places differ when what they belong to today does."""
    (mine, mine_today), (theirs, theirs_today) = left, right
    if mine_today and theirs_today:
        return _is_same_text(mine_today, theirs_today)
    return not mine or not theirs or fold(mine) in fold(theirs) or fold(theirs) in fold(mine)


def _is_same_name(left: str, right: str) -> bool:
    return compare_names(left, right) != "different"


def _share_a_person(left: Sequence[str], right: Sequence[str]) -> bool:
    return any(_is_same_name(one, other) for one in left for other in right)


def _normalise(text: str) -> str:
    return " ".join(accented_view(text).split())


_AGREE: Mapping[str, _Agree] = {"organisation": _is_same_body, "status": _is_same_text}
_TITLES: Mapping[str, _Agree] = {
    "scientist": _is_same_name,
    "organisation": is_same_organisation,
    "proposal": _is_same_text,
    "need": _is_same_text,
    "document": _is_same_text,
}
