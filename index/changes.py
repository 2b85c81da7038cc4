"""The changes that the store is asked to make: drafts of records, and groups of versions put together anew; and that
somebody else made one meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.disagreements import Disagreement
from index.origins import Version
from index.passages import IndexedPassage
from ingest import N_, BanhaError, Record

Change = Literal["new", "changed", "unchanged"]


class ChangedMeanwhile(BanhaError):
    """Somebody changed what is to be changed after whoever asks had looked at it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Somebody changed this after you opened it. What you typed is still here, beside what is stored now "
                "where the two differ: choose, then save again."
            )
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What storing a version would do: the merged record under its id and natural key, and whether that is a change.

    It holds for the record as it was read: of `base_seq` (None: there is none), made of the versions `held`.
    """

    record: Record
    natural_key: str
    version: Version
    replaces_all: bool
    change: Change
    base_seq: int | None
    held: tuple[Version, ...] = ()
    is_known: bool = False
    """Whether just this version is stored already, so that there is nothing to write."""
    disagreements: tuple[Disagreement, ...] = ()
    """In what the versions disagree that they did not before."""


@dataclass(frozen=True, slots=True)
class Group:
    """Versions that are to be one record: the merged record, the natural key it goes by, and its passages."""

    record: Record
    natural_key: str
    versions: tuple[Version, ...]
    passages: tuple[IndexedPassage, ...] = ()
