"""Accounts: signing in, one's own account, and those that an administrator keeps."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from api.accounts import keeping
from api.accounts.claims import claim, see_asked, settle_claim, withdraw_claim
from api.accounts.schemas import (
    Acceptance,
    Account,
    AccountChange,
    Accounts,
    ClaimAnswer,
    ClaimedRecord,
    Claims,
    Invitation,
    NewInvitation,
    NewToken,
    OwnChange,
    PasswordChange,
    Session,
    SignedIn,
    SignedInList,
    SignIn,
    Token,
    Tokens,
    WaitingClaims,
    show_accounts,
    show_claims,
    show_session,
    show_tokens,
    show_waiting_claims,
)
from api.accounts.signing_in import address_of, check_password, close_session, open_session
from api.addresses import invitation_href
from api.errors import BadInput, Forbidden
from api.routes.parameters import AtAccountServer, AtAdministeringServer, AtOfficerServer, AtServer, AtWritingServer
from ingest import N_

router = APIRouter(tags=["accounts"])


@router.get("/session")
def get_session(server: AtServer) -> Session:
    """For whom this request is answered."""
    return show_session(server)


@router.post("/session", status_code=201)
def post_session(request: Request, response: Response, server: AtServer, asked: SignIn) -> Account:
    """Sign in: the answer sets the cookie of a session. 401 when address or password is wrong, 429 after many
    failures. Programs use a token in `Authorization: Bearer` instead."""
    index, at = server.live.current.index, datetime.now(UTC)
    account = check_password(
        index, keeping.fold_email(asked.email), asked.password.get_secret_value(), address_of(request), at
    )
    open_session(index, account, request, response, at)
    return Account.model_validate(account)


@router.delete("/session", status_code=204)
def delete_session(request: Request, server: AtServer) -> Response:
    """Sign out."""
    response = Response(status_code=204)
    close_session(server.live.current.index, request, response)
    return response


@router.post("/invitations/accepted", status_code=201)
def post_acceptance(request: Request, response: Response, server: AtServer, asked: Acceptance) -> Account:
    """Accept an invitation and sign in."""
    index, at = server.live.current.index, datetime.now(UTC)
    account = keeping.accept(index, asked.token.get_secret_value(), asked.name, asked.password.get_secret_value(), at)
    open_session(index, account, request, response, at)
    return Account.model_validate(account)


# One's own account


@router.patch("/account")
def patch_account(server: AtAccountServer, asked: OwnChange) -> Account:
    """Change one's name, or whether one's reminders are mailed."""
    index, account = server.live.current.index, server.signed_in
    if asked.name is not None:
        index.store.accounts.rename(account.id, keeping.clean_name(asked.name))
    if asked.wants_reminders is not None:
        index.store.accounts.want_reminders(account.id, asked.wants_reminders)
    return Account.model_validate(keeping.find_account(index, account.id))


@router.put("/account/password", status_code=204)
def put_password(request: Request, server: AtAccountServer, asked: PasswordChange) -> Response:
    """Change one's password. All sessions end; this browser gets a new one."""
    index, account, at = server.live.current.index, server.signed_in, datetime.now(UTC)
    old, new = asked.old.get_secret_value(), asked.new.get_secret_value()
    keeping.change_password(index, account, old, new, address_of(request), at)
    response = Response(status_code=204)
    open_session(index, account, request, response, at)
    return response


@router.get("/account/sessions")
def list_sessions(server: AtAccountServer) -> SignedInList:
    """Where one is signed in."""
    found = server.live.current.index.store.sessions.of(server.signed_in.id, datetime.now(UTC))
    return SignedInList(sessions=tuple(SignedIn.model_validate(one) for one in found))


@router.delete("/account/sessions/{number}", status_code=204)
def end_session(server: AtAccountServer, number: str) -> Response:
    """End a session. 422 when there is none of this number."""
    if not server.live.current.index.store.sessions.close_one(server.signed_in.id, number):
        raise BadInput(N_("There is no such session."))
    return Response(status_code=204)


@router.get("/account/tokens")
def list_tokens(server: AtAccountServer) -> Tokens:
    """One's own tokens, without their secrets."""
    return show_tokens(server.live.current.index.store.api_tokens.of(server.signed_in.id))


@router.post("/account/tokens", status_code=201)
def post_token(server: AtAccountServer, asked: NewToken) -> Token:
    """Make a token. Its secret is in this answer only. 403 for who asks by a token: what got out by one could never be
    shut out again."""
    if server.is_program:
        raise Forbidden(N_("A token cannot do this; sign in with your password."))
    token, secret = keeping.make_token(
        server.live.current.index, server.signed_in, asked.name, asked.scopes, datetime.now(UTC)
    )
    return Token.model_validate(token).model_copy(update={"secret": secret})


@router.delete("/account/tokens/{id}", status_code=204)
def revoke_token(server: AtAccountServer, id: str) -> Response:
    """Revoke one's own token. 422 when there is none of this id."""
    if not server.live.current.index.store.api_tokens.revoke(id, server.signed_in.id):
        raise BadInput(N_("There is no such token."))
    return Response(status_code=204)


@router.get("/account/claims")
def list_own_claims(server: AtAccountServer) -> Claims:
    """Which records one claims, and what was answered."""
    return show_claims(server.live.current.index.store.claims.of(server.signed_in.id))


@router.post("/account/claims", status_code=201)
def post_claim(server: AtAccountServer, asked: ClaimedRecord) -> Claims:
    """Say that a record is one's own. Answers with all claims."""
    here = server.live.current.index
    claim(here, server.signed_in, server.viewer, asked.record, datetime.now(UTC))
    return list_own_claims(server)


@router.delete("/account/claims/{record:path}", status_code=204)
def delete_claim(server: AtAccountServer, record: str) -> Response:
    """Claim a record no longer. 422 when it was not claimed."""
    withdraw_claim(server.live.current.index, server.signed_in, record)
    return Response(status_code=204)


# What officers and administrators keep


@router.get("/claims")
def list_claims(server: AtOfficerServer) -> WaitingClaims:
    """The claims that wait for an officer, with whose the record is already."""
    return show_waiting_claims(see_asked(server.live.current.index))


@router.post("/claims", status_code=201)
def answer_claim(server: AtWritingServer, asked: ClaimAnswer) -> WaitingClaims:
    """Confirm or decline a claim. Answers with those that still wait. 422 for confirming what is somebody's already
    without `sharing`."""
    index, at = server.live.current.index, datetime.now(UTC)
    settle_claim(index, asked.account, asked.record, asked.is_confirmed, server.account, at, asked.sharing)
    return list_claims(server)


@router.get("/accounts")
def list_accounts(server: AtAdministeringServer) -> Accounts:
    """All accounts, and the invitations that can still be accepted."""
    store = server.live.current.index.store
    return show_accounts(store.accounts.all(), store.invitations.open_ones(datetime.now(UTC)))


@router.post("/accounts/invitations", status_code=201)
def post_invitation(request: Request, server: AtAdministeringServer, asked: NewInvitation) -> Invitation:
    """Invite somebody. The link is in this answer only; it works once."""
    invitation, secret = keeping.invite(
        server.live.current.index, asked.email, asked.name, asked.role, asked.organisation_id, datetime.now(UTC)
    )
    return _with_link(request, invitation, secret)


@router.delete("/accounts/invitations", status_code=204)
def withdraw_invitation(server: AtAdministeringServer, email: str) -> Response:
    """Withdraw an invitation. 422 when there is none to this address."""
    if not server.live.current.index.store.invitations.withdraw(keeping.fold_email(email)):
        raise BadInput(N_("There is no invitation to {email}."), email=email)
    return Response(status_code=204)


@router.post("/accounts/{id}/password-link", status_code=201)
def post_password_link(request: Request, server: AtAdministeringServer, id: str) -> Invitation:
    """A link by which the owner of an account chooses a new password; it works once."""
    index = server.live.current.index
    invitation, secret = keeping.offer_password(index, keeping.find_account(index, id), datetime.now(UTC))
    return _with_link(request, invitation, secret)


def _with_link(request: Request, invitation: object, secret: str) -> Invitation:
    link = str(request.base_url).rstrip("/") + invitation_href(secret)
    return Invitation.model_validate(invitation).model_copy(update={"link": link})


@router.patch("/accounts/{id}")
def change_account(server: AtAdministeringServer, id: str, asked: AccountChange) -> Account:
    """Change role and organisation, disable or enable."""
    index = server.live.current.index
    account = keeping.find_account(index, id)
    is_moved = "organisation_id" in asked.model_fields_set
    if asked.role is not None or is_moved:
        organisation = asked.organisation_id if is_moved else account.organisation_id
        keeping.change_role(index, account, asked.role or account.role, organisation, server.account)
    if asked.is_disabled is not None:
        keeping.disable(index, account, asked.is_disabled, server.account)
    return Account.model_validate(keeping.find_account(index, id))


@router.delete("/accounts/{id}", status_code=204)
def erase_account(server: AtAdministeringServer, id: str) -> Response:
    """Erase an account with all that is personal of it."""
    index = server.live.current.index
    keeping.erase(index, keeping.find_account(index, id), server.account)
    return Response(status_code=204)
