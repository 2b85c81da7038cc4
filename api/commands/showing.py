"""The commands that show records as they are, in files or stored: read, show, list."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from api.commands.opening import open_data
from api.commands.output import check_output, write_output
from api.commands.parameters import AsJson, AsKind, OfKind, Output, Paths
from api.errors import BadInput
from api.terminal import Session, end_refusing, write_json
from ingest import N_, Correction, FileRefused, Sandbox


def read(
    ctx: typer.Context,
    paths: Paths,
    kind: AsKind = None,
    as_text: Annotated[bool, typer.Option("--text", help=N_("Show the recovered text, nothing masked."))] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("Show the records with their sources, one JSON object a line."))
    ] = False,
) -> None:
    session: Session = ctx.obj
    if as_text and as_json:
        raise BadInput(N_("Choose --text or --json, not both."))
    from api.printing import print_record, print_unrecognised
    from api.shaping import show_read_record, show_unrecognised
    from index import UnusableFolder, stored_corrections
    from index.folders import find_files

    files, refused = find_files(paths)
    corrections: tuple[Correction, ...] = ()
    try:
        corrections = stored_corrections(session.settings.data)
    except UnusableFolder as error:  # which is no reason not to look at a file
        session.tell(error.message, **error.params)
    with Sandbox() as sandbox:
        for path, name in files.items():
            try:
                if as_text:
                    text = sandbox.read_text(path)
                    refused += [replace(problem, file=name) for problem in text.problems]
                    sys.stdout.writelines(f"{line}\n" for line in text.lines)
                    continue
                reading = sandbox.read_records(path, kind, session.settings.keep_contacts, corrections=corrections)
            except FileRefused as refusal:
                refused.append(replace(refusal.problem, file=name))
                continue
            refused += [replace(problem, file=name) for problem in reading.problems]
            unrecognised = [replace(one, file=name) for one in reading.unrecognised]
            for number, record in enumerate(reading.records):
                if as_json:
                    write_json(show_read_record(record, () if number else unrecognised))
                else:
                    print_record(record, session.translate, session.settings.lang)
            if not as_json:
                print_unrecognised([show_unrecognised(one) for one in unrecognised], session.translate)
    end_refusing(session, refused)


def show(
    ctx: typer.Context,
    record_id: Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The id of a stored record."))],
    as_json: AsJson = False,
) -> None:
    from api.shaping import show_disagreements, show_record
    from api.wording import Wording
    from index import find_disagreements

    session: Session = ctx.obj
    store = open_data(session, with_model=False).index.store
    record = store.get(record_id)
    found = find_disagreements(store, record_id)
    if as_json:
        wording = Wording(session.translate, session.settings.lang)
        write_json(show_record(record, show_disagreements(found, wording)))
    else:
        from api.printing import print_record

        print_record(record, session.translate, session.settings.lang, found)


def list_records(ctx: typer.Context, kind: OfKind = None, as_json: AsJson = False, output: Output = None) -> None:
    from api.exports import check_format, export_records
    from api.shaping import show_record

    session: Session = ctx.obj
    check_output(output)
    records = (show_record(record) for record in open_data(session, with_model=False).index.store.records(kind))
    if output:
        content = export_records(records, check_format(output.name), session.translate, date.today())
        write_output(session, output, content)
    elif as_json:
        # One record a line, written as it is read: the list may be long.
        sys.stdout.write("[")
        for number, record in enumerate(records):
            sys.stdout.write((",\n" if number else "\n") + record.model_dump_json())
        sys.stdout.write("\n]\n")
    else:
        from api.printing import print_list

        print_list(records, session.translate)
