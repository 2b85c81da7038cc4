"""The store: records, and what each origin says of them, written together with their passages: the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from index.accounts import KEEPERS, Account, Accounts
from index.api_tokens import ApiTokens
from index.attachments import FOLDER as ATTACHMENTS
from index.audit import AuditLog
from index.changes import Draft, Group
from index.claims import Claims
from index.corrections import Corrections
from index.database import Database, note_changed
from index.declarations import Declarations
from index.deliveries import Deliveries
from index.distinctions import Distinctions
from index.engagements import Engagements
from index.exposures import Exposures
from index.files import Files
from index.fusion_events import FusionEvents
from index.identities import Identities
from index.invitations import Invitations
from index.jobs import Jobs
from index.judgements import Judgements
from index.origins import Origins, Version, content_hash_of, dump
from index.passages import IndexedPassage, Passages
from index.pictures import Pictures
from index.question_vectors import QuestionVectors
from index.saved_searches import SavedSearches
from index.sessions import Sessions
from index.sign_in_attempts import SignInAttempts
from ingest import N_, BanhaError, Kind, Record

_WITH_OWNERS = "FROM records LEFT JOIN owner_names ON record_id = id"


class UnknownRecord(BanhaError):
    """No record has this id (or the viewer may not know that one has)."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("There is no record {id}."), id=id)


class ModelMismatch(BanhaError):
    """The stored vectors were made by another model than the one in use; they cannot be compared."""

    def __init__(self, stored: str | None, model: str) -> None:
        super().__init__(
            N_(
                "The data folder holds vectors of the model {stored}, but {model} is in use. Run banha reembed, with "
                "the same --data."
            ),
            stored=stored,
            model=model,
        )


class ConcurrentChange(Exception):
    """The record was changed by somebody else between drafting and `commit`; draft it again."""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What a record is known by: its id and natural key, the hash of its content, the `seq` of its last change."""

    id: str
    natural_key: str
    content_hash: str
    seq: int


class Store:
    """The records of one database, and beside them its `passages`, `origins` and `files`.

    Raises UnusableFolder when the database is damaged, not ours, or cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.passages = Passages(self.database)
        self.question_vectors = QuestionVectors(self.database)
        self.files = Files(self.database)
        self.corrections = Corrections(self.database)
        self.distinctions = Distinctions(self.database)
        self.origins = Origins(self.database)
        self.pictures = Pictures(self.database)
        self.exposures = Exposures(self.database)
        self.judgements = Judgements(self.database)
        self.audit = AuditLog(self.database)
        self.engagements = Engagements(self.database, self.judgements, path.parent / ATTACHMENTS)
        self.declarations = Declarations(self.database)
        self.identities = Identities(self.database)
        self.fusion_events = FusionEvents(self.database)
        self.jobs = Jobs(self.database)
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(self.database)
        self.invitations = Invitations(self.database)
        self.api_tokens = ApiTokens(self.database)
        self.attempts = SignInAttempts(self.database)
        self.claims = Claims(self.database)
        self.saved_searches = SavedSearches(self.database)
        self.deliveries = Deliveries(self.database)
        id = self.database.setting("id")
        if not id:
            raise self.database.damaged()
        self.id = id

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.close()

    def reading(self) -> AbstractContextManager[None]:
        """One consistent state for all reads inside, whatever other processes commit meanwhile."""
        return self.database.reading()

    @property
    def seq(self) -> int:
        """The number of the latest committed change; 0 for an empty store."""
        return self.database.seq

    @property
    def model(self) -> str | None:
        """The name of the model whose vectors are stored; None while there are none."""
        row = self.database.row(
            """SELECT value FROM settings WHERE name = 'model'
               AND EXISTS (SELECT 1 FROM passages WHERE vector IS NOT NULL)"""
        )
        return None if row is None else str(row[0])

    # Writing

    def commit(self, changes: Sequence[tuple[Draft, Sequence[IndexedPassage]]], model: str | None) -> None:
        """Write all drafts with their passages in one transaction: all or nothing, durable on return.

        `model` made the vectors (None: there are none). Raises ConcurrentChange when a record changed since it
        was drafted, ModelMismatch when the stored vectors are another model's.
        """
        with self.database.writing() as seq:
            self._claim_for(model)
            for draft, passages in changes:
                self._write(draft, passages, seq)
            self.pictures.sweep()

    def check_model(self, model: str) -> None:
        """Raises ModelMismatch when the stored vectors are another model's."""
        stored = self.database.setting("model")
        if stored not in (None, model) and self.model is not None:
            raise ModelMismatch(stored, model)

    def _claim_for(self, model: str | None) -> None:
        if model is None:
            return
        self.check_model(model)
        if self.database.setting("model") != model:
            self.database.set("model", model)

    def _write(self, draft: Draft, passages: Sequence[IndexedPassage], seq: int) -> None:
        record = draft.record
        note_changed(record.id)
        # A version that changed nothing does not move the `seq`, but this draft would go without it.
        if (
            self.seqs([record.id]).get(record.id) != draft.base_seq
            or tuple(self.origins.versions_of(record.id)) != draft.held
        ):
            raise ConcurrentChange
        if draft.change != "unchanged":
            self._write_record(record, draft.natural_key, passages, seq)
        elif not draft.is_known:
            # It says nothing new, yet it may be one more source of what is known.
            self.database.change("UPDATE records SET body = ? WHERE id = ?", (dump(record), record.id))
        self.origins.put(record.id, draft.version, draft.replaces_all)

    def _write_record(self, record: Record, natural_key: str, passages: Sequence[IndexedPassage], seq: int) -> None:
        self.passages.bury(record.id, seq)
        self.database.change(
            """INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
               natural_key = excluded.natural_key, kind = excluded.kind, house = excluded.house,
               title = excluded.title, body = excluded.body, content_hash = excluded.content_hash,
               seq = excluded.seq""",
            (
                record.id,
                natural_key,
                record.kind,
                record.house,
                record.title,
                dump(record),
                content_hash_of(record),
                seq,
            ),
        )
        self.passages.insert(record.id, record.kind, passages, seq)
        self._write_owner(record)

    def _write_owner(self, record: Record) -> None:
        self.database.change("DELETE FROM owner_names WHERE record_id = ?", (record.id,))
        if record.visibility == "anonymous":
            names = json.dumps(record.owner_names, ensure_ascii=False)
            self.database.change("INSERT INTO owner_names VALUES (?, ?)", (record.id, names))

    def regroup(self, groups: Sequence[Group], base: Mapping[str, Sequence[Version]], model: str | None) -> None:
        """Put versions together anew, in one transaction: the records of `base` (id → the versions that were read) go,
        those of `groups` stand in their place with just these versions.

        Raises ConcurrentChange when one of them has other versions by now, ModelMismatch when the stored vectors are
        another model's.
        """
        with self.database.writing() as seq:
            self._claim_for(model)
            if any(self.origins.versions_of(id) != list(versions) for id, versions in base.items()):
                raise ConcurrentChange
            note_changed(*base, *(group.record.id for group in groups))
            for id in base:
                self.origins.forget(id)
            kept = {group.record.id for group in groups}
            for id in base.keys() - kept:
                self.passages.bury(id, seq)
                self.database.change("DELETE FROM records WHERE id = ?", (id,))
            for group in groups:
                self._write_record(group.record, group.natural_key, group.passages, seq)
                self.origins.replace_all(group.record.id, group.versions)
            # What is merged may be parted again, and is judged then as it was.
            known = kept | {version.own_id for group in groups for version in group.versions}
            told = set(base) | {version.own_id for versions in base.values() for version in versions}
            self._forget_said(sorted(told - known))
            self.pictures.sweep()
        if base.keys() - kept:
            self.database.shorten_log()
            self.engagements.files.sweep()

    def _forget_said(self, ids: Sequence[str]) -> None:
        self.exposures.forget(ids)
        self.judgements.forget(ids)
        self.engagements.forget(ids)
        self.declarations.forget_records(ids)
        self.identities.forget_records(ids)
        self.claims.forget(ids)
        self.saved_searches.forget_records(ids)
        self.jobs.forget_records(ids)

    def rename_key(self, old: str, new: str) -> None:
        """A record goes by another natural key from now on, under the id it has: its only file calls it otherwise."""
        with self.database.writing():
            self.database.change("UPDATE records SET natural_key = ? WHERE natural_key = ?", (new, old))
            self.origins.rename_key(old, new)

    def remove(self, id: str) -> None:
        """Remove a record with all its versions, passages and vectors, where it was shown and judged, its engagements
        with what was attached, and what was declared and answered of the person. Raises UnknownRecord."""
        with self.database.writing() as seq:
            note_changed(id)
            self.passages.bury(id, seq)
            self._forget_said([id, *self.origins.own_ids_of(id)])
            if row := self.database.row("SELECT body FROM records WHERE id = ? AND kind = 'scientist'", (id,)):
                person = self.origins.parse(row[0])
                self.declarations.forget_person(person.title, person.facts.organisation)
            # The files that told of it are read again when they are taken again.
            self.database.change(
                """DELETE FROM files WHERE EXISTS (SELECT 1 FROM versions WHERE record_id = ?
                   AND (origin = path OR substr(origin, 1, length(path) + 1) = path || '#'))""",
                (id,),
            )
            if self.database.change("DELETE FROM records WHERE id = ?", (id,)) == 0:
                raise UnknownRecord(id)
            self.pictures.sweep()
        self.database.shorten_log()
        self.engagements.files.sweep()

    def open_account(self, account: Account, password_hash: str | None, at: datetime) -> None:
        """Raises AccountExists."""
        with self.database.preparing():
            self._open(account, password_hash, at)

    def _open(self, account: Account, password_hash: str | None, at: datetime) -> None:
        self.accounts.insert(account, password_hash, at)
        if account.role in KEEPERS:
            # Nobody else could stop it, or be told: the office signs in from now on.
            self.saved_searches.give_to(account.id)

    def accept_invitation(self, digest: bytes, account: Account, password_hash: str, at: datetime) -> bool:
        """Whether the invitation was still there; then the account is opened, or has this password if it is there.
        Raises AccountExists."""
        with self.database.preparing():
            if not self.invitations.use(digest):
                return False
            if self.accounts.get(account.id):
                self.accounts.replace_password(account.id, password_hash)
            else:
                self._open(account, password_hash, at)
        return True

    def admit_invited(self, account: Account, at: datetime) -> bool:
        """Whether there was an invitation to the account's address; then it is opened without a password. Raises
        AccountExists."""
        with self.database.preparing():
            if not self.invitations.use_of(account.email):
                return False
            self._open(account, None, at)
        return True

    def erase_account(self, id: str) -> None:
        """Erase an account and the name of the person from whatever the person did."""
        with self.database.preparing():
            self.engagements.forget_actor(id)
            self.jobs.forget_asker(id)
            self.accounts.erase(id)
        self.database.shorten_log()

    def replace_passages(
        self, replaced: Sequence[tuple[Record, int, Sequence[IndexedPassage]]], model: str | None
    ) -> int:
        """Give records (with the `seq` at which they were read) new passages with vectors of `model`, in one
        transaction; those that have changed since are left as they are. The number of those replaced.

        Raises ModelMismatch when the stored vectors are another model's.
        """
        count = 0
        with self.database.writing() as seq:
            self._claim_for(model)
            for record, base_seq, passages in replaced:
                moved = self.database.change(
                    "UPDATE records SET seq = ? WHERE id = ? AND seq = ?", (seq, record.id, base_seq)
                )
                if moved:
                    self.passages.bury(record.id, seq)
                    self.passages.insert(record.id, record.kind, passages, seq)
                    self._write_owner(record)
                    count += 1
        return count

    # Reading

    def find(self, id: str, natural_key: str) -> KnownRecord | None:
        """The record that has this id or into which it was merged, or else holds a version of this natural key."""
        row = self.database.row(
            """SELECT id, natural_key, content_hash, seq FROM records
               WHERE id = ?1 OR natural_key = ?2
               OR id IN (SELECT record_id FROM versions WHERE natural_key = ?2 OR own_id = ?1)
               ORDER BY id = ?1 DESC, id IN (SELECT record_id FROM versions WHERE own_id = ?1) DESC,
               natural_key = ?2 DESC, id""",
            (id, natural_key),
        )
        return None if row is None else KnownRecord(*row)

    def get(self, id: str) -> Record:
        """The merged record. Raises UnknownRecord."""
        for _, record, _ in self._rows_of([id]):
            return record
        raise UnknownRecord(id)

    def get_many(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records of those ids that exist."""
        return {id: record for id, record, _ in self._rows_of(ids)}

    def get_as_of(self, seqs: Mapping[str, int]) -> dict[str, Record]:
        """The records (id → `seq` of its passages) that have not changed since: others' offsets no longer hold."""
        return {id: record for id, record, seq in self._rows_of(list(seqs)) if seq == seqs[id]}

    def _rows_of(self, ids: Sequence[str]) -> Iterator[tuple[str, Record, int]]:
        """(id, record, `seq`) of those that exist."""
        rows = self.database.rows(
            f"SELECT id, body, names, seq {_WITH_OWNERS} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 (constants)
            (json.dumps(list(ids)),),
        )
        for id, body, names, seq in rows:
            yield id, self._read(body, names), seq

    def _read(self, body: str, names: str | None) -> Record:
        record = self.origins.parse(body)
        return replace(record, owner_names=tuple(json.loads(names))) if names else record

    def anonymous(self) -> list[str]:
        """The ids of all anonymous records."""
        return [id for (id,) in self.database.rows("SELECT record_id FROM owner_names ORDER BY record_id")]

    def records(self, kind: Kind | None = None) -> Iterator[Record]:
        """All records (of a kind), by kind and id."""
        for body, names in self.database.rows(
            f"SELECT body, names {_WITH_OWNERS} WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id",
            (kind,),
        ):
            yield self._read(body, names)

    def public_hashes(self) -> dict[str, str]:
        """id → hash of the content, by id, of the records of which everybody sees everything; none of them is parsed,
        which takes ten times as long."""
        # A text that says this is escaped where it stands in a record.
        hidden = [f'"visibility":"{one}"' for one in ("anonymous", "confidential")]
        return dict(
            self.database.rows(
                """SELECT id, content_hash FROM records WHERE NOT instr(body, ?) AND NOT instr(body, ?) ORDER BY id""",
                hidden,
            )
        )

    def ids(self) -> list[str]:
        """The ids of all records, sorted."""
        return [id for (id,) in self.database.rows("SELECT id FROM records ORDER BY id")]

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind that has any."""
        return dict(self.database.rows("SELECT kind, COUNT(*) FROM records GROUP BY kind ORDER BY kind"))

    def seqs(self, ids: Sequence[str]) -> dict[str, int]:
        """id → `seq` of its last change, for those that exist."""
        return dict(
            self.database.rows(
                "SELECT id, seq FROM records WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
            )
        )

    def natural_key(self, id: str) -> str:
        """The natural key a record goes by. Raises UnknownRecord."""
        row = self.database.row("SELECT natural_key FROM records WHERE id = ?", (id,))
        if row is None:
            raise UnknownRecord(id)
        return str(row[0])
