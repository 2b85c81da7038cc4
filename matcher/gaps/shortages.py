"""Shortages: needs that nobody stored can serve, and competences that nobody asks for."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.wanted import check_wanted
from ingest import Kind, accented_view, organisation_key
from ingest.fields import field_vocabulary
from matcher.all_pairs import Pair, Row
from matcher.gaps.counting import DEMAND, OFFERS, SUPPLY, Subject

Lack = Literal["no_candidate", "weak", "no_supply"]
Terms = Mapping[str, Collection[str]]
"""Subject → the words of the classification, of two syllables or more, that it uses."""
SERVING: tuple[Kind, ...] = ("scientist", "organisation")
LOWEST_LIKELIHOOD = 0.2  # below it four of five proposals like this one were rejected
_FEWEST_SUPPLIERS = 2  # who alone uses a word hardly shows a competence of the place
_OFFERING = frozenset({"research", "work", "project", "patent", "objectives", "products", *OFFERS})
_PRIVATE = frozenset({"contact"})
_RUN = re.compile(r"[\w]+(?: [\w]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The best of a kind for a need."""

    kind: Kind
    pair: Pair


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need with why nobody serves it: `no_candidate` is stored, the best are `weak`, or nobody has its fields
    (`no_supply`; only of fields known in two levels)."""

    id: str
    title: str
    lacks: tuple[Lack, ...]
    best: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unasked:
    """A field or term with the records that supply it, while no need or order says that it asks for it. `perhaps` are
    needs and orders whose field nobody stated and that may ask for it, by their words or their meaning."""

    name: str
    ids: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


def is_weak(pair: Pair) -> bool:
    """Whether a best candidate is too weak to serve: its likelihood is low where there is one, else there is not
    enough evidence."""
    return pair.basis == "insufficient" if pair.likelihood is None else pair.likelihood < LOWEST_LIKELIHOOD


def find_unmet(subjects: Sequence[Subject], rows: Mapping[Kind, Iterable[Row]]) -> tuple[Unmet, ...]:
    """Needs, by id, that no candidate of any kind in `rows` (each need with its best) serves, or whose fields
    nobody has."""
    suppliers = {subject.id: subject for subject in subjects if subject.part in SUPPLY}
    matched = {kind: {row.id: row.pairs for row in found} for kind, found in rows.items()}
    supplied = {code for subject in suppliers.values() for code in subject.codes}
    found = []
    for subject in (one for one in subjects if one.part == "need"):
        own = organisation_key(subject.record.facts.organisation or "")
        candidates = tuple(
            Candidate(kind, pair)
            for kind, pairs in matched.items()
            for pair in [one for one in pairs.get(subject.id, ()) if _may_serve(suppliers.get(one.id), own)][:1]
        )
        lacks: list[Lack] = []
        if rows and not candidates:
            lacks.append("no_candidate")
        elif rows and all(is_weak(candidate.pair) for candidate in candidates):
            lacks.append("weak")
        groups = [code for code in subject.codes if len(code) > 1]
        if groups and supplied.isdisjoint(groups):
            lacks.append("no_supply")
        if lacks:
            found.append(Unmet(subject.id, subject.record.title, tuple(lacks), candidates))
    return tuple(found)


def _may_serve(supplier: Subject | None, own: str) -> bool:
    """Who has the need does not serve it."""
    return supplier is not None and not (own and organisation_key(supplier.record.title) == own)


def find_unstated(subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """Needs and orders of which nobody stated a group of fields: it is not known, or only suggested by the text."""
    asking = (subject for subject in subjects if subject.part in DEMAND)
    return tuple(one for one in asking if one.is_suggested or not any(len(code) > 1 for code in one.codes))


def find_unasked_fields(
    subjects: Sequence[Subject], terms: Terms, near: Mapping[str, Collection[str]] | None = None
) -> tuple[Unasked, ...]:
    """Groups of fields, by code, that somebody supplies and nobody who asks bears. `near`: record → the groups to which
    it is near by meaning."""
    supply, demand = _share((code, subject) for subject in subjects for code in subject.codes if len(code) > 1)
    perhaps: dict[str, set[str]] = defaultdict(set)
    words = field_vocabulary()
    for subject in find_unstated(subjects):
        for code in {code for term in terms[subject.id] for code in words[term]}.union(
            (near or {}).get(subject.id, ())
        ):
            perhaps[code].add(subject.id)
    return tuple(
        Unasked(code, tuple(sorted(supply[code])), tuple(sorted(perhaps[code])))
        for code in sorted(supply.keys() - demand.keys())
    )


def find_unasked_terms(subjects: Sequence[Subject], terms: Terms) -> tuple[Unasked, ...]:
    """Words by which the classification tells its groups (``fields.yaml``), of two syllables or more, that two or more
    suppliers use and nobody who asks, by how many use them."""
    used = ((term, subject) for subject in subjects if subject.part for term in terms[subject.id])
    supply, demand = _share(used)
    unasked = [Unasked(term, tuple(sorted(ids))) for term, ids in supply.items() if term not in demand]
    shared = [term for term in unasked if len(term.ids) >= _FEWEST_SUPPLIERS]
    return tuple(sorted(shared, key=lambda term: (-len(term.ids), term.name)))


def _share(named: Iterable[tuple[str, Subject]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Ids by name, of supply and of demand."""
    supply: dict[str, set[str]] = defaultdict(set)
    demand: dict[str, set[str]] = defaultdict(set)
    for name, subject in named:
        if subject.part:
            (demand if subject.part in DEMAND else supply)[name].add(subject.id)
    return supply, demand


def terms_of(subjects: Sequence[Subject]) -> Terms:
    """Of what supplies those of what it does, of who asks those of everything it says."""
    return {subject.id: _terms(subject) for subject in subjects if subject.part}


def _terms(subject: Subject) -> Collection[str]:
    check_wanted()
    record, asks = subject.record, subject.part in DEMAND
    names = {section.name for section in record.sections} - _PRIVATE
    texts = [section.text for section in record.sections if section.name in (names if asks else _OFFERING)]
    # The title of the others is a name.
    return find_terms([record.title, *texts] if record.kind in ("need", "proposal") else texts)


@cache
def _long_terms() -> Mapping[tuple[str, str], frozenset[tuple[str, ...]]]:
    """Words of the classification, of two syllables or more, by their first two: hardly any begin with the same."""
    terms: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for term in field_vocabulary():
        syllables = tuple(term.split(" "))
        if len(syllables) > 1:
            terms[syllables[0], syllables[1]].add(syllables)
    return {first: frozenset(found) for first, found in terms.items()}


def find_terms(texts: Iterable[str]) -> set[str]:
    """The words of the classification, of two syllables or more, that stand in texts."""
    terms = _long_terms()
    found: set[tuple[str, ...]] = set()
    for text in texts:
        for run in _RUN.finditer(accented_view(text)):
            words = tuple(run[0].split(" "))
            for at, two in enumerate(itertools.pairwise(words)):
                if two in terms:
                    found.update(term for term in terms[two] if words[at : at + len(term)] == term)
    return {" ".join(term) for term in found}
