"""An assignment of all needs at once: as JSON, as lines and as the table of an office file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich.text import Text

from api.catalogue import Translate, fill
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
from matcher.teams.assigning import Terms, assign_records

_UNITS = N_(
    "Scores are standard deviations of each record's own list of candidates, no probability; pairs without enough "
    "evidence are not made."
)
_WHY: Mapping[str, str] = {
    "nobody_fits": N_("nobody has enough evidence for it"),
    "too_few_fit": N_("fewer have enough evidence for it than are asked for"),
    "all_taken": N_("those who fit are taken by others, for whom it would be worse"),
}
_WIDTHS = (40, 28, 10, 36, 28, 10, 12, 50)


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
                chosen=tuple(map(shapes.Chosen.model_validate, one.chosen)),
                fitting=one.fitting,
                why=one.why,
                why_text=translate(_WHY[one.why]) if one.why else None,
                taken=tuple(map(shapes.Chosen.model_validate, one.taken)),
            )
            for one in found.needs
        ),
        loads=tuple(shapes.Load(id=id, title=title, serves=serves) for id, title, serves in found.loads),
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
        if one.why_text:
            write(f"    ! {one.why_text}", "yellow")
            for chosen in one.taken:
                write(f"      {chosen.title} · {_say_chosen(chosen, translate)}", "dim")
    if limit is not None and len(ordered) > limit:
        write(fill(translate(N_("… and {count} more (--limit).")), {"count": len(ordered) - limit}), "dim")
    for line in _sum_up(found, translate):
        write(line)


def _title(found: shapes.Assignment, translate: Translate) -> str:
    kinds = {"kind": translate(KINDS[found.kind]), "to": translate(KINDS[found.to])}
    return fill(translate(N_("Assignment of all at once: {kind} → {to}")), kinds)


def _say_chosen(chosen: shapes.Chosen, translate: Translate) -> str:
    return fill(
        translate(N_("score {score}, number {rank} for it")), {"score": _two(chosen.score), "rank": chosen.rank}
    )


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


def _sum_up(found: shapes.Assignment, translate: Translate) -> Iterator[str]:
    served = sum(one.why is None for one in found.records)
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
    )
    rows: list[Sequence[str | float | int | None]] = []
    for one in found.records:
        base = one.record.title, one.record.id, one.fitting
        rows += [(*base, who.title, who.id, round(who.score, 3), who.rank, one.why_text) for who in one.chosen]
        if not one.chosen:
            rows.append((*base, None, None, None, None, one.why_text))
    notes = [note_date(translate, made_on), found.advice, *_sum_up(found, translate)]
    return export_table(_title(found, translate), notes, [translate(one) for one in headers], _WIDTHS, rows, format)
