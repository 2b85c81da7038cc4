"""What officers judge of candidates, as commands, server and pages take it."""

from __future__ import annotations

from datetime import UTC, datetime

from api.errors import BadInput
from index import Index, Judgement, Verdict
from ingest import N_
from ingest.masking import mask_personal

LONGEST_REASON = 500  # code points


def judge(index: Index, record_id: str, candidate_id: str, verdict: Verdict, reason: str | None = None) -> None:
    """Remember that a candidate fits a record or does not. Personal data in the reason is masked as everywhere. Raises
    UnknownRecord, and BadInput for a record with itself or too long a reason."""
    for id in (record_id, candidate_id):
        index.store.get(id)
    if record_id == candidate_id:
        raise BadInput(N_("{id} is one record. Name two that are different."), id=record_id)
    reason = " ".join((reason or "").split())
    if len(reason) > LONGEST_REASON:
        raise BadInput(
            N_("The reason has {count} characters, more than {limit}."), count=len(reason), limit=LONGEST_REASON
        )
    index.store.judgements.remember(record_id, candidate_id, verdict, mask_personal(reason) or None, datetime.now(UTC))


def take_back(index: Index, record_id: str, candidate_id: str) -> None:
    """What was said before holds again. Raises BadInput when nothing holds of the pair."""
    if not index.store.judgements.undo(record_id, candidate_id, datetime.now(UTC)):
        raise BadInput(N_("Nothing was judged of {record} and {candidate}."), record=record_id, candidate=candidate_id)


def list_judgements(index: Index) -> list[tuple[Judgement, str, str]]:
    """All that hold, latest first, with the titles of both records (empty for one that is part of another now)."""
    held = sorted(index.store.judgements.current(), key=lambda one: -one.id)
    records = index.store.get_many([id for one in held for id in (one.record_id, one.candidate_id)])
    titles = {id: record.title for id, record in records.items()}
    return [(one, titles.get(one.record_id, ""), titles.get(one.candidate_id, "")) for one in held]
