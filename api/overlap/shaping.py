"""The overlap check in words: classes, reasons, sections, sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from api.catalogue import Translate, describe_place, fill
from api.errors import BadInput
from api.labels import KIND, SECTION
from api.library import see_record
from api.overlap.schemas import ComparedSection, ComparedTask, DatabaseState, OverlapAnswer, QuotedPair
from api.schemas import MatchedRecord, Quote
from api.workspace import Workspace
from index import Progress, no_progress
from ingest import N_, Record, Viewer
from matcher import evidence
from matcher.overlap.checking import Overlap, OverlapCheck, find_overlaps
from matcher.overlap.classes import VERBATIM, Cue, Level, OverlapClass, Period, find_level, fit_version
from matcher.overlap.section_comparison import QuotePair, SectionComparison
from matcher.overlap.task_profile import Aspect

OVERLAP: Mapping[OverlapClass, str] = {
    "same": N_("The same task"),
    "continuation": N_("Continuation"),
    "parallel": N_("Same problem, another approach"),
    "elsewhere": N_("Same work, another place"),
    "unrelated": N_("No overlap seen"),
}
LEVEL: Mapping[Level, str] = {
    "agrees": N_("agrees"),
    "partly": N_("agrees in part"),
    "differs": N_("differs"),
    "unknown": N_("cannot be told"),
}
ADVICE = N_(
    "This is advice for the council and no decision: tasks are proposed by their texts, a person reads and decides. "
    "That nothing was found does not prove that there is nothing."
)
_PERIOD: Mapping[Period, str | None] = {
    "after": N_("it begins after the task has ended ({years})"),
    "during": N_("it begins while the task runs ({years})"),
    "before": N_("it begins before the task ({years})"),
    "unknown": None,
}
_CUE = {
    "refers": N_("the proposal goes on from a result: “{text}”"),
    "grows": N_("the proposal enlarges or completes something: “{text}”"),
    "name": N_("the proposal names the task or its years: “{text}”"),
}
_BEFORE, _AFTER = 40, 60  # code points shown around a cue


def check_overlaps(
    workspace: Workspace,
    record: Record,
    viewer: Viewer,
    limit: int,
    translate: Translate,
    progress: Progress = no_progress,
    is_stored: bool = True,
) -> OverlapAnswer:
    """The check of a proposal in words; `is_stored` tells one that was named by its id.

    Raises BadInput for a record that is none, UnknownRecord for one that does not exist for the viewer.
    """
    seen = see_record(workspace.index, record.id, viewer) if is_stored else record
    if record.kind != "proposal":
        raise BadInput(
            N_("“{title}” is no proposal but of the kind “{kind}”; only proposals and tasks are checked for overlap."),
            title=seen.title,
            kind=translate(KIND[record.kind]),
        )
    found = find_overlaps(workspace.index, record, viewer, limit, progress)
    notes = []
    if not found.pool:
        notes.append(translate(N_("No other task is stored, so there is nothing to compare with.")))
    if found.mode != "hybrid":
        notes.append(
            translate(N_("Compared by words only: paraphrases may be missed, and translations are not found."))
        )
    if not any(section.name in ("objectives", "content", "products", "results") for section in record.sections):
        notes.append(translate(N_("The proposal has neither objectives, content nor products of its own.")))
    copies = [other.id for other in found.itself]
    if not is_stored and record.id and workspace.index.store.get_many([record.id]):
        copies.insert(0, record.id)
    for id in copies:
        notes.append(
            fill(
                translate(N_("{id} is this very proposal, stored already; it was not compared with itself.")),
                {"id": id},
            )
        )
    versions = workspace.versions.model_copy(update={"weights": fit_version(), "rules": fit_version()})
    return OverlapAnswer(
        record=MatchedRecord(id=found.record.id or None, title=found.record.title),
        mode=found.mode,
        versions=versions,
        state=DatabaseState(tasks=found.pool, seq=found.seq if viewer.sees_all else None, on=date.today()),
        itself=tuple(MatchedRecord(id=other.id, title=other.title) for other in found.itself),
        overlaps=tuple(_show_task(found.record, overlap, translate) for overlap in found.overlaps),
        summary=_sum_up(found, translate),
        notes=tuple(notes),
        advice=translate(ADVICE),
    )


def _sum_up(found: OverlapCheck, translate: Translate) -> str:
    """How many of the tasks shown are of each class, or that none is."""
    if not found.pool:
        return translate(N_("Nothing to compare with."))
    classes = [overlap.judged.found for overlap in found.overlaps]
    counts = [f"{translate(name)}: {classes.count(key)}" for key, name in OVERLAP.items() if key in classes]
    if set(classes) <= {"unrelated"}:
        words = N_("No overlap seen with any of the {count} tasks; the nearest are listed.")
        return fill(translate(words), {"count": found.pool})
    return fill(
        translate(N_("Of the {count} nearest tasks – {classes}.")),
        {"count": len(classes), "classes": "; ".join(counts)},
    )


def _show_task(record: Record, overlap: Overlap, translate: Translate) -> ComparedTask:
    task, judged = overlap.task, overlap.judged
    sections = tuple(_show_section(one, quotes, translate) for one, quotes in overlap.sections)
    return ComparedTask(
        id=task.id,
        title=task.title,
        code=task.facts.code,
        organisation=task.facts.organisation,
        place=task.facts.place_written,
        years=_years(task),
        status=task.facts.status,
        found=judged.found,
        text=translate(OVERLAP[judged.found]),
        also=judged.also,
        also_text=tuple(translate(OVERLAP[name]) for name in judged.also),
        reasons=tuple(_explain(record, overlap, sections, translate)),
        sections=sections,
        sources=_name_sources(task, translate),
    )


def _show_section(section: SectionComparison, quotes: tuple[QuotePair, ...], translate: Translate) -> ComparedSection:
    level = find_level(section.aspect, section.meaning, section.words)
    return ComparedSection(
        aspect=section.aspect,
        level=level,
        text=translate(LEVEL[level]),
        quotes=tuple(
            QuotedPair(
                query=_quote(pair.query),
                candidate=_quote(pair.candidate),
                only_query=pair.only_query,
                only_candidate=pair.only_candidate,
            )
            for pair in quotes
        ),
    )


def _quote(quote: evidence.Quote) -> Quote:
    return Quote(section=quote.section, start=quote.start, end=quote.end, text=quote.text)


def aspect_label(aspect: Aspect, translate: Translate) -> str:
    return translate(N_("Title")) if aspect == "title" else translate(SECTION[aspect])


def _explain(
    record: Record, overlap: Overlap, sections: tuple[ComparedSection, ...], translate: Translate
) -> list[str]:
    def say(template: str, **params: object) -> str:
        return fill(translate(template), params)

    task, judged = overlap.task, overlap.judged
    levels = {section.aspect: section.level for section in sections}
    is_related = judged.found != "unrelated"
    reasons = [f"{aspect_label(section.aspect, translate)}: {section.text}" for section in sections]
    if judged.likeness >= VERBATIM:
        reasons.append(say(N_("whole passages are word for word the same")))
    aims, work = levels.get("objectives"), levels.get("content")
    if is_related and aims in ("agrees", "partly") and work == "differs":
        reasons.append(say(N_("the aims are alike, the work to reach them is not")))
    places = {"mine": judged.places[0] or "?", "theirs": judged.places[1] or "?"}
    if judged.place == "same":
        reasons.append(say(N_("the same place: {theirs}"), **places))
    elif judged.place == "within":
        reasons.append(say(N_("one place may lie in the other: {mine} – {theirs}"), **places))
    elif judged.place == "elsewhere":
        reasons.append(say(N_("another place: {mine} ≠ {theirs}"), **places))
    period = _PERIOD[judged.period]
    if period:
        reasons.append(say(period, years=_years(task)))
    # That the proposal goes on from something says nothing of an unrelated task, that it names the task does.
    cues = [cue for cue in _tell_cues(judged.cues) if is_related or cue.kind == "name"]
    reasons += [say(_CUE[cue.kind], text=_surroundings(record, cue)) for cue in cues]
    return reasons


def _tell_cues(cues: tuple[Cue, ...]) -> list[Cue]:
    """The first of each kind."""
    return list({cue.kind: cue for cue in reversed(cues)}.values())[::-1]


def _surroundings(record: Record, cue: Cue) -> str:
    """The words around a cue, so that it can be understood."""
    text, quote = record.text_of(cue.quote.section), cue.quote
    start = text.rfind(" ", 0, max(0, quote.start - _BEFORE)) + 1 if quote.start > _BEFORE else 0
    end = text.find(" ", min(len(text), quote.end + _AFTER))
    end = len(text) if end < 0 else end
    words = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{words}{' …' if end < len(text) else ''}"


def _years(task: Record) -> str | None:
    first, last = task.facts.year_from, task.facts.year_to
    return "–".join(str(year) for year in dict.fromkeys((first, last)) if year) or None


def _name_sources(task: Record, translate: Translate) -> tuple[str, ...]:
    """The files that tell of it, each with the place where the title stands."""
    told = {}
    for source in task.sources:
        place = describe_place(source.place, translate) if source.value == "title" else ""
        if place or source.file not in told:
            told[source.file] = ", ".join(part for part in (source.file, place) if part)
    return tuple(told.values())
