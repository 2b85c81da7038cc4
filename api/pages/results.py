"""The page of search results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import pairings_href, record_href, search_href
from api.errors import check_query
from api.highlighting import Pieces, is_common, mark_shared
from api.labels import FITTING, KIND, KINDS
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.wording import Link, Wording
from index import Hit
from ingest import KINDS as ALL_KINDS
from ingest import N_, Kind, as_seen_by

router = APIRouter()
_HITS = 20


@dataclass(frozen=True, slots=True)
class HitCard:
    kind: Kind
    kind_label: str
    href: str
    title: Pieces
    section: str | None
    quote: Pieces | None
    match_href: str
    match_label: str


@router.get("/tim-kiem")
def show_results(
    request: Request, server: AtServer, q: str = "", loai: Annotated[Kind | None, Query()] = None
) -> Response:
    query = q.strip()
    if not query:
        return RedirectResponse("/", 303)
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    result = index.search(check_query(query), server.viewer, [loai] if loai else None, _HITS)
    records = index.store.get_many([hit.id for hit in result.hits])
    words = f"{result.query} {result.suggestion or ''}"
    hits = []
    for hit in result.hits:
        seen = as_seen_by(records[hit.id], server.viewer) if hit.id in records else None
        if seen:
            section = None if hit.section is None else wording.section(seen, hit.section)
            hits.append(_show_hit(hit, words, result.forms, section, wording))
    values = {
        "query": query,
        "kind": loai,
        "kinds": [
            Link(search_href(query), wording.say(N_("All")), loai is None),
            *(Link(search_href(query, kind), wording.say(KINDS[kind]), kind == loai) for kind in ALL_KINDS),
        ],
        "suggestion": Link(search_href(result.suggestion, loai), result.suggestion) if result.suggestion else None,
        "is_unrestored": result.mode == "unrestored",
        "hits": hits,
        "is_common": is_common(query),
        "is_literal": result.mode != "hybrid"
        or any(is_shared for hit in hits for _, is_shared in [*hit.title, *(hit.quote or [])]),
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    twin = "/api/v1" + search_href(query, loai).replace("/tim-kiem?q=", "/search?query=").replace("&loai=", "&kind=")
    return render(request, "results.html", 200, values, twin=f"{twin}&limit={_HITS}")


def _show_hit(hit: Hit, words: str, forms: tuple[str, ...], section: str | None, wording: Wording) -> HitCard:
    to = wording.first_partner(hit.kind)
    return HitCard(
        kind=hit.kind,
        kind_label=wording.say(KIND[hit.kind]),
        href=record_href(hit.id) if hit.section is None else record_href(hit.id, hit.section, hit.start, hit.end),
        title=mark_shared(hit.title, words, True, forms),
        section=section,
        # The title stands above already.
        quote=None if hit.section is None else mark_shared(hit.text, words, True, forms),
        match_href=pairings_href(hit.id, to),
        match_label=wording.say(FITTING[to]),
    )
