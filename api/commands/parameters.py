"""The arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.errors import MOST_RESULTS
from ingest import N_, Kind

AsJson = Annotated[bool, typer.Option("--json", help=N_("Answer as JSON on standard output."))]
OfKind = Annotated[
    Kind | None, typer.Option("--kind", help=N_("Only this kind: proposal, scientist, need, organisation, document."))
]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=MOST_RESULTS, metavar="N", help=N_("At most this many results (1–1000)."))
]
Depth = Annotated[
    int, typer.Option("--limit", min=1, metavar="N", help=N_("How deep each query is ranked: at most so many records."))
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
