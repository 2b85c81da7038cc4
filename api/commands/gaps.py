"""The command that holds demand against supply: gaps."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.output import write_output
from api.commands.parameters import AsJson
from api.terminal import Session, show_progress, write_json
from ingest import N_, OFFICER

_By = Annotated[
    str | None,
    typer.Option("--by", metavar="LIST", help=N_("Rows by these, with commas: field, group, place, locality, year.")),
]
_From = Annotated[int | None, typer.Option("--year-from", metavar="YEAR", help=N_("From this year on."))]
_To = Annotated[int | None, typer.Option("--year-to", metavar="YEAR", help=N_("Up to this year."))]
_Field = Annotated[
    str | None, typer.Option("--field", metavar="CODE", help=N_("Only this field of science: 2, or 207."))
]
_Place = Annotated[
    str | None, typer.Option("--place", metavar="PLACE", help=N_("Only this province of today, district or town."))
]
_Priorities = Annotated[
    Path | None,
    # Not checked here: what cannot be read is said in the person's language.
    typer.Option("--priorities", metavar="FILE", readable=False, help=N_("Priorities of the province: .yaml or .csv.")),
]
_Baseline = Annotated[
    int, typer.Option("--baseline", min=1, max=50, metavar="N", help=N_("Growth against the mean of so many years."))
]
_Output = Annotated[
    Path | None, typer.Option("--output", help=N_("Write the table to this .xlsx, .docx or .csv file."))
]


def gaps(
    ctx: typer.Context,
    by: _By = None,
    year_from: _From = None,
    year_to: _To = None,
    field: _Field = None,
    place: _Place = None,
    priorities: _Priorities = None,
    baseline: _Baseline = 5,
    as_json: AsJson = False,
    output: _Output = None,
) -> None:
    from api.gaps.export import check_gap_format, export_gaps
    from api.gaps.finding import ask, find_unmet_needs, load_priorities, see_gaps, see_subjects
    from api.gaps.printing import print_gaps
    from api.gaps.schemas import FullGapReport, ids_in, ids_in_table
    from api.wording import Wording
    from index.database import note_shown

    session: Session = ctx.obj
    format = check_gap_format(output.name) if output else None
    furthered = load_priorities(session.settings.data, priorities)
    workspace = open_data(session)
    index = workspace.index
    subjects = see_subjects(index, OFFICER)
    asked = ask(subjects, by, field, place, year_from, year_to, baseline)
    if not subjects:
        session.tell(N_("Nothing is stored yet. Begin with banha ingest and the files that you have."))
    with show_progress(session) as progress:
        progress("rank", 0, 1)  # that something is being done: how much there is to rank is told later
        found = see_gaps(index, asked, furthered, OFFICER)
        unmet = find_unmet_needs(index, subjects, asked, OFFICER, progress)
    report = FullGapReport(**dict(found), unmet=unmet)
    if output and format:
        note_shown(*ids_in_table(report.table))
        wording = Wording(session.translate, session.settings.lang)
        content = export_gaps(report.table, format, wording, session.translate, date.today())
        write_output(session, output, content)
    if as_json:
        note_shown(*ids_in(report))
        write_json(report)
    elif not output:
        print_gaps(report, session.translate, session.settings.lang)
    tell_limits(session, workspace)
