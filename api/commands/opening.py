"""The data folder as commands open it: with a bar while the model is prepared, with its limits told."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from api.terminal import Session, show_progress
from ingest import N_

if TYPE_CHECKING:
    from api.workspace import Workspace


def open_data(session: Session, with_model: bool = True, any_model: bool = False) -> Workspace:
    """The workspace, with a bar while the embedded model is prepared for the first time."""
    from api.workspace import open_workspace

    with show_progress(session) as progress:
        announced = itertools.count()

        def convert(done: int, total: int) -> None:
            if not next(announced):
                session.tell(
                    N_("The language model is being prepared. This happens once and takes about half a minute.")
                )
            progress("convert", done, total)

        return open_workspace(session.settings, convert, with_model, any_model)


def tell_limits(session: Session, workspace: Workspace) -> None:
    """Why answers go by words only, where they do, and what of the person's abbreviations is passed over."""
    session.tell_problems(workspace.alias_problems)
    reason = workspace.lexical_because
    if reason:
        session.tell(reason.message, **reason.params)
