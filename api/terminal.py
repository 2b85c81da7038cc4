"""The terminal: answers on standard output, the rest on standard error, in the person's language."""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from typer import Exit

from api.catalogue import Translate, explain, fill, locate
from api.errors import EXIT_REFUSED
from api.settings import BadSetting, Settings, read_settings
from ingest import N_, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from index import Progress

MOST_PROBLEMS = 20  # that a command names; --json holds all
_WIDTH_OF_PIPES = 200  # columns of a table that is not read on a screen

_STAGES: Mapping[str, str] = {
    "convert": N_("Preparing the language model"),
    "read": N_("Reading files"),
    "page": N_("Reading pages"),
    "encode": N_("Encoding passages"),
    "embed": N_("Computing vectors of stored records"),
    "rank": N_("Ranking queries"),
    "check": N_("Checking who may sit"),
    "compare": N_("Comparing tasks"),
    "seek": N_("Looking for copies"),
    "compose": N_("Composing teams"),
    "assign": N_("Assigning"),
}


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command: its settings and its language."""

    settings: Settings
    translate: Translate

    def tell(self, template: str, **params: object) -> None:
        """A line on standard error."""
        sys.stderr.write(printable(fill(self.translate(template), params)) + "\n")

    def tell_problem(self, problem: Problem) -> None:
        """Where it is and what is wrong, on standard error."""
        sys.stderr.write(printable(f"{locate(problem, self.translate)}: {explain(problem, self.translate)}") + "\n")

    def tell_problems(self, problems: Sequence[Problem]) -> None:
        """The first few and how many there are beside; a file may have as many as rows."""
        for problem in problems[:MOST_PROBLEMS]:
            self.tell_problem(problem)
        if left := len(problems[MOST_PROBLEMS:]):
            self.tell(N_("and {count} more"), count=left)


def write_json(answer: BaseModel) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(answer.model_dump_json() + "\n")


def end_refusing(session: Session, refused: Iterable[Problem]) -> None:
    """Name what could not be read, and end the command with its exit code when there is any."""
    problems = list(refused)
    session.tell_problems(problems)
    if problems:
        raise Exit(EXIT_REFUSED)


def open_console() -> Console:
    """Standard output for people: coloured on a screen, wide and plain in a pipe."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_PIPES
    return Console(highlight=False, markup=False, emoji=False, width=width)


def printable(text: str) -> str:
    """The text without control characters that a terminal would obey."""
    return "".join("�" if unicodedata.category(char) == "Cc" and char not in "\n\t" else char for char in text)


@contextmanager
def show_progress(session: Session) -> Iterator[Progress]:
    """Bars on standard error while the body runs; nothing where no one watches."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(session.translate(_STAGES[stage]), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress


def log_to_stderr() -> None:
    """At the level of the settings; a setting that cannot be used is reported when the command runs."""
    try:
        level = read_settings().log_level
    except BadSetting:
        level = "warning"
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level.upper(), stream=sys.stderr, format=form)


def speak_utf8() -> None:
    """Whatever the locale says: JSON is UTF-8, and Vietnamese must not stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
