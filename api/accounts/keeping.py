"""Accounts as administrators keep them and as their owners do: opened, invited to, changed, disabled, erased."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Sequence
from datetime import datetime

from api.accounts.oidc import Identity
from api.accounts.passwords import check_strength, hash_password
from api.accounts.signing_in import check_password, digest_of, make_secret
from api.errors import BadInput, Forbidden, UnknownAccount
from index import SCOPES, Account, AccountExists, AccountRole, ApiToken, Index, Invitation, Scope, UnknownRecord
from index.accounts import KEEPERS
from index.api_tokens import LASTS as TOKENS_LAST
from index.api_tokens import known_scopes
from index.invitations import LASTS as INVITATIONS_LAST
from ingest import N_

_LONGEST_EMAIL = 254
_LONGEST_NAME = 200
_TOKEN = "banha_"  # so that a token found lying about is known for what it is


def fold_email(email: str) -> str:
    """The address as it is compared. Raises BadInput for what is none."""
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    name, at, host = folded.rpartition("@")
    is_bare = folded.isprintable() and not any(character in " <>,;:\"'()" for character in folded)
    if not (at and name and host) or "@" in name or not is_bare or len(folded) > _LONGEST_EMAIL:
        raise BadInput(N_("{email} is no e-mail address."), email=email.strip()[:_LONGEST_EMAIL])
    return folded


def clean_name(name: str) -> str:
    """Raises BadInput for an empty or overlong name."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean or len(clean) > _LONGEST_NAME or not clean.isprintable():
        raise BadInput(N_("A name has 1 to {longest} characters."), longest=_LONGEST_NAME)
    return clean


def find_account(index: Index, who: str) -> Account:
    """By id or address. Raises UnknownAccount."""
    found = index.store.accounts.get(who) or index.store.accounts.find(who.strip().casefold())
    if found is None:
        raise UnknownAccount(who)
    return found


def add_account(
    index: Index, email: str, name: str, role: AccountRole, organisation_id: str | None, password: str, at: datetime
) -> Account:
    """Raises BadInput, also when the first account is nobody's who could keep order, and AccountExists."""
    email = fold_email(email)
    _check_first(index, role)
    check_strength(password, email)
    account = Account(uuid.uuid4().hex, email, clean_name(name), role, _check_organisation(index, organisation_id))
    index.store.open_account(account, hash_password(password), at)
    return account


def _check_first(index: Index, role: AccountRole) -> None:
    """Raises BadInput where there are only accounts of people who cannot keep order, or none."""
    if role not in KEEPERS and not index.store.accounts.are_kept():
        raise BadInput(N_("The first account must be an administrator's or an officer's."))


def _check_organisation(index: Index, id: str | None) -> str | None:
    """Raises BadInput for what is no organisation's record."""
    id = (id or "").strip() or None
    if id is None:
        return None
    try:
        is_organisation = index.store.get(id).kind == "organisation"
    except UnknownRecord:
        is_organisation = False
    if not is_organisation:
        raise BadInput(N_("{id} is not the record of an organisation."), id=id)
    return id


def invite(
    index: Index, email: str, name: str, role: AccountRole, organisation_id: str | None, at: datetime
) -> tuple[Invitation, str]:
    """The invitation and its secret, which is known to nobody afterwards. Raises BadInput and AccountExists."""
    email = fold_email(email)
    if index.store.accounts.find(email):
        raise AccountExists(email)
    _check_first(index, role)
    name = clean_name(name) if name.strip() else ""
    return _remember(index, Invitation(email, name, role, _check_organisation(index, organisation_id), ""), at)


def offer_password(index: Index, account: Account, at: datetime) -> tuple[Invitation, str]:
    """As `invite`, for an account that is there: its owner may choose a new password."""
    return _remember(index, Invitation(account.email, account.name, account.role, account.organisation_id, ""), at)


def _remember(index: Index, invitation: Invitation, at: datetime) -> tuple[Invitation, str]:
    secret = make_secret()
    until = (at + INVITATIONS_LAST).isoformat(timespec="seconds")
    dated = Invitation(invitation.email, invitation.name, invitation.role, invitation.organisation_id, until)
    index.store.invitations.remember(digest_of(secret), dated)
    return dated, secret


def find_invitation(index: Index, secret: str, at: datetime) -> Invitation:
    """Raises BadInput for one that was used, withdrawn, is too old or never was."""
    found = index.store.invitations.find(digest_of(secret), at)
    if found is None:
        raise BadInput(N_("This invitation was used already or is no longer valid. Ask for a new one."))
    return found


def accept(index: Index, secret: str, name: str, password: str, at: datetime) -> Account:
    """Open the account of an invitation, or choose a new password for the one that is there. Raises BadInput."""
    invitation = find_invitation(index, secret, at)
    check_strength(password, invitation.email)
    name = clean_name(name or invitation.name)
    hashed = hash_password(password)
    account = index.store.accounts.find(invitation.email) or Account(
        uuid.uuid4().hex, invitation.email, name, invitation.role, invitation.organisation_id
    )
    if not index.store.accept_invitation(digest_of(secret), account, hashed, at):
        raise BadInput(N_("This invitation was used already or is no longer valid. Ask for a new one."))
    return account


def admit(index: Index, identity: Identity, provider: str, at: datetime) -> Account:
    """The account of whom a provider vouches for: the one linked to them, else that of their verified address, or the
    one an invitation to it opens, which is linked to them from now on. Raises Forbidden; nothing is changed then."""
    accounts, invitations = index.store.accounts, index.store.invitations
    linked = accounts.find_vouched(identity.issuer, identity.subject)
    if linked is not None:
        return _refuse_disabled(linked)
    if identity.email is None:
        raise Forbidden(
            N_(
                "{provider} does not confirm your e-mail address, so that nobody can tell which account is yours. "
                "Sign in with a password, or ask the administrator of this server."
            ),
            provider=provider,
        )
    email = fold_email(identity.email)
    if known := accounts.find(email):
        _refuse_disabled(known)
        if not accounts.vouch(known.id, identity.issuer, identity.subject):
            raise Forbidden(
                N_("The account of {email} is linked to somebody else at {provider}. Ask the administrator."),
                email=email,
                provider=provider,
            )
        return known
    invitation = invitations.find_to(email, at)
    uninvited = Forbidden(
        N_(
            "{provider} says that you are {email}, but there is no account or invitation here for this address. "
            "Ask the administrator of this server to invite you."
        ),
        provider=provider,
        email=email,
    )
    if invitation is None:
        raise uninvited
    try:
        name = clean_name(invitation.name or identity.name)
    except BadInput:
        name = email
    account = Account(
        uuid.uuid4().hex,
        email,
        name,
        invitation.role,
        invitation.organisation_id,
        issuer=identity.issuer,
        subject=identity.subject,
    )
    if not index.store.admit_invited(account, at):
        raise uninvited
    return account


def _refuse_disabled(account: Account) -> Account:
    if account.is_disabled:
        raise Forbidden(N_("Your account is disabled. Ask the administrator of this server."))
    return account


def change_password(index: Index, account: Account, old: str, new: str, address: str, at: datetime) -> None:
    """Ends all sessions of the account. Raises NotSignedIn for a wrong old password, TooManyAttempts and BadInput."""
    check_strength(new, account.email)
    check_password(index, account.email, old, address, at)
    set_password(index, account, new)


def set_password(index: Index, account: Account, new: str) -> None:
    """Ends all sessions of the account. Raises BadInput."""
    check_strength(new, account.email)
    index.store.accounts.set_password(account.id, hash_password(new))


def change_role(
    index: Index, account: Account, role: AccountRole, organisation_id: str | None, by: Account | None
) -> None:
    """Raises Forbidden for one's own account, so that an administrator always remains, and BadInput."""
    _refuse_own(account, by)
    index.store.accounts.change_role(account.id, role, _check_organisation(index, organisation_id))


def disable(index: Index, account: Account, is_disabled: bool, by: Account | None) -> None:
    """Raises Forbidden for one's own account."""
    _refuse_own(account, by)
    index.store.accounts.disable(account.id, is_disabled)


def erase(index: Index, account: Account, by: Account | None) -> None:
    """With all that is personal of it: sessions, tokens, claims, an invitation. Raises Forbidden for one's own."""
    _refuse_own(account, by)
    index.store.erase_account(account.id)


def _refuse_own(account: Account, by: Account | None) -> None:
    if by is not None and by.id == account.id:
        raise Forbidden(N_("Your own account is changed so by another administrator only."))


def make_token(
    index: Index, account: Account, name: str, scopes: Sequence[Scope], at: datetime
) -> tuple[ApiToken, str]:
    """The token and its secret, which is known to nobody afterwards; every token may read. Raises Forbidden for a
    scope that the account has not, and BadInput."""
    if "administer" in scopes and account.role != "administrator":
        raise Forbidden(N_("Only an administrator may make a token that manages accounts."))
    secret = _TOKEN + make_secret()
    token = ApiToken(
        uuid.uuid4().hex[:12],
        account.id,
        clean_name(name),
        known_scopes([SCOPES[0], *scopes]),
        at.isoformat(timespec="seconds"),
        (at + TOKENS_LAST).isoformat(timespec="seconds"),
    )
    index.store.api_tokens.add(token, digest_of(secret))
    return token, secret
