"""Saved searches: what somebody wants to be told of, how often and by which ways, and what each has found."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from index.database import Database
from index.deliveries import Way, add_delivery, forget_empty
from index.facets import EVERYTHING, Narrowing
from ingest import N_, BanhaError, Kind

Often = Literal["at once", "daily", "weekly"]
OFTEN: tuple[Often, ...] = get_args(Often)
_COLUMNS = """id, account_id, query, record_id, kind, narrowing, lang, often, by_mail, feed_digest IS NOT NULL,
              hook_url, hook_secret, seq, looked_at, created_at"""
_KEY = "alerts_key"
_NARROWING, _BY_MAIL, _HAS_FEED = 5, 8, 9


class UnknownSavedSearch(BanhaError):
    """There is no such saved search (or it is somebody else's)."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("There is no saved search {id}."), id=id)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """For a text (`query`), or for what fits a record (`record_id`, which then has a `kind`). `account_id` None: the
    office's, while there are no accounts. `seq` is the store's up to which it was looked for what is new, `looked_at`
    when; moments are ISO 8601 in UTC. `hook_secret` signs what is posted to `hook_url`."""

    id: str
    account_id: str | None
    query: str | None
    record_id: str | None
    kind: Kind | None
    narrowing: Narrowing = EVERYTHING
    lang: str = "vi"
    often: Often = "at once"
    by_mail: bool = False
    has_feed: bool = False
    hook_url: str | None = None
    hook_secret: str | None = None
    seq: int = 0
    looked_at: str = ""
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that was new when it was found, at this moment."""

    id: str
    found_at: str


class SavedSearches:
    """The tables of saved searches and of what they have found. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Whose they are

    def add(self, search: SavedSearch, feed_digest: bytes | None, known: Sequence[str]) -> None:
        """`known` are the ids of the records that the search finds already: nobody is told of them."""
        with self._database.preparing():
            self._database.change(
                """INSERT INTO saved_searches (id, account_id, query, record_id, kind, narrowing, lang, often, by_mail,
                   feed_digest, hook_url, hook_secret, seq, looked_at, created_at)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    *(search.id, search.account_id, search.query, search.record_id, search.kind),
                    *(json.dumps(asdict(search.narrowing)), search.lang, search.often, int(search.by_mail)),
                    *(feed_digest, search.hook_url, search.hook_secret),
                    *(search.seq, search.looked_at, search.created_at),
                ),
            )
            self._database.change_many(
                "INSERT INTO found_records (search_id, record_id) VALUES (?, ?)", [(search.id, id) for id in known]
            )

    def get(self, id: str, account_id: str | None) -> SavedSearch:
        """Raises UnknownSavedSearch, also for somebody else's."""
        found = self._read("id = ? AND account_id IS ?", id, account_id)
        if not found:
            raise UnknownSavedSearch(id)
        return found[0]

    def find(self, id: str) -> SavedSearch | None:
        """Whosever it is."""
        return next(iter(self._read("id = ?", id)), None)

    def of(self, account_id: str | None) -> list[SavedSearch]:
        """Those of an account (or of the office), the newest first."""
        return self._read("account_id IS ?", account_id)

    def find_feed(self, digest: bytes) -> SavedSearch | None:
        """The search whose feed has the address with this digest."""
        return next(iter(self._read("feed_digest = ?", digest)), None)

    def behind(self, seq: int) -> list[SavedSearch]:
        """All that have not been looked at since the store was at this `seq`."""
        return self._read("seq < ?", seq)

    def _read(self, condition: str, *values: object) -> list[SavedSearch]:
        statement = f"SELECT {_COLUMNS} FROM saved_searches WHERE {condition} ORDER BY created_at DESC, id"  # noqa: S608
        return [_search(row) for row in self._database.rows(statement, values)]

    # Ways

    def change(self, id: str, often: Often, by_mail: bool) -> None:
        with self._database.preparing():
            self._database.change(
                "UPDATE saved_searches SET often = ?, by_mail = ? WHERE id = ?", (often, int(by_mail), id)
            )

    def stop_mail(self, account_id: str | None) -> None:
        """Of all searches of an account."""
        with self._database.preparing():
            self._database.change("UPDATE saved_searches SET by_mail = 0 WHERE account_id IS ?", (account_id,))

    def give_to(self, account_id: str) -> None:
        """What the office follows is this account's from now on. Inside a transaction."""
        for table in ("saved_searches", "deliveries"):
            statement = f"UPDATE {table} SET account_id = ? WHERE account_id IS NULL"  # noqa: S608 (constants)
            self._database.change(statement, (account_id,))

    def set_feed(self, id: str, digest: bytes | None) -> None:
        """A new address in place of the one before, or none."""
        with self._database.preparing():
            self._database.change("UPDATE saved_searches SET feed_digest = ? WHERE id = ?", (digest, id))

    def set_hook(self, id: str, url: str | None, secret: str | None) -> None:
        with self._database.preparing():
            self._database.change(
                "UPDATE saved_searches SET hook_url = ?, hook_secret = ? WHERE id = ?", (url, secret, id)
            )

    def remove(self, id: str) -> None:
        with self._database.preparing():
            self._database.change("DELETE FROM saved_searches WHERE id = ?", (id,))
            forget_empty(self._database)

    def signing_key(self) -> bytes:
        """What links in e-mails are signed with, made when it is asked for first."""
        if self._database.setting(_KEY) is None:
            with self._database.preparing():
                self._database.change("INSERT OR IGNORE INTO settings VALUES (?, ?)", (_KEY, secrets.token_hex(32)))
        return bytes.fromhex(self._database.setting(_KEY) or "")

    # What they find

    def changed_since(self, seq: int) -> set[str]:
        """The ids of the records that are new or were changed after this `seq`."""
        return {id for (id,) in self._database.rows("SELECT id FROM records WHERE seq > ?", (seq,))}

    def known(self, id: str) -> set[str]:
        """The ids of the records that a search has found before."""
        rows = self._database.rows("SELECT record_id FROM found_records WHERE search_id = ?", (id,))
        return {record_id for (record_id,) in rows}

    def found(self, id: str, limit: int) -> list[FoundRecord]:
        """What was new, the latest first."""
        rows = self._database.rows(
            """SELECT record_id, found_at FROM found_records WHERE search_id = ? AND found_at IS NOT NULL
               ORDER BY found_at DESC, record_id LIMIT ?""",
            (id, limit),
        )
        return [FoundRecord(*row) for row in rows]

    def count_found(self, id: str) -> int:
        (count,) = self._database.row(
            "SELECT COUNT(*) FROM found_records WHERE search_id = ? AND found_at IS NOT NULL", (id,)
        )
        return int(count)

    def remember(
        self,
        found: Sequence[tuple[SavedSearch, Sequence[str]]],
        ids: Mapping[tuple[Way, str | None], str],
        seq: int,
        at: datetime,
    ) -> int:
        """What the searches of one account have found since they were looked at last, and the deliveries that tell of
        it, in one transaction. `ids` are those of the deliveries: of the one mail (``("mail", None)``) and of the
        webhook of each search. What another process has remembered meanwhile is left to it. How many records are new.
        """
        count, moment = 0, at.isoformat(timespec="seconds")
        with self._database.preparing():
            for search, record_ids in found:
                is_ours = self._database.change(
                    "UPDATE saved_searches SET seq = ?, looked_at = ? WHERE id = ? AND seq = ? AND looked_at = ?",
                    (seq, moment, search.id, search.seq, search.looked_at),
                )
                if not is_ours:
                    continue
                new = [
                    record_id
                    for record_id in record_ids
                    if self._database.change(
                        "INSERT OR IGNORE INTO found_records VALUES (?, ?, ?)", (search.id, record_id, moment)
                    )
                ]
                count += len(new)
                if new and search.by_mail:
                    add_delivery(self._database, ids["mail", None], search.account_id, "mail", search.id, new, at)
                if new and search.hook_url:
                    id = ids["webhook", search.id]
                    add_delivery(self._database, id, search.account_id, "webhook", search.id, new, at)
        return count

    def forget_records(self, ids: Sequence[str]) -> None:
        """Erase that these records were found, and searches for what fits them. Inside a transaction."""
        named = (json.dumps(list(ids)),)
        for table in ("found_records", "delivered_records", "saved_searches"):
            self._database.change(
                f"DELETE FROM {table} WHERE record_id IN (SELECT value FROM json_each(?))",  # noqa: S608 (constants)
                named,
            )
        forget_empty(self._database)


def _search(row: Any) -> SavedSearch:
    values = list(row)
    values[_NARROWING] = Narrowing(**json.loads(values[_NARROWING]))
    values[_BY_MAIL], values[_HAS_FEED] = bool(values[_BY_MAIL]), bool(values[_HAS_FEED])
    return SavedSearch(*values)
