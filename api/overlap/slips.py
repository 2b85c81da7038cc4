"""The printable slip of an overlap check, «Phiếu tra cứu trùng lặp», as a Word document or a page to print."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.catalogue import Translate, fill, say_day
from api.errors import BadInput
from api.overlap.schemas import ComparedTask, OverlapAnswer
from api.overlap.shaping import aspect_label
from ingest import N_

MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
}
TITLE = N_("SLIP OF THE SEARCH FOR OVERLAP")
_SIGNERS = (N_("Searched by"), N_("Checked by"))
_MARGIN_CM, _TABLE_CM = 2.0, (0.9, 7.1, 3.0, 6.0)


def check_slip_format(name: str) -> str:
    """The suffix of a file to write the slip to. Raises BadInput for one that cannot be written."""
    suffix = Path(name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise BadInput(N_("{file}: the name must end in .docx or .html."), file=name)
    return suffix


def write_slip(answer: OverlapAnswer, format: str, translate: Translate, lang: str) -> bytes:
    """The slip in a format of MEDIA_TYPES."""
    return _write_html(answer, translate, lang) if format == ".html" else _write_docx(answer, translate)


def describe_state(answer: OverlapAnswer, translate: Translate) -> list[tuple[str, str]]:
    """Label and value of what was searched, when, and with what."""
    say = translate
    words = N_("{count} tasks compared")
    if answer.state.seq is not None:
        words = N_("{count} tasks compared, up to change {seq}")
    model = answer.versions.model or say(N_("none, by words only"))
    return [
        (say(N_("Proposal")), answer.record.title),
        (say(N_("Identifier")), answer.record.id or say(N_("not stored"))),
        (say(N_("Searched on")), say_day(answer.state.on, say)),
        (
            say(N_("State of the database")),
            fill(say(words), {"count": answer.state.tasks, "seq": answer.state.seq}),
        ),
        (say(N_("Outcome, proposed")), answer.summary),
        (say(N_("Language model")), model),
        (say(N_("Weights and words")), str(answer.versions.weights)),
    ]


def describe_task(task: ComparedTask) -> str:
    return " · ".join(part for part in (task.code, task.organisation, task.place, task.years, task.status) if part)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _write_html(answer: OverlapAnswer, translate: Translate, lang: str) -> bytes:
    def say(message: str, **params: object) -> str:
        return fill(translate(message), params)

    page = _environment().get_template("overlap_slip.html")
    return page.render(
        _=say,
        lang=lang,
        answer=answer,
        title=translate(TITLE),
        state=describe_state(answer, translate),
        tasks=[
            (task, describe_task(task), [(aspect_label(one.aspect, translate), one) for one in task.sections])
            for task in answer.overlaps
        ],
        signers=[translate(signer) for signer in _SIGNERS],
    ).encode("utf-8")


def _write_docx(answer: OverlapAnswer, translate: Translate) -> bytes:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    document.core_properties.title, document.core_properties.author = translate(TITLE), "Ba Nhà"
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN_CM)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.paragraph_format.space_after = Pt(4)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(translate(TITLE))
    run.bold, run.font.size = True, Pt(15)
    for label, value in describe_state(answer, translate):
        line = document.add_paragraph()
        line.add_run(f"{label}: ").bold = True
        line.add_run(_clean(value))
    for note in answer.notes:
        document.add_paragraph(_clean(note), "List Bullet")
    if answer.overlaps:
        _add_overview(document, answer, translate)
        for rank, task in enumerate(answer.overlaps, 1):
            if task.found != "unrelated":
                _add_task(document, rank, task, translate)
    advice = document.add_paragraph()
    advice.paragraph_format.space_before = Pt(10)
    run = advice.add_run(answer.advice)
    run.italic, run.font.color.rgb = True, RGBColor(0x40, 0x40, 0x40)
    signing = document.add_table(rows=1, cols=len(_SIGNERS))
    for cell, signer in zip(signing.rows[0].cells, _SIGNERS, strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        cell.paragraphs[0].add_run(translate(signer)).bold = True
        below = cell.add_paragraph(translate(N_("(signature, full name)")))
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        below.paragraph_format.space_after = Pt(60)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_overview(document: Any, answer: OverlapAnswer, translate: Translate) -> None:
    rows = [[translate(one) for one in (N_("Number"), N_("Nearest tasks"), N_("Proposed class"), N_("Sources"))]]
    for rank, task in enumerate(answer.overlaps, 1):
        about = "\n".join(part for part in (task.title, describe_task(task)) if part)
        found = "\n".join([task.text, *(f"({also}?)" for also in task.also_text)])
        rows.append([str(rank), about, found, "\n".join((*task.sources, task.id))])
    _add_table(document, rows, _TABLE_CM)


def _add_task(document: Any, rank: int, task: ComparedTask, translate: Translate) -> None:
    from docx.shared import Pt

    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Pt(10)
    heading.paragraph_format.keep_with_next = True
    heading.add_run(_clean(f"{rank}. {task.title}")).bold = True
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    line.add_run(_clean(task.text)).bold = True
    line.add_run(_clean(": " + "; ".join(task.reasons)))
    rows = [[translate(one) for one in (N_("Section"), N_("The proposal"), N_("The task"))]]
    for section in task.sections:
        label = f"{aspect_label(section.aspect, translate)}\n({section.text})"
        mine = "\n".join(f"“{pair.query.text}”" for pair in section.quotes)
        theirs = "\n".join(f"“{pair.candidate.text}”" for pair in section.quotes)
        rows.append([label, mine, theirs])
    _add_table(document, rows, (2.8, 7.1, 7.1))


def _add_table(document: Any, rows: list[list[str]], widths: tuple[float, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for number, values in enumerate(rows):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Cm(width)
            # The headers stay with the first row, and with them the heading above.
            cell.paragraphs[0].paragraph_format.keep_with_next = not number
            run = cell.paragraphs[0].add_run(_clean(value))
            run.bold, run.font.size = not number, Pt(10)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))
