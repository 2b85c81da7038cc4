"""The database: one SQLite file with its connections and transactions, and what goes wrong with it in plain words."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlite_utils

from index.migrations import MIGRATIONS
from ingest import N_, BanhaError

DATABASE = "banha.sqlite"  # in the data folder
_SHORT_WAIT_MS = 500
_BUSY_TIMEOUT_S = 30.0
_SYNCHRONOUS = "FULL"  # what is acknowledged outlives a failure of power

_UNUSABLE = N_("The data folder {folder} cannot be used: {reason}. Choose another with --data or BANHA_DATA.")
_UNWRITABLE = N_("The data folder {folder} cannot be written: {reason}. Nothing of this step was stored.")
_BUSY = N_(
    "Another program has been writing to the data folder {folder} for too long. Nothing of this step was stored; "
    "try again later."
)
_FULL = N_(
    "The disk of the data folder {folder} is full. Nothing of this step was stored; make room, then do the same again."
)
_STRANGE = N_("{file} is not a database of Ba Nhà. Choose another folder with --data or BANHA_DATA.")
_DAMAGED = N_(
    "The database {file} is damaged. Put back a copy from before, or choose a new folder with --data and ingest the "
    "files again."
)
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
# Mistakes of the program or of its data, which no other folder would mend.
_MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.NotSupportedError)


class UnusableFolder(BanhaError):
    """The data folder cannot be opened, written or understood."""


@dataclass(slots=True)
class Witness:
    """Writes down that something is changed, in the transaction of the first change that is made in its context, and
    of each that changes other things: both are kept, or neither. `testify` writes, and tells whether it did. `changed`
    and `shown` are the ids of whatever the change concerns and the answer tells of; of `changed` the first `noted` are
    written down."""

    testify: Callable[[Database], bool]
    has_testified: bool = False
    changed: dict[str, None] = field(default_factory=dict)
    shown: dict[str, None] = field(default_factory=dict)
    noted: int = 0


_witness: ContextVar[Witness | None] = ContextVar("witness", default=None)


@contextmanager
def witnessed_by(witness: Witness) -> Iterator[None]:
    """What is changed inside, also in threads that take over the context, is written down by the witness."""
    token = _witness.set(witness)
    try:
        yield
    finally:
        _witness.reset(token)


def note_changed(*ids: str) -> None:
    """Say what is being changed, so that whoever witnesses it can name it."""
    if witness := _witness.get():
        witness.changed.update(dict.fromkeys(ids))


def note_shown(*ids: str | None) -> None:
    """Say whose data an answer tells, so that whoever witnesses it can name them."""
    if witness := _witness.get():
        witness.shown.update(dict.fromkeys(filter(None, ids)))


class Database:
    """One SQLite file, WAL, `synchronous=FULL`; a connection for each thread.

    Everything raises UnusableFolder when the file is damaged, no database of ours, locked for long, or cannot be read
    or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two first starts at once would both create the tables.
            with path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._refuse_strangers()
                with self._in_plain_words(_UNUSABLE):
                    self._migrate()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise UnusableFolder(_UNUSABLE, folder=str(path.parent), reason=reason) from error

    def _migrate(self) -> None:
        """Take all steps that are left, or none: a new folder waits for the disk once."""
        database = sqlite_utils.Database(self._connection)
        if MIGRATIONS.pending(database):
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                MIGRATIONS.apply(database)

    def _refuse_strangers(self) -> None:
        # By a connection of its own: ours would change how another program's database is written.
        with self._in_plain_words(_UNUSABLE), closing(sqlite3.connect(self._path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            ours = "SELECT 1 FROM _sqlite_migrations WHERE migration_set = ?"
            has_ours = MIGRATIONS.migrations_table in tables and connection.execute(ours, (MIGRATIONS.name,)).fetchone()
        # A first start that was killed leaves no more than the empty table of migrations.
        if tables - {MIGRATIONS.migrations_table} and not has_ours:
            raise UnusableFolder(_STRANGE, file=str(self._path))

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")
                connection.execute("PRAGMA foreign_keys = ON")
                # What is removed is overwritten, not only unlinked: it may be personal.
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA cell_size_check = ON")
            except BaseException:
                connection.close()
                raise
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    # Reading and changing

    def rows(self, statement: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """What a query finds, row by row, as tuples."""
        with self._in_plain_words(_UNUSABLE):
            yield from self._connection.execute(statement, values)

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row that a query finds, as a tuple; None when there is none."""
        with self._in_plain_words(_UNUSABLE):
            return self._connection.execute(statement, values).fetchone()

    def change(self, statement: str, values: Sequence[object] = ()) -> int:
        """The number of rows that a statement has changed."""
        with self._in_plain_words(_UNWRITABLE):
            return self._connection.execute(statement, values).rowcount

    def change_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """The same statement for each row of values."""
        with self._in_plain_words(_UNWRITABLE):
            self._connection.executemany(statement, rows)

    def shorten_log(self) -> None:
        """Overwrite what the write-ahead log would keep, removed text too, until it is next used up.

        Somebody who is reading just now is not waited for long: the next one to shorten it finds it free.
        """
        with self._in_plain_words(_UNWRITABLE), self._waiting_shortly():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _waiting_shortly(self) -> Iterator[None]:
        self._connection.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT_MS}")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(1_000 * _BUSY_TIMEOUT_S)}")

    # Transactions

    @contextmanager
    def writing(self) -> Iterator[int]:
        """One write transaction with its own new `seq`; nothing is kept when the body raises."""
        with self.preparing():
            self.change("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'seq'")
            yield self.seq

    @contextmanager
    def preparing(self, is_patient: bool = True, is_witnessed: bool = True) -> Iterator[None]:
        """One write transaction for what no reader looks at: it is no change of the store.

        Who is not patient gives up at once while another program writes: such is never what somebody asked for, and
        no witness cares.
        """
        witness = _witness.get() if is_patient and is_witnessed else None
        with self._in_plain_words(_UNWRITABLE):
            connection = self._connection
            if is_patient:
                connection.execute("BEGIN IMMEDIATE")
            else:
                with self._waiting_shortly():
                    connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                told = len(witness.changed) if witness else 0
                is_news = witness is not None and (not witness.has_testified or told > witness.noted)
                has_testified = is_news and witness is not None and witness.testify(self)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
        if witness and has_testified:
            witness.has_testified = True
            witness.noted = told

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent state for all reads inside, whatever other processes commit meanwhile; inside a transaction
        it is the state of that."""
        if self._connection.in_transaction:
            yield
            return
        with self._in_plain_words(_UNUSABLE):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.rollback()

    # Settings

    @property
    def seq(self) -> int:
        """The number of the latest committed change; 0 for an empty store."""
        try:
            return int(self.setting("seq") or 0)
        except ValueError as error:
            raise self.damaged() from error

    def setting(self, name: str) -> str | None:
        row = self.row("SELECT value FROM settings WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        self.change("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    # Failures

    def damaged(self) -> UnusableFolder:
        """The error for what SQLite itself did not notice, such as a body that cannot be understood."""
        return UnusableFolder(_DAMAGED, file=str(self._path))

    @contextmanager
    def _in_plain_words(self, otherwise: str) -> Iterator[None]:
        try:
            yield
        except _MISTAKES:
            raise
        except sqlite3.DatabaseError as error:
            raise self._explain(error, otherwise) from error

    def _explain(self, error: sqlite3.DatabaseError, otherwise: str) -> UnusableFolder:
        folder = str(self._path.parent)
        # Text that is not UTF-8 is reported without a code, and with the text itself, which may be personal.
        code: int | None = getattr(error, "sqlite_errorcode", None)
        # The lowest byte is the kind of failure, the others say more of it.
        kind = sqlite3.SQLITE_CORRUPT if code is None else code & 0xFF
        if kind == sqlite3.SQLITE_NOTADB:
            return UnusableFolder(_STRANGE, file=str(self._path))
        if kind in _DAMAGE or (kind == sqlite3.SQLITE_ERROR and str(error).startswith("no such ")):
            return self.damaged()
        if kind == sqlite3.SQLITE_FULL:
            return UnusableFolder(_FULL, folder=folder)
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return UnusableFolder(_BUSY, folder=folder)
        return UnusableFolder(otherwise, folder=folder, reason=str(error))
