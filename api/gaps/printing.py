"""Gaps on the terminal."""

from __future__ import annotations

from rich import box
from rich.table import Table

from api.catalogue import Translate
from api.gaps.labels import DIMENSION, LACK, PART, STATE, name_growth, name_share, name_value
from api.gaps.schemas import FullGapReport, GapTable, GrowthRate, Standing
from api.printing import as_text
from api.terminal import open_console
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import PARTS

_MOST = 20  # of a list; --json has all


def print_gaps(report: FullGapReport, translate: Translate, lang: str) -> None:
    """The table with its totals, then what is short, unasked, furthered and growing."""
    wording = Wording(translate, lang)
    _print_table(report.table, wording)
    _print_unmet(report, wording)
    _print_unasked(report, wording)
    _print_priorities(report, wording)
    _print_growth(report, wording)


def _heading(wording: Wording, text: str) -> None:
    open_console().print(as_text(wording.say(text)), style="bold")


def _columns(wording: Wording, *headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        table.add_column(wording.say(header), overflow="fold")
    return table


def _print_table(gaps: GapTable, wording: Wording) -> None:
    console, say = open_console(), wording.say
    headers = [*(DIMENSION[name] for name in gaps.by), *(PART[part] for part in PARTS)]
    table = _columns(wording, *headers, N_("Demand"), N_("Supply"), N_("Demand minus supply"))
    for cell in gaps.cells:
        table.add_row(*(as_text(name_value(wording, name, cell.at[name])) for name in gaps.by), *_counts(cell))
    blank = [""] * (len(gaps.by) - 1)
    table.add_row(say(N_("Total, each record once")), *blank, *_counts(gaps.total), style="bold")
    console.print(table)
    if repeated := sum(gaps.repeated.values()):
        words = N_(
            "{count} times a record stands in more than one row, because it has several fields, places or years."
        )
        console.print(say(words, count=repeated), soft_wrap=True)
    if gaps.total.suggested:
        words = N_("Of {count} records the fields are only suggested by their text.")
        console.print(say(words, count=len(gaps.total.suggested)), soft_wrap=True)
    if gaps.undated:
        words = N_("{count} records are left out because nothing says their year.")
        console.print(say(words, count=len(gaps.undated)), soft_wrap=True)
    for state, ids in gaps.apart.items():
        if ids:
            words = N_("Counted apart, neither demand nor supply: {count} {what}.")
            console.print(say(words, count=len(ids), what=say(STATE[state])), soft_wrap=True)


def _counts(cell: Standing) -> tuple[str, ...]:
    counts = [str(len(getattr(cell, part))) for part in PARTS]
    return (*counts, str(cell.demand), str(cell.supply), f"{cell.gap:+d}" if cell.gap else "0")


def _print_unmet(report: FullGapReport, wording: Wording) -> None:
    console, say = open_console(), wording.say
    _heading(wording, N_("Needs that nobody can serve"))
    unmet = report.unmet.unmet
    console.print(say(N_("{count} of {needs} needs"), count=len(unmet), needs=report.unmet.needs))
    for need in unmet[:_MOST]:
        lacks = "; ".join(say(LACK[lack]) for lack in need.lacks)
        console.print(as_text(f"  {need.id}  {need.title} – {lacks}"), soft_wrap=True)


def _print_unasked(report: FullGapReport, wording: Wording) -> None:
    console = open_console()
    _heading(wording, N_("Competences that nobody asks for"))
    _print_unstated(report, wording)
    for field in report.unasked_fields:
        console.print(as_text(f"  {name_value(wording, 'group', field.name)}: {len(field.ids)}"), soft_wrap=True)
    if report.perhaps_asked_fields:
        words = N_("Borne by nobody who asks, but perhaps asked for by those whose group of fields nobody stated:")
        console.print(wording.say(words), soft_wrap=True)
    for one in report.perhaps_asked_fields:
        count = wording.say(N_("{count}; perhaps asked for: {perhaps}"), count=len(one.ids), perhaps=len(one.perhaps))
        console.print(as_text(f"  {name_value(wording, 'group', one.name)}: {count}"), soft_wrap=True)
    if terms := [f"{term.name} ({len(term.ids)})" for term in report.unasked_terms[:_MOST]]:
        console.print(as_text("  " + ", ".join(terms)), soft_wrap=True)


def _print_unstated(report: FullGapReport, wording: Wording) -> None:
    if report.unstated:
        words = N_(
            "Of {total} needs and orders nobody stated a group of fields for {count}: fields tell little of them."
        )
        said = wording.say(words, total=report.table.total.demand, count=len(report.unstated))
        open_console().print(said, soft_wrap=True)


def _print_priorities(report: FullGapReport, wording: Wording) -> None:
    console, say = open_console(), wording.say
    _heading(wording, N_("Priorities of the province"))
    if not report.priorities:
        words = N_("None are known. Give them with --priorities, or as {file} in the data folder.")
        console.print(say(words, file="priorities.yaml"), soft_wrap=True)
        return
    _print_unstated(report, wording)
    headers = (N_("Priority"), N_("Source document"), N_("Demand"), N_("Supply"), N_("of it tasks"))
    table = _columns(wording, *headers)
    for one in report.priorities:
        table.add_row(as_text(one.name), as_text(one.source), str(one.demand), str(one.supply), str(one.tasks))
    console.print(table)


def _print_growth(report: FullGapReport, wording: Wording) -> None:
    console, say = open_console(), wording.say
    _heading(wording, N_("Growth of tasks"))
    table = _columns(wording, N_("Year"), N_("Tasks begun"), N_("Yearly mean before"), N_("Growth"))
    rates = [*report.growth.years, *([report.growth.period] if report.growth.period else [])]
    for rate in rates:
        table.add_row(*describe_rate(rate, wording))
    if rates:
        console.print(table)
    if report.growth.undated:
        words = N_("{count} tasks began nobody knows when.")
        console.print(say(words, count=len(report.growth.undated)), soft_wrap=True)
    uses = report.uses
    counts = {"applied": len(uses.applied), "done": uses.done, "not_yet": len(uses.not_yet)}
    words = N_("Applied or handed over: {applied} of {done} tasks done; not yet: {not_yet}; unknown: {unknown}.")
    console.print(say(words, unknown=len(uses.unknown), **counts), soft_wrap=True)
    if uses.done:
        console.print(say(N_("Share applied: {share}."), share=name_share(wording, uses)), soft_wrap=True)


def describe_rate(rate: GrowthRate, wording: Wording) -> tuple[str, str, str, str]:
    """The years, the tasks begun, the mean before with what it is the mean of, the growth."""
    years = str(rate.first) if rate.first == rate.last else f"{rate.first}–{rate.last}"
    before = wording.say(N_("no year before"))
    if rate.mean_before is not None:
        counts = {"tasks": rate.tasks_before, "years": rate.years_before}
        before = wording.say(
            N_("{mean} ({tasks} in {years} years)"), mean=wording.number(rate.mean_before, 1), **counts
        )
    return years, str(rate.tasks), before, name_growth(wording, rate.percent)
