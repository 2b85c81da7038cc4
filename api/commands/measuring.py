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
    per_query: Annotated[
        Path | None,
        typer.Option("--per-query", help=N_("Write what each query adds to each measure of each system here (TSV).")),
    ] = None,
    limit: Depth = 1_000,
    as_json: AsJson = False,
) -> None:
    from api.learning.evaluating import (
        find_cut,
        find_single,
        read_judgements,
        read_queries,
        read_records,
        show_evaluation,
    )
    from api.workspace import find_encoder, name_versions
    from matcher.evaluation import SYSTEM, write_per_query, write_run
    from matcher.evaluation import evaluate as measure

    session: Session = ctx.obj
    if per_query and not qrels:
        raise BadInput(N_("--per-query needs --qrels."))
    refused: list[Problem] = []
    try:
        asked = list(read_queries(queries, refused))
        known = list(read_records(records, refused))
        for path, found_in_it in ((records, known), (queries, asked)):
            if not found_in_it:
                raise BadInput(N_("There is nothing to evaluate in {file}."), file=str(path))
        ranked = [record for record in known if to in (None, record.kind)]
        if not ranked:
            raise BadInput(N_("{file} holds no record of the kind “{kind}” to rank."), file=str(records), kind=to)
        judged = read_judgements(qrels, (queries, asked), (records, ranked), refused) if qrels else None
    except BadInput:
        session.tell_problems(refused)
        raise
    if judged:
        session.tell_problems(judged.remarks)
    with show_progress(session) as progress, tempfile.TemporaryDirectory(prefix="banha-") as folder:
        encoder, no_model = find_encoder(session.settings, lambda done, total: progress("convert", done, total))
        of_queries = judged.qrels if judged else None
        found = measure(known, asked, to, of_queries, encoder, limit, Path(folder), progress)
    if no_model:
        session.tell(no_model.message, **no_model.params)
    lines = write_run(found.run, SYSTEM)
    if run:
        write_output(session, run, "".join(lines).encode())
    if per_query:
        write_output(session, per_query, "".join(write_per_query(found)).encode())
    if cut := find_cut(found.measures.get(SYSTEM, ()), limit, len(ranked)):
        message = N_("Measured on the first {limit} records of each query alone, because of --limit: {measures}.")
        session.tell(message, limit=limit, measures=", ".join(cut))
    if single := find_single(found):
        message = N_("Measured over one query alone, where chance is all there is to see: {systems}.")
        session.tell(message, systems=", ".join(single))
    shown = show_evaluation(found, to, name_versions(encoder), len(known), len(asked))
    if as_json:
        write_json(shown)
    elif judged is not None:
        from api.printing import print_evaluation

        print_evaluation(shown, session.translate)
    elif not run:
        sys.stdout.writelines(lines)
    end_refusing(session, refused)
