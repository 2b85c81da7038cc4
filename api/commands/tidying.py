"""The commands that keep order among what is stored: duplicates, merge, part, retire, correct, corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.opening import open_data
from api.commands.parameters import AsJson, OfKind
from api.errors import EXIT_UNKNOWN_RECORD, BadInput
from api.terminal import Session, write_json
from ingest import N_, Kind

_Kept = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The record that stays."))]
_Other = Annotated[str, typer.Argument(metavar="OTHER-ID", help=N_("The record that becomes part of it."))]
_Merged = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The record that others were merged into."))]
_One = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("One of two records that are two things."))]
_Another = Annotated[str, typer.Argument(metavar="OTHER-ID", help=N_("The other of them."))]
_Undo = Annotated[bool, typer.Option("--undo", help=N_("Forget it: they may be one and the same after all."))]
_ToldApart = Annotated[bool, typer.Option("--apart", help=N_("List the pairs that a person said are different."))]
# Not checked: what is retired is often not there any more.
_Retired = Annotated[
    list[Path], typer.Argument(metavar="PATH", readable=False, help=N_("Files or folders, also ones long gone."))
]

_Label = Annotated[str, typer.Argument(metavar="LABEL", help=N_("The label as it stands in the file."))]
_Field = Annotated[str, typer.Argument(metavar="FIELD", help=N_("What it means: title, requirements, budget …"))]
_OfKind = Annotated[
    Kind, typer.Option("--kind", help=N_("In records of this kind: proposal, scientist, need, organisation."))
]
_Forgotten = Annotated[str | None, typer.Option("--forget", metavar="LABEL", help=N_("Forget what this label means."))]


def duplicates(ctx: typer.Context, told_apart: _ToldApart = False, as_json: AsJson = False) -> None:
    if told_apart:
        _list_told_apart(ctx.obj, as_json)
        return
    from api.library import list_duplicates
    from api.merging import may_merge
    from api.schemas import Duplicates
    from api.shaping import show_duplicate

    session: Session = ctx.obj
    index = open_data(session, with_model=False).index
    found, records = list_duplicates(index)
    shown = [
        show_duplicate(one, records, may_merge(index, records[one.first], records[one.second]), session.translate)
        for one in found
    ]
    if as_json:
        write_json(Duplicates(duplicates=tuple(shown)))
        return
    from api.printing import print_duplicates

    print_duplicates(shown, session.translate)


def _list_told_apart(session: Session, as_json: bool) -> None:
    from api.library import list_told_apart
    from api.shaping import show_distinctions

    shown = show_distinctions(list_told_apart(open_data(session, with_model=False).index))
    if as_json:
        write_json(shown)
        return
    from api.printing import print_distinctions

    print_distinctions(shown.distinctions, session.translate)


def distinguish(ctx: typer.Context, record_id: _One, other_id: _Another, undo: _Undo = False) -> None:
    from api.library import stop_telling_apart, tell_apart

    session: Session = ctx.obj
    index = open_data(session, with_model=False).index
    if undo:
        stop_telling_apart(index, record_id, other_id)
        session.tell(N_("Forgotten: {first} and {second} may be proposed again."), first=record_id, second=other_id)
        return
    tell_apart(index, record_id, other_id)
    session.tell(
        N_("{first} and {second} are different, and not proposed again. To undo it: add --undo"),
        first=record_id,
        second=other_id,
    )


def merge(ctx: typer.Context, record_id: _Kept, other_id: _Other) -> None:
    from api.merging import merge_duplicates
    from api.wording import Wording
    from index import find_disagreements

    session: Session = ctx.obj
    index = open_data(session).index
    record = merge_duplicates(index, record_id, other_id)
    session.tell(
        N_("{other} is part of {id} now: “{title}”. To undo it: banha part {id}"),
        other=other_id,
        id=record.id,
        title=record.title,
    )
    wording = Wording(session.translate, session.settings.lang)
    for found in find_disagreements(index.store, record.id):
        session.tell("{disagreement}", disagreement=wording.disagreement(found))


def part(ctx: typer.Context, record_id: _Merged) -> None:
    from index import part_record

    session: Session = ctx.obj
    records = part_record(open_data(session).index, record_id)
    parted = [record for record in records if record.id != record_id]
    if not parted:
        session.tell(N_("Nothing was merged into {id}."), id=record_id)
    for record in parted:
        session.tell(N_("{id} is a record of its own again: “{title}”"), id=record.id, title=record.title)


def retire(ctx: typer.Context, paths: _Retired) -> None:
    from index import UnknownRecord, retire_paths

    session: Session = ctx.obj
    index = open_data(session).index
    retirement = retire_paths(index, paths)
    for id in retirement.ids:
        try:
            session.tell(N_("{id} is told by other files only now: “{title}”"), id=id, title=index.store.get(id).title)
        except UnknownRecord:
            session.tell(N_("Removed: {id}"), id=id)
    for path in retirement.unknown:
        session.tell(N_("Nothing that is stored came from {path}."), path=path)
    if retirement.unknown:
        raise typer.Exit(EXIT_UNKNOWN_RECORD)


def correct(ctx: typer.Context, label: _Label, field: _Field, kind: _OfKind) -> None:
    from api.corrections import remember
    from api.labels import KIND
    from api.wording import Wording

    session: Session = ctx.obj
    (said,) = remember(open_data(session, with_model=False).index, [(label, field, kind)])
    session.tell(
        N_(
            "“{label}” ({kind}) means “{meaning}” from now on. What has been taken changes only when its file is taken "
            "again: banha ingest"
        ),
        label=said.written,
        kind=session.translate(KIND[kind]),
        meaning=Wording(session.translate, session.settings.lang).meaning(field),
    )


def corrections(ctx: typer.Context, as_json: AsJson = False, forgotten: _Forgotten = None, kind: OfKind = None) -> None:
    from api.corrections import forget
    from api.printing import print_corrections
    from api.shaping import show_corrections

    session: Session = ctx.obj
    index = open_data(session, with_model=False).index
    if forgotten is not None:
        if kind is None:
            raise BadInput(N_("Say with --kind in which records the label is to be forgotten."))
        forget(index, forgotten, kind)
        session.tell(N_("Forgotten: “{label}”"), label=forgotten)
        return
    shown = show_corrections(one for one in index.store.corrections.all() if kind in (None, one.kind))
    if as_json:
        write_json(shown)
    else:
        print_corrections(shown.corrections, session.translate, session.settings.lang)
