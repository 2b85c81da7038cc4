"""Saved searches of an account (or of the office, while there are no accounts), and their feeds."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.accounts.signing_in import digest_of
from api.alerts import saved_searches as following
from api.alerts.content import owner_of
from api.alerts.feeds import MEDIA_TYPE, is_same, write_feed
from api.alerts.schemas import NewSavedSearch, SavedSearch, SavedSearchChange, SavedSearchList
from api.alerts.sending import note_export
from api.live_workspace import Server
from api.routes.parameters import AtServer
from index import UnknownSavedSearch

router = APIRouter(tags=["saved searches"])


@router.get("/saved-searches")
def get_saved_searches(server: AtServer) -> SavedSearchList:
    """The own ones, the newest first, each with its latest deliveries."""
    owner = following.owner_at(server)
    found = following.table_of(server).of(owner.id)
    return SavedSearchList(searches=tuple(following.show_saved_search(server, owner, one) for one in found))


@router.post("/saved-searches", status_code=201)
def post_saved_search(request: Request, server: AtServer, asked: NewSavedSearch) -> SavedSearch:
    """Follow a search: whatever new record it finds is told once. The address of the feed and the secret of the webhook
    are in this answer only."""
    search, feed_secret = following.follow(server, asked)
    return _show(request, server, search.id, feed_secret, search.hook_secret)


@router.patch("/saved-searches/{id}")
def patch_saved_search(request: Request, server: AtServer, id: str, asked: SavedSearchChange) -> SavedSearch:
    feed_secret = hook_secret = None
    following.change(server, id, asked.often, asked.mail)
    if asked.feed:
        feed_secret = following.renew_feed(server, id)
    elif asked.feed is False:
        following.revoke_feed(server, id)
    if asked.webhook is not None:
        hook_secret = following.set_hook(server, id, asked.webhook)
    return _show(request, server, id, feed_secret, hook_secret)


@router.delete("/saved-searches/{id}", status_code=204)
def delete_saved_search(server: AtServer, id: str) -> None:
    """What waits to be delivered is not delivered any more."""
    following.give_up(server, id)


@router.get("/feeds/{token}")
def get_feed(request: Request, server: AtServer, token: str) -> Response:
    """What a saved search has found, as Atom; whoever knows the address may read it, until it is revoked."""
    index = server.live.current.index
    search = index.store.saved_searches.find_feed(digest_of(token))
    owner = owner_of(index, server.settings, search.account_id) if search else None
    if search is None or owner is None:
        raise UnknownSavedSearch("")
    public_url = public_url_of(request, server)
    content, etag, ids = write_feed(index, owner, search, f"{public_url}{request.url.path}", public_url)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if is_same(etag, request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    if ids:
        note_export(index, server.settings, owner, "GET /api/v1/feeds/{token}", ids)
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


def public_url_of(request: Request, server: Server) -> str:
    """Under which address whoever asks reaches the server."""
    return (server.settings.public_url or str(request.base_url)).rstrip("/")


def _show(request: Request, server: Server, id: str, feed_secret: str | None, hook_secret: str | None) -> SavedSearch:
    search, base_url = following.see_own(server, id), public_url_of(request, server)
    owner = following.owner_at(server)
    return following.show_saved_search(server, owner, search, feed_secret, hook_secret, base_url)
