"""The commands that change what is stored: ingest, remove, reembed."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.parameters import AsJson, AsKind, Paths
from api.errors import EXIT_REFUSED, EXIT_UNKNOWN_RECORD
from api.terminal import Session, show_progress, write_json
from ingest import N_


def ingest(ctx: typer.Context, paths: Paths, kind: AsKind = None, as_json: AsJson = False) -> None:
    from api.shaping import show_report
    from index import ingest_paths

    session: Session = ctx.obj
    workspace = open_data(session)
    with show_progress(session) as progress:
        report = ingest_paths(workspace.index, paths, kind, session.settings.keep_contacts, progress)
    shown = show_report(report, session.translate, session.settings.lang)
    if as_json:
        write_json(shown)
    else:
        from api.printing import print_report

        print_report(shown, report.refused, session.translate)
    tell_limits(session, workspace)
    if report.refused:
        raise typer.Exit(EXIT_REFUSED)


def remove(
    ctx: typer.Context,
    record_ids: Annotated[list[str], typer.Argument(metavar="RECORD-ID…", help=N_("The ids of stored records."))],
) -> None:
    from index import UnknownRecord

    session: Session = ctx.obj
    index = open_data(session, with_model=False).index
    unknown = False
    for id in dict.fromkeys(record_ids):
        try:
            index.remove(id)
            session.tell(N_("Removed: {id}"), id=id)
        except UnknownRecord as error:
            session.tell(error.message, **error.params)
            unknown = True
    index.refresh()
    if unknown:
        raise typer.Exit(EXIT_UNKNOWN_RECORD)


def reembed(ctx: typer.Context) -> None:
    from index import reembed as reembed_all

    session: Session = ctx.obj
    workspace = open_data(session, any_model=True)
    if workspace.no_model:
        raise workspace.no_model
    with show_progress(session) as progress:
        count = reembed_all(workspace.index, progress)
    session.tell(N_("{count} passages have vectors of {model} now."), count=count, model=workspace.versions.model)
