"""The command that assigns all needs at once: assign."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.output import check_output, write_output
from api.commands.parameters import AsJson, Output
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER, Kind

_Kind = Annotated[
    Literal["need", "proposal"], typer.Option("--kind", help=N_("What somebody is assigned to: need or proposal."))
]
_To = Annotated[Kind, typer.Option("--to", help=N_("The kind that is assigned (else scientist)."))]
_Per = Annotated[str, typer.Option("--per", metavar="MIN-MAX", help=N_("How many for each (else 1)."))]
_Load = Annotated[int, typer.Option("--load", metavar="N", help=N_("How many each may serve at most."))]
_NoFair = Annotated[
    bool, typer.Option("--no-fair", help=N_("Only the greatest total, whatever it means for the worst-off."))
]
_Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help=N_("Show at most so many records."))]


def assign(
    ctx: typer.Context,
    kind: _Kind = "need",
    to: _To = "scientist",
    per: _Per = "1",
    load: _Load = 2,
    no_fair: _NoFair = False,
    limit: _Limit = None,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    from api.teams.asking import read_range
    from api.teams.assignments import export_assignment, find_assignment, print_assignment
    from matcher.teams.assigning import Terms

    session: Session = ctx.obj
    check_output(output)
    least, most = read_range(per)
    workspace = open_data(session)
    with show_progress(session) as progress:
        terms = Terms(least, most, load, not no_fair)
        found = find_assignment(workspace, kind, to, OFFICER, terms, session.translate, progress)
    if output:
        content = export_assignment(found, Path(output.name).suffix.lower(), session.translate, date.today())
        write_output(session, output, content)
    if as_json:
        write_json(found)
    elif not output:
        print_assignment(found, session.translate, limit)
    tell_limits(session, workspace)
