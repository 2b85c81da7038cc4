"""The command line: its commands with their help, each a thin layer over the packages below."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.commands import (
    accounts,
    alerts,
    asking,
    assign,
    audit,
    council,
    engage,
    gaps,
    learning,
    measuring,
    order,
    overlapping,
    running,
    showing,
    storing,
    team,
    tidying,
)
from api.settings import read_settings
from api.terminal import Session
from api.usage import Command, CommandGroup
from ingest import N_

app = typer.Typer(
    name="banha",
    cls=CommandGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=N_("Bring together research orders, scientists and enterprises, with quoted evidence."),
)


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"banha {version('banha')}\n")
        raise typer.Exit


@app.callback()
def start(
    ctx: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help=N_("Data folder (else BANHA_DATA, else the user's)."))
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help=N_("Show the version."))
    ] = False,
) -> None:
    session: Session = ctx.obj
    ctx.obj = Session(read_settings(data=data), session.translate)


app.command(cls=Command, help=N_("Read files and folders, store and index what is in them."))(storing.ingest)
app.command(cls=Command, help=N_("Dry run: show what would be read from files. Stores nothing."))(showing.read)
app.command(cls=Command, help=N_("Search by a text: the records that fit best, each with its best passage."))(
    asking.search
)
app.command(
    cls=Command,
    help=N_(
        "Find what belongs to a record. RECORD is the id of a stored one, a file, or - for standard input (a JSON "
        "record, a file, or plain text, taken as a need). Files and input are not stored; when they hold several "
        "records, the first is matched. What is both an id and a file is taken as an id."
    ),
    short_help=N_("Find what belongs to a record, a file, or standard input."),
)(asking.match)
app.command(cls=Command, help=N_("Show a stored record with its sources."))(showing.show)
app.command("list", cls=Command, help=N_("List what is stored, by kind and id; --json gives one array."))(
    showing.list_records
)
app.command(cls=Command, help=N_("Remove stored records, with all their passages and vectors."))(storing.remove)
app.command(
    cls=Command,
    help=N_("Take back what files said, whether they are still there or not; what others tell as well stays."),
)(tidying.retire)
app.command(cls=Command, help=N_("List pairs of records that may be one, with the reasons; a person decides."))(
    tidying.duplicates
)
app.command(
    cls=Command, help=N_("Remember that two records are different; they are not proposed as duplicates again.")
)(tidying.distinguish)
app.command(cls=Command, help=N_("Make two records one; all their sources are kept, and it can be undone."))(
    tidying.merge
)
app.command(cls=Command, help=N_("Undo the merges of a record."))(tidying.part)
app.command(
    cls=Command, help=N_("Remember what a label means that no form knows; the next files with it are read so.")
)(tidying.correct)
app.command(cls=Command, help=N_("List what people said labels mean; --forget takes one back."))(tidying.corrections)
app.command(
    cls=Command,
    help=N_(
        "Propose a council for a task under the rule in force: seats with reasons, alternates, who may not sit by "
        "which rule and fact, and what to ask first. Also when none is possible: the fewest rules that contradict."
    ),
    short_help=N_("Propose a council for a task, with reasons and exclusions."),
)(council.council)
app.command(
    cls=Command, help=N_("Declare a family relation, an adviser, a sanction or another conflict, with evidence.")
)(council.declare)
app.command(cls=Command, help=N_("List what is declared; --forget takes one back."))(council.declarations)
app.command(cls=Command, help=N_("Remember whether a candidate fits a record: what the ranking learns from."))(
    learning.judge
)
app.command(cls=Command, help=N_("List what was judged of candidates."))(learning.judgements)
app.command(
    cls=Command,
    help=N_(
        "Learn from judgements: weights of the ranking, put in force only when they win on later judgements, and how "
        "likely a score means a fit."
    ),
)(learning.learn)
app.command(
    cls=Command,
    help=N_(
        "Hold demand against supply by field of science, place and year: needs that nobody can serve, competences that "
        "nobody asks for, priorities of the province, growth."
    ),
)(gaps.gaps)
app.command(
    cls=Command,
    help=N_(
        "Check a proposal against the tasks done, running and proposed: the same, a continuation, another approach, "
        "another place, with quotes. Advice; a person decides."
    ),
    short_help=N_("Check a proposal for overlap with other tasks."),
)(overlapping.overlap)
app.command(
    cls=Command,
    help=N_(
        "Propose teams of three houses for a need or a task: who orders, who researches, who has the need and would "
        "apply the result, with quotes, what nobody answers, and how good each is by proof. When none is possible: the "
        "fewest rules that contradict. Roles: orderer, co_funder, programme, host, lead, member, owner, applier."
    ),
    short_help=N_("Propose teams of three houses for a need or a task."),
)(team.team)
app.command(
    cls=Command,
    help=N_(
        "Assign scientists to all needs at once: nobody overloaded, the worst-off need as well served as can be, then "
        "the greatest total; beside what choosing the strongest pair first would give."
    ),
    short_help=N_("Assign scientists to all needs at once, fairly."),
)(assign.assign)
app.command(
    cls=Command,
    help=N_(
        "Draft the official order form from one or several needs (or those like one): every field, each sentence "
        "quoted with its place or marked as to be filled in, with similar tasks and candidates; --form drafts an "
        "agreement or a handover record; --verify proves a draft. A person completes and decides."
    ),
    short_help=N_("Draft an order, an agreement or a handover record; prove a draft."),
)(order.order)
app.add_typer(
    audit.app,
    name="audit",
    help=N_("Who saw personal data, decided, changed or exported: listed, and proved to be whole."),
)
app.add_typer(
    engage.app,
    name="engage",
    help=N_(
        "What people do with a pairing: suggested, interested, short-listed, agreed, tasked, accepted, handed over, or "
        "declined with a reason. Nothing is erased; what is taken back is one more event."
    ),
    short_help=N_("What people do with a pairing, as a list, timelines and moves."),
)
app.add_typer(alerts.app, name="alerts", help=N_("Tell people what is new in the searches that they follow."))
app.command(cls=Command, help=N_("Compute all vectors again with the language model in use."))(storing.reembed)
app.command(cls=Command, help=N_("Measure the ranking on files of records and queries, in a throw-away index."))(
    measuring.evaluate
)
app.add_typer(accounts.account, name="account")
app.add_typer(accounts.token, name="token")
app.command(cls=Command, help=N_("Serve the web pages and the HTTP API."))(running.serve)
app.command(cls=Command, help=N_("Say what works, what is off, and why."))(running.doctor)
