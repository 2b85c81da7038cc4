"""An assignment of all needs at once: as JSON, as lines and as the table of an office file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich.text import Text

from api.catalogue import Translate, fill
from api.councils.shaping import tell_reason
from api.exports import export_table, note_date
from api.labels import KINDS
from api.schemas import MatchedRecord
from api.shaping import with_weights
from api.teams import assignment_schemas as shapes
from api.teams.labels import ADVICE
from api.terminal import open_console, printable
from api.workspace import Workspace
from index import Progress, no_progress
from ingest import N_, Kind, Viewer
from matcher import scoring_in_force
from matcher.councils.findings import DOUBT, Finding
from matcher.teams.assigning import Chosen, Terms, assign_records

_UNITS = N_(
    "Scores are standard deviations of each record's own list of candidates, no probability; pairs without enough "
    "evidence are not made."
)
_WHY: Mapping[str, str] = {
    "nobody_fits": N_("nobody has enough evidence for it"),
    "too_few_fit": N_("fewer have enough evidence for it than are asked for"),
    "barred": N_("those who fit are barred by declared conflicts or sanctions"),
    "all_taken": N_("those who fit are taken by others, for whom it would be worse"),
}
_WIDTHS = (40, 28, 10, 36, 28, 10, 12, 50, 50)


def find_assignment(
    workspace: Workspace,
    kind: Kind,
    to: Kind,
    viewer: Viewer,
    terms: Terms,
    translate: Translate,
    progress: Progress = no_progress,
) -> shapes.Assignment:
    """By the scoring in force. Raises BadAssignment."""
    found = assign_records(workspace.index, kind, to, viewer, terms, scoring_in_force(workspace.index), progress)
    return shapes.Assignment(
        kind=kind,
        to=to,
        mode=found.mode,
        versions=with_weights(workspace.versions, found.weights),
        least=terms.least,
        most=terms.most,
        load=terms.load,
        is_fair=terms.is_fair,
        records=tuple(
            shapes.Served(
                record=MatchedRecord(id=one.id, title=one.title),
                chosen=tuple(_show_chosen(who, translate) for who in one.chosen),
                fitting=one.fitting,
                why=one.why,
                why_text=translate(_WHY[one.why]) if one.why else None,
                taken=tuple(_show_chosen(who, translate) for who in one.taken),
            )
            for one in found.needs
        ),
        loads=tuple(shapes.Load(id=id, title=title, serves=serves) for id, title, serves in found.loads),
        barred=tuple(
            shapes.Barred(
                id=one.id,
                title=one.title,
                declared=_show_declared(one.finding, translate),
                records=tuple(MatchedRecord(id=id, title=title) for id, title in one.records),
            )
            for one in found.barred
        ),
        left_out=found.left_out,
        candidates=found.candidates,
        outcome=shapes.Outcome.model_validate(found.outcome),
        greedy=shapes.Outcome.model_validate(found.greedy),
        bound=found.bound,
        gap=found.gap,
        ranking_seconds=round(found.ranking_seconds, 3),
        solving_seconds=round(found.solving_seconds, 3),
        units=translate(_UNITS),
        advice=translate(ADVICE),
    )


def _show_chosen(one: Chosen, translate: Translate) -> shapes.Chosen:
    questions = tuple(_show_declared(finding, translate) for finding in one.questions)
    return shapes.Chosen(id=one.id, title=one.title, score=one.score, rank=one.rank, questions=questions)


def _show_declared(finding: Finding, translate: Translate) -> shapes.Declared:
    number = finding.facts[0].declaration
    assert number is not None
    return shapes.Declared(
        kind="sanction" if finding.kind == "sanction" else "conflict",
        text=tell_reason(finding.reason, translate),
        number=number,
        doubt=translate(DOUBT[finding.doubt]) if finding.doubt else None,
    )


def print_assignment(found: shapes.Assignment, translate: Translate, limit: int | None) -> None:
    """The first `limit` records, then loads and sums."""
    console = open_console()

    def write(line: str, style: str = "") -> None:
        console.print(Text(printable(line), style), soft_wrap=True)

    write(_title(found, translate), "bold")
    write(found.advice)
    # Who could not be served comes first: these are the decisions to take.
    ordered = sorted(found.records, key=lambda one: one.why is None)
    for one in ordered[:limit]:
        write(f"{one.record.title} ({one.record.id})", "bold")
        for chosen in one.chosen:
            write(f"    → {chosen.title} · {_say_chosen(chosen, translate)} · {chosen.id}")
            for one_asked in chosen.questions:
                write(f"      ? {_say_declared(one_asked, translate)}", "yellow")
        if one.why_text:
            write(f"    ! {one.why_text}", "yellow")
            for chosen in one.taken:
                write(f"      {chosen.title} · {_say_chosen(chosen, translate)}", "dim")
    if limit is not None and len(ordered) > limit:
        write(fill(translate(N_("… and {count} more (--limit).")), {"count": len(ordered) - limit}), "dim")
    for line in (*_tell_barred(found, translate), *_sum_up(found, translate)):
        write(line)


def _title(found: shapes.Assignment, translate: Translate) -> str:
    kinds = {"kind": translate(KINDS[found.kind]), "to": translate(KINDS[found.to])}
    return fill(translate(N_("Assignment of all at once: {kind} → {to}")), kinds)


def _say_chosen(chosen: shapes.Chosen, translate: Translate) -> str:
    return fill(
        translate(N_("score {score}, number {rank} for it")), {"score": _two(chosen.score), "rank": chosen.rank}
    )


def _say_declared(one: shapes.Declared, translate: Translate) -> str:
    said = fill(translate(N_("{text} (declaration {number})")), {"text": one.text, "number": one.number})
    return (
        fill(translate(N_("To ask first: {said} – {doubt}")), {"said": said, "doubt": one.doubt}) if one.doubt else said
    )


def _tell_barred(found: shapes.Assignment, translate: Translate) -> Iterator[str]:
    """Who is barred, why, and from what."""
    if found.barred:
        yield translate(N_("Barred by what is declared:"))
    for one in found.barred:
        yield f"– {one.title} ({one.id}): {_say_declared(one.declared, translate)}"
        titles = "; ".join(record.title for record in one.records)
        yield "  " + fill(translate(N_("not given, though there is enough evidence: {titles}")), {"titles": titles})


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


def _sum_up(found: shapes.Assignment, translate: Translate) -> Iterator[str]:
    served = sum(one.why is None for one in found.records)
    if found.left_out:
        message = translate(N_("{count} tasks are left out: they are under way or over."))
        yield fill(message, {"count": found.left_out})
    counts = {"served": served, "all": len(found.records), "busy": len(found.loads), "candidates": found.candidates}
    yield fill(translate(N_("Served: {served} of {all}. Assigned: {busy} of {candidates} candidates.")), counts)
    loads = [one.serves for one in found.loads]
    by_load = ", ".join(f"{load}: {loads.count(load)}" for load in sorted(set(loads)))
    if by_load:
        yield fill(translate(N_("How many serve so many: {loads}.")), {"loads": by_load})
    for template, one in (
        (N_("This assignment: total {total}, worst-off {worst}, not served {unserved}."), found.outcome),
        (N_("Strongest pair first: total {total}, worst-off {worst}, not served {unserved}."), found.greedy),
    ):
        params = {"total": _two(one.total), "worst": _two(one.worst), "unserved": one.unserved}
        yield fill(translate(template), params)
    yield fill(
        translate(N_("Proved: at most {gap} % below the best possible total under these conditions.")),
        {"gap": _two(100 * found.gap)},
    )
    yield found.units


def export_assignment(found: shapes.Assignment, format: str, translate: Translate, made_on: date) -> bytes:
    """A row for each record and candidate assigned. `format` is a suffix."""
    headers = (
        N_("Record"),
        N_("Id"),
        N_("Fitting"),
        N_("Candidate"),
        N_("Id"),
        N_("Score"),
        N_("Rank"),
        N_("Why not served"),
        N_("To ask first"),
    )
    rows: list[Sequence[str | float | int | None]] = []
    for one in found.records:
        base = one.record.title, one.record.id, one.fitting
        for who in one.chosen:
            asked = "\n".join(_say_declared(declared, translate) for declared in who.questions)
            rows.append((*base, who.title, who.id, round(who.score, 3), who.rank, one.why_text, asked or None))
        if not one.chosen:
            rows.append((*base, None, None, None, None, one.why_text, None))
    notes = [note_date(translate, made_on), found.advice, *_tell_barred(found, translate), *_sum_up(found, translate)]
    return export_table(_title(found, translate), notes, [translate(one) for one in headers], _WIDTHS, rows, format)
