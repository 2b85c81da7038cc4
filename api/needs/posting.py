"""Posting needs: who may, under whose name, changed and withdrawn by whoever owns them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, date, datetime

from api.accounts.ownership import viewer_of
from api.errors import Forbidden, PostedAlready, PostedBefore
from api.live_workspace import Server
from api.needs.questions import Answers, build_need, read_answers
from api.uploads import store_record
from index import Account, Claim, Index, UnknownRecord
from index.changes import ChangedMeanwhile
from index.origins import content_hash_of
from index.regrouping import retire_origins
from ingest import N_, House, Record, Viewer

_ORIGIN = "account:"
# Who clicks twice must not find twice that the need is new.
_posting = threading.Lock()
_POSTING = frozenset({"enterprise", "university"})
_ID_BYTES = 6


def may_post(server: Server) -> bool:
    """Whether whoever asks may post a need."""
    return server.may_write or (
        server.account is not None and server.account.role in _POSTING and "write" in server.scopes
    )


def post_need(
    server: Server, answers: Answers, id: str = "", key: str = "", is_another: bool = False, seen: str = ""
) -> Record:
    """Store a need, or another version of the one with this `id`, which is as the poster sees it. It belongs to the
    account's organisation, else to the account. What the same poster sends again with the `key` of a form that nobody
    else knows is stored once.

    Raises NotSignedIn, Forbidden, BadInput, UnknownRecord for one that is not theirs, PostedBefore where a form that is
    sent again says something else, PostedAlready where a new one says what a need of theirs does, unless it
    `is_another`, and ChangedMeanwhile where `seen` is not the mark of the need that is to be changed."""
    if not may_post(server):
        if server.has_accounts:
            server.signed_in  # noqa: B018 (raises for whoever is not signed in)
        raise Forbidden(N_("Needs are posted by enterprises, universities and officers."))
    workspace, account = server.live.for_writing(), server.account
    index = workspace.index
    if id:
        before = see_posted(index, id, server.viewer)
        organisation: str | None = before.facts.organisation
        house: House = before.house
    else:
        organisation = organisation_of(index, account)
        house = "science" if account and account.role == "university" else "enterprise"
    need = build_need(answers, organisation, house, date.today(), server.settings.keep_contacts)
    poster, is_new = account.id if account else "officer", not id
    with _posting:
        # Who clicks twice owns since the first click what was not there when the second one came.
        viewer = viewer_of(index, account) if account else server.viewer
        if not id and key:
            id = _id_of_form(poster, key)
            posted = _find_posted(index, f"{_ORIGIN}{poster}/{id}", id)
            if posted and not viewer.sees_all_of(posted.id):
                # It has become somebody else's; what stands in it now must be neither told nor changed.
                id = ""
            elif posted:
                if read_answers(posted) != read_answers(need):
                    raise PostedBefore(posted.id)
                return posted
        elif id and seen:
            now = see_posted(index, id, viewer)
            # Who clicks twice is told of nobody else.
            if seen != mark_of(now) and read_answers(now) != read_answers(need):
                raise ChangedMeanwhile
        if is_new and not is_another and (same := _find_same(index, viewer, poster, need)):
            raise PostedAlready(same)
        id = id or _mint_id(index)
        stored = store_record(workspace, need.with_id(id), f"{_ORIGIN}{poster}/{id}")
        if account and not organisation and stored.change == "new":
            at = datetime.now(UTC).isoformat(timespec="seconds")
            index.store.claims.put(Claim(account.id, id, "confirmed", account.id, at))
    return need.with_id(stored.id)


def mint_key() -> str:
    """The key of a form that has not been posted yet."""
    return secrets.token_urlsafe(16)


def see_posted(index: Index, id: str, viewer: Viewer) -> Record:
    """A need that was posted here, for its owner. Raises UnknownRecord, also for one that is somebody else's."""
    if not viewer.sees_all_of(id) or not _origins(index, id):
        raise UnknownRecord(id)
    return index.store.get(id)


def mark_of(need: Record) -> str:
    """Another one whenever the need says something else."""
    return content_hash_of(need)


def withdraw_need(server: Server, id: str) -> None:
    """Take a posted need back; nothing of it is kept unless somebody else tells of it too. Raises as `post_need`."""
    if not may_post(server):
        raise Forbidden(N_("Needs are posted by enterprises, universities and officers."))
    index = server.live.for_writing().index
    see_posted(index, id, server.viewer)
    if {version.origin for version in index.store.origins.versions_of(id)} <= set(_origins(index, id)):
        index.remove(id)
        return
    retire_origins(index, _origins(index, id))
    index.save()


def poster_of(server: Server, id: str) -> str | None:
    """The organisation under whose name a need is or would be posted: of a stored one, for its owner, as stored."""
    index = server.live.current.index
    if id:
        try:
            return see_posted(index, id, server.viewer).facts.organisation
        except UnknownRecord:
            pass
    return organisation_of(index, server.account)


def is_posted(index: Index, id: str) -> bool:
    """Whether a need was posted here, and not taken in from a file."""
    return bool(_origins(index, id))


def organisation_of(index: Index, account: Account | None) -> str | None:
    """The name of the organisation for which an account acts."""
    known = index.store.find(account.organisation_id, "") if account and account.organisation_id else None
    return index.store.get(known.id).title if known else None


def _origins(index: Index, id: str) -> list[str]:
    versions = index.store.origins.versions_of(id)
    return [one.origin for one in versions if one.own_id == id and one.origin.startswith(_ORIGIN)]


def _find_posted(index: Index, origin: str, own_id: str) -> Record | None:
    """What was posted from there, under the id by which it is known now."""
    known = index.store.find(own_id, "")
    versions = index.store.origins.versions_of(known.id) if known else ()
    return next((one.record.with_id(known.id) for one in versions if known and one.origin == origin), None)


def _find_same(index: Index, viewer: Viewer, poster: str, need: Record) -> str | None:
    """The first of the posted needs that says the same words, whatever of them is hidden, and is the poster's still."""
    told = index.store.origins.under(f"{_ORIGIN}{poster}")
    ids = {id for origin in told for id in index.store.origins.told_by(origin).values()} | viewer.owns
    words = _words_of(need)
    found = index.store.get_many(sorted(id for id in ids if viewer.sees_all_of(id))).values()
    return next((one.id for one in found if one.kind == "need" and _words_of(one) == words), None)


def _words_of(need: Record) -> list[str]:
    return [" ".join(text.casefold().split()) for text in read_answers(need).texts.values()]


def _id_of_form(poster: str, key: str) -> str:
    """The same for each time that this poster sends the form; nobody else's can be the same."""
    return f"need-{hashlib.sha256(f'{poster}/{key}'.encode()).hexdigest()[: 2 * _ID_BYTES]}"


def _mint_id(index: Index) -> str:
    while True:
        id = f"need-{secrets.token_hex(_ID_BYTES)}"
        if index.store.find(id, "") is None:
            return id
