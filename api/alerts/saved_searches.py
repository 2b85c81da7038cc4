"""Following searches: saved, changed and given up by whoever they belong to; what pages and the HTTP API share."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime

from api.accounts.signing_in import digest_of, make_secret
from api.addresses import feed_href
from api.alerts.content import Owner, absolute, name_search, owner_of, results_href
from api.alerts.finding import find_fitting
from api.alerts.schemas import Delivery, NewSavedSearch, SavedSearch
from api.alerts.smtp import can_mail
from api.alerts.webhooks import check_url, make_hook_secret
from api.errors import BadInput, Forbidden, NotSignedIn, check_query
from api.jobs.lines import read_line
from api.library import see_record
from api.live_workspace import Server
from index import Narrowing, Often
from index import SavedSearch as Stored
from index.saved_searches import SavedSearches
from ingest import N_

MOST_SEARCHES = 50
_MOST_DELIVERIES = 5
# Who clicks twice must not find twice that the search is new.
_following = threading.Lock()


def owner_at(server: Server) -> Owner:
    """Whose saved searches a request is about. Raises NotSignedIn, and Forbidden where nobody can sign in."""
    if server.account is None and not (server.may_write and not server.has_accounts):
        if server.has_accounts:
            raise NotSignedIn(N_("Sign in to follow searches."))
        raise Forbidden(N_("Only an officer may follow searches on this server, as long as there are no accounts."))
    account_id = server.account.id if server.account else None
    owner = owner_of(server.live.current.index, server.settings, account_id)
    assert owner is not None
    return owner


def may_follow(server: Server) -> bool:
    return server.account is not None or (server.may_write and not server.has_accounts)


def can_be_mailed(server: Server, owner: Owner) -> bool:
    return can_mail(server.settings) and bool(owner.email)


def table_of(server: Server) -> SavedSearches:
    return server.live.current.index.store.saved_searches


def follow(server: Server, asked: NewSavedSearch) -> tuple[Stored, str | None]:
    """The saved search, and the secret of its feed if it has one. What it finds now counts as known. What is followed
    already, and is to have no feed or webhook of its own, stays as it is. Raises BadInput, UnknownRecord, NotSignedIn,
    Forbidden, HookFailed."""
    with _following:
        return _follow(server, asked)


def _follow(server: Server, asked: NewSavedSearch) -> tuple[Stored, str | None]:
    owner, index = owner_at(server), server.live.current.index
    if known := _find_same(server, owner, asked):
        return known, None
    if len(table_of(server).of(owner.id)) >= MOST_SEARCHES:
        raise BadInput(N_("You follow {most} searches already; give one up first."), most=MOST_SEARCHES)
    if (asked.query is None) == (asked.record is None):
        raise BadInput(N_("Follow either a text or what fits a record."))
    query, record_id = None, None
    if asked.query is not None:
        query = check_query(asked.query.strip())
    elif asked.record is not None:
        record_id = see_record(index, asked.record, owner.viewer).id
        if asked.kind is None:
            raise BadInput(N_("Say which kind of record is to fit."))
    hook = check_url(asked.webhook, server.settings.private_hosts) if asked.webhook else None
    at = datetime.now(UTC).isoformat(timespec="seconds")
    seq = index.store.seq
    index.refresh()
    search = Stored(
        id=secrets.token_hex(12),
        account_id=owner.id,
        query=query,
        record_id=record_id,
        kind=asked.kind,
        narrowing=Narrowing() if record_id else Narrowing(asked.field, asked.place, asked.year, asked.trl),
        lang=server.settings.lang,
        often=asked.often,
        by_mail=asked.mail,
        has_feed=asked.feed,
        hook_url=hook,
        hook_secret=make_hook_secret() if hook else None,
        seq=seq,
        looked_at=at,
        created_at=at,
    )
    secret = make_secret() if asked.feed else None
    table_of(server).add(search, digest_of(secret) if secret else None, find_fitting(index, search, owner.viewer))
    return search, secret


def _find_same(server: Server, owner: Owner, asked: NewSavedSearch) -> Stored | None:
    if asked.feed or asked.webhook:
        return None
    query = None if asked.query is None else asked.query.strip()
    narrowing = Narrowing() if asked.record else Narrowing(asked.field, asked.place, asked.year, asked.trl)
    wanted = (query, asked.record, asked.kind, narrowing)
    same = (
        one for one in table_of(server).of(owner.id) if (one.query, one.record_id, one.kind, one.narrowing) == wanted
    )
    return next(same, None)


def change(server: Server, id: str, often: Often | None, mail: bool | None) -> None:
    """Raises UnknownSavedSearch."""
    search = see_own(server, id)
    table_of(server).change(id, often or search.often, search.by_mail if mail is None else mail)


def renew_feed(server: Server, id: str) -> str:
    """The secret of the new address of a feed; the one before holds no longer. Raises UnknownSavedSearch."""
    see_own(server, id)
    secret = make_secret()
    table_of(server).set_feed(id, digest_of(secret))
    return secret


def revoke_feed(server: Server, id: str) -> None:
    """Raises UnknownSavedSearch."""
    see_own(server, id)
    table_of(server).set_feed(id, None)


def set_hook(server: Server, id: str, url: str | None) -> str | None:
    """The secret with which posts to the address are signed; no address, no posts. Raises UnknownSavedSearch, BadInput
    and HookFailed."""
    see_own(server, id)
    hook = check_url(url, server.settings.private_hosts) if url and url.strip() else None
    secret = make_hook_secret() if hook else None
    table_of(server).set_hook(id, hook, secret)
    return secret


def give_up(server: Server, id: str) -> None:
    """Raises UnknownSavedSearch."""
    see_own(server, id)
    table_of(server).remove(id)


def see_own(server: Server, id: str) -> Stored:
    """Raises UnknownSavedSearch."""
    return table_of(server).get(id, owner_at(server).id)


def show_saved_search(
    server: Server,
    owner: Owner,
    search: Stored,
    feed_secret: str | None = None,
    hook_secret: str | None = None,
    base_url: str = "",
) -> SavedSearch:
    """As JSON; secrets are known only when they are made."""
    index = server.live.current.index
    return SavedSearch(
        id=search.id,
        name=name_search(index, search, owner.viewer, server.translate),
        href=results_href(search),
        query=search.query,
        record=search.record_id,
        kind=search.kind,
        field=search.narrowing.field,
        place=search.narrowing.place,
        year=search.narrowing.year,
        trl=search.narrowing.trl,
        often=search.often,
        mail=search.by_mail,
        has_feed=search.has_feed,
        feed=absolute(base_url, feed_href(feed_secret)) if feed_secret else None,
        webhook=search.hook_url,
        webhook_secret=hook_secret,
        created_at=search.created_at,
        looked_at=search.looked_at,
        found=table_of(server).count_found(search.id),
        deliveries=tuple(
            Delivery(
                id=one.id,
                way=one.way,
                state=one.state,
                attempts=one.attempts,
                created_at=one.created_at,
                next_at=_moment(one.next_at) if one.state == "waiting" else None,
                settled_at=one.settled_at,
                problem=read_line(one.problem, server.translate),
            )
            for one in index.store.deliveries.of(search.id, _MOST_DELIVERIES)
        ),
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
