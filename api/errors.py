"""What each error means to the outside: its exit code on the command line, its status over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from api.settings import BadSetting
from api.workspace import LexicalOnly
from index import ModelMismatch, ModelUnavailable, UnknownRecord, UnusableFolder
from ingest import N_, BanhaError, FileRefused
from ingest.records_json import RecordRefused
from matcher import BadQrels

EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_UNKNOWN_RECORD = 4
EXIT_UNUSABLE = 5


LONGEST_QUERY = 10_000  # code points; whole texts are matched, not searched for
MOST_RESULTS = 1_000


class BadInput(BanhaError):
    """What was asked or handed in makes no sense as it stands."""


class Forbidden(BanhaError):
    """The viewer may not do this here."""


class WrongHost(BanhaError):
    """The request names a host that this server does not answer to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`type` and `title` are those of the problem details (RFC 9457); `title` is a catalogue template."""

    exit: int
    status: int
    type: str
    title: str


OUTCOMES: tuple[tuple[type[BanhaError], Outcome], ...] = (
    (UnknownRecord, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-record", N_("No such record"))),
    (RecordRefused, Outcome(EXIT_REFUSED, 422, "record-refused", N_("The record cannot be used"))),
    (FileRefused, Outcome(EXIT_REFUSED, 422, "file-refused", N_("The file cannot be read"))),
    (BadInput, Outcome(EXIT_USAGE, 422, "bad-input", N_("The request cannot be understood"))),
    (BadQrels, Outcome(EXIT_USAGE, 422, "bad-qrels", N_("The judgements cannot be used"))),
    (Forbidden, Outcome(EXIT_USAGE, 403, "forbidden", N_("This is not allowed here"))),
    (WrongHost, Outcome(EXIT_USAGE, 421, "wrong-host", N_("This is another server"))),
    (BadSetting, Outcome(EXIT_USAGE, 500, "bad-setting", N_("A setting cannot be used"))),
    (ModelMismatch, Outcome(EXIT_UNUSABLE, 503, "model-mismatch", N_("The data were indexed with another model"))),
    (ModelUnavailable, Outcome(EXIT_UNUSABLE, 503, "model-unavailable", N_("The language model cannot be used"))),
    (LexicalOnly, Outcome(EXIT_UNUSABLE, 503, "no-model", N_("There is no language model"))),
    (UnusableFolder, Outcome(EXIT_UNUSABLE, 503, "unusable-folder", N_("The data folder cannot be used"))),
)
_OTHER = Outcome(1, 500, "failed", N_("Something went wrong"))


def outcome_of(error: BanhaError) -> Outcome:
    """The first line of the table that fits the error."""
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), _OTHER)


def check_query(text: str) -> str:
    """The text of a search, when there is something in it to search for. Raises BadInput."""
    if len(text) > LONGEST_QUERY:
        raise BadInput(
            N_("The text has {count} characters; a search takes at most {limit}. Match it as a file instead."),
            count=len(text),
            limit=LONGEST_QUERY,
        )
    if not any(character.isalnum() for character in text):
        raise BadInput(N_("There is no word in the text to search for. Type a few words of what you look for."))
    return text
