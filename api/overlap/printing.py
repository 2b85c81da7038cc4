"""The overlap check on the terminal."""

from __future__ import annotations

from rich.text import Text

from api.catalogue import Translate, fill
from api.highlighting import mark_shared
from api.overlap.schemas import OverlapAnswer
from api.overlap.shaping import aspect_label
from api.printing import as_marked, as_text, as_title
from api.terminal import open_console, printable
from ingest import N_


def print_overlaps(answer: OverlapAnswer, translate: Translate) -> None:
    """Each task with its class, the reasons and the best pair of quotes of each section."""
    console = open_console()
    title = fill(translate(N_("Overlap of: {title}")), {"title": answer.record.title})
    console.print(Text(printable(title), "bold"), soft_wrap=True)
    console.print(Text(printable(answer.summary), "bold"), soft_wrap=True)
    for note in answer.notes:
        console.print(as_text(note), soft_wrap=True)
    for rank, task in enumerate(answer.overlaps, 1):
        console.print(as_title(rank, task.title), soft_wrap=True)
        also = fill(translate(N_("perhaps: {classes}")), {"classes": ", ".join(task.also_text)}) if task.also else ""
        line = " · ".join(part for part in (task.text, also, task.code, task.years, task.place, task.id) if part)
        console.print(Text(f"    {printable(line)}", "yellow"), soft_wrap=True)
        console.print(as_text("    " + "; ".join(task.reasons)), soft_wrap=True)
        if task.found == "unrelated":
            continue
        for section in task.sections:
            for pair in section.quotes[:1]:
                for mine, theirs in ((pair.query.text, pair.candidate.text), (pair.candidate.text, pair.query.text)):
                    quoted = Text(f"      {aspect_label(section.aspect, translate)}: ", "cyan")
                    quoted.append_text(as_marked(mark_shared(printable(" ".join(mine.split())), theirs)))
                    console.print(quoted, soft_wrap=True)
    console.print(as_text(answer.advice), style="dim", soft_wrap=True)
