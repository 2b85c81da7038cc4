"""The commands about alerts: send."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.parameters import AsJson
from api.errors import EXIT_REFUSED
from api.terminal import Session, write_json
from api.usage import Command, CommandGroup
from ingest import N_

app = typer.Typer(name="alerts", cls=CommandGroup, no_args_is_help=True)


@app.callback()
def alerts() -> None:
    pass


@app.command(
    "send",
    cls=Command,
    help=N_(
        "Look for what is new in the saved searches, and send what is due: for a timer, where no server runs that does "
        "so by itself."
    ),
    short_help=N_("Look for what is new in the saved searches, and send what is due."),
)
def send(ctx: typer.Context, as_json: AsJson = False) -> None:
    from api.alerts.schemas import Sent
    from api.alerts.sending import send_alerts

    session: Session = ctx.obj
    workspace = open_data(session)
    tell_limits(session, workspace)
    sent = send_alerts(workspace.index, session.settings, datetime.now(UTC), Random())
    if as_json:
        write_json(Sent.model_validate(sent, from_attributes=True))
    else:
        session.tell(
            N_("New: {found}. Sent: {delivered}, to be tried again: {postponed}, given up: {given_up}."),
            found=sent.found,
            delivered=sent.delivered,
            postponed=sent.postponed,
            given_up=sent.given_up,
        )
    if sent.given_up:
        raise typer.Exit(EXIT_REFUSED)
