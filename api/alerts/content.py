"""What alerts say: for whom, of which records, as they are when it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from api.accounts.ownership import viewer_of
from api.addresses import pairings_href, record_href, search_href
from api.catalogue import Translate, fill
from api.labels import KIND, KINDS
from api.settings import Settings
from index import Account, Index, SavedSearch
from ingest import N_, OFFICER, Kind, Viewer, as_seen_by
from ingest.fields import group_title

_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom a saved search belongs (`account` None: the office), and what may be shown there now."""

    account: Account | None
    viewer: Viewer
    email: str

    @property
    def id(self) -> str | None:
        return self.account.id if self.account else None


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record as its reader may see it. `text` is how its first section begins; `href` is a whole address where the
    server knows its own."""

    id: str
    kind: Kind
    label: str
    title: str
    text: str
    href: str


def owner_of(index: Index, settings: Settings, account_id: str | None) -> Owner | None:
    """None where nobody is to be told anything: of accounts that are gone or disabled, and of the office once there
    were accounts (the first took over what it followed)."""
    if account_id is None:
        return None if index.store.accounts.were_there() else Owner(None, OFFICER, settings.mail_to)
    account = index.store.accounts.get(account_id)
    if account is None or account.is_disabled:
        return None
    return Owner(account, viewer_of(index, account), account.email)


def tell_records(
    index: Index, ids: Sequence[str], viewer: Viewer, public_url: str, translate: Translate
) -> list[ToldRecord]:
    """Those that exist for the viewer, in this order."""
    records = index.store.get_many(ids)
    seen = [as_seen_by(records[id], viewer) for id in ids if id in records]
    return [
        ToldRecord(
            one.id,
            one.kind,
            translate(KIND[one.kind]),
            one.title,
            shorten(next((section.text for section in one.sections), ""), _LONGEST_TEXT, placeholder=" …"),
            absolute(public_url, record_href(one.id)),
        )
        for one in seen
        if one is not None
    ]


def name_search(index: Index, search: SavedSearch, viewer: Viewer, translate: Translate) -> str:
    """A saved search in words, on one line."""
    narrowing = search.narrowing
    if search.record_id is not None:
        record = index.store.get_many([search.record_id]).get(search.record_id)
        seen = record and as_seen_by(record, viewer)
        parts = [fill(translate(N_("What fits “{title}”")), {"title": seen.title if seen else search.record_id})]
    else:
        parts = [f"“{shorten(search.query or '', _LONGEST_TEXT, placeholder=' …')}”"]
    parts.append(translate(KINDS[search.kind]) if search.kind else "")
    parts += [group_title(narrowing.field, search.lang) or narrowing.field] if narrowing.field else []
    parts += [narrowing.place or "", str(narrowing.year or "")]
    parts += [fill(translate(N_("TRL {level} or higher")), {"level": narrowing.trl})] if narrowing.trl else []
    return " ".join(" · ".join(filter(None, parts)).split())


def results_href(search: SavedSearch) -> str:
    """The page of everything that a saved search finds."""
    if search.record_id is not None and search.kind is not None:
        return pairings_href(search.record_id, search.kind)
    return search_href(search.query or "", search.kind, search.narrowing)


def absolute(public_url: str, href: str) -> str:
    return public_url.rstrip("/") + href
