"""The shapes of saved searches and of what tells of them, in the public JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.errors import LONGEST_QUERY
from index import DeliveryState, Often, Way
from ingest import Kind


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_Url = Annotated[str | None, Field(max_length=2_000)]


class NewSavedSearch(_Asked):
    """Either a `query`, narrowed by what records state, or a `record` and the `kind` of what is to fit it."""

    query: Annotated[str | None, Field(max_length=LONGEST_QUERY)] = None
    record: Annotated[str | None, Field(max_length=300)] = None
    kind: Kind | None = None
    field: Annotated[str | None, Field(pattern=r"^[1-6](\d\d){0,2}$")] = None
    place: Annotated[str | None, Field(max_length=100)] = None
    year: Annotated[int | None, Field(ge=1900, le=2200)] = None
    trl: Annotated[int | None, Field(ge=1, le=9)] = None
    often: Often = "at once"
    mail: bool = False
    feed: bool = False
    webhook: _Url = None


class SavedSearchChange(_Asked):
    """What is not named stays. A `feed` that is true gets a new address, `webhook` a new secret; an empty webhook takes
    it away."""

    often: Often | None = None
    mail: bool | None = None
    feed: bool | None = None
    webhook: _Url = None


class Delivery(_Shown):
    """`state` is waiting (the next attempt is at `next_at`), done or given up; `problem` is why it failed last."""

    id: str
    way: Way
    state: DeliveryState
    attempts: int
    created_at: str
    next_at: str | None
    settled_at: str | None
    problem: str | None


def _is_absent(value: object) -> bool:
    return value is None


class SavedSearch(_Shown):
    """`found` counts what was new since it was saved. The address of the `feed` and the `webhook_secret` are shown
    once, when they are made."""

    id: str
    name: str
    href: str
    query: str | None
    record: str | None
    kind: Kind | None
    field: str | None
    place: str | None
    year: int | None
    trl: int | None
    often: Often
    mail: bool
    has_feed: bool
    feed: str | None = Field(None, exclude_if=_is_absent)
    webhook: str | None
    webhook_secret: str | None = Field(None, exclude_if=_is_absent)
    created_at: str
    looked_at: str
    found: int
    deliveries: tuple[Delivery, ...]


class SavedSearchList(_Shown):
    searches: tuple[SavedSearch, ...]


class Sent(_Shown):
    """What one look has done: records new to somebody, deliveries that arrived, wait for another attempt, and were
    given up."""

    found: int
    delivered: int
    postponed: int
    given_up: int
