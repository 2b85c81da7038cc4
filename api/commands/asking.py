"""The commands that ask what is stored: search, match."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.output import check_output, write_output
from api.commands.parameters import AsJson, Limit, OfKind, Output
from api.errors import EXIT_REFUSED, BadInput, check_query
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER, Kind, Record

if TYPE_CHECKING:
    from api.given import Given
    from api.workspace import Workspace


def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help=N_("What to search for, with or without accents."))],
    kind: OfKind = None,
    limit: Limit = 10,
    field: Annotated[
        str | None, typer.Option(help=N_("Only this field of science, by its code (2, 207, 20701)."))
    ] = None,
    place: Annotated[str | None, typer.Option(help=N_("Only this province of today."))] = None,
    year: Annotated[int | None, typer.Option(help=N_("Only records of this year."))] = None,
    trl: Annotated[
        int | None, typer.Option(min=1, max=9, help=N_("Only this readiness level (TRL) or higher."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    session: Session = ctx.obj
    check_query(text)
    from api.shaping import show_search
    from index import Narrowing

    workspace = open_data(session)
    kinds = [kind] if kind else None
    result = workspace.index.search(_clean(text), OFFICER, kinds, limit, Narrowing(field, place, year, trl))
    shown = show_search(result, workspace.versions)
    if as_json:
        write_json(shown)
    else:
        from api.printing import print_hits

        print_hits(shown, session.translate)
    tell_limits(session, workspace)


def match(
    ctx: typer.Context,
    record: Annotated[
        str | None, typer.Argument(metavar="[RECORD]", help=N_("Record id, file, or - for standard input."))
    ] = None,
    to: Annotated[
        Kind | None,
        typer.Option("--to", help=N_("The kind to find: proposal, scientist, need, organisation, document.")),
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help=N_("Match every stored record, as one job and without quotes: needs, or --kind.")),
    ] = False,
    kind: OfKind = None,
    limit: Limit = 10,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="CANDIDATE", help=N_("Why this record stands where it does, and why not higher.")
        ),
    ] = None,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    from api.exports import check_format, export_match
    from api.proposing import propose
    from api.shaping import show_match
    from matcher.asking import is_asked_by

    session: Session = ctx.obj
    if explain and output:
        raise BadInput(N_("--explain writes no file: leave out --output, or take --json."))
    check_output(output, record)
    if (record is not None) == every or (every and explain) or (kind and not every):
        raise BadInput(N_("Give a record to match, or --all (with --kind, if it is not the needs)."))
    if to is None and not every and not explain:
        raise BadInput(N_("Say with --to which kind to find: proposal, scientist, need, organisation or document."))
    workspace = open_data(session)
    if explain and to is None:
        to = workspace.index.store.get(explain).kind
    if record is None or to is None:
        _match_all(session, workspace, kind or "need", to or "scientist", limit, as_json, output)
        return
    given = find_given(workspace, record)
    check_words(given.record)
    session.tell_problems(given.problems)
    if given.others:
        session.tell(
            N_(
                "{count} records were found; only the first is matched: “{title}”. Ingest the file to match the others."
            ),
            count=given.others + 1,
            title=given.record.title,
        )
    if explain:
        _explain(session, workspace, given.record, to, explain, limit, as_json)
    else:
        found = propose(workspace.index, given.record, to, OFFICER, limit, "cli" if given.is_stored else None)
        shown = show_match(found, workspace.versions)
        if output:
            content = export_match(
                shown, check_format(output.name), session.translate, date.today(), is_asked_by(given.record.kind, to)
            )
            write_output(session, output, content)
        if as_json:
            write_json(shown)
        elif not output:
            from api.printing_pairings import print_pairings

            print_pairings(shown, is_asked_by(given.record.kind, to), session.translate)
    tell_limits(session, workspace)
    if given.problems:
        raise typer.Exit(EXIT_REFUSED)


def _match_all(
    session: Session, workspace: Workspace, kind: Kind, to: Kind, limit: int, as_json: bool, output: Path | None
) -> None:
    from api.exports import check_format
    from api.pair_table import export_pair_table, print_pair_table, show_pair_table
    from api.shaping import with_weights
    from matcher import match_all, scoring_in_force

    scoring = scoring_in_force(workspace.index)
    with show_progress(session) as progress:
        rows = list(match_all(workspace.index, kind, to, OFFICER, limit, scoring, progress))
    versions = with_weights(workspace.versions, scoring.weights.version)
    shown = show_pair_table(kind, to, workspace.index.mode, versions, rows)
    if output:
        content = export_pair_table(shown, check_format(output.name), session.translate, date.today())
        write_output(session, output, content)
    if as_json:
        write_json(shown)
    elif not output:
        print_pair_table(shown, session.translate)
    tell_limits(session, workspace)


def _explain(
    session: Session, workspace: Workspace, record: Record, to: Kind, candidate: str, limit: int, as_json: bool
) -> None:
    from api.proposing import explain_candidate
    from api.shaping import show_explanation

    found = workspace.index.store.get(candidate)
    if found.kind != to:
        message = N_("{id} is no record of the kind “{kind}”: give --to {found}.")
        raise BadInput(message, id=candidate, kind=to, found=found.kind)
    explanation = explain_candidate(workspace.index, record, candidate, OFFICER, limit)
    shown = show_explanation(explanation, workspace.versions)
    if as_json:
        write_json(shown)
    else:
        from api.printing_pairings import print_explanation
        from matcher.asking import is_asked_by

        print_explanation(shown, is_asked_by(record.kind, to), session.translate)


def find_given(workspace: Workspace, name: str, kind: Kind | None = None) -> Given:
    """The stored record of this id, else the record in this file, else the one on standard input for ``-``. What does
    not say what it is is read as a `kind`."""
    from api.given import Given, read_given_bytes, read_given_file
    from index import UnknownRecord

    if name == "-":
        corrections = workspace.index.store.corrections.all()
        return read_given_bytes(sys.stdin.buffer.read(), kind or "need", corrections)
    try:
        return Given(workspace.index.store.get(name), 0, (), is_stored=True)
    except UnknownRecord:
        if not Path(name).exists():
            raise
    return read_given_file(workspace.index, Path(name), kind)


def check_words(record: Record) -> None:
    """Raise BadInput for a record without a letter or digit, which fits everything equally badly."""
    if not any(
        character.isalnum() for text in (record.title, *(s.text for s in record.sections)) for character in text
    ):
        raise BadInput(N_("There is no word in it that could be matched."))


def _clean(text: str) -> str:
    """What a terminal of another charset hands over holds bytes that are no characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
