"""The command line: one function a command, each a thin layer over the packages below."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.errors import EXIT_REFUSED, EXIT_UNKNOWN_RECORD, EXIT_UNUSABLE, MOST_RESULTS, BadInput, check_query
from api.exports import check_format, export_match, export_records
from api.given import Given, read_given_bytes, read_given_file
from api.schemas import show_match, show_record, show_report, show_search
from api.settings import DEFAULT_PORT, read_settings
from api.terminal import Command, CommandGroup, Session, log_to_stderr, show_progress, speak_utf8, write_json
from api.workspace import Workspace, open_workspace
from index import UnknownRecord, ingest_paths
from index import reembed as reembed_all
from index.pipeline import find_files
from ingest import N_, OFFICER, FileRefused, Kind, Problem, extract_records, read_document

app = typer.Typer(
    name="banha",
    cls=CommandGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=N_("Bring together research orders, scientists and enterprises, with quoted evidence."),
)

AsJson = Annotated[bool, typer.Option("--json", help=N_("Answer as JSON on standard output."))]
OfKind = Annotated[
    Kind | None, typer.Option("--kind", help=N_("Only this kind: proposal, scientist, need, organisation, document."))
]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=MOST_RESULTS, metavar="N", help=N_("At most this many results (1–1000)."))
]
Output = Annotated[Path | None, typer.Option("--output", help=N_("Write the answer to this .xlsx or .docx file."))]
# Not checked here: what cannot be read is named, and the other paths are taken all the same.
Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", readable=False, help=N_("Files, or folders whose readable files are taken.")),
]
AsKind = Annotated[
    Kind | None,
    typer.Option("--kind", help=N_("Take everything as this kind: proposal, scientist, need, organisation, document.")),
]
RecordId = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The id of a stored record."))]


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"banha {version('banha')}\n")
        raise typer.Exit


@app.callback()
def start(
    ctx: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help=N_("Data folder (else BANHA_DATA, else the user's)."))
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help=N_("Show the version."))
    ] = False,
) -> None:
    session: Session = ctx.obj
    ctx.obj = Session(read_settings(data=data), session.translate)


@app.command(cls=Command, help=N_("Read files and folders, store and index what is in them."))
def ingest(ctx: typer.Context, paths: Paths, kind: AsKind = None, as_json: AsJson = False) -> None:
    session: Session = ctx.obj
    workspace = _open(session)
    with show_progress(session) as progress:
        report = ingest_paths(workspace.index, paths, kind, session.settings.keep_contacts, progress)
    shown = show_report(report, session.translate)
    if as_json:
        write_json(shown)
    else:
        from api.printing import print_report

        print_report(shown, report.refused, session.translate)
    _tell_limits(session, workspace)
    if report.refused:
        raise typer.Exit(EXIT_REFUSED)


@app.command(cls=Command, help=N_("Dry run: show what would be read from files. Stores nothing."))
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
    files, refused = find_files(paths)
    for path in files:
        try:
            document = read_document(path)
            if as_text:
                refused += document.problems
                sys.stdout.writelines(f"{line}\n" for line in document.lines())
                continue
            reading = extract_records(document, kind, session.settings.keep_contacts)
        except FileRefused as refusal:
            refused.append(refusal.problem)
            continue
        refused += reading.problems
        for record in reading.records:
            if as_json:
                write_json(show_record(record))
            else:
                from api.printing import print_record

                print_record(record, session.translate, session.settings.lang)
    _refuse(session, refused)


@app.command(cls=Command, help=N_("Search by a text: the records that fit best, each with its best passage."))
def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help=N_("What to search for, with or without accents."))],
    kind: OfKind = None,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    session: Session = ctx.obj
    check_query(text)
    workspace = _open(session)
    result = workspace.index.search(_clean(text), OFFICER, [kind] if kind else None, limit)
    shown = show_search(result, workspace.versions)
    if as_json:
        write_json(shown)
    else:
        from api.printing import print_hits

        print_hits(shown, session.translate)
    _tell_limits(session, workspace)


@app.command(
    cls=Command,
    help=N_(
        "Find what belongs to a record. RECORD is the id of a stored one, a file, or - for standard input (a JSON "
        "record, a file, or plain text, taken as a need). Files and input are not stored; when they hold several "
        "records, the first is matched. What is both an id and a file is taken as an id."
    ),
    short_help=N_("Find what belongs to a record, a file, or standard input."),
)
def match(
    ctx: typer.Context,
    record: Annotated[str, typer.Argument(metavar="RECORD", help=N_("Record id, file, or - for standard input."))],
    to: Annotated[
        Kind, typer.Option("--to", help=N_("The kind to find: proposal, scientist, need, organisation, document."))
    ],
    limit: Limit = 10,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    from matcher.pairing import match as pair

    session: Session = ctx.obj
    _check_output(output, record)
    workspace = _open(session)
    given = _find_given(workspace, record)
    for problem in given.problems:
        session.tell_problem(problem)
    if given.others:
        session.tell(
            N_(
                "{count} records were found; only the first is matched: “{title}”. Ingest the file to match the others."
            ),
            count=given.others + 1,
            title=given.record.title,
        )
    shown = show_match(pair(workspace.index, given.record, to, OFFICER, limit), workspace.versions)
    if output:
        _write(session, output, export_match(shown, check_format(output.name), session.translate, date.today()))
    if as_json:
        write_json(shown)
    elif not output:
        from api.printing import print_pairings

        print_pairings(shown, session.translate)
    _tell_limits(session, workspace)
    if given.problems:
        raise typer.Exit(EXIT_REFUSED)


@app.command(cls=Command, help=N_("Show a stored record with its sources."))
def show(ctx: typer.Context, record_id: RecordId, as_json: AsJson = False) -> None:
    session: Session = ctx.obj
    record = _open(session, with_model=False).index.store.get(record_id)
    if as_json:
        write_json(show_record(record))
    else:
        from api.printing import print_record

        print_record(record, session.translate, session.settings.lang)


@app.command("list", cls=Command, help=N_("List what is stored, by kind and id; --json gives one array."))
def list_records(ctx: typer.Context, kind: OfKind = None, as_json: AsJson = False, output: Output = None) -> None:
    session: Session = ctx.obj
    _check_output(output)
    records = (show_record(record) for record in _open(session, with_model=False).index.store.records(kind))
    if output:
        _write(session, output, export_records(records, check_format(output.name), session.translate, date.today()))
    elif as_json:
        # One record a line, written as it is read: the list may be long.
        sys.stdout.write("[")
        for number, record in enumerate(records):
            sys.stdout.write((",\n" if number else "\n") + record.model_dump_json())
        sys.stdout.write("\n]\n")
    else:
        from api.printing import print_list

        print_list(records, session.translate)


@app.command(cls=Command, help=N_("Remove stored records, with all their passages and vectors."))
def remove(
    ctx: typer.Context,
    record_ids: Annotated[list[str], typer.Argument(metavar="RECORD-ID…", help=N_("The ids of stored records."))],
) -> None:
    session: Session = ctx.obj
    index = _open(session, with_model=False).index
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


@app.command(cls=Command, help=N_("Compute all vectors again with the language model in use."))
def reembed(ctx: typer.Context) -> None:
    session: Session = ctx.obj
    workspace = _open(session, any_model=True)
    if workspace.no_model:
        raise workspace.no_model
    with show_progress(session) as progress:
        count = reembed_all(workspace.index, progress)
    session.tell(N_("{count} passages have vectors of {model} now."), count=count, model=workspace.versions.model)


@app.command(cls=Command, help=N_("Measure the ranking on files of records and queries, in a throw-away index."))
def evaluate(
    ctx: typer.Context,
    records: Annotated[Path, typer.Option("--records", help=N_("Records, one JSON object a line."))],
    queries: Annotated[
        Path, typer.Option("--queries", help=N_("Queries, one JSON object a line: id and text, or id and record."))
    ],
    to: Annotated[Kind | None, typer.Option("--to", help=N_("The kind to find."))] = None,
    qrels: Annotated[Path | None, typer.Option("--qrels", help=N_("TREC judgements; grades may be decimals."))] = None,
    run: Annotated[Path | None, typer.Option("--run", help=N_("Write the ranking here as a TREC run."))] = None,
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    from api.evaluating import find_strangers, open_text, read_queries, read_records, show_evaluation
    from api.workspace import find_encoder, name_versions
    from matcher.evaluation import SYSTEM, read_qrels, write_run
    from matcher.evaluation import evaluate as measure

    session: Session = ctx.obj
    refused: list[Problem] = []
    judged = read_qrels(open_text(qrels), qrels.name) if qrels else None
    asked = list(read_queries(queries, refused))
    known = list(read_records(records, refused))
    for path, found_in_it in ((records, known), (queries, asked)):
        if not found_in_it:
            for problem in refused:
                session.tell_problem(problem)
            raise BadInput(N_("There is nothing to evaluate in {file}."), file=str(path))
    if judged and (strange := find_strangers(judged, known)):
        session.tell(
            N_("{count} judged records are not in {file}, for example {id}; they count as not found."),
            count=len(strange),
            file=records,
            id=strange[0],
        )
    with show_progress(session) as progress, tempfile.TemporaryDirectory(prefix="banha-") as folder:
        encoder, no_model = find_encoder(session.settings, lambda done, total: progress("convert", done, total))
        found = measure(known, asked, to, judged, encoder, limit, Path(folder), progress)
    if no_model:
        session.tell(no_model.message, **no_model.params)
    lines = write_run(found.run, SYSTEM)
    if run:
        _write(session, run, "".join(lines).encode())
    shown = show_evaluation(found, to, name_versions(encoder), len(known), len(asked))
    if as_json:
        write_json(shown)
    elif judged is not None:
        from api.printing import print_evaluation

        print_evaluation(shown, session.translate)
    elif not run:
        sys.stdout.writelines(lines)
    _refuse(session, refused)


@app.command(cls=Command, help=N_("Serve the web pages and the HTTP API."))
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


@app.command(cls=Command, help=N_("Say what works, what is off, and why."))
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


def _open(session: Session, with_model: bool = True, any_model: bool = False) -> Workspace:
    """The workspace, with a bar while the embedded model is prepared for the first time."""
    with show_progress(session) as progress:
        announced = itertools.count()

        def convert(done: int, total: int) -> None:
            if not next(announced):
                session.tell(
                    N_("The language model is being prepared. This happens once and takes about half a minute.")
                )
            progress("convert", done, total)

        return open_workspace(session.settings, convert, with_model, any_model)


def _tell_limits(session: Session, workspace: Workspace) -> None:
    reason = workspace.lexical_because
    if reason:
        session.tell(reason.message, **reason.params)


def _find_given(workspace: Workspace, name: str) -> Given:
    """The stored record of this id, else the record in this file, else the one on standard input for ``-``."""
    if name == "-":
        return read_given_bytes(sys.stdin.buffer.read())
    try:
        return Given(workspace.index.store.get(name), 0, ())
    except UnknownRecord:
        if not Path(name).exists():
            raise
    return read_given_file(workspace.index, Path(name))


def _check_output(output: Path | None, source: str | None = None) -> None:
    if output is None:
        return
    check_format(output.name)
    if source and output.exists() and Path(source).exists() and output.samefile(source):
        raise BadInput(N_("{file} is what is matched; write the answer to another file."), file=str(output))


def _write(session: Session, path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            N_("{file} cannot be written: {reason}."), file=str(path), reason=error.strerror or str(error)
        ) from error
    session.tell(N_("Written: {file}"), file=path)


def _refuse(session: Session, refused: Iterable[Problem]) -> None:
    """Name what could not be read, and end with its exit code when there is any."""
    problems = list(refused)
    for problem in problems:
        session.tell_problem(problem)
    if problems:
        raise typer.Exit(EXIT_REFUSED)


def _clean(text: str) -> str:
    """What a terminal of another charset hands over holds bytes that are no characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def main() -> None:
    """The command `banha`."""
    speak_utf8()
    log_to_stderr()
    app(prog_name="banha")
