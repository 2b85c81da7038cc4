"""Claims on records: made by an account, settled by an officer or by what the record itself says of the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.errors import BadInput
from api.library import see_record
from index import Account, AccountRole, Claim, Index
from index.claims import ClaimState
from ingest import N_, Kind, Record, Viewer
from ingest.masking import find_contacts
from ingest.names import compare_names

ORCID_ISSUER = "https://orcid.org"
# These tell whom to write to about them.
_WITH_CONTACT = frozenset({"scientist", "organisation", "need"})
CLAIMING = frozenset({"scientist", "university", "enterprise"})
# Whose pages ask whether they are one's own.
_ASKED: Mapping[AccountRole, frozenset[Kind]] = {
    "scientist": frozenset({"scientist"}),
    "university": frozenset({"scientist", "organisation"}),
    "enterprise": frozenset({"organisation"}),
}

Sharing = Literal["hand_over", "share"]
"""What an officer says of a record that is somebody's already: only the other's from now on, or that of both."""


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """One that waits for an officer, with the record as it is now (None: there is none any more), whose it is already,
    and whether the profile is of another name than who claims it."""

    claim: Claim
    account: Account
    record: Record | None
    owners: tuple[Account, ...]
    is_other_name: bool


def see_asked(index: Index) -> list[AskedClaim]:
    """The oldest first."""
    accounts = {one.id: one for one in index.store.accounts.all()}
    found = []
    for one in index.store.claims.asked():
        if account := accounts.get(one.account_id):
            known = index.store.find(one.record_id, "")
            record = index.store.get(known.id) if known else None
            owners = tuple(accounts[id] for id in _other_owners(index, account.id, one.record_id) if id in accounts)
            found.append(AskedClaim(one, account, record, owners, _is_other_name(account, record)))
    return found


def _other_owners(index: Index, account_id: str, record_id: str) -> list[str]:
    ids = dict.fromkeys(one.account_id for one in index.store.claims.owners(record_id))
    return [id for id in ids if id != account_id]


def _is_other_name(account: Account, record: Record | None) -> bool:
    """Who claims for a university or firm is not whom the profile is of."""
    if record is None or record.kind != "scientist" or account.role != "scientist":
        return False
    return compare_names(account.name, record.title) == "different"


def claim(index: Index, account: Account, viewer: Viewer, record_id: str, at: datetime) -> Claim:
    """Say that a record is one's own; confirmed at once where the record holds the account's address and no other, or
    the ORCID by which the person signs in, and is nobody else's; else by an officer. Raises UnknownRecord also for what
    the viewer may not see."""
    if account.role not in CLAIMING:
        raise BadInput(N_("Records are claimed by scientists, universities and enterprises."))
    seen = see_record(index, record_id, viewer)
    known = {one.record_id: one for one in index.store.claims.of(account.id)}.get(seen.id)
    if known is not None and known.state == "confirmed":
        return known
    is_taken = bool(_other_owners(index, account.id, seen.id))
    by = None if is_taken else find_proof(account, index.store.get(seen.id))
    claim = Claim(account.id, seen.id, "confirmed" if by else "asked", by, at.isoformat(timespec="seconds"))
    index.store.claims.put(claim)
    return claim


def asks_whose(account: Account, record: Record, viewer: Viewer) -> bool:
    """Whether this record may well be the account's, and is not known to be."""
    return record.kind in _ASKED.get(account.role, ()) and record.id not in viewer.owns | viewer.met


def find_proof(account: Account, record: Record) -> str | None:
    """What in the record tells that it is the account's. Addresses are those that administrators invited."""
    code = (record.facts.code or "").strip()
    if account.issuer == ORCID_ISSUER and record.kind == "scientist" and code and code == account.subject:
        return "orcid"
    held = {email.casefold() for section in record.sections for email in find_contacts(section.text).emails}
    # Where others are named too, or in what is written about a matter, the address may only be mentioned.
    return "email" if held == {account.email} and record.kind in _WITH_CONTACT else None


def withdraw_claim(index: Index, account: Account, record_id: str) -> None:
    """Raises BadInput where nothing was claimed."""
    if not index.store.claims.withdraw(account.id, record_id):
        raise BadInput(N_("{id} is not claimed."), id=record_id)


def settle_claim(
    index: Index,
    account_id: str,
    record_id: str,
    is_confirmed: bool,
    by: Account | None,
    at: datetime,
    sharing: Sharing | None = None,
) -> None:
    """An officer's answer. Raises BadInput where nothing was claimed, and where a record that is somebody's is given
    to another without saying whether both shall have it."""
    if is_confirmed and sharing is None and _other_owners(index, account_id, record_id):
        raise BadInput(N_("{id} is somebody’s already. Say whether it is handed over or shared."), id=record_id)
    state: ClaimState = "confirmed" if is_confirmed else "declined"
    settled_by, is_handed_over = by.id if by else "officer", is_confirmed and sharing == "hand_over"
    if not index.store.claims.settle(account_id, record_id, state, settled_by, at, is_handed_over):
        raise BadInput(N_("{id} is not claimed."), id=record_id)
