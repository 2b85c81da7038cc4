"""The JSON of accounts: what their owners and administrators see."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

import index
from api.accounts.claims import AskedClaim, Sharing
from api.live_workspace import Server
from api.schemas import TellsOfRecord
from index import AccountRole, Scope
from index.claims import ClaimState
from ingest import Role


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Account(TellsOfRecord, _Shown):
    id: str
    email: str
    name: str
    role: AccountRole
    organisation_id: str | None
    is_disabled: bool
    created_at: str
    wants_reminders: bool


class Invitation(_Shown):
    """`link` is shown once, when it is made."""

    email: str
    name: str
    role: AccountRole
    organisation_id: str | None
    expires_at: str
    link: str | None = Field(None, exclude_if=lambda value: value is None)


class Accounts(_Shown):
    accounts: tuple[Account, ...]
    invitations: tuple[Invitation, ...]


class Session(_Shown):
    """For whom this server answers, and whether anybody can sign in."""

    account: Account | None
    role: Role
    scopes: tuple[Scope, ...]
    has_accounts: bool


class SignedIn(_Shown):
    number: str
    opened_at: str
    seen_at: str
    browser: str


class SignedInList(_Shown):
    sessions: tuple[SignedIn, ...]


class Token(_Shown):
    """`secret` is shown once, when it is made."""

    id: str
    account_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: str
    expires_at: str
    used_on: str | None
    secret: str | None = Field(None, exclude_if=lambda value: value is None)


class Tokens(_Shown):
    tokens: tuple[Token, ...]


class Claim(TellsOfRecord, _Shown):
    account_id: str
    record_id: str
    state: ClaimState
    settled_by: str | None
    changed_at: str


class Claims(_Shown):
    claims: tuple[Claim, ...]


class Owner(TellsOfRecord, _Shown):
    id: str
    name: str
    email: str


class WaitingClaim(Claim):
    """`owners` have the record already; `is_other_name`: the account is called otherwise than the profile."""

    title: str | None
    name: str
    email: str
    owners: tuple[Owner, ...]
    is_other_name: bool


class WaitingClaims(_Shown):
    claims: tuple[WaitingClaim, ...]


class SignIn(_Asked):
    email: str
    password: SecretStr


class Acceptance(_Asked):
    token: SecretStr
    name: str = ""
    password: SecretStr


class PasswordChange(_Asked):
    old: SecretStr
    new: SecretStr


class OwnChange(_Asked):
    """What is not named stays."""

    name: str | None = None
    wants_reminders: bool | None = None


class NewToken(_Asked):
    name: str
    scopes: tuple[Scope, ...] = ("read",)


class NewInvitation(_Asked):
    email: str
    name: str = ""
    role: AccountRole
    organisation_id: str | None = None


class AccountChange(_Asked):
    """What is not named stays; null for the organisation says that there is none."""

    role: AccountRole | None = None
    organisation_id: str | None = None
    is_disabled: bool | None = None


class ClaimedRecord(_Asked):
    record: str


class ClaimAnswer(_Asked):
    """`sharing` is needed to confirm what is somebody's already: `hand_over` takes it from the others."""

    account: str
    record: str
    is_confirmed: bool
    sharing: Sharing | None = None


def show_session(server: Server) -> Session:
    account = Account.model_validate(server.account) if server.account else None
    return Session(
        account=account,
        role=server.viewer.role,
        scopes=tuple(scope for scope in index.SCOPES if scope in server.scopes),
        has_accounts=server.has_accounts,
    )


def show_accounts(accounts: list[index.Account], invitations: list[index.Invitation]) -> Accounts:
    return Accounts(
        accounts=tuple(Account.model_validate(one) for one in accounts),
        invitations=tuple(Invitation.model_validate(one) for one in invitations),
    )


def show_tokens(tokens: list[index.ApiToken]) -> Tokens:
    return Tokens(tokens=tuple(Token.model_validate(one) for one in tokens))


def show_claims(claims: list[index.Claim]) -> Claims:
    return Claims(claims=tuple(Claim.model_validate(one) for one in claims))


def show_waiting_claims(asked: list[AskedClaim]) -> WaitingClaims:
    return WaitingClaims(
        claims=tuple(
            WaitingClaim(
                **Claim.model_validate(one.claim).model_dump(),
                title=one.record.title if one.record else None,
                name=one.account.name,
                email=one.account.email,
                owners=tuple(Owner.model_validate(owner) for owner in one.owners),
                is_other_name=one.is_other_name,
            )
            for one in asked
        )
    )
