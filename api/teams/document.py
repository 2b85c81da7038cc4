"""Proposed teams as a Word document or an Excel table, for those who go on working in an office program."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from api.catalogue import Translate, fill
from api.exports import check_format, export_table, note_date
from api.labels import HOUSE
from api.teams.labels import NOBODY_YET
from api.teams.schemas import Team, TeamMember, TeamQuote, Teams
from ingest import HOUSES, N_

_TITLE = N_("Teams of three houses for: {title}")
_MARGIN_CM = 2.0
_WIDTHS = (6, 18, 24, 34, 34, 30, 50, 60, 50)


def write_teams(found: Teams, format: str, translate: Translate, made_on: date) -> bytes:
    """`format` is a suffix: .docx is made to be read, .xlsx has a row for each member."""
    if check_format(f"x{format}") == ".xlsx":
        return _write_table(found, translate, made_on)
    return _write_document(found, translate, made_on)


def _notes(found: Teams, translate: Translate, made_on: date) -> list[str]:
    lines = [note_date(translate, made_on), found.advice, found.units]
    for missing in found.missing_houses:
        lines += [missing.text, *(f"– {one}" for one in missing.look_for)]
    lines += found.notes
    if found.conflict:
        lines.append(
            translate(
                N_(
                    "No team is possible. These rules contradict one another; "
                    "without any one of them these no longer do, though others may:"
                )
            )
        )
        lines += [f"– {rule}" for rule in found.conflict.rules]
        if found.conflict.is_smallest:
            lines.append(translate(N_("Proved: no fewer rules contradict one another.")))
    return lines


def _write_table(found: Teams, translate: Translate, made_on: date) -> bytes:
    headers = (
        N_("Team"),
        N_("House"),
        N_("Role"),
        N_("Name"),
        N_("Organisation"),
        N_("Id"),
        N_("Reasons"),
        N_("Quotes"),
        N_("Not answered by the team"),
    )
    rows = [
        (
            number,
            translate(HOUSE[member.house]),
            member.role_text,
            member.name,
            member.organisation,
            member.id,
            "\n".join((*member.doubts, *member.reasons)),
            "\n".join(_say_quotes(member)),
            "\n".join(one.text for one in team.uncovered) if member is team.members[0] else None,
        )
        for number, team in enumerate(found.teams, 1)
        for member in team.members
    ]
    title = fill(translate(_TITLE), {"title": found.record.title})
    return export_table(
        title, _notes(found, translate, made_on), [translate(one) for one in headers], _WIDTHS, rows, ".xlsx"
    )


def _say_quotes(member: TeamMember) -> list[str]:
    return [_say_quote(one) for one in member.evidence]


def _say_quote(said: TeamQuote) -> str:
    return f"“{said.quote.text}” ({said.record.title})"


def _write_document(found: Teams, translate: Translate, made_on: date) -> bytes:
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    document.core_properties.author = "Ba Nhà"
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN_CM)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    document.add_heading(_clean(fill(translate(_TITLE), {"title": found.record.title})), 1)
    for line in _notes(found, translate, made_on):
        document.add_paragraph(_clean(line))
    for number, team in enumerate(found.teams, 1):
        document.add_heading(fill(translate(N_("Team {number}")), {"number": number}), 2)
        _add_team(document, team, translate)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_team(document: Any, team: Team, translate: Translate) -> None:
    for doubt in team.doubts:
        document.add_paragraph(_clean(doubt))
    for house in HOUSES:
        members = [one for one in team.members if one.house == house]
        document.add_heading(translate(HOUSE[house]), 3)
        if not members:
            document.add_paragraph(translate(NOBODY_YET))
        for member in members:
            line = document.add_paragraph()
            line.add_run(_clean(f"{member.role_text}: {member.name}")).bold = True
            if member.organisation:
                line.add_run(_clean(f" – {member.organisation}"))
            document.add_paragraph(_clean("; ".join((*member.doubts, *member.reasons))))
            for said in _say_quotes(member):
                document.add_paragraph(_clean(said), "List Bullet")
    if team.covers or team.uncovered:
        document.add_heading(translate(N_("Requirements")), 3)
        table = document.add_table(rows=1, cols=2, style="Table Grid")
        for cell, text in zip(table.rows[0].cells, (N_("Asked for"), N_("Answered by")), strict=True):
            cell.text = translate(text)
            cell.paragraphs[0].runs[0].bold = True
        for one in (*team.covers, *team.uncovered):
            cells = table.add_row().cells
            cells[0].text = _clean(one.text)
            cells[1].text = ", ".join(who.title for who in one.by) or translate(N_("nobody in the team"))
            if one.evidence:
                cells[1].add_paragraph(_clean(_say_quote(one.evidence)))
    lines = list(team.valued)
    if team.cost_vnd:
        costs = N_("Known costs: {amount}; not known: {count} members.")
        amount = f"{team.cost_vnd:,} đồng".replace(",", ".")
        lines.append(fill(translate(costs), {"amount": amount, "count": len(team.unpriced)}))
    for line in lines:
        document.add_paragraph(_clean(line))


def _clean(text: str) -> str:
    """Control characters cannot stand in a document."""
    return "".join(char if char in "\n\t" or ord(char) >= 32 else " " for char in text)
