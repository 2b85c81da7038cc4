"""Accounts: who signs in, in which role and for which organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from index.database import Database, note_changed
from ingest import N_, BanhaError

AccountRole = Literal["officer", "reviewer", "scientist", "university", "enterprise", "administrator"]
ACCOUNT_ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
# Whoever keeps order: the first account is one of these.
KEEPERS: frozenset[AccountRole] = frozenset({"administrator", "officer"})
_HAD = "had_accounts"
_COLUMNS = "id, email, name, role, organisation_id, is_disabled, created_at, issuer, subject, wants_reminders"


class AccountExists(BanhaError):
    """Another account has this e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(N_("There is an account with the e-mail address {email} already."), email=email)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in. `email` is case-folded; `organisation_id` is the id of an organisation's record; `issuer`
    and `subject` tell who vouches for the person elsewhere (OpenID Connect) and under which name; `wants_reminders`
    whether reminders are mailed."""

    id: str
    email: str
    name: str
    role: AccountRole
    organisation_id: str | None = None
    is_disabled: bool = False
    created_at: str = ""
    issuer: str | None = None
    subject: str | None = None
    wants_reminders: bool = True


class Accounts:
    """The table of accounts in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def were_there(self) -> bool:
        """Whether there ever was an account: from the first one on nobody is an officer merely by the address, also
        when the last one is gone."""
        return self._database.setting(_HAD) is not None

    def are_kept(self) -> bool:
        """Whether somebody who keeps order can sign in."""
        return any(one.role in KEEPERS and not one.is_disabled for one in self.all())

    def all(self) -> list[Account]:
        """Every account, by name and e-mail."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM accounts ORDER BY name, email")  # noqa: S608 (constant)
        return [read_account(*row) for row in rows]

    def get(self, id: str) -> Account | None:
        return self._find("id = ?", id)

    def find(self, email: str) -> Account | None:
        """The account of a case-folded address."""
        return self._find("email = ?", email)

    def find_vouched(self, issuer: str, subject: str) -> Account | None:
        """The account of whom `issuer` calls `subject`."""
        return self._find("issuer = ? AND subject = ?", issuer, subject)

    def _find(self, condition: str, *values: str) -> Account | None:
        statement = f"SELECT {_COLUMNS} FROM accounts WHERE {condition}"  # noqa: S608 (constants)
        row = self._database.row(statement, values)
        return None if row is None else read_account(*row)

    def add(self, account: Account, password_hash: str | None, at: datetime) -> None:
        """Raises AccountExists."""
        with self._database.preparing():
            self.insert(account, password_hash, at)

    def insert(self, account: Account, password_hash: str | None, at: datetime) -> None:
        """As `add`, inside a transaction."""
        note_changed(account.id, f"role:{account.role}")
        added = self._database.change(
            """INSERT INTO accounts
               (id, email, name, role, organisation_id, password_hash, created_at, issuer, subject)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING""",
            (
                *(account.id, account.email, account.name, account.role, account.organisation_id),
                *(password_hash, at.isoformat(timespec="seconds"), account.issuer, account.subject),
            ),
        )
        if not added:
            raise AccountExists(account.email)
        self._database.set(_HAD, "1")

    def password_hash(self, id: str) -> str | None:
        row = self._database.row("SELECT password_hash FROM accounts WHERE id = ?", (id,))
        return None if row is None else row[0]

    def rehash(self, id: str, old: str, new: str) -> None:
        """The same password under stronger parameters, unless it was changed meanwhile."""
        with self._database.preparing():
            self._database.change(
                "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?", (new, id, old)
            )

    def set_password(self, id: str, password_hash: str) -> None:
        """A new password; whoever was signed in with the old one no longer is."""
        with self._database.preparing():
            self.replace_password(id, password_hash)

    def replace_password(self, id: str, password_hash: str) -> None:
        """As `set_password`, inside a transaction."""
        note_changed(id)
        self._database.change("UPDATE accounts SET password_hash = ? WHERE id = ?", (password_hash, id))
        self._database.change("DELETE FROM sessions WHERE account_id = ?", (id,))

    def rename(self, id: str, name: str) -> None:
        with self._database.preparing():
            note_changed(id)
            self._database.change("UPDATE accounts SET name = ? WHERE id = ?", (name, id))

    def want_reminders(self, id: str, is_wanted: bool) -> None:
        """Whether reminders of engagements are mailed on their day."""
        with self._database.preparing():
            note_changed(id)
            self._database.change("UPDATE accounts SET wants_reminders = ? WHERE id = ?", (int(is_wanted), id))

    def change_role(self, id: str, role: AccountRole, organisation_id: str | None) -> None:
        with self._database.preparing():
            note_changed(id, f"role:{role}")
            self._database.change(
                "UPDATE accounts SET role = ?, organisation_id = ? WHERE id = ?", (role, organisation_id, id)
            )

    def vouch(self, id: str, issuer: str, subject: str) -> bool:
        """From now on the account is known as what `issuer` calls `subject`. False where the same issuer already
        knows it by another name, or another account by this one."""
        with self._database.preparing():
            note_changed(id)
            changed = self._database.change(
                """UPDATE OR IGNORE accounts SET issuer = ?1, subject = ?2
                   WHERE id = ?3 AND (issuer IS NULL OR issuer <> ?1)""",
                (issuer, subject, id),
            )
        return changed > 0

    def unlink(self, id: str) -> bool:
        """Nobody elsewhere vouches for the account any more, and who signed in so no longer is. Whether somebody
        did."""
        with self._database.preparing():
            note_changed(id)
            changed = self._database.change(
                "UPDATE accounts SET issuer = NULL, subject = NULL WHERE id = ? AND issuer IS NOT NULL", (id,)
            )
            if changed:
                self._database.change("DELETE FROM sessions WHERE account_id = ?", (id,))
        return changed > 0

    def disable(self, id: str, is_disabled: bool = True) -> None:
        """Nobody signs in to it, and whoever is signed in no longer is; or the other way round."""
        with self._database.preparing():
            note_changed(id)
            self._database.change("UPDATE accounts SET is_disabled = ? WHERE id = ?", (int(is_disabled), id))
            if is_disabled:
                self._database.change("DELETE FROM sessions WHERE account_id = ?", (id,))

    def erase(self, id: str) -> None:
        """The account with its sessions, tokens, claims and invitation. Inside a transaction."""
        note_changed(id)
        self._database.change("DELETE FROM invitations WHERE email = (SELECT email FROM accounts WHERE id = ?)", (id,))
        self._database.change("DELETE FROM accounts WHERE id = ?", (id,))


def read_account(*row: Any) -> Account:
    """From the columns of `account_columns`."""
    id, email, name, role, organisation_id, is_disabled, created_at, issuer, subject, wants_reminders = row
    said = (bool(is_disabled), created_at, issuer, subject, bool(wants_reminders))
    return Account(id, email, name, role, organisation_id, *said)


def account_columns(table: str) -> str:
    """The columns that `read_account` takes, of a table by this name in a statement."""
    return ", ".join(f"{table}.{column}" for column in _COLUMNS.split(", "))
