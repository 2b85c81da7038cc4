"""Teams of three houses on the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from api.catalogue import Translate, fill
from api.labels import HOUSE
from api.teams.labels import NOBODY_YET
from api.teams.schemas import Covered, TeamMember, Teams
from api.terminal import open_console, printable
from api.wording import Wording
from ingest import HOUSES, N_

Write = Callable[..., None]
_LONGEST_QUOTE = 240
_MOST_QUOTES = 2


def print_teams(found: Teams, translate: Translate, lang: str) -> None:
    console = open_console()

    def write(line: str, style: str = "") -> None:
        console.print(Text(printable(line), style), soft_wrap=True)

    def say(template: str, **params: object) -> str:
        return fill(translate(template), params)

    write(say(N_("Teams of three houses for: {title}"), title=found.record.title), "bold")
    write(found.advice)
    for missing in found.missing_houses:
        write(f"! {missing.text}", "yellow")
        for one in missing.look_for:
            write(f"    – {one}")
    for note in found.notes:
        write(f"! {note}")
    if found.conflict:
        write(
            say(
                N_(
                    "No team is possible. These rules contradict one another; "
                    "without any one of them these no longer do, though others may:"
                )
            )
        )
        for rule in found.conflict.rules:
            write(f"  – {rule}")
        if found.conflict.is_smallest:
            write(say(N_("Proved: no fewer rules contradict one another.")))
    for number, team in enumerate(found.teams, 1):
        write("")
        write(say(N_("Team {number}"), number=number), "bold")
        for doubt in team.doubts:
            write(f"  ! {doubt}", "yellow")
        for house in HOUSES:
            write(f"  {translate(HOUSE[house])}", "bold")
            members = [one for one in team.members if one.house == house]
            for member in members:
                _print_member(member, write, Wording(translate, lang), translate)
            if not members:
                write(f"    {translate(NOBODY_YET)}", "yellow")
        for covered in team.covers:
            names = ", ".join(one.title for one in covered.by)
            write(f"  ✓ {_short(covered.text)} — {names}")
            if covered.evidence:
                write(f"      “{_short(covered.evidence.quote.text)}” — {covered.evidence.record.title}")
        _print_uncovered(team.uncovered, write, translate)
        for line in team.valued:
            write(f"  {line}", "dim")
        if team.cost_vnd:
            amount = Wording(translate, lang).money(team.cost_vnd)
            write(
                "  "
                + say(
                    N_("Known costs: {amount}; not known: {count} members."), amount=amount, count=len(team.unpriced)
                ),
                "dim",
            )
    if found.teams:
        write("")
        write(found.units, "dim")


def _print_member(member: TeamMember, write: Write, wording: Wording, translate: Translate) -> None:
    about = " · ".join(part for part in (member.organisation, member.place) if part)
    write(f"    {member.role_text}: {member.name}" + (f" ({about})" if about else ""))
    write(f"      {member.id or '–'} · {'; '.join(member.reasons)}", "dim")
    if member.known_from:
        write("      " + fill(translate(N_("named in: {file}")), {"file": member.known_from.file}), "dim")
    for doubt in member.doubts:
        write(f"      ? {doubt}", "yellow")
    if member.likelihood is not None:
        count = round(10 * member.likelihood)
        write("      " + wording.say(N_("about {count} of 10 with such a score were judged to fit"), count=count))
    for said in member.evidence[:_MOST_QUOTES]:
        write(f"      “{_short(said.quote.text)}” — {said.record.title}")


def _print_uncovered(uncovered: tuple[Covered, ...], write: Write, translate: Translate) -> None:
    for one in uncovered:
        write("  ✗ " + fill(translate(N_("Nobody in the team answers: {text}")), {"text": _short(one.text)}), "yellow")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
