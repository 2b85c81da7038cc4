"""The command that measures the ranking: evaluate."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.commands.output import write_output
from api.commands.parameters import AsJson, Depth
from api.errors import BadInput
from api.terminal import Session, end_refusing, show_progress, write_json
from ingest import N_, Kind, Problem


def evaluate(
    ctx: typer.Context,
    records: Annotated[Path, typer.Option("--records", help=N_("Records, one JSON object a line."))],
    queries: Annotated[
        Path, typer.Option("--queries", help=N_("Queries, one JSON object a line: id and text, or id and record."))
    ],
    to: Annotated[
        Kind | None, typer.Option("--to", help=N_("The kind to find; without it, records of every kind."))
    ] = None,
    qrels: Annotated[Path | None, typer.Option("--qrels", help=N_("TREC judgements; grades may be decimals."))] = None,
    run: Annotated[Path | None, typer.Option("--run", help=N_("Write the ranking here as a TREC run."))] = None,
    limit: Depth = 1_000,
    as_json: AsJson = False,
) -> None:
    from api.learning.evaluating import find_strangers, open_text, read_queries, read_records, show_evaluation
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
        write_output(session, run, "".join(lines).encode())
    shown = show_evaluation(found, to, name_versions(encoder), len(known), len(asked))
    if as_json:
        write_json(shown)
    elif judged is not None:
        from api.printing import print_evaluation

        print_evaluation(shown, session.translate)
    elif not run:
        sys.stdout.writelines(lines)
    end_refusing(session, refused)
