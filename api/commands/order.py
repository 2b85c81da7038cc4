"""The command that drafts orders, agreements and handover records, and proves them: order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.output import write_output
from api.commands.parameters import AsJson
from api.errors import EXIT_REFUSED, BadInput
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER

if TYPE_CHECKING:
    from matcher.orders.drafts import Asked

Form = Literal["order", "agreement", "handover"]

_Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="RECORD-ID…", help=N_("Needs; for an agreement also a task or scientists; else one task.")),
]
_Form = Annotated[Form, typer.Option("--form", help=N_("What is drafted: order, agreement, handover."))]
_Like = Annotated[
    str | None, typer.Option("--like", metavar="ID", help=N_("Draft from this need and all stored needs like it."))
]
_Without = Annotated[list[str] | None, typer.Option("--without", metavar="ID", help=N_("Leave out this need."))]
_Confidential = Annotated[
    bool, typer.Option("--with-confidential", help=N_("Quote confidential sections too; each sentence is marked."))
]
_Identities = Annotated[
    bool, typer.Option("--with-identities", help=N_("Tell the names behind anonymous needs, else masked."))
]
_Document = Annotated[Path | None, typer.Option("--output", help=N_("Write the draft to this .docx file."))]
_Verify = Annotated[
    Path | None,
    typer.Option(
        "--verify", metavar="FILE", help=N_("Prove that every quoted sentence of this draft stands where it says.")
    ),
]


def order(
    ctx: typer.Context,
    ids: _Ids = None,
    form: _Form = "order",
    like: _Like = None,
    without: _Without = None,
    with_confidential: _Confidential = False,
    with_identities: _Identities = False,
    as_json: AsJson = False,
    output: _Document = None,
    verify: _Verify = None,
) -> None:
    session: Session = ctx.obj
    if verify:
        if ids or like or output:
            raise BadInput(N_("--verify takes a file only; leave out identifiers, --like and --output."))
        _verify(session, verify, as_json)
        return
    if like and form != "order":
        raise BadInput(N_("Only an order is drafted from needs that are alike; leave out --like or --form."))
    if not ids and not like:
        raise BadInput(N_("Name a record, or a need with --like."))
    if output and output.suffix.lower() != ".docx":
        raise BadInput(N_("{file}: the name must end in .docx."), file=str(output))
    from matcher.orders.drafts import Asked
    from matcher.orders.release import Release

    how = Release(with_confidential, with_identities)
    _draft(session, Asked(form, tuple(ids or ()), like, tuple(without or ()), how), as_json, output)


def _draft(session: Session, asked: Asked, as_json: bool, output: Path | None) -> None:
    from api.orders.document import write_order
    from api.orders.printing import print_order
    from api.orders.shaping import compose_order

    workspace = open_data(session)
    with show_progress(session) as progress:
        found, drafted = compose_order(workspace, asked, OFFICER, session.translate, session.settings.lang, progress)
    if output:
        write_output(session, output, write_order(found, drafted, session.translate))
        for note in drafted.notes:
            session.tell(N_("Note: {text}"), text=note)
    if as_json:
        write_json(drafted)
    elif not output:
        print_order(drafted, session.translate)
    tell_limits(session, workspace)


def _verify(session: Session, path: Path, as_json: bool) -> None:
    from api.orders.printing import print_proof
    from api.orders.proving import prove_document

    workspace = open_data(session, with_model=False)
    proof = prove_document(workspace.index, path, session.translate)
    if as_json:
        write_json(proof)
    else:
        print_proof(proof, session.translate)
    if not proof.holds:
        raise typer.Exit(EXIT_REFUSED)
