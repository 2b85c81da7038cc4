"""The commands about the audit log: list, verify."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opening import open_data
from api.commands.parameters import AsJson
from api.errors import EXIT_REFUSED
from api.terminal import Session, open_console, write_json
from api.usage import Command, CommandGroup
from ingest import N_

if TYPE_CHECKING:
    from index.audit import Deed, Flaw

app = typer.Typer(name="audit", cls=CommandGroup, no_args_is_help=True)

FLAWS: Mapping[Flaw, str] = {
    "unguarded": N_("The guards that refuse changes were taken off the log."),
    "changed": N_("Entry {n} was changed, or an entry was put in or moved there."),
    "missing": N_("Entry {n} is missing."),
    "inserted": N_("Entry {n} was put in."),
    "head": N_("The log does not end where its head says, at entry {n}."),
    "cut": N_("The log was cut off: the anchor knows entry {n}, the database does not."),
    "replaced": N_("Entry {n} is not the one that was anchored: the log was written anew."),
    "anchor missing": N_("There is no anchor, so that nobody can tell whether the log was cut off or written anew."),
    "anchor late": N_("The anchor begins at entry {n} only; what was before is not secured by it."),
}

DEEDS: Mapping[Deed, str] = {
    "saw": N_("has seen"),
    "decided": N_("has decided"),
    "changed": N_("has changed"),
    "exported": N_("has exported"),
    "erased": N_("has erased"),
    "signed": N_("signed in or out"),
}
_MOST_NUMBERS = 10
_By = Annotated[
    str | None, typer.Option("--by", metavar="ACTOR", help=N_("Only of this actor: the id of an account, or uid:1000."))
]
_Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help=N_("Only since the beginning of this day (UTC)."))
]
_Of = Annotated[
    str | None, typer.Option("--of", metavar="ID", help=N_("Only about this record, account or engagement."))
]
_Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N", help=N_("At most this many entries."))]
_Anchor = Annotated[
    Path | None, typer.Option("--anchor", metavar="FILE", help=N_("Compare with this copy of the anchor."))
]


@app.command(
    "list", cls=Command, help=N_("List who saw, decided, changed, exported or erased what; latest first. Ids only.")
)
def list_audit(
    ctx: typer.Context,
    by: _By = None,
    since: _Since = None,
    of: _Of = None,
    limit: _Limit = 100,
    as_json: AsJson = False,
) -> None:
    from api.audit.recording import list_entries
    from api.audit.schemas import show_entries
    from api.councils.declaration_files import read_day

    session: Session = ctx.find_root().obj
    day = read_day(since)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    shown = show_entries(list_entries(open_data(session, with_model=False).index.store, by, moment, of, limit))
    if as_json:
        write_json(shown)
        return
    console = open_console()
    if not shown.entries:
        console.print(session.translate(N_("Nothing was written down.")))
    for one in shown.entries:
        who, deed = one.actor or one.role, session.translate(DEEDS[one.deed])
        console.print(f"{one.n} · {one.at[:19]}Z · {who} · {deed} · {one.what} · {' '.join(one.subjects)}")


@app.command(
    cls=Command,
    help=N_(
        "Check that nothing in the audit log was changed, taken out, put in, moved or cut off, by its chain of digests "
        "and by the anchor outside the database. Exit 3 where something was."
    ),
    short_help=N_("Check that nobody tampered with the audit log."),
)
def verify(ctx: typer.Context, anchor: _Anchor = None, as_json: AsJson = False) -> None:
    from api.audit.recording import anchor_of
    from api.audit.recording import verify as find_flaws
    from api.audit.schemas import show_findings
    from index.audit import Anchor

    session: Session = ctx.find_root().obj
    store = open_data(session, with_model=False).index.store
    found, doubt = find_flaws(store, Anchor(anchor) if anchor else anchor_of(session.settings))
    head = store.audit.head
    if as_json:
        write_json(show_findings(found, doubt, head))
    else:
        for one in found:
            session.tell(FLAWS[one.flaw], n=one.n)
        if not found:
            session.tell(N_("The audit log is whole: {count} entries, head {digest}"), count=head.n, digest=head.digest)
        if doubt.not_anchored:
            session.tell(
                N_("The last {count} entries are not anchored yet; nothing but the database tells of them."),
                count=doubt.not_anchored,
            )
        if doubt.not_vouched:
            told = ", ".join(map(str, doubt.not_vouched[-_MOST_NUMBERS:]))
            session.tell(
                N_(
                    "{count} entries were anchored by another program than the one that wrote them, the latest: "
                    "{numbers}. After a crash that is so; where there was none, somebody has forged them."
                ),
                count=len(doubt.not_vouched),
                numbers=told,
            )
    if found:
        raise typer.Exit(EXIT_REFUSED)
