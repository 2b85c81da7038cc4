"""The commands about engagements: list, show, start, move, undo, note, remind, extend."""

from __future__ import annotations

import getpass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opening import open_data
from api.commands.parameters import AsJson
from api.terminal import Session, write_json
from api.usage import Command, CommandGroup
from ingest import N_, OFFICER

if TYPE_CHECKING:
    from api.engagements.schemas import EngagementTimeline
    from index import Index
    from matcher.engagement.stages import Intent

app = typer.Typer(name="engage", cls=CommandGroup, no_args_is_help=True)

# As matcher.engagement.stages says; importing that takes longer than showing the help.
State = Literal[
    "suggested",
    "interested",
    "shortlisted",
    "agreed",
    "tasked",
    "accepted",
    "handed_over",
    "declined",
    "expired",
]
Moveable = Literal["interest", "shortlist", "agree", "task", "accept", "hand_over", "decline", "consent", "withdraw"]
Side = Literal["record", "candidate"]

_Id = Annotated[str, typer.Argument(metavar="ENGAGEMENT", help=N_("The id of the engagement."))]
_Record = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The need or task."))]
_Candidate = Annotated[str, typer.Argument(metavar="CANDIDATE", help=N_("The id of the candidate."))]
_Act = Annotated[
    Moveable,
    typer.Argument(
        metavar="MOVE",
        help=N_("interest, shortlist, agree, task, accept, hand_over, decline, consent or withdraw."),
    ),
]
_Of = Annotated[
    Side | None,
    typer.Option("--side", help=N_("Write down what this side told you, with --reason how: record or candidate.")),
]
_Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=N_("Why, or how a side told you so."))]
_Unfit = Annotated[
    bool, typer.Option("--unfit", help=N_("Declined because the two do not fit: the ranking learns from it."))
]
_By = Annotated[str | None, typer.Option("--by", metavar="NAME", help=N_("Who does it (else the user's name)."))]
_State = Annotated[State | None, typer.Option("--state", help=N_("Only those in this state: suggested, declined …"))]
_OfRecord = Annotated[str | None, typer.Option("--record", metavar="RECORD-ID", help=N_("Only those of this record."))]
_Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help=N_("An answer is awaited until this day."))]
_Text = Annotated[str, typer.Argument(metavar="TEXT", help=N_("What is written."))]
_Day = Annotated[str, typer.Argument(metavar="DATE", help=N_("The day, as 2026-12-31 or 31/12/2026."))]


@app.command("list", cls=Command, help=N_("List engagements, those with a reminder that is due first."))
def list_engagements(
    ctx: typer.Context, state: _State = None, record: _OfRecord = None, as_json: AsJson = False
) -> None:
    from api.engagements.schemas import show_board
    from api.engagements.taking import see_board, see_reminders

    session: Session = ctx.find_root().obj
    index = open_data(session, with_model=False).index
    shown = show_board(see_board(index, OFFICER, date.today(), state, record), see_reminders(index, OFFICER))
    if as_json:
        write_json(shown)
        return
    from api.engagements.printing import print_board

    print_board(shown, session.translate)


@app.command(cls=Command, help=N_("Show an engagement with all that happened and what may come next."))
def show(ctx: typer.Context, id: _Id, as_json: AsJson = False) -> None:
    session: Session = ctx.find_root().obj
    _answer(session, open_data(session, with_model=False).index, id, as_json)


@app.command(cls=Command, help=N_("Suggest a candidate to a record."))
def start(
    ctx: typer.Context,
    record_id: _Record,
    candidate: _Candidate,
    until: _Until = None,
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    from api.acting import command_actor
    from api.councils.declaration_files import read_day
    from api.engagements.taking import start as begin

    session: Session = ctx.find_root().obj
    index = open_data(session, with_model=False).index
    actor = command_actor(by or getpass.getuser())
    one = begin(index, record_id, candidate, actor, OFFICER, date.today(), read_day(until))
    _answer(session, index, one.id, as_json)


@app.command(cls=Command, help=N_("Make a move, or write down what a side has told you."))
def move(
    ctx: typer.Context,
    id: _Id,
    act: _Act,
    side: _Of = None,
    reason: _Reason = None,
    unfit: _Unfit = False,
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    from matcher.engagement.stages import Intent

    _do(ctx, id, Intent(act, side, reason, is_unfit=unfit), by, as_json)


@app.command(cls=Command, help=N_("Take the last move back; again brings it back. Nothing is erased."))
def undo(ctx: typer.Context, id: _Id, by: _By = None, as_json: AsJson = False) -> None:
    from matcher.engagement.stages import Intent

    _do(ctx, id, Intent("undo"), by, as_json)


@app.command(cls=Command, help=N_("Write a note to an engagement; both sides read it, with names hidden."))
def note(ctx: typer.Context, id: _Id, text: _Text, by: _By = None, as_json: AsJson = False) -> None:
    from matcher.engagement.stages import Intent

    _do(ctx, id, Intent("note", text=text), by, as_json)


@app.command(cls=Command, help=N_("Be reminded on a day; the list shows what is due first."))
def remind(ctx: typer.Context, id: _Id, day: _Day, text: _Text, by: _By = None, as_json: AsJson = False) -> None:
    from api.councils.declaration_files import read_day
    from matcher.engagement.stages import Intent

    _do(ctx, id, Intent("remind", text=text, day=read_day(day)), by, as_json)


@app.command(cls=Command, help=N_("Set until when an answer is awaited."))
def extend(ctx: typer.Context, id: _Id, day: _Day, by: _By = None, as_json: AsJson = False) -> None:
    from api.councils.declaration_files import read_day
    from matcher.engagement.stages import Intent

    _do(ctx, id, Intent("extend", day=read_day(day)), by, as_json)


def _do(ctx: typer.Context, id: str, intent: Intent, by: str | None, as_json: bool) -> None:
    from api.acting import command_actor
    from api.engagements.taking import do

    session: Session = ctx.find_root().obj
    index = open_data(session, with_model=False).index
    do(index, id, intent, command_actor(by or getpass.getuser()), OFFICER, date.today())
    _answer(session, index, id, as_json)


def _answer(session: Session, index: Index, id: str, as_json: bool) -> None:
    from api.engagements.schemas import show_timeline
    from api.engagements.taking import see_timeline

    shown: EngagementTimeline = show_timeline(see_timeline(index, id, OFFICER, date.today()))
    if as_json:
        write_json(shown)
        return
    from api.engagements.printing import print_timeline

    print_timeline(shown, session.translate)
