"""Whether two names mean one person: by an officer's answer, else by name and organisation, else a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from index import Answer, Bearer
from ingest import Record
from ingest.names import one_spelling
from matcher.councils.dossiers import Dossier, Doubt

Key = tuple[tuple[str, int, str], ...]
"""Of two bearers, in either order."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`may_be` by the names or by the answer; `doubt` is None where it is sure, else `asks` can be answered."""

    may_be: bool
    doubt: Doubt | None
    asks: tuple[Bearer, Bearer] | None = None
    answer: Answer | None = None

    @property
    def is_sure(self) -> bool:
        return self.may_be and self.doubt is None


Answers = Mapping[Key, Answer]


def gather_answers(answers: Iterable[Answer], ids: Mapping[str, str]) -> dict[Key, Answer]:
    """By the bearers, the last of each; `ids` leads from the id of a record that was merged to that of today."""
    found: dict[Key, Answer] = {}
    for answer in answers:
        one, other = (
            replace(it, record_id=ids.get(it.record_id or "", it.record_id)) for it in (answer.one, answer.other)
        )
        found[key_of(one, other)] = replace(answer, one=one, other=other)
    return found


def key_of(one: Bearer, other: Bearer) -> Key:
    return tuple(sorted((it.record_id or "", it.declaration or 0, one_spelling(it.name or "")) for it in (one, other)))


def identify(answers: Answers, one: Bearer, other: Bearer, judged: tuple[bool, Doubt | None]) -> Identity:
    """`judged` is what the names say (see doubt_identity), an answer goes before it."""
    answer = answers.get(key_of(one, other)) if answers else None
    if answer:
        return Identity(answer.is_same, None, None, answer)
    may_be, doubt = judged
    return Identity(may_be, doubt, (one, other) if may_be and doubt else None)


def answer_dossier(dossier: Dossier, answers: Answers, scientists: Mapping[str, Record]) -> Dossier:
    """With the records that officers said to be, or not to be, those of the persons named."""
    if not answers:
        return dossier
    task = dossier.record.id
    people = []
    for named in dossier.people:
        bearer = Bearer(task, name=named.name)
        is_kept = named.record and identify(answers, Bearer(named.record.id), bearer, (True, None)).may_be
        told = [id for id in scientists if identify(answers, Bearer(id), bearer, (False, None)).may_be]
        own = scientists[told[0]] if len(told) == 1 else named.record if is_kept else None
        people.append(replace(named, record=own))
    return replace(dossier, people=tuple(people))
