"""The command that checks a proposal against earlier tasks: overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.asking import check_words, find_given
from api.commands.opening import open_data, tell_limits
from api.commands.output import write_output
from api.commands.parameters import AsJson, Limit
from api.errors import EXIT_REFUSED, BadInput
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER

_Record = Annotated[str, typer.Argument(metavar="RECORD", help=N_("Record id, file, or - for standard input."))]
_Slip = Annotated[Path | None, typer.Option("--output", help=N_("Write the slip to this .docx or .html file."))]


def overlap(
    ctx: typer.Context, record: _Record, limit: Limit = 10, as_json: AsJson = False, output: _Slip = None
) -> None:
    from api.overlap.shaping import check_overlaps
    from api.overlap.slips import check_slip_format, write_slip

    session: Session = ctx.obj
    suffix = check_slip_format(output.name) if output else ""
    if output and output.exists() and Path(record).exists() and output.samefile(record):
        raise BadInput(N_("{file} is what is matched; write the answer to another file."), file=str(output))
    workspace = open_data(session)
    given = find_given(workspace, record, "proposal")
    check_words(given.record)
    session.tell_problems(given.problems)
    if given.others:
        session.tell(
            N_("{count} records were found; only the first is checked: “{title}”."),
            count=given.others + 1,
            title=given.record.title,
        )
    with show_progress(session) as progress:
        answer = check_overlaps(
            workspace, given.record, OFFICER, limit, session.translate, progress, is_stored=given.is_stored
        )
    if output:
        write_output(session, output, write_slip(answer, suffix, session.translate, session.settings.lang))
    if as_json:
        write_json(answer)
    elif not output:
        from api.overlap.printing import print_overlaps

        print_overlaps(answer, session.translate)
    tell_limits(session, workspace)
    if given.problems:
        raise typer.Exit(EXIT_REFUSED)
