"""The audit log as commands and server write and read it: one function records, one verifies."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from api.audit.audited import PARTLY_DONE, SUBJECTS, deed_of_command
from api.settings import Settings
from index import UnusableFolder
from index.audit import Anchor, AuditLog, AuditSurface, Deed, Doubt, Entry, Finding
from index.database import DATABASE, Database, Witness
from index.store import Store
from ingest import Role

_log = logging.getLogger(__name__)
_ANCHOR = "audit-anchor.txt"
# Ids that this program mints, and numbers; what people choose as an id may be a name.
_MINTED = re.compile(r"(?:[a-z]+-)?[0-9a-f]{12,64}|\d{1,12}|[a-z]+-\d{1,6}|role:[a-z]+")
# The others change nothing by themselves, or nobody knows yet who it is.
_WITNESSED: frozenset[Deed] = frozenset({"changed", "decided", "erased"})


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something: the id of an account, ``uid:1000`` at the command line, or nobody in particular."""

    id: str
    role: Role
    surface: AuditSurface


def anchor_of(settings: Settings) -> Anchor:
    return Anchor(settings.audit_anchor or settings.data / _ANCHOR)


def testify(database: Database, witness: Witness, doer: Doer, deed: Deed, what: str, named: Iterable[str]) -> bool:
    """Write down that somebody changes something, inside the transaction of the change: what was `named` when it was
    asked for, and what is changed since the last such entry. False for a deed that is only recorded when it is done."""
    if deed not in _WITNESSED:
        return False
    news = list(witness.changed)[witness.noted :]
    subjects = news if witness.has_testified else [*named, *news]
    AuditLog(database).insert(_entry(database, doer, deed, what, subjects))
    return True


def record(
    store: Store, anchor: Anchor, doer: Doer, deed: Deed, what: str, subjects: Iterable[str] = (), missed: int = 0
) -> bool:
    """Write down that somebody did something with some things, after it was done. Never fails what was done: where it
    cannot be written, that is logged, and said by the next entry (`missed`). Whether it was written.

    Reading waits half a second at most for another program that writes, everything else as long as writing itself.
    """
    entry = _entry(store.database, doer, deed, what, subjects, missed)
    try:
        store.audit.append(entry, is_patient=deed != "saw")
    except UnusableFolder as error:
        _log.error("not in the audit log: %s %s: %s", deed, what, error)
        return False
    secure(store, anchor)
    return True


def secure(store: Store, anchor: Anchor) -> None:
    """Let the anchor hold what the log has. Never fails."""
    try:
        anchor.keep_up(store.audit)
    except (OSError, UnusableFolder) as error:
        _log.error("the anchor of the audit log cannot be written: %s", error)


def _entry(database: Database, doer: Doer, deed: Deed, what: str, subjects: Iterable[str], missed: int = 0) -> Entry:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    by = database.setting("id") or ""
    named = tuple(dict.fromkeys(name_subject(by, subject) for subject in subjects))
    return Entry(at, doer.id, doer.role, doer.surface, deed, what, named, missed)


def name_subject(database_id: str, id: str) -> str:
    """How the log names a thing: by its id, if this program made that, else by a digest that only this database
    gives, for what people chose as an id may be a name."""
    if _MINTED.fullmatch(id):
        return id
    # JSON can hold half a character, which is no reason not to note the rest.
    named = f"{database_id} {id}".encode(errors="surrogatepass")
    return f"~{hashlib.sha256(named).hexdigest()[:16]}"


def list_entries(
    store: Store, by: str | None = None, since: datetime | None = None, of: str | None = None, limit: int = 100
) -> list[Entry]:
    """The latest entries (of an actor, since a moment, about one thing), latest first."""
    return store.audit.entries(by, since, name_subject(store.id, of) if of else None, limit)


def verify(store: Store, anchor: Anchor) -> tuple[list[Finding], Doubt]:
    """Everything that shows tampering, by the log and by its anchor, and what is not proven either way."""
    anchored = anchor.read()
    return store.audit.verify(anchored), store.audit.doubt(anchored)


def only_seen(witness: Witness, named: Iterable[str]) -> list[str]:
    """What was shown besides what was named and changed, and stands in the log already."""
    known = {*named, *witness.changed}
    return [one for one in witness.shown if one not in known]


def command_doer() -> Doer:
    """Whoever has the data folder at hand is an officer."""
    return Doer(f"uid:{os.getuid()}", "officer", "cli")


def witness_command(path: str, params: Mapping[str, object]) -> Witness:
    """Writes down what a command changes, together with its first change."""
    deed = deed_of_command(path, params.get("output") is not None)

    def write(database: Database) -> bool:
        return deed is not None and testify(database, witness, command_doer(), deed, path, _subjects_of(params))

    witness = Witness(write)
    return witness


def witness_job(id: str, kind: str, account_id: str, role: Role) -> Witness:
    """Writes down what a job changes of records, for whoever asked for it."""

    def write(database: Database) -> bool:
        doer = Doer(account_id, role, "http")
        return witness.noted < len(witness.changed) and testify(database, witness, doer, "changed", f"job {kind}", [id])

    witness = Witness(write)
    return witness


def note_command(
    settings: Settings, path: str, params: Mapping[str, object], has_failed: bool, witness: Witness
) -> None:
    """Record a command that was run, unless it neither changes nor shows persons, or has failed with nothing done.
    Where its witness has testified, that is in the log, and what it has shown besides is added."""
    deed = deed_of_command(path, params.get("output") is not None)
    is_nothing = deed is None or (has_failed and path not in PARTLY_DONE)
    if (is_nothing and not witness.has_testified) or not (settings.data / DATABASE).exists():
        return
    try:
        store = Store(settings.data / DATABASE)
    except UnusableFolder as error:
        _log.error("not in the audit log: %s %s: %s", deed, path, error)
        return
    try:
        anchor, doer = anchor_of(settings), command_doer()
        if not witness.has_testified and deed is not None:
            record(store, anchor, doer, deed, path, [*_subjects_of(params), *witness.changed, *witness.shown])
        elif seen := only_seen(witness, _subjects_of(params)):
            record(store, anchor, doer, "saw", path, seen)
        else:
            secure(store, anchor)
    finally:
        store.close()


def _subjects_of(params: Mapping[str, object]) -> list[str]:
    given = [value for name, value in params.items() if name in SUBJECTS]
    return [str(one) for value in given for one in (value if isinstance(value, list | tuple) else [value]) if one]
