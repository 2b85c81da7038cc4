"""The commands by which people teach the ranking: judge, judgements, learn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.commands.opening import open_data
from api.commands.parameters import AsJson
from api.errors import BadInput
from api.terminal import Session, write_json
from ingest import N_

_Record = Annotated[str, typer.Argument(metavar="RECORD-ID", help=N_("The record for which candidates were shown."))]
_Candidate = Annotated[str, typer.Argument(metavar="CANDIDATE", help=N_("The id of the candidate."))]
_Fits = Annotated[bool, typer.Option("--fits", help=N_("It fits."))]
_Unfit = Annotated[bool, typer.Option("--unfit", help=N_("It does not fit."))]
_Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=N_("Why, in a few words."))]
_Undo = Annotated[bool, typer.Option("--undo", help=N_("Take back what was judged last; what was before holds again."))]
_RollBack = Annotated[bool, typer.Option("--roll-back", help=N_("Put back the weights before the last promotion."))]
_History = Annotated[bool, typer.Option("--history", help=N_("List what was promoted, refused and rolled back."))]
_Exposure = Annotated[
    bool, typer.Option("--exposure", help=N_("How what people were shown spreads over institutions; learns nothing."))
]


def judge(
    ctx: typer.Context,
    record_id: _Record,
    candidate: _Candidate,
    fits: _Fits = False,
    unfit: _Unfit = False,
    reason: _Reason = None,
    undo: _Undo = False,
) -> None:
    from api.learning.judging import judge as remember
    from api.learning.judging import take_back

    session: Session = ctx.obj
    if fits + unfit + undo != 1:
        raise BadInput(N_("Say one of --fits, --unfit and --undo."))
    index = open_data(session, with_model=False).index
    if undo:
        take_back(index, record_id, candidate)
        session.tell(N_("Taken back: {candidate} for {record}"), candidate=candidate, record=record_id)
        return
    remember(index, record_id, candidate, "fits" if fits else "unfit", reason)
    said = N_("{candidate} fits {record}.") if fits else N_("{candidate} does not fit {record}.")
    session.tell(said, candidate=candidate, record=record_id)
    held = next(one for one in index.store.judgements.current(record_id) if one.candidate_id == candidate)
    if held.shown is None:
        session.tell(
            N_("It was on no list that was shown, so nothing is learnt from this: match it first, then judge it.")
        )


def judgements(ctx: typer.Context, as_json: AsJson = False) -> None:
    from api.learning.judging import list_judgements
    from api.learning.schemas import show_judgements

    session: Session = ctx.obj
    shown = show_judgements(list_judgements(open_data(session, with_model=False).index))
    if as_json:
        write_json(shown)
        return
    from api.learning.printing import print_judgements

    print_judgements(shown, session.translate)


def learn(
    ctx: typer.Context,
    roll_back: _RollBack = False,
    history: _History = False,
    exposure: _Exposure = False,
    as_json: AsJson = False,
) -> None:
    from api.learning import printing
    from api.learning.schemas import Steps, show_attention, show_step
    from matcher import measure_attention
    from matcher.learning import promotion

    session: Session = ctx.obj
    if roll_back + history + exposure > 1:
        raise BadInput(N_("Choose one of --roll-back, --history and --exposure."))
    index = open_data(session, with_model=False).index
    if history:
        steps = Steps(steps=tuple(map(show_step, promotion.history(index))))
        if as_json:
            write_json(steps)
        else:
            printing.print_steps(steps, session.translate)
    elif exposure:
        attention = show_attention(measure_attention(index))
        if as_json:
            write_json(attention)
        else:
            printing.print_attention(attention, session.translate)
    else:
        step = (promotion.roll_back if roll_back else promotion.teach)(index, datetime.now(UTC))
        if step is None:
            nothing = N_("Nothing was judged since the last time.")
            raise BadInput(N_("There is no promotion to roll back.") if roll_back else nothing)
        if as_json:
            write_json(show_step(step))
        else:
            printing.print_step(show_step(step), session.translate)
