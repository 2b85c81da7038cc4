"""Answers on name twins as commands, server and pages give, list and take them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from api.catalogue import Translate, fill
from api.councils.schemas import Answer as ShownAnswer
from api.councils.schemas import Answers
from api.councils.schemas import Bearer as ShownBearer
from api.errors import BadInput
from index import Answer, Bearer, Index
from ingest import N_, Record, fold
from ingest.names import one_spelling
from matcher.councils.proposals import Council

_LONGEST_NAME = 500  # code points


def answer_question(index: Index, one: Bearer, other: Bearer, is_same: bool, by: str) -> None:
    """Remember whether two names mean one person. Raises BadInput and UnknownRecord."""
    for it in (one, other):
        _check(index, it)
    if one == other:
        raise BadInput(N_("A name is compared with itself: name two."))
    index.store.identities.remember(
        Answer(one, other, is_same, " ".join(by.split())[:_LONGEST_NAME]), datetime.now(UTC)
    )


def _check(index: Index, it: Bearer) -> None:
    if (it.record_id is None) == (it.declaration is None) or (it.declaration is not None and not it.name):
        raise BadInput(N_("Name a record, or a declaration with the name in it."))
    if it.record_id is not None:
        record = index.store.get(it.record_id)
        if it.name is None and record.kind != "scientist":
            raise BadInput(N_("{id} is no stored scientist."), id=it.record_id)
        if it.name is not None and not _names(record, it.name):
            raise BadInput(N_("{id} does not name {name}."), id=it.record_id, name=it.name[:_LONGEST_NAME])
    else:
        told = [
            party.name
            for one in index.store.declarations.all()
            if one.id == it.declaration
            for party in (one.of, one.to)
            if party
        ]
        if not told:
            raise BadInput(N_("There is no declaration number {id}."), id=it.declaration)
        if it.name not in told:
            raise BadInput(N_("Declaration number {id} does not name {name}."), id=it.declaration, name=it.name)


def _names(record: Record, name: str) -> bool:
    words = fold(one_spelling(name))
    texts = (*(section.text for section in record.sections), *(person.name for person in record.facts.people))
    return bool(words.strip()) and any(words in fold(one_spelling(text)) for text in texts)


def answer_by_name(index: Index, council: Council, said: str, is_same: bool, by: str) -> None:
    """Answer what a council asks, said as ``ID=NAME``. Raises BadInput where it asks no such question."""
    id, equals, name = said.rpartition("=")
    words = fold(one_spelling(" ".join(name.split())))
    open_questions = [
        finding.asks
        for one in council.candidates
        if equals and one.record.id == id.strip()
        for finding in one.findings
        if finding.asks
    ]
    asked = [
        asks for asks in dict.fromkeys(open_questions) if words in {fold(one_spelling(it.name or "")) for it in asks}
    ]
    if not asked:
        names = dict.fromkeys(it.name for asks in open_questions for it in asks if it.name)
        raise BadInput(
            N_("There is no open question on {said}. Say ID=NAME; open of this person: {known}."),
            said=said,
            known=", ".join(names) or "–",
        )
    for one, other in asked:
        answer_question(index, one, other, is_same, by)


def take_back(index: Index, id: int) -> None:
    """Raises BadInput when there is no answer of this number."""
    if not index.store.identities.forget(id):
        raise BadInput(N_("There is no answer number {id}."), id=id)


def list_answers(index: Index, translate: Translate) -> Answers:
    """All, in the order in which they were given."""
    answers = index.store.identities.all()
    ids = {it.record_id for one in answers for it in (one.one, one.other) if it.record_id}
    found = {id: now.id for id in ids if (now := index.store.find(id, id))}
    records = index.store.get_many(list(found.values()))
    known = {id: records[now] for id, now in found.items() if now in records}
    return Answers(answers=tuple(show_answer(one, known, translate) for one in answers))


def show_answer(answer: Answer, records: Mapping[str, Record], translate: Translate) -> ShownAnswer:
    """`records` are those that are known, by id."""
    message = N_("{one} and {other} are two persons")
    if answer.is_same:
        message = N_("{one} and {other} are the same person")
    names = {
        "one": name_bearer(answer.one, records, translate),
        "other": name_bearer(answer.other, records, translate),
    }
    return ShownAnswer(
        id=answer.id,
        one=ShownBearer.model_validate(answer.one),
        other=ShownBearer.model_validate(answer.other),
        is_same=answer.is_same,
        text=fill(translate(message), names),
        answered_by=answer.answered_by,
        answered_at=answer.answered_at,
    )


def name_bearer(it: Bearer, records: Mapping[str, Record], translate: Translate) -> str:
    if it.declaration is not None:
        return fill(translate(N_("“{name}” in declaration number {id}")), {"name": it.name, "id": it.declaration})
    record = records.get(it.record_id or "")
    title = record.title if record else it.record_id or ""
    if it.name is None:
        return f"{title} ({it.record_id})"
    return fill(translate(N_("“{name}” in “{title}”")), {"name": it.name, "title": title})
