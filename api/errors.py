"""What each error means to the outside: its exit code on the command line, its status over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from api.settings import BadSetting
from index import ModelMismatch, ModelUnavailable, UnknownRecord, UnusableFolder
from ingest import N_, BanhaError, FileRefused

EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_UNKNOWN_RECORD = 4
EXIT_UNUSABLE = 5


class BadInput(BanhaError):
    """What was asked or handed in makes no sense as it stands."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`type` and `title` are those of the problem details (RFC 9457); `title` is a catalogue template."""

    exit: int
    status: int
    type: str
    title: str


OUTCOMES: tuple[tuple[type[BanhaError], Outcome], ...] = (
    (UnknownRecord, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-record", N_("No such record"))),
    (FileRefused, Outcome(EXIT_REFUSED, 422, "file-refused", N_("The file cannot be read"))),
    (BadInput, Outcome(EXIT_USAGE, 422, "bad-input", N_("The request cannot be understood"))),
    (BadSetting, Outcome(EXIT_USAGE, 500, "bad-setting", N_("A setting cannot be used"))),
    (ModelMismatch, Outcome(EXIT_UNUSABLE, 503, "model-mismatch", N_("The data were indexed with another model"))),
    (ModelUnavailable, Outcome(EXIT_UNUSABLE, 503, "model-unavailable", N_("The language model cannot be used"))),
    (UnusableFolder, Outcome(EXIT_UNUSABLE, 503, "unusable-folder", N_("The data folder cannot be used"))),
)
_OTHER = Outcome(1, 500, "failed", N_("Something went wrong"))


def outcome_of(error: BanhaError) -> Outcome:
    """The first line of the table that fits the error."""
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), _OTHER)
