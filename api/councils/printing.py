"""Councils and declarations on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from api.catalogue import Translate, fill, say_day
from api.councils.labels import PURPOSE, READING, RELATION, REPRESENTING, SEAT, say_weight
from api.councils.schemas import Checked, Council, Declarations, Finding, Person, Reason, Rules
from api.printing import Printer
from ingest import N_

_LONGEST_QUOTE = 200


def print_council(council: Council, translate: Translate) -> None:
    printer = Printer(translate)
    printer.write(f"{translate(PURPOSE[council.purpose])}: {council.record.title}")
    printer.say(N_("A proposal with its reasons: a person decides."))
    for line in describe_rules(council.rules, translate):
        printer.write(line)
    for note in council.notes:
        printer.write(f"! {note}")
    if council.conflict:
        printer.say(
            N_(
                "No council is possible. These requirements contradict one another; "
                "without any one of them these no longer do, though others may:"
            )
        )
        for one in council.conflict:
            printer.write(f"  – {one.text}")
    for seat in council.seats:
        role = translate(SEAT[seat.role])
        if seat.person:
            printer.write(f"{role}: {name_person(seat.person)}")
        elif seat.represents:
            printer.say(
                N_("{role}: empty – {body}, to be named by that body"),
                role=role,
                body=translate(REPRESENTING[seat.represents]),
            )
        _print_reasons(printer, [*seat.reasons, *seat.look_for])
        if seat.lacks_evidence:
            printer.write("    " + translate(N_("Not enough evidence")))
        _print_findings(printer, seat.findings)
    for one in council.given_up:
        printer.say(N_("Not kept: {requirement}"), requirement=one.text)
    if council.alternates:
        printer.say(N_("Alternates:"))
        for alternate in council.alternates:
            printer.write(f"  {translate(SEAT[alternate.role])}: {name_person(alternate.person)}")
    if council.answers:
        printer.say(N_("Answered:"))
        for answer in council.answers:
            printer.write(
                f"  {answer.id}. {answer.text} · {answer.answered_by} · {show_day(answer.answered_at, translate)}"
            )
    for title, checked in list_checked(council):
        if checked:
            printer.say(title)
        for person in checked:
            printer.write(f"  {name_person(person.person)}")
            _print_findings(printer, person.findings)


def list_checked(council: Council) -> Iterable[tuple[str, tuple[Checked, ...]]]:
    """Those about whom there is something to know, under the headings (templates) that say what it means for them."""
    yield N_("Questions to answer first:"), council.questions
    yield N_("Excluded:"), council.barred
    yield N_("May sit, but in no key role (chair, vice chair, reviewer, secretary):"), council.barred_from_key_roles


def describe_rules(rules: Rules, translate: Translate) -> Iterable[str]:
    """The rule in words: document, days, whether it was confirmed, quorum, notes."""
    days = " – ".join(say_day(day, translate) if day else "…" for day in (rules.since, rules.until))
    document = f"{rules.document}, {rules.article}" if rules.article else rules.document
    yield fill(
        translate(N_("By {document} ({issuer}; {level}; in force {days}), {reading}")),
        {"document": document, "issuer": rules.issuer, "level": rules.level, "days": days}
        | {"reading": translate(READING[rules.reading])},
    )
    if not rules.is_since_exact:
        yield translate(N_("The day on which it came into force was not checked."))
    if rules.article is None:
        yield translate(N_("Its article was not checked."))
    if rules.confirmed_by and rules.confirmed_on:
        params = {"name": rules.confirmed_by, "day": say_day(rules.confirmed_on, translate)}
        yield fill(translate(N_("Confirmed by {name} on {day}.")), params)
    else:
        yield translate(N_("This rule has not been confirmed by an officer."))
    if rules.quorum:
        yield rules.quorum
    yield from rules.notes


def show_day(written: str, translate: Translate) -> str:
    """A moment as ISO 8601 says it, as the day that people read."""
    return say_day(datetime.fromisoformat(written), translate)


def name_person(person: Person) -> str:
    return f"{person.name} – {person.organisation or '?'} ({person.id})"


def _print_reasons(printer: Printer, reasons: Iterable[Reason]) -> None:
    for reason in reasons:
        said = f": “{_short(reason.fact.text)}”" if reason.fact and reason.fact.text else ""
        printer.write(f"    {reason.text}{said}")


def _print_findings(printer: Printer, findings: Iterable[Finding]) -> None:
    for one in findings:
        about = "; ".join(part for part in (one.text, one.doubt_text, one.rule) if part)
        weight = printer.translate(say_weight(one.weight, one.bars))
        printer.write(f"    {weight}: {about}")
        if one.asks:
            printer.write(f"        {one.asks.text}")
        for answer in one.answers:
            printer.write(
                f"        {answer.text} · {answer.answered_by} · {show_day(answer.answered_at, printer.translate)}"
            )
        for fact in one.facts:
            if fact.text:
                printer.write(f"        {fact.record.title if fact.record else ''}: “{_short(fact.text)}”")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def print_declarations(found: Declarations, translate: Translate) -> None:
    printer = Printer(translate)
    if not found.declarations:
        printer.say(N_("Nothing is declared."))
    for one in found.declarations:
        pair = " → ".join(part for part in (one.of_name, one.to_name) if part)
        days = " – ".join(say_day(day, translate) if day else "…" for day in (one.since, one.until))
        printer.write(f"{one.id}. {translate(RELATION[one.kind])}: {pair} · {days}")
        printer.write(f"    {one.evidence} · {one.declared_by} · {show_day(one.declared_at, translate)}")
