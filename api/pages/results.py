"""The page of search results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import pairings_href, record_href, search_href
from api.alerts.saved_searches import may_follow
from api.errors import check_query
from api.highlighting import Pieces, is_common, mark_query
from api.labels import FITTING, KIND, KINDS
from api.pages.rendering import render
from api.routes.parameters import AtServer, FieldCode, Limit, PlaceName, Trl, Year
from api.routes.search import SearchOffset, next_offset
from api.wording import Link, Wording
from index import Facets, Hit, Narrowing
from ingest import KINDS as ALL_KINDS
from ingest import N_, Kind, Record, as_seen_by, fold

router = APIRouter()
_HITS = 20
_MOST_HITS = 100
_MOST_CHOICES = 8
_FROM_TRL = N_("TRL {level} or higher")


@dataclass(frozen=True, slots=True)
class HitCard:
    """`about` and `alike` (None: there is no such) tell it from others with its title."""

    kind: Kind
    kind_label: str
    href: str
    title: Pieces
    about: str
    alike: str | None
    section: str | None
    quote: Pieces | None
    match_href: str
    match_label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What results can be narrowed to by one aspect. `chosen` takes the choice back; `more` are the values that `name`
    takes besides, with their labels and counts."""

    label: str
    chosen: Link | None
    choices: list[tuple[Link, int]]
    name: str
    more: list[tuple[Any, str, int]]


@router.get("/tim-kiem")
def show_results(
    request: Request,
    server: AtServer,
    q: str = "",
    loai: Annotated[Kind | None, Query()] = None,
    linh_vuc: FieldCode = None,
    noi: PlaceName = None,
    nam: Year = None,
    trl: Trl = None,
    tu: SearchOffset = 0,
    limit: Limit = _HITS,
) -> Response:
    """`tu`: how many better ones stand on the pages before."""
    query = q.strip()
    if not query:
        return RedirectResponse("/", 303)
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    limit = min(limit, _MOST_HITS)
    narrowing = Narrowing(linh_vuc, noi, nam, trl)
    kinds = [loai] if loai else None
    result = index.search(check_query(query), server.viewer, kinds, limit, narrowing, True, tu)
    records = index.store.get_many([hit.id for hit in result.hits])
    # The suggestion with accents tells where words end, and the query as it was typed does not.
    typed = result.query if not result.suggestion or fold(result.suggestion) != fold(result.query) else ""
    words = f"{typed} {result.suggestion or ''}"
    same = Counter((hit.kind, fold(hit.title)) for hit in result.hits)
    hits = []
    for hit in result.hits:
        seen = as_seen_by(records[hit.id], server.viewer) if hit.id in records else None
        if seen:
            section = None if hit.section is None else wording.section(seen, hit.section)
            others = same[hit.kind, fold(hit.title)] - 1
            alike = wording.say(N_("of one title with {count} more of these results"), count=others) if others else None
            hits.append(_show_hit(hit, seen, words, result.forms, section, alike, wording))
    following = next_offset(result, tu, limit)
    base = search_href(query, loai, narrowing) + (f"&limit={limit}" if limit != _HITS else "")

    def at(offset: int) -> str:
        return f"{base}&tu={offset}" if offset else base

    values = {
        "query": query,
        "kind": loai,
        "kinds": [
            Link(search_href(query, None, narrowing), wording.say(N_("All")), loai is None),
            *(Link(search_href(query, kind, narrowing), wording.say(KINDS[kind]), kind == loai) for kind in ALL_KINDS),
        ],
        "facets": list(_show_facets(query, loai, narrowing, result.facets, wording)) if result.facets else [],
        "unnarrowed": search_href(query, loai) if narrowing else None,
        "suggestion": (
            Link(search_href(result.suggestion, loai, narrowing), result.suggestion) if result.suggestion else None
        ),
        "also_searched": (
            wording.say(N_("Also searched for: {forms}"), forms="; ".join(result.forms)) if result.forms else None
        ),
        "is_unrestored": result.mode == "unrestored",
        "hits": hits,
        "first": tu + 1,
        "last": tu + len(hits),
        "previous": at(max(0, tu - limit)) if tu else None,
        "next": at(following) if following is not None else None,
        "is_common": is_common(query),
        "is_literal": result.mode != "hybrid"
        or tu > 0  # all that has the words stands before
        or any(is_shared for hit in hits for _, is_shared in [*hit.title, *(hit.quote or [])]),
        "followed": {"q": query, "loai": loai, "linh_vuc": linh_vuc, "noi": noi, "nam": nam, "trl": trl},
        "may_follow": may_follow(server),
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    asked = {"query": query, "kind": loai, "field": linh_vuc, "place": noi, "year": nam, "trl": trl, "limit": limit}
    asked["offset"] = tu or None
    given = {name: value for name, value in asked.items() if value is not None}
    return render(request, "results.html", 200, values, twin=f"/api/v1/search?{urlencode(given)}&facets=true")


def _show_facets(
    query: str, kind: Kind | None, narrowing: Narrowing, facets: Facets, wording: Wording
) -> Iterator[Choices]:
    """The aspects that tell results apart. Of fields of science those next below the chosen one."""
    below = narrowing.field or ""
    next_length = {0: 1, 1: 3, 3: 5}.get(len(below), 0)
    fields = [(code, count) for code, count in facets.fields if code.startswith(below) and len(code) == next_length]
    aspects: list[tuple[str, str, str, Any, Sequence[tuple[Any, int]], Callable[[Any], str]]] = [
        # What stands above is the choice before.
        ("field", "linh_vuc", N_("Field"), narrowing.field, fields, lambda it: wording.group(it) or wording.field(it)),
        ("place", "noi", N_("Place"), narrowing.place, facets.places, str),
        ("year", "nam", N_("Year"), narrowing.year, facets.years, str),
        ("trl", "trl", N_("Readiness"), narrowing.trl, facets.trls, lambda it: wording.say(_FROM_TRL, level=it)),
    ]
    for aspect, parameter, label, value, counted, name in aspects:
        chosen = None
        if value is not None:
            without = search_href(query, kind, replace(narrowing, **{aspect: None}))
            chosen = Link(without, name(value))
        offered = [
            (choice, count)
            for choice, count in counted
            if choice != value and (value is None or aspect in ("field", "trl"))
        ]
        choices = [
            (Link(search_href(query, kind, replace(narrowing, **{aspect: choice})), name(choice)), count)
            for choice, count in offered[:_MOST_CHOICES]
        ]
        more = [(choice, name(choice), count) for choice, count in offered[_MOST_CHOICES:]]
        if chosen or choices:
            yield Choices(wording.say(label), chosen, choices, parameter, more)


def _show_hit(
    hit: Hit,
    seen: Record,
    words: str,
    forms: tuple[str, ...],
    section: str | None,
    alike: str | None,
    wording: Wording,
) -> HitCard:
    to = wording.first_partner(hit.kind)
    return HitCard(
        kind=hit.kind,
        kind_label=wording.say(KIND[hit.kind]),
        href=record_href(hit.id) if hit.section is None else record_href(hit.id, hit.section, hit.start, hit.end),
        title=mark_query(hit.title, words, forms),
        about=wording.tell_apart(seen),
        alike=alike,
        section=section,
        # The title stands above already.
        quote=None if hit.section is None else mark_query(hit.text, words, forms),
        match_href=pairings_href(hit.id, to),
        match_label=wording.say(FITTING[to]),
    )
