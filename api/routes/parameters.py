"""What requests carry: the server's state, and the parameters that several routes share."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from api.errors import MOST_RESULTS, Forbidden, NotSignedIn
from api.live_workspace import Server
from api.problems import server_of
from ingest import N_, Kind

AtServer = Annotated[Server, Depends(server_of)]
Limit = Annotated[int, Query(ge=1, le=MOST_RESULTS)]
Offset = Annotated[int, Query(ge=0, le=1 << 40)]
KindOrAll = Annotated[Kind | None, Query()]
FieldCode = Annotated[str | None, Field(pattern=r"^[1-6](\d\d){0,2}$")]
PlaceName = Annotated[str | None, Field(max_length=100)]
Year = Annotated[int | None, Field(ge=1900, le=2200)]
Number = Annotated[int, Field(ge=0, lt=1 << 63)]  # as far as the database counts
Trl = Annotated[int | None, Field(ge=1, le=9)]


class Spoken(BaseModel):
    """Parameters of an address in which the language of messages may stand (``languages.speak`` reads it)."""

    lang: str | None = Field(None, max_length=20, description="vi or en: the language of messages")


def writing_server(request: Request) -> Server:
    """The server, for requests that change something. Raises Forbidden when the viewer may not."""
    server = server_of(request)
    if not server.may_write:
        raise Forbidden(N_("Only an officer may change what is stored on this server."))
    return server


def for_officers(because: str = N_("Only officers see this.")) -> Any:
    """The server, for requests that read what is shown to officers only, also with a token that may only read. Raises
    Forbidden with the reason."""

    def officer_server(request: Request) -> Server:
        server = server_of(request)
        if not server.viewer.sees_all:
            raise Forbidden(because)
        return server

    return Depends(officer_server)


def account_server(request: Request) -> Server:
    """The server, for what an account keeps of its own. Raises NotSignedIn."""
    server = server_of(request)
    if not server.has_accounts:
        raise NotSignedIn(N_("This data folder has no accounts. Make the first on the server: banha account add"))
    if server.account is None:
        raise NotSignedIn(N_("Sign in first."))
    return server


def owning_server(request: Request) -> Server:
    """The server, for requests that change what is the viewer's own. Raises NotSignedIn and Forbidden."""
    server = server_of(request)
    if not server.may_write:
        if server.has_accounts:
            server.signed_in  # noqa: B018 (raises for whoever is not signed in)
        if "write" not in server.scopes or not server.account:
            raise Forbidden(N_("Only its owner or an officer may change this."))
    return server


def administering_server(request: Request) -> Server:
    """The server, for requests that manage accounts or read the audit log. Raises Forbidden."""
    server = server_of(request)
    if not server.may_administer:
        raise Forbidden(N_("Only an administrator may do this."))
    return server


AtWritingServer = Annotated[Server, Depends(writing_server)]
AtOfficerServer = Annotated[Server, for_officers()]
AtAccountServer = Annotated[Server, Depends(account_server)]
AtOwningServer = Annotated[Server, Depends(owning_server)]
AtAdministeringServer = Annotated[Server, Depends(administering_server)]
