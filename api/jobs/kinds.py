"""What each kind of job does: between two of its units it can be left off, and begun again it does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, TypeAdapter

from api.audit.recording import anchor_of, secure
from api.catalogue import Translate, translator
from api.exports import MEDIA_TYPES, export_records
from api.gaps.finding import ask, find_unmet_needs, see_subjects
from api.jobs.file_outcomes import refuse_file, tell_outcome, write_outcome
from api.jobs.held import HeldJob, Stopping
from api.jobs.lines import TOO_OFTEN
from api.jobs.parameters import (
    Asked,
    AssignmentParameters,
    Format,
    PairsParameters,
    RecordsParameters,
    UploadParameters,
)
from api.jobs.spool import Spool
from api.pair_table import export_pair_table, show_pair_table
from api.schemas import Record
from api.shaping import show_record, with_weights
from api.teams.assignments import export_assignment, find_assignment
from api.uploads import store_file
from api.workspace import Workspace
from index import Job, JobKind, JobResult, read_again, reembed
from index.wanted import while_wanted
from ingest import KINDS, BanhaError, Kind, Sandbox, Viewer, as_seen_by
from matcher import match_all, scoring_in_force

_VIEWER = TypeAdapter(Viewer)
MOST_ATTEMPTS = 3
"""More would mean that the job, or one file of it, ends the server each time."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a job is done with."""

    workspace: Workspace
    sandbox: Sandbox
    spool: Spool


Do = Callable[[Surroundings, HeldJob], JobResult | None]


def do_job(around: Surroundings, held: HeldJob) -> JobResult | None:
    """What can be downloaded afterwards. Raises what `check` of the job raises, and BanhaError."""
    if held.job.kind != "upload" and held.job.attempts > MOST_ATTEMPTS:
        raise BanhaError(TOO_OFTEN)
    return _KINDS[held.job.kind](around, held)


def _take_files(around: Surroundings, held: HeldJob) -> None:
    """Each file is a unit: what is finished is not read again, and what was stored before is known again."""
    job, workspace = held.job, around.workspace
    kind = UploadParameters.model_validate_json(_asked(job).parameters).kind
    for part in workspace.index.store.jobs.parts(job.id):
        if part.is_over:
            continue
        held.check()
        if part.state == "running" and job.attempts > MOST_ATTEMPTS:
            held.finish_part(part.number, "failed", write_outcome(refuse_file(part.name, TOO_OFTEN)))
            continue
        number = part.number
        held.tell_part(number, 0, 0)

        def progress(_: str, done: int, total: int, number: int = number) -> None:
            held.tell_part(number, done, total)

        with around.spool.path(job.id, number).open("rb") as content:
            report = store_file(
                workspace, around.sandbox, part.name, content, kind, workspace.settings.max_upload_mb, progress
            )
        secure(workspace.index.store, anchor_of(workspace.settings))
        if held.is_stopping and not report.stored:
            # Ending, the server has ended its readers too: that is nothing to hold against the file.
            raise Stopping
        outcome = tell_outcome(report)
        held.finish_part(number, "done" if outcome.stored or not outcome.problems else "failed", write_outcome(outcome))
    read_again(workspace.index)
    workspace.index.save()


def _match_all(around: Surroundings, held: HeldJob) -> JobResult:
    asked, workspace = _asked(held.job), around.workspace
    given = PairsParameters.model_validate_json(asked.parameters)
    scoring = scoring_in_force(workspace.index)
    matched = match_all(
        workspace.index, given.kind, given.to, read_viewer(held.job), given.limit, scoring, held.progress
    )
    with while_wanted(held.check_lately):
        rows = list(matched)
    versions = with_weights(workspace.versions, scoring.weights.version)
    table = show_pair_table(given.kind, given.to, workspace.index.mode, versions, rows)
    ids = {paired.record.id for paired in table.records} | {one.id for row in table.records for one in row.pairs}

    def export(format: str, translate: Translate) -> bytes:
        return export_pair_table(table, format, translate, date.today())

    return _write(held, f"{given.kind}-{given.to}", given.format, table, export, ids)


def _assign(around: Surroundings, held: HeldJob) -> JobResult:
    asked = _asked(held.job)
    given = AssignmentParameters.model_validate_json(asked.parameters)
    with while_wanted(held.check_lately):
        found = find_assignment(
            around.workspace,
            given.kind,
            given.to,
            read_viewer(held.job),
            given.terms,
            translator(asked.lang),
            held.progress,
        )
    ids = {one.record.id for one in found.records} | {load.id for load in found.loads}
    ids |= {one.id for one in found.barred}
    ids |= {who.id for one in found.records for who in (*one.chosen, *one.taken)}

    def export(format: str, translate: Translate) -> bytes:
        return export_assignment(found, format, translate, date.today())

    return _write(held, f"assignment-{given.kind}-{given.to}", given.format, found, export, ids)


def _find_unmet(around: Surroundings, held: HeldJob) -> JobResult:
    index, viewer = around.workspace.index, read_viewer(held.job)
    with while_wanted(held.check_lately):
        subjects = see_subjects(index, viewer)
        found = find_unmet_needs(index, subjects, ask(subjects), viewer, held.progress)
    ids = {id for need in found.unmet for id in (need.id, *(one.id for one in need.best))}
    return JobResult("banha-unmet.json", "application/json", found.model_dump_json().encode(), tuple(sorted(ids)))


def _list_records(around: Surroundings, held: HeldJob) -> JobResult:
    given = RecordsParameters.model_validate_json(_asked(held.job).parameters)
    viewer, store = read_viewer(held.job), around.workspace.index.store
    kinds: tuple[Kind, ...] = (given.kind,) if given.kind else KINDS
    # Of those that the viewer sees: how far it is must not tell how many are hidden.
    total = len(around.workspace.index.candidates(kinds, viewer).record_ids)

    shown: list[Record] = []
    for kind in kinds:
        # All are read before the first note of progress: who still reads cannot write once others have written.
        for record in list(store.records(kind)):
            if visible := as_seen_by(record, viewer):
                shown.append(show_record(visible))
                held.progress("read", len(shown), total)

    def export(format: str, translate: Translate) -> bytes:
        return export_records(shown, format, translate, date.today())

    return _write(held, f"records-{given.kind or 'all'}", given.format, None, export, {one.id for one in shown})


def _reembed(around: Surroundings, held: HeldJob) -> None:
    if around.workspace.no_model:
        raise around.workspace.no_model
    reembed(around.workspace.index, held.progress)


def _write(
    held: HeldJob,
    name: str,
    format: Format,
    answer: BaseModel | None,
    export: Callable[[str, Translate], bytes],
    ids: Iterable[str | None],
) -> JobResult:
    held.check()
    named = tuple(sorted(filter(None, ids)))
    file = f"banha-{name}.{format}"
    if format == "json":
        assert answer is not None
        return JobResult(file, "application/json", answer.model_dump_json().encode(), named)
    content = export(f".{format}", translator(_asked(held.job).lang))
    return JobResult(file, MEDIA_TYPES[f".{format}"], content, named)


def _asked(job: Job) -> Asked:
    return Asked.model_validate_json(job.parameters)


def read_viewer(job: Job) -> Viewer:
    """For whom a job is done."""
    return _VIEWER.validate_json(job.viewer)


def write_viewer(viewer: Viewer) -> str:
    """As the table of jobs keeps it."""
    return _VIEWER.dump_json(viewer).decode()


_KINDS: Mapping[JobKind, Do] = {
    "upload": _take_files,
    "pairs": _match_all,
    "assignment": _assign,
    "unmet": _find_unmet,
    "records": _list_records,
    "reembed": _reembed,
}
