"""Competences: what a record asks of those who would do it, and the words of a scientist that answer each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index import Index, terms
from ingest import Record, Viewer, as_seen_by, fold, parent_fields
from matcher.evidence import Quote, cut_clauses, quote
from matcher.pairing import Pairing, read_passages
from matcher.question import Question, says_something
from matcher.ranking import Ranking
from matcher.requirements import find_requirements, measure_standing

# Standard deviations above the mean of all passages that count as much as all words in common: as far as twice the
# least by which a requirement counts as answered.
_FULL_STANDING = 4.0


@dataclass(frozen=True, slots=True)
class Competence:
    """A requirement by its words, or a field of science that the record states."""

    key: str
    quote: Quote | None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Words of a record; `query` are those of the record that asks, which they answer."""

    record_id: str
    quote: Quote
    query: Quote | None = None


def find_competences(record: Record) -> tuple[Competence, ...]:
    """The requirements of a record as `match` counts them, then the fields of science that it states itself."""
    asked = (Competence(f"{one.section}:{one.start}-{one.end}", one) for one in find_requirements(record))
    fields = () if record.suggests_fields else record.facts.field_codes
    # A field above another that is stated says nothing more.
    stated = [code for code in fields if not any(code in parent_fields(other) for other in fields)]
    return (*asked, *(Competence(f"field:{code}", None, code) for code in stated))


def find_covered(competences: Sequence[Competence], candidate: Record, pairing: Pairing) -> frozenset[str]:
    """The keys of those that a candidate answers: what `match` does not call missing, and its own fields."""
    codes = candidate.facts.field_codes
    return frozenset(
        one.key
        for one in competences
        if (one.quote not in pairing.missing if one.quote else any(_is_of(code, one.field or "") for code in codes))
    )


def _is_of(code: str, field: str) -> bool:
    return code == field or field in parent_fields(code)


def find_answers(
    index: Index,
    question: Question,
    ranking: Ranking,
    competences: Sequence[Competence],
    ids: Iterable[str],
    viewer: Viewer,
) -> dict[tuple[str, str], Proof]:
    """(scientist, competence) → the words of the scientist that answer a requirement best, whether well or badly."""
    wanted = [one for one in competences if one.quote]
    quotes = [one.quote for one in wanted if one.quote]
    candidates = ranking.candidates
    places = {id: candidates.position_of(id) for id in ids}
    standing = measure_standing(index, question, ranking, quotes)
    found: dict[tuple[str, str], Proof] = {}
    records = index.store.get_many([id for id, position in places.items() if position is not None])
    for id, position in places.items():
        record = records.get(id)
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None or position is None:
            continue
        rows = candidates.rows_of(position)
        passages = read_passages(record, candidates, rows, viewer)
        speaking = [number for number, one in enumerate(passages) if says_something(seen, one.section)]
        for number, competence in enumerate(wanted):
            asked = set(terms(fold(quotes[number].text)))
            best: tuple[float, int] | None = None
            for at in speaking:
                text = seen.text_of(passages[at].section)[passages[at].start : passages[at].end]
                worth = _share(asked, text)
                if standing is not None:
                    worth = max(worth, float(standing[number, rows.start + at]) / _FULL_STANDING)
                if best is None or worth > best[0]:
                    best = worth, at
            if best is not None:
                passage = passages[best[1]]
                said = _say(seen, passage.section, passage.start, passage.end, asked)
                found[id, competence.key] = Proof(id, said, quotes[number])
    return found


def _share(asked: set[str], text: str) -> float:
    return len(asked & set(terms(fold(text)))) / max(1, len(asked))


def _say(record: Record, section: int | None, start: int, end: int, asked: set[str]) -> Quote:
    """The clause with most of the words asked for; the first among equals."""
    clauses = cut_clauses(record, section, start, end) or [quote(record, section, start, end)]
    shares = [_share(asked, clause.text) for clause in clauses]
    return clauses[int(np.argmax(shares))]
