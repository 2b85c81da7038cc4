"""Invitations: who may open an account in which role, by the digest of a secret link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from index.accounts import AccountRole
from index.database import Database, note_changed

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to the address of an existing account lets its owner choose a new password."""

    email: str
    name: str
    role: AccountRole
    organisation_id: str | None
    expires_at: str


class Invitations:
    """The table of invitations in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, digest: bytes, invitation: Invitation) -> None:
        """In place of an earlier one to the same address."""
        with self._database.preparing():
            note_changed(_name(digest), f"role:{invitation.role}")
            self._database.change("DELETE FROM invitations WHERE email = ?", (invitation.email,))
            self._database.change(
                """INSERT INTO invitations (digest, email, name, role, organisation_id, expires_at)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    *(digest, invitation.email, invitation.name, invitation.role),
                    *(invitation.organisation_id, invitation.expires_at),
                ),
            )

    def find(self, digest: bytes, at: datetime) -> Invitation | None:
        row = self._database.row(
            """SELECT email, name, role, organisation_id, expires_at FROM invitations
               WHERE digest = ? AND expires_at > ?""",
            (digest, at.isoformat(timespec="seconds")),
        )
        return None if row is None else Invitation(*row)

    def find_to(self, email: str, at: datetime) -> Invitation | None:
        """The one to a case-folded address that can still be accepted."""
        return next((one for one in self.open_ones(at) if one.email == email), None)

    def open_ones(self, at: datetime) -> list[Invitation]:
        """Those that can still be accepted, by address."""
        rows = self._database.rows(
            """SELECT email, name, role, organisation_id, expires_at FROM invitations
               WHERE expires_at > ? ORDER BY email""",
            (at.isoformat(timespec="seconds"),),
        )
        return [Invitation(*row) for row in rows]

    def use(self, digest: bytes) -> bool:
        """Whether it was still there: of two who accept at once, one does. Inside a transaction."""
        note_changed(_name(digest))
        return self._database.change("DELETE FROM invitations WHERE digest = ?", (digest,)) > 0

    def withdraw(self, email: str) -> bool:
        """Whether there was one to this address."""
        with self._database.preparing():
            return self.use_of(email)

    def use_of(self, email: str) -> bool:
        """As `use`, of the one to this address."""
        row = self._database.row("SELECT digest FROM invitations WHERE email = ?", (email,))
        return row is not None and self.use(row[0])


def _name(digest: bytes) -> str:
    """How the audit log calls an invitation: not by the address, which is somebody's."""
    return f"invitation-{digest.hex()[:12]}"
