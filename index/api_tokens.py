"""API tokens: what programs sign in with, by the digest of a secret that is shown once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from index.accounts import Account, account_columns, read_account
from index.database import Database, UnusableFolder, note_changed

Scope = Literal["read", "write", "administer"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LASTS = timedelta(days=365)
_COLUMNS = "t.id, t.account_id, t.name, t.scopes, t.created_at, t.expires_at, t.used_on"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """`used_on` is the last day on which it was used."""

    id: str
    account_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: str
    expires_at: str
    used_on: str | None = None


class ApiTokens:
    """The table of tokens in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: ApiToken, digest: bytes) -> None:
        with self._database.preparing():
            note_changed(token.account_id, token.id)
            self._database.change(
                """INSERT INTO api_tokens (id, account_id, name, scopes, digest, created_at, expires_at)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (
                    *(token.id, token.account_id, token.name, " ".join(token.scopes)),
                    *(digest, token.created_at, token.expires_at),
                ),
            )

    def find(self, digest: bytes, at: datetime) -> tuple[ApiToken, Account] | None:
        """The token and whose it is, unless it has expired or the account is disabled. Notes the day of its use."""
        statement = f"""SELECT {_COLUMNS}, {account_columns("a")} FROM api_tokens t
            JOIN accounts a ON a.id = t.account_id
            WHERE t.digest = ? AND t.expires_at > ? AND NOT a.is_disabled"""  # noqa: S608 (constants)
        row = self._database.row(statement, (digest, at.isoformat(timespec="seconds")))
        if row is None:
            return None
        token = _read(*row[:7])
        if token.used_on != at.date().isoformat():
            self._note(token.id, at)
        return token, read_account(*row[7:])

    def _note(self, id: str, at: datetime) -> None:
        try:
            with self._database.preparing(is_patient=False):
                self._database.change("UPDATE api_tokens SET used_on = ? WHERE id = ?", (at.date().isoformat(), id))
        except UnusableFolder:
            return  # another program writes just now; the next request notes it

    def of(self, account_id: str | None = None) -> list[ApiToken]:
        """The tokens of an account, or all, in the order in which they were made."""
        statement = f"""SELECT {_COLUMNS} FROM api_tokens t WHERE ?1 IS NULL OR account_id = ?1
            ORDER BY created_at, id"""  # noqa: S608 (constant)
        return [_read(*row) for row in self._database.rows(statement, (account_id,))]

    def revoke(self, id: str, account_id: str | None = None) -> bool:
        """Whether there was one of this id (of this account)."""
        with self._database.preparing():
            note_changed(id)
            changed = self._database.change(
                "DELETE FROM api_tokens WHERE id = ?1 AND (?2 IS NULL OR account_id = ?2)", (id, account_id)
            )
        return changed > 0


def _read(
    id: str, account_id: str, name: str, scopes: str, created_at: str, expires_at: str, used_on: str | None
) -> ApiToken:
    return ApiToken(id, account_id, name, known_scopes(scopes.split()), created_at, expires_at, used_on)


def known_scopes(named: Iterable[str]) -> tuple[Scope, ...]:
    """Those of `SCOPES` that are named, in their order."""
    names = set(named)
    return tuple(scope for scope in SCOPES if scope in names)
