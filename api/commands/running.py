"""The commands about the program itself: serve, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.parameters import AsJson
from api.errors import EXIT_UNUSABLE
from api.settings import DEFAULT_PORT
from api.terminal import Session, write_json
from ingest import N_


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="H", help=N_("Address to listen on; 127.0.0.1 = this computer only."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, metavar="P", help=N_("Port; 0 takes a free one."))
    ] = DEFAULT_PORT,
) -> None:
    from api.serving import serve_forever

    serve_forever(ctx.obj, host, port)


def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    from api.doctor import examine
    from api.printing import print_findings, show_findings

    session: Session = ctx.obj
    findings = examine(session.settings)
    shown = show_findings(findings, session.translate)
    if as_json:
        write_json(shown)
    else:
        print_findings(shown, session.translate)
    if any(finding.blocks for finding in findings):
        raise typer.Exit(EXIT_UNUSABLE)
