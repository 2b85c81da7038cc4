"""Asking: which of two records asks something of the other."""

from __future__ import annotations

from collections.abc import Mapping

from ingest import Kind

# A need asks of everybody, a task of persons and bodies.
_ASKING: Mapping[Kind, int] = {"need": 2, "proposal": 1}


def is_asked_by(record: Kind, candidate: Kind) -> bool:
    """Whether a candidate of the one kind asks something of a record of the other, also in a list that was asked for
    from the record. Of two of one rank neither does by its kind."""
    return _ASKING.get(candidate, 0) > _ASKING.get(record, 0)
