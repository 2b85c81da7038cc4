"""What each error means to the outside: its exit code on the command line, its status over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from api.alerts.smtp import MailFailed
from api.alerts.webhooks import HookFailed
from api.errors import (
    EXIT_REFUSED,
    EXIT_UNKNOWN_RECORD,
    EXIT_UNUSABLE,
    EXIT_USAGE,
    BadInput,
    Forbidden,
    NotSignedIn,
    PostedAlready,
    PostedBefore,
    ProviderFails,
    TooManyAttempts,
    UnknownAccount,
    WrongHost,
)
from api.settings import BadSetting
from api.workspace import LexicalOnly
from index import (
    AccountExists,
    CannotMerge,
    ModelMismatch,
    ModelUnavailable,
    UnknownEngagement,
    UnknownJob,
    UnknownRecord,
    UnknownSavedSearch,
    UnusableFolder,
)
from index.changes import ChangedMeanwhile
from ingest import N_, BadCorrection, BanhaError, FileRefused
from ingest.records_json import RecordRefused
from matcher import BadQrels
from matcher.councils.proposals import BadCouncil
from matcher.councils.rulesets import BadRules
from matcher.engagement.stages import BadMove, NotTheirMove
from matcher.gaps.priorities import BadPriorities
from matcher.orders.drafts import BadOrder
from matcher.teams.assigning import BadAssignment
from matcher.teams.requests import BadTeam


@dataclass(frozen=True, slots=True)
class Outcome:
    """`type` and `title` are those of the problem details (RFC 9457); `title` is a catalogue template."""

    exit: int
    status: int
    type: str
    title: str


OUTCOMES: tuple[tuple[type[BanhaError], Outcome], ...] = (
    (UnknownRecord, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-record", N_("No such record"))),
    (UnknownJob, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-job", N_("No such job"))),
    (UnknownEngagement, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-engagement", N_("No such engagement"))),
    (UnknownSavedSearch, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-saved-search", N_("No such saved search"))),
    (HookFailed, Outcome(EXIT_REFUSED, 422, "hook-failed", N_("The webhook cannot be reached"))),
    (MailFailed, Outcome(EXIT_REFUSED, 503, "mail-failed", N_("The e-mail cannot be sent"))),
    (NotTheirMove, Outcome(EXIT_USAGE, 403, "not-their-move", N_("Somebody else may do this"))),
    (BadMove, Outcome(EXIT_USAGE, 422, "bad-move", N_("This cannot be done now"))),
    (RecordRefused, Outcome(EXIT_REFUSED, 422, "record-refused", N_("The record cannot be used"))),
    (FileRefused, Outcome(EXIT_REFUSED, 422, "file-refused", N_("The file cannot be read"))),
    (BadCorrection, Outcome(EXIT_USAGE, 422, "bad-correction", N_("This correction cannot be remembered"))),
    (ChangedMeanwhile, Outcome(EXIT_REFUSED, 409, "changed-meanwhile", N_("Somebody else changed it meanwhile"))),
    (BadInput, Outcome(EXIT_USAGE, 422, "bad-input", N_("The request cannot be understood"))),
    (CannotMerge, Outcome(EXIT_USAGE, 422, "cannot-merge", N_("These records cannot be merged"))),
    (BadRules, Outcome(EXIT_USAGE, 422, "bad-rules", N_("The rules cannot be used"))),
    (BadCouncil, Outcome(EXIT_USAGE, 422, "bad-council", N_("This council cannot be asked for"))),
    (BadTeam, Outcome(EXIT_USAGE, 422, "bad-team", N_("This team cannot be asked for"))),
    (BadAssignment, Outcome(EXIT_USAGE, 422, "bad-assignment", N_("This assignment cannot be asked for"))),
    (BadOrder, Outcome(EXIT_USAGE, 422, "bad-order", N_("This draft cannot be made"))),
    (BadQrels, Outcome(EXIT_USAGE, 422, "bad-qrels", N_("The judgements cannot be used"))),
    (BadPriorities, Outcome(EXIT_USAGE, 422, "bad-priorities", N_("The priorities cannot be used"))),
    (Forbidden, Outcome(EXIT_USAGE, 403, "forbidden", N_("This is not allowed here"))),
    (UnknownAccount, Outcome(EXIT_UNKNOWN_RECORD, 404, "unknown-account", N_("No such account"))),
    (NotSignedIn, Outcome(EXIT_USAGE, 401, "not-signed-in", N_("Not signed in"))),
    (TooManyAttempts, Outcome(EXIT_USAGE, 429, "too-many-attempts", N_("Too many attempts"))),
    (ProviderFails, Outcome(EXIT_UNUSABLE, 503, "provider-fails", N_("Nobody can sign in this way just now"))),
    (AccountExists, Outcome(EXIT_USAGE, 409, "account-exists", N_("There is such an account"))),
    (PostedAlready, Outcome(EXIT_USAGE, 409, "posted-already", N_("This was posted before"))),
    (PostedBefore, Outcome(EXIT_USAGE, 409, "posted-before", N_("This was posted before"))),
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
