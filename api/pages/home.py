"""The first page: searching, what is stored, things to try, adding files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import pairings_href, search_href
from api.jobs.asking import asker_of, jobs_of
from api.jobs.shaping import job_href
from api.labels import FITTING, HOUSE, KINDS, PARTNERS
from api.library import browse, count_kinds
from api.live_workspace import Server
from api.needs.posting import may_post
from api.pages.rendering import render
from api.routes.parameters import AtServer, AtWritingServer
from api.samples import find_samples, load_samples
from api.wording import Wording
from ingest import N_, House, Kind, fold

router = APIRouter()

_HOUSES: tuple[tuple[House, Kind], ...] = (("state", "proposal"), ("science", "scientist"), ("enterprise", "need"))
_SHELVES: tuple[Kind, ...] = ("organisation", "document")
_EXAMPLE_WORDS = 9
_LATEST = 20  # uploads among which one may be under way


@dataclass(frozen=True, slots=True)
class HouseCard:
    house: House
    label: str
    kind: Kind
    kind_label: str
    count: str


@dataclass(frozen=True, slots=True)
class ShelfCard:
    kind: Kind
    kind_label: str
    count: str


@dataclass(frozen=True, slots=True)
class Example:
    href: str
    title: str
    text: str


@router.get("/")
def show_home(request: Request, server: AtServer) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    counts = count_kinds(server.live.current.index, server.viewer)
    uploads = jobs_of(server).latest(asker_of(server), _LATEST, "upload")
    # The first of those that wait for each other is the one that runs.
    reading = next((job for job in reversed(uploads) if not job.is_over), None)
    values = {
        "houses": [
            HouseCard(house, wording.say(HOUSE[house]), kind, wording.say(KINDS[kind]), wording.number(counts[kind]))
            for house, kind in _HOUSES
        ],
        "shelves": [ShelfCard(kind, wording.say(KINDS[kind]), wording.number(counts[kind])) for kind in _SHELVES],
        "examples": _find_examples(server, wording, counts),
        "is_empty": not any(counts.values()),
        "has_samples": server.may_write and not reading and bool(find_samples()),
        "offers_posting": may_post(server) or (server.has_accounts and server.account is None),
        "reading": {"href": job_href(reading.id), "done": reading.done, "total": reading.total} if reading else None,
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "home.html", 200, values, twin="/api/v1/health")


@router.post("/ho-so-mau")
def receive_samples(server: AtWritingServer) -> Response:
    """Have the samples read and stored, and go to where one sees how far that is."""
    return RedirectResponse(job_href(load_samples(server)), 303)


def _find_examples(server: Server, wording: Wording, counts: Mapping[Kind, int]) -> list[Example]:
    """Searches and matches that lead somewhere with what is stored, one for each of the first kinds that have any."""
    index, examples = server.live.current.index, list[Example]()
    for kind in (kind for kind in ("need", "proposal", "scientist", "document", "organisation") if counts[kind]):
        record = browse(index, server.viewer, [kind], 0, 1).records[0]
        if not examples:
            words = fold(" ".join(record.title.split()[:_EXAMPLE_WORDS])).strip(" .,;:")
            title = wording.say(N_("Search without accents"))
            examples.append(Example(search_href(words), title, f"“{words}”"))
        to = next((to for to in PARTNERS[kind] if counts[to] > (to == kind)), None)
        if to is None:
            continue
        examples.append(Example(pairings_href(record.id, to), wording.say(FITTING[to]), record.title))
        if len(examples) >= 3:
            break
    return examples
