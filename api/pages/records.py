"""The pages of stored records: the list, and one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.accounts.claims import asks_whose
from api.accounts.labels import CLAIM
from api.addresses import record_href
from api.highlighting import Pieces, mark_span
from api.labels import HOUSE, KIND, KINDS
from api.library import browse, see_disagreements, see_record
from api.live_workspace import Server
from api.pages.rendering import render
from api.routes.parameters import AtServer, Offset
from api.wording import Link, Wording
from ingest import KINDS as ALL_KINDS
from ingest import N_, Kind, Record

router = APIRouter()
_PAGE = 50


@dataclass(frozen=True, slots=True)
class RecordLine:
    kind: Kind
    kind_label: str
    href: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class RecordHead:
    id: str
    kind: Kind
    kind_label: str
    house_label: str
    href: str
    title: str
    title_pieces: Pieces
    hush: str | None
    hush_name: str | None


@dataclass(frozen=True, slots=True)
class Part:
    position: int
    pieces: Pieces
    about: str
    hush: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Sections of one name that follow one another."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Claiming:
    """Whether the account may say that a record is its own, or what became of it."""

    may_ask: bool
    state: str | None


def show_head(record: Record, wording: Wording, title: Pieces | None = None) -> RecordHead:
    return RecordHead(
        record.id,
        record.kind,
        wording.say(KIND[record.kind]),
        wording.say(HOUSE[record.house]),
        record_href(record.id),
        record.title,
        title or [(record.title, False)],
        wording.visibility(record.visibility),
        None if record.visibility == "public" else record.visibility,
    )


@router.get("/ho-so")
def show_records(
    request: Request, server: AtServer, loai: Annotated[Kind | None, Query()] = None, tu: Offset = 0
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    shelf = browse(server.live.current.index, server.viewer, [loai] if loai else ALL_KINDS, tu, _PAGE)
    last = tu + len(shelf.records)
    values = {
        "kinds": [
            Link(_list_href(None, 0), wording.say(N_("All")), loai is None),
            *(Link(_list_href(kind, 0), wording.say(KINDS[kind]), kind == loai) for kind in ALL_KINDS),
        ],
        "records": [_show_line(record, wording) for record in shelf.records],
        "first": wording.number(tu + 1),
        "last": wording.number(last),
        "total": wording.number(shelf.total),
        "previous": _list_href(loai, max(0, tu - _PAGE)) if tu else None,
        "next": _list_href(loai, tu + _PAGE) if last < shelf.total else None,
    }
    twin = "/api/v1/records?" + urlencode({**({"kind": loai} if loai else {}), "offset": tu, "limit": _PAGE})
    return render(request, "records.html", 200, values, twin=twin)


def _list_href(kind: Kind | None, offset: int) -> str:
    query = {**({"loai": kind} if kind else {}), **({"tu": offset} if offset else {})}
    return "/ho-so" + ("?" + urlencode(query) if query else "")


def _show_line(record: Record, wording: Wording) -> RecordLine:
    budget = record.facts.budget_vnd
    about = [wording.tell_apart(record), wording.money(budget) if budget else None]
    return RecordLine(
        record.kind,
        wording.say(KIND[record.kind]),
        record_href(record.id),
        record.title,
        " · ".join(part for part in about if part),
    )


@router.get("/ho-so/{id:path}")
def show_record(
    request: Request,
    server: AtServer,
    id: str,
    phan: Annotated[int | None, Query(ge=0)] = None,
    tu: Offset = 0,
    den: Offset = 0,
) -> Response:
    """One record; with `phan`, `tu` and `den` a quote in it is highlighted."""
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record = see_record(index, id, server.viewer)
    title = mark_span(record.title, tu, den) if phan is None else None
    values = {
        "record": show_head(record, wording, title),
        "matches": wording.partners(record),
        "why": f"{record_href(id)}/giai-thich",
        "engagements": _link_engagements(server, id, wording),
        "claim": _show_claim(server, record),
        "masked": _hides_names(index.store.get(id), record),
        "facts": wording.facts(record, date.today()),
        "disagreements": [wording.disagreement(one) for one in see_disagreements(index, id, server.viewer)],
        "groups": _group_sections(record, wording, phan, tu, den),
        "sources": [wording.source(record, source) for source in record.sources],
    }
    return render(request, "record.html", 200, values, twin=f"/api/v1/records/{quote(id, safe='')}")


def _link_engagements(server: Server, id: str, wording: Wording) -> Link | None:
    """The board of this record, when the viewer sees anything on it."""
    count = len(server.live.current.index.store.engagements.all(server.viewer, id))
    if not count:
        return None
    return Link("/ket-noi?" + urlencode({"ho-so": id}), wording.say(N_("Engagements ({count})"), count=count))


def _show_claim(server: Server, record: Record) -> Claiming | None:
    """What there is to say or ask of whether this record is the account's own."""
    account = server.account
    if account is None:
        return None
    claims = {one.record_id: one for one in server.live.current.index.store.claims.of(account.id)}
    known = claims.get(record.id)
    may_ask = known is None and "write" in server.scopes and asks_whose(account, record, server.viewer)
    return Claiming(may_ask, server.translate(CLAIM[known.state]) if known else None) if known or may_ask else None


def _hides_names(stored: Record, seen: Record) -> bool:
    """Whether something is shown otherwise than it is stored, besides sections that are left out."""
    texts = {stored.title, *(section.text for section in stored.sections)}
    return seen.facts != stored.facts or not texts.issuperset(
        (seen.title, *(section.text for section in seen.sections))
    )


def _group_sections(record: Record, wording: Wording, quoted: int | None, start: int, end: int) -> list[Group]:
    groups = []
    for name, numbered in groupby(enumerate(record.sections), key=lambda pair: pair[1].name):
        parts = [
            Part(
                position,
                mark_span(section.text, start, end) if position == quoted else [(section.text, False)],
                wording.about_section(section),
                wording.visibility(section.visibility),
            )
            for position, section in numbered
        ]
        groups.append(Group(wording.section_name(name), parts))
    return groups
