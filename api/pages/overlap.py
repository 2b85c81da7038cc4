"""The page of an overlap check: the nearest tasks with class, reasons and quotes side by side, and the slip."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from api.addresses import record_href
from api.awaiting import WhileAwaited
from api.highlighting import mark_shared
from api.library import see_record
from api.overlap.schemas import ComparedTask
from api.overlap.shaping import aspect_label, check_overlaps
from api.overlap.slips import describe_state, describe_task
from api.pages.pairings import Side
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.parameters import AtServer, Limit
from api.schemas import Quote
from api.wording import Link, Wording
from ingest import N_, Record

router = APIRouter(dependencies=[WhileAwaited])


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Both sides of a pair of quotes, and which quantities only one of them has."""

    sides: tuple[Side, Side]
    only: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    label: str
    level: str
    text: str
    pairs: list[ShownPair]


@dataclass(frozen=True, slots=True)
class ShownTask:
    task: ComparedTask
    href: str
    about: str
    sections: list[ShownSection]


@router.get("/ho-so/{id:path}/trung-lap")
def show_overlap(request: Request, server: AtServer, id: str, limit: Limit = 10) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    workspace = server.live.current
    record = see_record(workspace.index, id, server.viewer)
    answer = check_overlaps(workspace, workspace.index.store.get(id), server.viewer, limit, server.translate)
    path = f"/api/v1/records/{quote(id, safe='')}/overlap"
    values = {
        "record": show_head(record, wording),
        "answer": answer,
        "state": describe_state(answer, server.translate)[2:],
        "tasks": [_show_task(record, task, wording) for task in answer.overlaps],
        "exports": [
            Link(f"{path}.{suffix}?limit={limit}", wording.say(label))
            for suffix, label in (("docx", N_("Slip as Word")), ("html", N_("Slip to print (HTML)")))
        ],
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "overlap.html", 200, values, twin=f"{path}?limit={limit}")


def _show_task(record: Record, task: ComparedTask, wording: Wording) -> ShownTask:
    sections = []
    for section in task.sections:
        pairs = [
            ShownPair(
                (
                    _side(record.id, pair.query, pair.candidate.text, wording.say(N_("The proposal"))),
                    _side(task.id, pair.candidate, pair.query.text, wording.say(N_("The task"))),
                ),
                " ≠ ".join(", ".join(one) or "–" for one in (pair.only_query, pair.only_candidate))
                if pair.only_query or pair.only_candidate
                else "",
            )
            for pair in section.quotes
        ]
        sections.append(ShownSection(aspect_label(section.aspect, wording.say), section.level, section.text, pairs))
    return ShownTask(task, record_href(task.id), describe_task(task), sections)


def _side(id: str, said: Quote, other: str, label: str) -> Side:
    return Side(record_href(id, said.section, said.start, said.end), label, mark_shared(said.text, other))
