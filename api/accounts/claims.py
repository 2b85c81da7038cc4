"""Claims on records: made by an account, settled by an officer or by what the record itself says of the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from api.errors import BadInput
from api.library import see_record
from index import Account, AccountRole, Claim, Index
from index.claims import ClaimState
from ingest import N_, Kind, Record, Viewer
from ingest.masking import find_contacts

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


def claim(index: Index, account: Account, viewer: Viewer, record_id: str, at: datetime) -> Claim:
    """Say that a record is one's own; confirmed at once where the record holds the account's address and no other, or
    the ORCID by which the person signs in, else by an officer. Raises UnknownRecord also for what the viewer may not
    see."""
    if account.role not in CLAIMING:
        raise BadInput(N_("Records are claimed by scientists, universities and enterprises."))
    seen = see_record(index, record_id, viewer)
    known = {one.record_id: one for one in index.store.claims.of(account.id)}.get(seen.id)
    if known is not None and known.state == "confirmed":
        return known
    by = find_proof(account, index.store.get(seen.id))
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
    index: Index, account_id: str, record_id: str, is_confirmed: bool, by: Account | None, at: datetime
) -> None:
    """An officer's answer. Raises BadInput where nothing was claimed."""
    state: ClaimState = "confirmed" if is_confirmed else "declined"
    if not index.store.claims.settle(account_id, record_id, state, by.id if by else "officer", at):
        raise BadInput(N_("{id} is not claimed."), id=record_id)
