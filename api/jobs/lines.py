"""The line that says how far a job is, or why it ended: a catalogue template with its parameters, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from api.catalogue import Translate, explain
from ingest import N_, BanhaError, Problem

_STAGES: Mapping[str, str] = {
    "read": N_("Reading files"),
    "embed": N_("Computing vectors of stored records"),
    "rank": N_("Ranking"),
    "assign": N_("Assigning"),
    "write": N_("Writing the file"),
}
FAILED = N_("The program failed at this job; the log of the server says more. Ask for it again.")
TOO_OFTEN = N_("The server was ended several times during this job, so it is not begun again.")


def write_stage(stage: str) -> str:
    """A stage as progress names it."""
    return write_line(_STAGES.get(stage, stage))


def write_line(message: str, **params: object) -> str:
    return json.dumps({"message": message, "params": params}, ensure_ascii=False, default=str)


def write_error(error: BanhaError) -> str:
    return write_line(error.message, **error.params)


def read_line(line: str | None, translate: Translate) -> str | None:
    """The words of a line; None for none."""
    if line is None:
        return None
    said = json.loads(line)
    return explain(Problem("", said["message"], said["params"]), translate)
