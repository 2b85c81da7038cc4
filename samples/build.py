"""Writes ``samples/province`` and ``samples/judgements.json`` from ``samples/source``: what offices would hold."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

import papers
import task_papers
from invented import DEGREES, FIELD_NAMES, invent
from office_files import Sheet, write_csv, write_docx, write_html, write_text, write_xlsx

HERE = Path(__file__).resolve().parent
Source = Mapping[str, Any]
_PERIODS = (("Giai đoạn 2018-2020", 2018, 2020), ("Giai đoạn 2021-2026", 2021, 2026))
_ROLES = {"lead": " (chủ nhiệm)", "member": " (thành viên)"}
_SECTION_COLUMNS = ("introduction", "technology_offer", "laboratory", "fablab")


def read_sources(names: str) -> dict[str, Any]:
    """The invented records of the source files of these names, by kind; judgements by the id of the need."""
    merged: dict[str, Any] = {"judgements": {}}
    for path in sorted((HERE / "source").glob(names)):
        for kind, rows in json.loads(path.read_text(encoding="utf-8")).items():
            if kind == "judgements":
                merged[kind].update(rows)
            else:
                merged.setdefault(kind, []).extend(rows)
    return merged


def build(target: Path) -> None:
    """Write the folder `target`/province and the file `target`/judgements.json, replacing what is there."""
    sources = read_sources("part_*.json")
    province = target / "province"
    shutil.rmtree(province, ignore_errors=True)
    _write_tasks(sources["proposals"], province / "nhiem-vu")
    _write_scientists(sources["scientists"], province / "nha-khoa-hoc")
    _write_needs(sources["needs"], province / "nhu-cau")
    _write_organisations(sources["organisations"], province / "to-chuc")
    _write_documents(sources["documents"], province / "tai-lieu")
    _write_later(read_sources("later.json"), province / "bo-sung-2026")
    judgements = json.dumps(judgements_of(sources), ensure_ascii=False, indent=1)
    write_text(judgements + "\n", target / "judgements.json")


def divide(rows: Sequence[Source], *shares: int) -> list[list[Source]]:
    """`rows` dealt out into piles of these sizes, and the rest, so that each pile has something of every theme."""
    piles: list[list[Source]] = [[] for _ in (*shares, 0)]
    rest = len(rows) - sum(shares)
    sizes = (*shares, rest)
    for number, row in enumerate(rows, 1):
        # The pile that lags its share of the rows so far the most.
        lags = [size * number / len(rows) - len(pile) for size, pile in zip(sizes, piles, strict=True)]
        piles[lags.index(max(lags))].append(row)
    return piles


def _write_tasks(tasks: Sequence[Source], folder: Path) -> None:
    suggested = [task for task in tasks if task["status"] == "đề xuất"]
    running = [task for task in tasks if task["status"] == "đang thực hiện"]
    done = [task for task in tasks if task["status"] == "đã nghiệm thu"]
    orders, suggestions = suggested[::2], suggested[1::2]
    sheets, listed = running[:4], running[4:]
    statements, pages, more = divide(done, 8, 2)
    for form, chosen, name in (
        (task_papers.ORDER, orders, "Phiếu đặt hàng"),
        (task_papers.SUGGESTION, suggestions, "Phiếu đề xuất"),
        (task_papers.INFORMATION_SHEET, sheets, "Phiếu thông tin nhiệm vụ"),
        (task_papers.STATEMENT, statements, "Thuyết minh"),
    ):
        for task in chosen:
            write_docx(task_papers.fill_in(form, task), folder / f"{name} {_plain(task['code'])}.docx")
    for task in pages:
        write_html(
            task_papers.fill_in(task_papers.STATEMENT, task), folder / f"Thuyết minh {_plain(task['code'])}.html"
        )
    listed = sorted([*listed, *more], key=lambda task: (task["year_from"], task["code"]))
    pages_of_list = []
    for name, first, last in _PERIODS:
        title = f"DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH, {name.upper().replace('-', ' – ')}"
        pages_of_list.append(_task_sheet(name, title, [t for t in listed if first <= t["year_from"] <= last]))
    write_xlsx("Danh mục nhiệm vụ", pages_of_list, folder / "Danh mục nhiệm vụ KH&CN tỉnh Sông Trà.xlsx")


def _write_later(sources: Mapping[str, Any], folder: Path) -> None:
    """What came after the others were judged, in a folder of its own: measures by judgements leave it out."""
    tasks = sources["proposals"]
    finished = [task for task in tasks if task["status"].startswith("đã nghiệm thu")]
    begun = [task for task in tasks if task["status"] == "đang thực hiện"]
    title = "DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH"
    sheets = (
        _task_sheet("Đã nghiệm thu", f"{title} ĐÃ NGHIỆM THU VÀ TÌNH HÌNH ỨNG DỤNG", finished, is_applied=True),
        _task_sheet("Mở mới 2025-2026", f"{title} MỞ MỚI NĂM 2025, 2026", begun),
    )
    write_xlsx("Danh mục nhiệm vụ", sheets, folder / "Danh mục nhiệm vụ mở mới và đã ứng dụng.xlsx")
    for task in tasks:
        if task["status"] == "đề xuất":
            path = folder / f"Phiếu đề xuất {_plain(task['code'])}.docx"
            write_docx(task_papers.fill_in(task_papers.SUGGESTION, task), path)
    for person in sources["scientists"]:
        path = folder / f"Lý lịch khoa học - {person['title']}.docx"
        write_docx(papers.vita(papers.VITA, person), path)
    _list_needs(sources["needs"], folder / "Tổng hợp nhu cầu công nghệ 2026.csv", with_field=True)


def _task_sheet(name: str, title: str, tasks: Sequence[Source], *, is_applied: bool = False) -> Sheet:
    headers = (
        *("TT", "Mã số", "Tên nhiệm vụ", "Chủ nhiệm", "Tổ chức chủ trì", ("Thời gian", ("Bắt đầu", "Kết thúc"))),
        *("Kinh phí (triệu đồng)", "Lĩnh vực", "Địa bàn", "Trạng thái", "Mục tiêu", "Nội dung chính", "Sản phẩm"),
        *(("Tình hình ứng dụng",) if is_applied else ()),
    )
    widths = (5, 17, 40, 22, 30, 9, 9, 12, 22, 24, 14, 50, 60, 50, *((50,) if is_applied else ()))
    rows = [
        (*_task_row(number, task), *((task["sections"]["application"],) if is_applied else ()))
        for number, task in enumerate(tasks, 1)
    ]
    return Sheet(name, ("SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH SÔNG TRÀ", title), headers, tuple(rows), widths)


def _task_row(number: int, task: Source) -> tuple[object, ...]:
    field = f"{task['field_code']} – {FIELD_NAMES[task['field_code']]}"
    sections = task["sections"]
    return (
        *(number, task["code"], task["title"], task["lead"], task["organisation"], task["year_from"], task["year_to"]),
        *(task["budget_trieu"], field, task["place_written"], task["status"].capitalize()),
        *(sections["objectives"], sections["content"], sections["products"]),
    )


def _write_scientists(people: Sequence[Source], folder: Path) -> None:
    # Works in one cell are parted by lines or semicolons, so theirs must have none.
    fit = [person for person in people if not any(";" in entry["text"] for entry in _entries_of(person))]
    listed = divide(fit, 12)[0]
    vitae, pages = divide([person for person in people if person not in listed], 26)
    for number, person in enumerate(vitae):
        form = papers.TABULAR_VITA if number % 3 == 2 else papers.VITA
        write_docx(papers.vita(form, person), folder / f"Lý lịch khoa học - {person['title']}.docx")
    for person in pages:
        write_html(papers.vita(papers.TABULAR_VITA, person), folder / f"Lý lịch khoa học - {person['title']}.html")
    headers = (
        *("STT", "Họ và tên", "Năm sinh", "Học vị", "Đơn vị công tác", "Điện thoại", "Email", "Mã lĩnh vực"),
        *("Hướng nghiên cứu", "Công trình tiêu biểu", "Đề tài, dự án", "Bằng sáng chế"),
    )
    rows = []
    for number, person in enumerate(listed, 1):
        private = invent(person["title"])
        rows.append(
            (
                number,
                f"{person['degree']} {person['title']}",
                int(private.birth_date[-4:]),
                DEGREES[person["degree"]],
                person["organisation"],
                private.mobile,
                private.mail,
                "; ".join(person["field_codes"]),
                person["research"],
                *(_lines(person[name]) for name in ("works", "projects", "patents")),
            )
        )
    titles = ("CƠ SỞ DỮ LIỆU CHUYÊN GIA", "Danh sách nhà khoa học của các viện, trường trên địa bàn tỉnh Sông Trà")
    sheet = Sheet("Chuyên gia", titles, headers, tuple(rows), (6, 26, 10, 20, 30, 15, 28, 12, 60, 80, 60, 40))
    write_xlsx("Danh sách nhà khoa học", [sheet], folder / "Danh sách nhà khoa học tỉnh Sông Trà.xlsx")


def _entries_of(person: Source) -> list[Source]:
    return [*person["works"], *person["projects"], *person["patents"]]


def _lines(entries: Sequence[Source]) -> str:
    """An entry a line; lists say the role in projects only."""
    return "\n".join(
        f"{entry['text'].rstrip('.')}, {entry['year']}{_ROLES[entry['role']] if 'level' in entry else ''}"
        for entry in entries
    )


def _write_needs(needs: Sequence[Source], folder: Path) -> None:
    # The list has no room for some of what the forms ask.
    brief = [need for need in needs if not need["sections"].get("impact")]
    full = [need for need in needs if need["sections"].get("impact")]
    sheets, pages, more = divide(full, 14, 6)
    for need in sheets:
        write_docx(papers.need_sheet(need), folder / f"Phiếu nhu cầu công nghệ - {_plain(need['organisation'])}.docx")
    for need in pages:
        write_html(papers.need_sheet(need), folder / f"Phiếu nhu cầu công nghệ - {_plain(need['organisation'])}.html")
    _list_needs([*brief, *more], folder / "Tổng hợp nhu cầu công nghệ.csv")


def _list_needs(needs: Sequence[Source], path: Path, *, with_field: bool = False) -> None:
    headers = (
        *("Tên doanh nghiệp", "Tên vấn đề cần giải quyết", "Mô tả hiện trạng", "Yêu cầu kỹ thuật"),
        *("Hiệu quả mong đợi", "Kinh phí dự kiến", "Thời gian mong muốn", "Hình thức hợp tác", "TRL yêu cầu"),
        *("Địa bàn", "Năm", *(("Lĩnh vực",) if with_field else ())),
    )
    rows = []
    for need in sorted(needs, key=lambda need: (need["year"], need["title"])):
        sections = need["sections"]
        rows.append(
            (
                need["organisation"],
                need["title"],
                sections["situation"],
                sections["requirements"],
                sections.get("impact") or "",
                need["budget_text"],
                f"{need['months']} tháng",
                need["form_of_cooperation"],
                need["trl"] or "",
                need["place_written"],
                need["year"],
                *((need["field_code"],) if with_field else ()),
            )
        )
    write_csv(headers, rows, path)


def _write_organisations(organisations: Sequence[Source], folder: Path) -> None:
    # A cell holds one laboratory or technology; who has two of them is exported as JSON lines.
    simple = [body for body in organisations if len({s["name"] for s in body["sections"]}) == len(body["sections"])]
    rows = []
    for number, body in enumerate(simple, 1):
        texts = {section["name"]: section["text"] for section in body["sections"]}
        columns = (texts.get(name, "") for name in _SECTION_COLUMNS)
        rows.append((number, body["title"], body["code"] or "", body["place_written"], *columns))
    headers = (
        *("TT", "Tên tổ chức", "Mã số thuế", "Địa chỉ", "Giới thiệu", "Công nghệ sẵn sàng chuyển giao"),
        *("Phòng thí nghiệm", "Fablab"),
    )
    titles = ("DANH MỤC TỔ CHỨC KHOA HỌC VÀ CÔNG NGHỆ, DOANH NGHIỆP TỈNH SÔNG TRÀ",)
    sheet = Sheet("Tổ chức", titles, headers, tuple(rows), (5, 40, 14, 40, 60, 60, 60, 60))
    write_xlsx("Danh mục tổ chức", [sheet], folder / "Danh mục tổ chức tỉnh Sông Trà.xlsx")
    lines = []
    for body in organisations:
        if body not in simple:
            facts = {"code": body["code"], "place_written": body["place_written"]}
            record = {
                "kind": "organisation",
                "house": body["house"],
                "title": body["title"],
                "sections": body["sections"],
            }
            record["facts"] = {name: value for name, value in facts.items() if value}
            lines.append(json.dumps(record, ensure_ascii=False))
    write_text("\n".join(lines) + "\n", folder / "Tổ chức có nhiều công nghệ.jsonl")


def _write_documents(documents: Sequence[Source], folder: Path) -> None:
    for number, entry in enumerate(documents):
        # The first line of the texts is the title, as capitals or as a Markdown heading.
        title, body = entry["title"], entry["text"].partition("\n")[2].strip()
        name = shorten(title.replace(":", " -"), 80, placeholder="")
        if number % 6 in (0, 5):
            write_docx(papers.document(title, body), folder / f"{name}.docx")
        elif number % 6 == 1:
            write_text(f"{title}\n\n{body}\n", folder / f"{name}.txt")
        elif number % 6 == 2:
            write_html(papers.document(title, body), folder / f"{name}.html")
        else:
            write_text(f"# {title}\n\n{body}\n", folder / f"{name}.md")


def _plain(name: str) -> str:
    """A file name: the code without its place, no signs that file systems refuse."""
    return name.removesuffix("/ST").replace("/", "-")


def judgements_of(sources: Source) -> dict[str, dict[str, dict[str, int]]]:
    """Grades 0–3 by what people can read: title of the need → name of the scientist, code of the task.

    Raises ValueError when a title, name or code stands for two things.
    """
    names: dict[str, str] = {}
    for kind, key in (("needs", "title"), ("scientists", "title"), ("proposals", "code")):
        rows = {row["id"]: row[key] for row in sources[kind]}
        if len(set(rows.values())) != len(sources[kind]):
            raise ValueError(f"two {kind} share a {key}")
        names |= rows
    return {
        names[need]: {
            kind: {names[id]: grade for id, grade in sorted(grades.items(), key=lambda pair: (-pair[1], pair[0]))}
            for kind, grades in judged.items()
        }
        for need, judged in sources["judgements"].items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=HERE, help="folder to write into")
    build(parser.parse_args().target)
