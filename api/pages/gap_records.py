"""The pages of records behind the figures of gaps: those of one figure, and the needs that nobody can serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request, Response

from api.addresses import pairings_href, record_href
from api.awaiting import WhileAwaited
from api.gaps.finding import ask, see_subjects
from api.gaps.labels import LACK, PART, STATE, name_value
from api.gaps.schemas import UnmetNeed
from api.gaps.seeking import seek_unmet_needs
from api.gaps.views import OTHERS, PATH, SIDES, UNKNOWN, UNMET, AtView, Found, find_view, in_address, twin_of
from api.jobs.shaping import show_job
from api.labels import FITTING, KIND
from api.pages.jobs import show_line as show_job_line
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.wording import Link, Wording
from ingest import N_, Kind
from matcher.gaps.counting import PARTS, Part, Subject, narrow

router = APIRouter(dependencies=[WhileAwaited])


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    kind_label: str
    href: str
    title: str
    about: str


@router.get(f"{PATH}/ho-so")
def show_records_of_gap(
    request: Request,
    server: AtServer,
    view: AtView,
    chon: str = "o",
    hang: str | None = None,
    o: str | None = None,
    phan: str | None = None,
) -> Response:
    """The records behind one figure."""
    found = find_view(server, view)
    parts = SIDES.get(phan or "", PARTS)
    ids = _pick(found, chon, hang, o, parts)
    if ids is None:
        raise HTTPException(404)
    by_id = {subject.id: subject for subject in found.subjects}
    lines = [show_line(by_id[id], found.wording) for id in ids]
    where = [
        name for name in (_name_pick(found, chon, hang), None if o is None else _name(found, found.columns, o)) if name
    ]
    if phan in ("demand", "supply"):
        where.insert(0, found.wording.say(N_("Demand") if phan == "demand" else N_("Supply")))
    elif phan in SIDES:
        where.insert(0, found.wording.say(PART[parts[0]]))
    values = {"lines": lines, "where": " · ".join(where), "back": view.href()}
    return render(request, "gap_records.html", 200, values, twin_of(found))


def _pick(found: Found, chon: str, hang: str | None, o: str | None, parts: Sequence[Part]) -> list[str] | None:
    """The ids behind a figure, None for an address of none."""
    report = found.report
    if chon == "o":
        return found.ids(hang, o, parts)
    if chon == "nam":
        kept, _ = narrow(found.subjects, found.asked.narrowing)
        return [
            one.id for one in kept if one.part in parts and hang in [in_address(year) for year in one.values("year")]
        ]
    if chon == "goi-y":
        return list(report.table.total.suggested)
    if chon == "chua-ro-nam":
        return list(report.table.undated)
    if chon == "ngoai":
        return list(report.table.apart[hang]) if hang in report.table.apart else None
    if chon == "chua-ghi-nganh":
        return list(report.unstated)
    if chon == "nganh-co-the":
        return next((list(one.perhaps) for one in report.perhaps_asked_fields if one.name == hang), None)
    if chon in ("nganh", "tu"):
        fields = (*report.unasked_fields, *report.perhaps_asked_fields)
        supplied = fields if chon == "nganh" else report.unasked_terms
        return next((list(one.ids) for one in supplied if one.name == hang), None)
    if chon == "uu-tien" and hang and hang.isdecimal() and int(hang) < len(report.priorities):
        return [record.id for record in report.priorities[int(hang)].records if record.part in parts]
    if chon == "khoi-cong" and hang:
        if hang == UNKNOWN:
            return list(report.growth.undated)
        rates = [*report.growth.years, *([report.growth.period] if report.growth.period else [])]
        return next((list(rate.ids) for rate in rates if f"{rate.first}-{rate.last}" == hang), None)
    if chon == "ung-dung":
        uses = report.uses
        told = {
            "applied": [proof.id for proof in uses.applied],
            "not_yet": [proof.id for proof in uses.not_yet],
            "unknown": list(uses.unknown),
        }
        return told.get(hang or "")
    return None


def _name_pick(found: Found, chon: str, hang: str | None) -> str | None:
    if hang is None:
        return None
    if chon == "o":
        return _name(found, found.view.muc, hang)
    if chon in ("nganh", "nganh-co-the"):
        return name_value(found.wording, "group", hang)
    if chon == "nam":
        return _name(found, "year", hang)
    if chon == "uu-tien":
        return found.report.priorities[int(hang)].name
    if chon == "khoi-cong":
        first, _, last = hang.partition("-")
        years = hang if first != last else first
        return found.wording.say(N_("Tasks begun: {years}"), years=_name(found, "year", years))
    if chon == "ngoai":
        return found.wording.say(STATE[hang])
    names = {"applied": N_("Applied or handed over"), "not_yet": N_("Not yet"), "unknown": N_("Unknown")}
    return found.wording.say(names[hang]) if chon == "ung-dung" else hang


def _name(found: Found, dimension: str, address: str) -> str:
    if address == OTHERS:
        return found.wording.say(N_("Others"))
    return name_value(found.wording, dimension, None if address == UNKNOWN else address)


def show_line(subject: Subject, wording: Wording) -> Line:
    record = subject.record
    fields = [name_value(wording, "group", code) for code in subject.codes]
    about = [
        ", ".join(fields) + (" *" if subject.is_suggested else ""),
        "; ".join(subject.localities or subject.provinces),
        str(record.facts.year_from or ""),
        record.facts.status,
    ]
    return Line(
        record.kind,
        wording.say(KIND[record.kind]),
        record_href(record.id),
        record.title,
        " · ".join(part for part in about if part),
    )


@router.get(UNMET)
def show_unmet_needs(request: Request, server: AtServer, view: AtView) -> Response:
    """On a page of its own: all needs are matched first, which is a job where they are many."""
    index = server.live.current.index
    subjects = see_subjects(index, server.viewer)
    asked = ask(subjects, None, view.linh_vuc, view.noi, view.tu, view.den)
    sought = seek_unmet_needs(server, subjects, asked)
    found, job = sought.found, sought.job
    wording = Wording(server.translate, server.settings.lang)
    values = {
        "found": found,
        "unmet": [_show_unmet(one, wording) for one in found.unmet] if found else [],
        "needs": sum(subject.part == "need" for subject in subjects),
        "job": show_job_line(show_job(server, job), server) if job else None,
        "back": view.href(),
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "unmet.html", 200, values, "/api/v1/gaps/unmet")


@dataclass(frozen=True, slots=True)
class UnmetLine:
    href: str
    title: str
    lacks: str
    best: list[tuple[str, str, str]]
    pairings: Link


def _show_unmet(need: UnmetNeed, wording: Wording) -> UnmetLine:
    """`best` are kind, address and title."""
    return UnmetLine(
        record_href(need.id),
        need.title,
        "; ".join(wording.say(LACK[lack]) for lack in need.lacks),
        [(wording.say(KIND[one.kind]), record_href(one.id), one.title) for one in need.best],
        Link(pairings_href(need.id, "scientist"), wording.say(FITTING["scientist"])),
    )
