"""The command that proposes teams of three houses: team."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.commands.asking import check_words, find_given
from api.commands.opening import open_data, tell_limits
from api.commands.output import check_output, write_output
from api.commands.parameters import AsJson, Output
from api.errors import EXIT_REFUSED
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER

_Record = Annotated[str, typer.Argument(metavar="RECORD", help=N_("Record id, file, or - for standard input."))]
_Members = Annotated[
    str, typer.Option("--members", metavar="MIN-MAX", help=N_("How many scientists, the lead among them (else 1-4)."))
]
_With = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="ID[:ROLE]", help=N_("Who must join, perhaps in a role; may be given several times.")
    ),
]
_Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="ID", help=N_("Who must not join; may be given several times.")),
]
_Same = Annotated[
    int | None,
    typer.Option("--same-organisation", metavar="N", help=N_("At most so many scientists of one organisation.")),
]
_Place = Annotated[
    str,
    typer.Option("--place", metavar="PLACE[=ROLE]", help=N_("Some member, or who holds the role, must be there.")),
]
_Budget = Annotated[
    str, typer.Option("--budget", metavar="VND", help=N_("What is known of costs stays below this sum (đồng)."))
]
_Load = Annotated[
    int | None,
    typer.Option("--load", metavar="N", help=N_("Who leads so many running tasks takes on no other (else 2).")),
]
_Teams = Annotated[int, typer.Option("--teams", metavar="N", help=N_("How many teams that differ (1–10)."))]


def team(
    ctx: typer.Context,
    record: _Record,
    members: _Members = "",
    wanted: _With = None,
    unwanted: _Without = None,
    same_organisation: _Same = None,
    place: _Place = "",
    budget: _Budget = "",
    load: _Load = None,
    teams: _Teams = 3,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    from api.teams.asking import find_teams, read_wishes
    from api.teams.document import write_teams

    session: Session = ctx.obj
    check_output(output, record)
    wishes = read_wishes(members, wanted or [], unwanted or [], same_organisation, place, budget, load, teams)
    workspace = open_data(session)
    given = find_given(workspace, record)
    check_words(given.record)
    session.tell_problems(given.problems)
    if given.others:
        session.tell(
            N_("{count} records were found; only the first is taken: “{title}”."),
            count=given.others + 1,
            title=given.record.title,
        )
    with show_progress(session) as progress:
        lang = session.settings.lang
        found = find_teams(workspace, given.record, wishes, OFFICER, session.translate, lang, progress)
    if output:
        content = write_teams(found, Path(output.name).suffix.lower(), session.translate, date.today())
        write_output(session, output, content)
    if as_json:
        write_json(found)
    elif not output:
        from api.teams.printing import print_teams

        print_teams(found, session.translate, lang)
    tell_limits(session, workspace)
    if given.problems or found.conflict:
        raise typer.Exit(EXIT_REFUSED)
