"""Errors keep what they say on their way through other processes, and each has its meaning to the outside."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.errors import PostedAlready, PostedBefore, TooManyAttempts, UnknownAccount
from api.outcomes import OUTCOMES
from index import AccountExists, ModelMismatch, UnknownJob, UnknownRecord, UnknownSavedSearch
from index.engagements import UnknownEngagement
from index.own_versions import ChangedMeanwhile
from ingest import BanhaError, FileRefused, Place, Problem
from ingest.records_json import RecordRefused

_MESSAGE = "{file} cannot be read: {reason}."
_PARAMS = {"file": "a.csv", "reason": "Permission denied"}
# Those that are not made of a message with its parameters.
_MADE: dict[type[BanhaError], BanhaError] = {
    FileRefused: FileRefused("a.csv", "Row {row} is too long.", Place(row=7, cell="column 2"), row=7),
    RecordRefused: RecordRefused(Problem("a.jsonl", _MESSAGE, _PARAMS, Place(row=3))),
    UnknownRecord: UnknownRecord("need-1"),
    UnknownJob: UnknownJob("0f3a"),
    UnknownSavedSearch: UnknownSavedSearch("a"),
    UnknownEngagement: UnknownEngagement("e-1"),
    AccountExists: AccountExists("an@dai-hoc.vn"),
    UnknownAccount: UnknownAccount("an@dai-hoc.vn"),
    PostedAlready: PostedAlready("need-1"),
    PostedBefore: PostedBefore("need-1"),
    TooManyAttempts: TooManyAttempts(timedelta(minutes=2)),
    ChangedMeanwhile: ChangedMeanwhile(),
    ModelMismatch: ModelMismatch(None, "multilingual-e5-small"),
}


def every_error(kind: type[BanhaError] = BanhaError) -> Iterator[type[BanhaError]]:
    """The kind itself and all that are derived from it."""
    yield kind
    for below in kind.__subclasses__():
        yield from every_error(below)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", sorted(every_error(), key=lambda kind: kind.__name__))
def test_an_error_survives_the_way_to_another_process(kind: type[BanhaError], protocol: int) -> None:
    error = _MADE[kind] if kind in _MADE else kind(_MESSAGE, **_PARAMS)
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", sorted(set(every_error()) - {BanhaError}, key=lambda kind: kind.__name__))
def test_the_table_of_outcomes_holds_every_error(kind: type[BanhaError]) -> None:
    assert any(issubclass(kind, listed) for listed, _ in OUTCOMES)
