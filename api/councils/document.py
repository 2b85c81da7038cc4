"""A proposed council as a Word document, for those who go on working in an office program."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from api.catalogue import Translate, fill, say_day
from api.councils.labels import PURPOSE, REPRESENTING, SEAT, say_weight
from api.councils.printing import describe_rules, list_checked
from api.councils.schemas import Checked, Council, Seat
from ingest import N_

_MARGIN_CM = 2.0


def write_document(council: Council, translate: Translate) -> bytes:
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(12)
    document.add_heading(translate(PURPOSE[council.purpose]), 1)
    document.add_paragraph(_clean(council.record.title))
    day = fill(translate(N_("Computed for {day}.")), {"day": say_day(council.on, translate)})
    document.add_paragraph(f"{translate(N_('A proposal with its reasons: a person decides.'))} {day}")
    for line in (*describe_rules(council.rules, translate), *council.notes):
        document.add_paragraph(_clean(line), "List Bullet")
    if council.conflict:
        title = N_(
            "No council is possible. These requirements contradict one another; "
            "without any one of them these no longer do, though others may:"
        )
        document.add_heading(translate(title), 2)
        for one in council.conflict:
            document.add_paragraph(_clean(one.text), "List Bullet")
    if council.seats:
        headers = [translate(one) for one in (N_("Role in the council"), N_("Name"), N_("Organisation"), N_("Reasons"))]
        _add_table(document, headers, [_row(seat, translate) for seat in council.seats])
    for one in council.given_up:
        document.add_paragraph(fill(translate(N_("Not kept: {requirement}")), {"requirement": one.text}))
    if council.alternates:
        document.add_heading(translate(N_("Alternates:")), 2)
        for alternate in council.alternates:
            person = alternate.person
            line = f"{translate(SEAT[alternate.role])}: {person.name} – {person.organisation or '?'}"
            document.add_paragraph(_clean(line), "List Bullet")
    for heading, checked in list_checked(council):
        if checked:
            document.add_heading(translate(heading), 2)
            for line in _findings(checked, translate):
                document.add_paragraph(_clean(line), "List Bullet")
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _row(seat: Seat, translate: Translate) -> list[str]:
    reasons = "; ".join(reason.text for reason in (*seat.reasons, *seat.look_for))
    open_points = "; ".join(f"{translate(say_weight(one.weight, one.bars))}: {one.text}" for one in seat.findings)
    lack = translate(N_("Not enough evidence")) if seat.lacks_evidence else ""
    said = "\n".join(part for part in (reasons, lack, open_points) if part)
    if seat.person:
        return [translate(SEAT[seat.role]), seat.person.name, seat.person.organisation or "?", said]
    body = translate(REPRESENTING[seat.represents]) if seat.represents else ""
    return [translate(SEAT[seat.role]), translate(N_("(empty)")), body, said]


def _findings(checked: Iterable[Checked], translate: Translate) -> Iterable[str]:
    for one in checked:
        for finding in one.findings:
            quotes = " ".join(f"“{fact.text}”" for fact in finding.facts if fact.text)
            about = "; ".join(part for part in (finding.text, finding.doubt_text, finding.rule, quotes) if part)
            weight = translate(say_weight(finding.weight, finding.bars))
            yield f"{one.person.name} – {one.person.organisation or '?'}: {weight}: {about}"


def _add_table(document: Any, headers: list[str], rows: list[list[str]]) -> None:
    """No row breaks across pages, and the headers stand on each page."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows=1, cols=len(headers), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, headers, strict=True):
        cell.text = text
        cell.paragraphs[0].runs[0].bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))


def _clean(text: str) -> str:
    """Control characters cannot stand in a document."""
    return "".join(char if char in "\n\t" or ord(char) >= 32 else " " for char in text)
