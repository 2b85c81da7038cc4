"""Answers as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.catalogue import CHANGE_NAMES, Translate, fill, locate
from api.doctor import Finding
from api.highlighting import Pieces, is_common, mark_query
from api.labels import KIND, NOT_TO_MERGE
from api.learning.evaluating import EvaluationOut, MeasureOut
from api.schemas import (
    Correction,
    Distinction,
    Duplicate,
    IngestReport,
    Record,
    SearchResult,
    Stored,
    Unrecognised,
)
from api.terminal import MOST_PROBLEMS, open_console, printable
from api.wording import Wording
from index import Disagreement as DomainDisagreement
from ingest import N_, Kind, Problem
from ingest import Record as DomainRecord

_MOST_DISAGREEING = 20
_STATES = {"works": (N_("works"), "green"), "off": (N_("off"), "yellow"), "broken": (N_("broken"), "red")}


class FindingOut(BaseModel):
    name: str
    state: str
    detail: str


class FindingsOut(BaseModel):
    """What the doctor found, in the reader's language."""

    findings: tuple[FindingOut, ...]


def print_report(report: IngestReport, refused: Sequence[Problem], translate: Translate) -> None:
    """What was stored, how much is unchanged, and what was refused and why."""
    console = open_console()
    if report.stored:
        table = _table(translate, N_("Id"), N_("Kind"), N_("Change"), N_("Title"))
        for stored in report.stored:
            change = translate(CHANGE_NAMES[stored.change]) + (f": {stored.file}" if stored.file else "")
            table.add_row(stored.id, translate(KIND[stored.kind]), as_text(change), as_text(stored.title))
        console.print(table)
    for copy in report.copies:
        words = N_("{file} has the same content as {of}: it tells of the same records.")
        console.print(as_text(fill(translate(words), {"file": copy.file, "of": copy.of})), soft_wrap=True)
    if refused:
        table = _table(translate, N_("Refused"), N_("Reason"))
        for problem, shown in list(zip(refused, report.refused, strict=True))[:MOST_PROBLEMS]:
            table.add_row(as_text(locate(problem, translate)), as_text(shown.reason))
        console.print(table)
    if left := len(refused[MOST_PROBLEMS:]):
        words = N_("{count} more were refused; --json names all of them.")
        console.print(fill(translate(words), {"count": left}), soft_wrap=True)
    if report.retired:
        words = N_("Taken back, because their files no longer tell of them: {ids}")
        console.print(fill(translate(words), {"ids": ", ".join(report.retired)}), soft_wrap=True)
    if report.vanished:
        words = N_(
            "Taken before, but no longer in the folder: {files}. What they said is kept; banha retire removes it."
        )
        console.print(as_text(fill(translate(words), {"files": ", ".join(report.vanished)})), soft_wrap=True)
    print_unrecognised(report.unrecognised, translate)
    _print_disagreeing([stored for stored in (*report.stored, *report.unchanged) if stored.disagreements], translate)
    counts = {"stored": len(report.stored), "unchanged": len(report.unchanged), "refused": len(refused)}
    summary = N_("Stored: {stored}. Unchanged: {unchanged}. Refused: {refused}.")
    console.print(fill(translate(summary), counts), soft_wrap=True)


def _print_disagreeing(stored: Sequence[Stored], translate: Translate) -> None:
    """The records of which files tell different things, a few of many."""
    console = open_console()
    for one in stored[:_MOST_DISAGREEING]:
        words = N_("{id}: the files about it disagree.")
        console.print(fill(translate(words), {"id": one.id}), soft_wrap=True)
        for found in one.disagreements:
            console.print(as_text(f"  {found.summary}"), soft_wrap=True)
    if left := len(stored[_MOST_DISAGREEING:]):
        words = N_("Files also disagree about {count} other records; banha show or --json tells how.")
        console.print(fill(translate(words), {"count": left}), soft_wrap=True)


def print_unrecognised(found: Sequence[Unrecognised], translate: Translate) -> None:
    """Labels that were not understood, a line a file."""
    for file, labels in groupby(found, key=lambda one: one.file):
        words = N_("{file}: not recognised: {labels}. Kept as they are; banha correct says what they mean.")
        named = "; ".join(f"“{one.label}” ({translate(KIND[one.kind])})" for one in labels)
        open_console().print(as_text(fill(translate(words), {"file": file, "labels": named})), soft_wrap=True)


def print_corrections(corrections: Sequence[Correction], translate: Translate, lang: str) -> None:
    """A line a remembered label."""
    console, wording = open_console(), Wording(translate, lang)
    if not corrections:
        console.print(translate(N_("Nothing is remembered of any label.")))
    for one in corrections:
        line = f"{one.label}\t{translate(KIND[one.kind])}\t{wording.meaning(one.field)} ({one.field})"
        console.print(as_text(line), soft_wrap=True)


def print_duplicates(found: Sequence[Duplicate], translate: Translate) -> None:
    """Each pair with its reasons and the commands that make it one, or say that it is two."""
    console = open_console()
    if not found:
        console.print(translate(N_("Nothing looks like a duplicate.")))
    for rank, one in enumerate(found, 1):
        verbs = ("merge", "distinguish") if one.may_merge else ("distinguish",)
        commands = (f"banha {verb} {one.first.id} {one.second.id}" for verb in verbs)
        reasons = one.reasons if one.may_merge else (*one.reasons, translate(NOT_TO_MERGE))
        _print_pair(console, rank, one, *commands, reasons=reasons)


def print_distinctions(told: Sequence[Distinction], translate: Translate) -> None:
    """Each pair that a person said is two things, with the command that takes it back."""
    console = open_console()
    if not told:
        console.print(translate(N_("Nobody said of any records that they are different.")))
    for rank, one in enumerate(told, 1):
        _print_pair(console, rank, one, f"banha distinguish {one.first.id} {one.second.id} --undo")


def _print_pair(
    console: Console, rank: int, pair: Duplicate | Distinction, *commands: str, reasons: Sequence[str] = ()
) -> None:
    console.print(as_title(rank, pair.first.title), soft_wrap=True)
    for line in (pair.second.title, "; ".join(reasons)):
        if line:
            console.print(as_text(f"    {line}"), soft_wrap=True)
    for command in commands:
        console.print(Text(f"    {command}", "dim"), soft_wrap=True)


def print_hits(result: SearchResult, translate: Translate) -> None:
    """Each hit with its passage, the words of the query highlighted."""
    console = open_console()
    if result.suggestion:
        console.print(fill(translate(N_("Did you mean: {text}")), {"text": result.suggestion}), soft_wrap=True)
    if result.forms:
        console.print(
            fill(translate(N_("Also searched for: {forms}")), {"forms": "; ".join(result.forms)}), soft_wrap=True
        )
    if result.mode == "unrestored":
        message = N_("The accents of these words are not known: only the words were looked for, not their meaning.")
        console.print(translate(message), soft_wrap=True)
    if is_common(result.query):
        console.print(
            translate(N_("These words stand in nearly every text. Add words that say what you are looking for.")),
            soft_wrap=True,
        )
    if not result.hits:
        console.print(translate(N_("Nothing was found.")))
    query = result.suggestion or result.query
    for rank, hit in enumerate(result.hits, 1):
        console.print(as_title(rank, hit.title), soft_wrap=True)
        console.print(Text(f"    {hit.id} · {translate(KIND[hit.kind])} · {hit.score:.2f}", "dim"), soft_wrap=True)
        if hit.section is not None:
            marked = as_marked(mark_query(printable(" ".join(hit.text.split())), query))
            console.print(Text("    ").append_text(marked), soft_wrap=True)


def print_record(
    record: DomainRecord, translate: Translate, lang: str, disagreements: Sequence[DomainDisagreement] = ()
) -> None:
    """A record with its facts, what its files disagree on, its sections and sources."""
    console, wording = open_console(), Wording(translate, lang)
    console.print(Text(printable(record.title), "bold"), soft_wrap=True)
    console.print(Text(" · ".join(part for part in (record.id, translate(KIND[record.kind])) if part), "dim"))
    for fact in wording.facts(record, date.today()):
        console.print(as_text(f"{fact.label}: {'; '.join(fact.lines)}"), soft_wrap=True)
    if disagreements:
        console.print(Text("\n" + translate(N_("The files disagree")), "yellow"))
    for found in disagreements:
        console.print(as_text("  " + wording.disagreement(found)), soft_wrap=True)
    for number, section in enumerate(record.sections):
        about = [wording.about_section(section), wording.visibility(section.visibility)]
        label = " · ".join([wording.section(record, number), *(part for part in about if part)])
        console.print(Text(f"\n{label}", "cyan"), soft_wrap=True)
        console.print(as_text(section.text), soft_wrap=True)
    if record.sources:
        console.print(Text("\n" + translate(N_("Sources")), "cyan"))
    for source in record.sources:
        line = wording.source(record, source)
        parts = (line.value, line.file, line.place, line.method)
        console.print(as_text("  " + " · ".join(part for part in parts if part)), soft_wrap=True)
        if line.unrepaired:
            before = wording.say(N_("In the file: {text}"), text=line.unrepaired)
            console.print(Text(printable(f"    {before}"), "dim"), soft_wrap=True)
    console.print()


def print_list(records: Iterable[Record], translate: Translate) -> None:
    """One line a record."""
    console = open_console()
    for record in records:
        console.print(as_text(f"{record.id}\t{translate(KIND[record.kind])}\t{record.title}"), soft_wrap=True)


def print_evaluation(evaluation: EvaluationOut, translate: Translate) -> None:
    """A row a system and a column a measure, then the gains over the baselines."""
    console = open_console()
    counts = {"judged": evaluation.judged, "queries": evaluation.queries}
    console.print(fill(translate(N_("Queries that count: {judged} of {queries}.")), counts))
    names = list(next(iter(evaluation.measures.values()), {}))
    counted = translate(N_("Queries"))
    table = Table(translate(N_("System")), counted, *names, box=box.SIMPLE_HEAD)
    for system, measures in evaluation.measures.items():
        table.add_row(system, str(evaluation.measured[system]), *(_interval(measures.get(name)) for name in names))
    console.print(table)
    gains = Table(translate(N_("Gain over")), counted, *names, box=box.SIMPLE_HEAD)
    for system, by_name in evaluation.gains.items():
        row = [_interval(by_name.get(name), "+.4f") for name in names]
        gains.add_row(system, str(evaluation.measured[system]), *row)
    console.print(gains)


def _interval(measure: MeasureOut | None, form: str = ".4f") -> str:
    if measure is None:
        return "–"
    return f"{measure.mean:{form}} [{measure.low:{form}}, {measure.high:{form}}]"


def show_findings(findings: Sequence[Finding], translate: Translate) -> FindingsOut:
    return FindingsOut(
        findings=tuple(
            FindingOut(
                name=translate(finding.name),
                state=finding.state,
                detail=fill(translate(finding.detail), _worded(finding.params, translate)),
            )
            for finding in findings
        )
    )


def _worded(params: Mapping[str, Any], translate: Translate) -> Mapping[str, Any]:
    """The parameters of a finding, counts of kinds in words."""
    kinds: Mapping[Kind, int] | None = params.get("kinds")
    if kinds is None:
        return params
    return {**params, "kinds": ", ".join(f"{translate(KIND[kind])} {count}" for kind, count in kinds.items()) or "–"}


def print_findings(shown: FindingsOut, translate: Translate) -> None:
    """A line a finding, with its state."""
    table = Table(box=None, show_header=False)
    for finding in shown.findings:
        word, style = _STATES[finding.state]
        table.add_row(as_text(finding.name), Text(translate(word), style), as_text(finding.detail))
    open_console().print(table)


def _table(translate: Translate, *headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        table.add_column(translate(header), overflow="fold")
    return table


def as_title(rank: int, title: str) -> Text:
    return Text(printable(f"{rank:>2}. {title}"), "bold")


class Printer:
    """Lines in the person's language, on standard output."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate
        self._console = open_console()

    def say(self, template: str, **params: object) -> None:
        self.write(fill(self.translate(template), params))

    def write(self, line: str) -> None:
        self._console.print(as_text(line), soft_wrap=True)


def as_text(text: str) -> Text:
    return Text(printable(text))


def as_marked(pieces: Pieces) -> Text:
    marked = Text()
    for piece, is_shared in pieces:
        marked.append(piece, "bold yellow" if is_shared else "")
    return marked
