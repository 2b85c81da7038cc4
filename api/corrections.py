"""What people say labels mean, as commands and server take it."""

from __future__ import annotations

from collections.abc import Sequence

from api.errors import BadInput
from index import Index
from ingest import N_, Correction, Kind, correct


def remember(index: Index, said: Sequence[tuple[str, str, Kind]]) -> list[Correction]:
    """Remember what labels mean (label, field, kind). Raises BadCorrection, and then nothing is kept."""
    corrections = [correct(label, field, kind) for label, field, kind in said]
    index.store.corrections.remember(corrections)
    return corrections


def forget(index: Index, label: str, kind: Kind) -> None:
    """Raises BadInput when nothing was said of this label."""
    if not index.store.corrections.forget(label, kind):
        raise BadInput(N_("Nothing is remembered of the label “{label}”."), label=label)
