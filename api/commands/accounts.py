"""The commands about accounts: account add, list, invite, disable, erase, unlink, password; token add, list, revoke."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opening import open_data
from api.commands.parameters import AsJson
from api.errors import BadInput
from api.terminal import Session, open_console, printable, write_json
from api.usage import Command, CommandGroup
from ingest import N_

if TYPE_CHECKING:
    from index import Index

# As index says; importing that takes longer than showing the help.
AccountRole = Literal["officer", "reviewer", "scientist", "university", "enterprise", "administrator"]

_Email = Annotated[str, typer.Argument(metavar="EMAIL", help=N_("The e-mail address of the account."))]
_Name = Annotated[str, typer.Option("--name", metavar="NAME", help=N_("The full name of the person."))]
_AnyName = Annotated[str, typer.Option("--name", metavar="NAME", help=N_("The full name, if it is known."))]
_Role = Annotated[
    AccountRole,
    typer.Option("--role", help=N_("officer, reviewer, scientist, university, enterprise or administrator.")),
]
_Organisation = Annotated[
    str | None,
    typer.Option("--organisation", metavar="RECORD-ID", help=N_("The record of the organisation the person acts for.")),
]
_Undo = Annotated[bool, typer.Option("--undo", help=N_("Let the person sign in again."))]
_TokenName = Annotated[str, typer.Option("--name", metavar="NAME", help=N_("What the token is for."))]
_Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help=N_("read (always), write or administer; may be given several times.")),
]
_TokenId = Annotated[str, typer.Argument(metavar="TOKEN-ID", help=N_("The id of the token, as listed."))]
_Address = Annotated[
    str, typer.Option("--address", metavar="URL", help=N_("Where people reach the server, for the link."))
]

account = typer.Typer(cls=CommandGroup, no_args_is_help=True, help=N_("Keep the accounts of people who sign in."))
token = typer.Typer(cls=CommandGroup, no_args_is_help=True, help=N_("Keep the tokens of programs."))


def _open(session: Session) -> Index:
    return open_data(session, with_model=False).index


def _ask_password(session: Session) -> str:
    """Typed twice, or one line of standard input. Raises BadInput."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, second = (getpass.getpass(session.translate(words) + " ") for words in (N_("Password:"), N_("Once more:")))
    if first != second:
        raise BadInput(N_("The two passwords are not the same."))
    return first


@account.command("add", cls=Command, help=N_("Open an account; the password is asked for, or on standard input."))
def add(ctx: typer.Context, email: _Email, name: _Name, role: _Role, organisation: _Organisation = None) -> None:
    from api.accounts.keeping import add_account

    session: Session = ctx.obj
    index = _open(session)
    is_first = not index.store.accounts.were_there()
    made = add_account(index, email, name, role, organisation, _ask_password(session), datetime.now(UTC))
    session.tell(N_("Account of {name} <{email}>: {id}"), name=made.name, email=made.email, id=made.id)
    if is_first:
        session.tell(N_("From now on the server shows what is not public only to those who sign in."))


@account.command("list", cls=Command, help=N_("List accounts and open invitations."))
def list_accounts(ctx: typer.Context, as_json: AsJson = False) -> None:
    from api.accounts.schemas import show_accounts

    session: Session = ctx.obj
    store = _open(session).store
    shown = show_accounts(store.accounts.all(), store.invitations.open_ones(datetime.now(UTC)))
    if as_json:
        write_json(shown)
        return
    from api.accounts.labels import ROLE

    console = open_console()
    for one in shown.accounts:
        state = session.translate(N_("disabled")) if one.is_disabled else ""
        said = (one.email, one.name, session.translate(ROLE[one.role]), one.organisation_id or "", state)
        console.print(printable(" · ".join(filter(None, said))))
    for invited in shown.invitations:
        words = (invited.email, session.translate(ROLE[invited.role]), session.translate(N_("invited")))
        console.print(printable(" · ".join(words)))


@account.command("invite", cls=Command, help=N_("Make a link with which somebody opens an account; it works once."))
def invite(
    ctx: typer.Context,
    email: _Email,
    role: _Role,
    name: _AnyName = "",
    organisation: _Organisation = None,
    address: _Address = "http://127.0.0.1:8080",
) -> None:
    from api.accounts.keeping import invite as make_invitation
    from api.addresses import invitation_href

    session: Session = ctx.obj
    made, secret = make_invitation(_open(session), email, name, role, organisation, datetime.now(UTC))
    sys.stdout.write(address.rstrip("/") + invitation_href(secret) + "\n")
    session.tell(
        N_("Send this link to {email}; it works once, until {day}."), email=made.email, day=made.expires_at[:10]
    )


@account.command("disable", cls=Command, help=N_("Let nobody sign in to an account; --undo lets them again."))
def disable(ctx: typer.Context, email: _Email, undo: _Undo = False) -> None:
    from api.accounts.keeping import disable as forbid
    from api.accounts.keeping import find_account

    session: Session = ctx.obj
    index = _open(session)
    found = find_account(index, email)
    forbid(index, found, not undo, None)
    told = N_("{email} may sign in again.") if undo else N_("{email} cannot sign in any more, and is signed out.")
    session.tell(told, email=found.email)
    _warn_unkept(session, index)


@account.command("erase", cls=Command, help=N_("Erase an account with its sessions, tokens and claims."))
def erase(ctx: typer.Context, email: _Email) -> None:
    from api.accounts.keeping import erase as forget
    from api.accounts.keeping import find_account

    session: Session = ctx.obj
    index = _open(session)
    found = find_account(index, email)
    forget(index, found, None)
    session.tell(N_("Erased: {email}"), email=found.email)
    _warn_unkept(session, index)


def _warn_unkept(session: Session, index: Index) -> None:
    if not index.store.accounts.are_kept():
        session.tell(
            N_(
                "Nobody who could manage this server can sign in any more, and it shows only what is public. Open an "
                "account: banha account add"
            )
        )


@account.command("unlink", cls=Command, help=N_("Link an account to nobody at the OpenID Connect provider."))
def unlink(ctx: typer.Context, email: _Email) -> None:
    from api.accounts.keeping import find_account

    session: Session = ctx.obj
    index = _open(session)
    found = find_account(index, email)
    if not index.store.accounts.unlink(found.id):
        raise BadInput(N_("{email} is linked to nobody at a provider."), email=found.email)
    session.tell(N_("{email} is linked to nobody at a provider any more, and is signed out."), email=found.email)


@account.command("password", cls=Command, help=N_("Give an account a new password, asked for or from standard input."))
def password(ctx: typer.Context, email: _Email) -> None:
    from api.accounts.keeping import find_account, set_password

    session: Session = ctx.obj
    index = _open(session)
    found = find_account(index, email)
    set_password(index, found, _ask_password(session))
    session.tell(N_("{email} has a new password, and is signed out everywhere."), email=found.email)


@token.command("add", cls=Command, help=N_("Make a token for a program that acts for an account; it is shown once."))
def add_token(ctx: typer.Context, email: _Email, name: _TokenName, scope: _Scopes = None) -> None:
    from api.accounts.keeping import find_account, make_token
    from index.api_tokens import SCOPES, known_scopes

    session: Session = ctx.obj
    scopes = known_scopes(scope or [])
    if unknown := set(scope or []) - set(scopes):
        raise BadInput(
            N_("There is no scope {name}. There are: {scopes}."), name=min(unknown), scopes=", ".join(SCOPES)
        )
    index = _open(session)
    made, secret = make_token(index, find_account(index, email), name, scopes, datetime.now(UTC))
    sys.stdout.write(secret + "\n")
    session.tell(
        N_("Token {id}, until {day}. It is shown only now; keep it like a password."),
        id=made.id,
        day=made.expires_at[:10],
    )


@token.command("list", cls=Command, help=N_("List tokens, without their secrets."))
def list_tokens(ctx: typer.Context, as_json: AsJson = False) -> None:
    from api.accounts.schemas import show_tokens

    session: Session = ctx.obj
    store = _open(session).store
    shown = show_tokens(store.api_tokens.of())
    if as_json:
        write_json(shown)
        return
    emails = {one.id: one.email for one in store.accounts.all()}
    console = open_console()
    for one in shown.tokens:
        said = (one.id, emails.get(one.account_id, ""), one.name, " ".join(one.scopes), one.expires_at[:10])
        console.print(printable(" · ".join(said)))


@token.command("revoke", cls=Command, help=N_("Revoke a token."))
def revoke(ctx: typer.Context, id: _TokenId) -> None:
    session: Session = ctx.obj
    if not _open(session).store.api_tokens.revoke(id):
        raise BadInput(N_("There is no such token."))
    session.tell(N_("Revoked: {id}"), id=id)
