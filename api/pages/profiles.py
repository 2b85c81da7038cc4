"""The pages of what concerns whoever is signed in, and on which an owner corrects a profile and consents to what is
shown of it; they work without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from api.accounts.orcid_import import import_orcid
from api.accounts.own_matters import PAGE, Offer, Waiting, find_fitting, find_waiting, own_records
from api.accounts.profiles import (
    NAMES,
    correct_profile,
    mark_of,
    profile_of,
    restore_profile,
    see_left_out,
    see_own,
)
from api.addresses import engagement_href, pairings_href, record_href
from api.catalogue import explain
from api.councils.printing import show_day
from api.engagements.labels import AWAITED_FROM, STATE
from api.engagements.printing import name_act, name_side
from api.engagements.schemas import show_head as show_engagement
from api.errors import BadInput
from api.labels import KIND, ROLE
from api.live_workspace import Server
from api.needs.posting import is_posted, may_post
from api.outcomes import outcome_of
from api.pages.accounts import title_of
from api.pages.profile_form import Row, Typed, compare, read_form, read_typed, take_stored, typed_of, without_blanks
from api.pages.rendering import render
from api.routes.parameters import AtAccountServer, AtOwningServer, Offset
from api.wording import Wording
from index.changes import ChangedMeanwhile
from ingest import N_, BanhaError, Kind
from ingest.orcid import LARGEST_MB

router = APIRouter()
PATH = "/cua-toi"
_BLANK_ROWS = 3
_OPEN: Mapping[Kind, str] = {
    "need": N_("Needs that fit"),
    "proposal": N_("Orders and proposals that fit and are still open"),
}


@router.get(PATH)
def show_matters(request: Request, server: AtAccountServer, tu: Offset = 0) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index, viewer, today = server.live.current.index, server.viewer, date.today()
    profiles = own_records(index, viewer, "scientist")
    shown = find_fitting(index, profiles[tu : tu + PAGE], viewer)
    last = tu + len(shown)
    waiting = find_waiting(index, viewer, today)
    values = {
        "role": server.signed_in.role,
        "waiting": [_show_waiting(one, server) for one in waiting if one.answers],
        "for_others": [_show_waiting(one, server) for one in waiting if not one.answers],
        "claims": [
            {
                "id": one.record_id,
                "title": title_of(server, one.record_id),
                "href": record_href(one.record_id),
                "at": one.changed_at,
            }
            for one in index.store.claims.of(server.signed_in.id)
            if one.state == "asked"
        ],
        "day_of": partial(show_day, translate=server.translate),
        "profiles": [
            {
                "id": one.record.id,
                "title": one.record.title,
                "href": record_href(one.record.id),
                "change": profile_href(one.record.id),
                "lists": [
                    {
                        "kind": kind,
                        "label": wording.say(_OPEN[kind]),
                        "more": pairings_href(one.record.id, kind),
                        "found": [_show_offer(offer, wording) for offer in found],
                    }
                    for kind, found in one.found
                ],
            }
            for one in shown
        ],
        "first": wording.number(tu + 1),
        "last": wording.number(last),
        "total": wording.number(len(profiles)),
        "previous": f"{PATH}?{urlencode({'tu': max(0, tu - PAGE)})}" if tu else None,
        "next": f"{PATH}?{urlencode({'tu': last})}" if last < len(profiles) else None,
        "needs": [
            {
                "title": one.title,
                "href": record_href(one.id),
                "change": f"/dang-nhu-cau?{urlencode({'id': one.id})}" if is_posted(index, one.id) else None,
                "candidates": pairings_href(one.id, "scientist"),
            }
            for one in own_records(index, viewer, "need")
        ],
        "may_post": may_post(server),
        "limits": server.live.explain_limits(server.translate, viewer),
    }
    return render(request, "own_matters.html", 200, values, twin="/api/v1/mine")


def profile_href(id: str) -> str:
    return f"{PATH}/{quote(id, safe='')}"


def _show_offer(offer: Offer, wording: Wording) -> dict[str, Any]:
    record, evidence = offer.record, offer.pairing.evidence
    return {
        "id": record.id,
        "title": record.title,
        "href": record_href(record.id),
        "about": wording.tell_apart(record),
        "quote": evidence[0].candidate.text if evidence else None,
        "engaged": offer.engagement and engagement_href(offer.engagement),
    }


def _show_waiting(one: Waiting, server: Server) -> dict[str, Any]:
    head = show_engagement(one.seen)
    return {
        "href": engagement_href(head.id),
        "record": name_side(head.record, server.translate),
        "candidate": name_side(head.candidate, server.translate),
        "state": server.translate(STATE[one.seen.state]),
        "moves": [
            (f"{act}:{side}" if side else act, name_act(act, side, server.translate)) for act, side in one.answers
        ],
        "may_decline": one.may_decline,
        "others": [server.translate(AWAITED_FROM[one]) for one in one.others],
    }


@router.post(f"{PATH}/orcid")
def take_orcid(server: AtOwningServer, file: UploadFile, id: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Add what an ORCID record in a file says to the profile `id`, else to the one that it is of."""
    record = import_orcid(server, file.file.read(LARGEST_MB * 1_000_000 + 1), file.filename, id)
    return RedirectResponse(f"{profile_href(record.id)}?luu=1", 303)


@router.get(f"{PATH}/{{id:path}}")
def show_profile(request: Request, server: AtOwningServer, id: str, luu: str = "") -> Response:
    """`luu`: it was saved just now."""
    record = see_own(server.live.current.index, id, server.viewer)
    return _show(request, server, id, typed_of(profile_of(record)), is_saved=bool(luu))


@router.post(f"{PATH}/{{id:path}}/khoi-phuc")
def restore(request: Request, server: AtOwningServer, id: str) -> Response:
    """Let the profile be again what files say."""
    index = server.live.for_writing().index
    try:
        restore_profile(index, id, server.viewer)
    except BadInput as error:
        return _show(request, server, id, typed_of(profile_of(see_own(index, id, server.viewer))), error)
    return RedirectResponse(f"{profile_href(id)}?luu=1", 303)


@router.post(f"{PATH}/{{id:path}}")
def correct(
    request: Request,
    server: AtOwningServer,
    id: str,
    typed: Annotated[Typed, Depends(read_form)],
    da_xem: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Let the profile be what was typed; a section whose text is empty is taken out. `da_xem`: the mark of the record
    that was looked at, so that nobody undoes unknowingly what another corrected meanwhile."""
    index = server.live.for_writing().index
    record = see_own(index, id, server.viewer)
    # Of what was looked at by somebody else's version nothing can be taken.
    said = take_stored(typed, typed_of(profile_of(record))) if da_xem == mark_of(record) else typed
    try:
        correct_profile(index, id, read_typed(said), server.viewer, server.settings.keep_contacts, da_xem)
    except (BadInput, ChangedMeanwhile) as error:
        return _show(request, server, id, said, error)
    return RedirectResponse(f"{profile_href(id)}?luu=1", 303)


def _show(
    request: Request, server: Server, id: str, typed: Typed, error: BanhaError | None = None, is_saved: bool = False
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record = see_own(index, id, server.viewer)
    names = list(dict.fromkeys([*NAMES, *(row.name for row in typed.rows), *(one.name for one in record.sections)]))
    untold = see_left_out(index, record)
    differences = compare(typed, typed_of(profile_of(record))) if isinstance(error, ChangedMeanwhile) else None
    values = {
        "id": id,
        "title": record.title,
        "kind": record.kind,
        "kind_label": wording.say(KIND[record.kind]),
        "record": record_href(id),
        "change": profile_href(id),
        "code": record.facts.code,
        "typed": typed,
        "mark": mark_of(record),
        "rows": [*without_blanks(typed.rows), *[Row()] * _BLANK_ROWS],
        "names": [(name, wording.section_name(name)) for name in names],
        "roles": [(role, wording.say(label)) for role, label in ROLE.items()],
        "field_names": [wording.field(code) for code in record.facts.field_codes],
        "untold": [(wording.section_name(one.name), one.text) for one in untold or ()],
        "is_own": untold is not None,
        "is_saved": is_saved,
        "differences": differences,
        "section_names": {name: wording.section_name(name) for name in names},
        "problem": explain(error, server.translate) if error else None,
    }
    status = outcome_of(error).status if error else 200
    return render(request, "profile.html", status, values, twin=f"/api/v1/records/{quote(id, safe='')}")
