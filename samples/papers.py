"""Fills in the forms of scientists and enterprises, and sets other documents; ``task_papers`` has those of tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from invented import DEGREES, FIELD_NAMES, invent
from paper import Box, Grid, Line, Paper, letterhead, listing, signature

Source = Mapping[str, Any]
DEPARTMENT = "UBND TỈNH SÔNG TRÀ\nSỞ KHOA HỌC VÀ CÔNG NGHỆ"
_ROLES = {"lead": "Chủ nhiệm", "member": "Thành viên"}
_AUTHORS = {"lead": "Tác giả chính", "member": "Đồng tác giả"}


def tick(options: Sequence[str], *chosen: str) -> str:
    """Options in a row with their boxes."""
    return "   ".join(f"{'☒' if option in chosen else '☐'} {option}" for option in options)


def thousands(number: int) -> str:
    """A whole number as written in Vietnamese."""
    return f"{number:,}".replace(",", ".")


def vita(person: Source) -> Paper:
    """Lý lịch khoa học in the style of Mẫu III.03-LLCN: numbered lines and tables."""
    private = invent(person["title"])
    codes = "; ".join(
        f"{code} – {FIELD_NAMES[code]}" if code in FIELD_NAMES else code for code in person["field_codes"]
    )
    return Paper(
        f"Lý lịch khoa học {person['title']}",
        (
            Line("Mẫu III.03-LLCN", "right"),
            letterhead(person["organisation"].upper()),
            Line("LÝ LỊCH KHOA HỌC", "title"),
            Line("(Dùng cho cá nhân đăng ký chủ trì hoặc tham gia nhiệm vụ khoa học và công nghệ)", "note"),
            Line(f"1. Họ và tên: {person['title']}"),
            Line(f"2. Ngày sinh: {private.birth_date}"),
            Line(f"3. Số định danh cá nhân: {private.identity}"),
            Line(f"4. Học hàm, học vị: {DEGREES[person['degree']]}"),
            Line(f"5. Điện thoại: {private.mobile}\tE-mail: {private.mail}"),
            Line(f"6. Địa chỉ nhà riêng: {private.home}"),
            Line("7. Nơi làm việc:"),
            Line(f"Tên tổ chức: {person['organisation']}"),
            Line("8. Quá trình đào tạo", "subheading"),
            _education_of(person),
            Line("9. Lĩnh vực nghiên cứu và kinh nghiệm", "subheading"),
            Line(person["research"]),
            Line(f"Mã chuyên ngành KH&CN: {codes}"),
            Line("10. Công trình công bố", "subheading"),
            listing(
                ("TT", "Tên công trình (bài báo, công trình…)", "Là tác giả hoặc đồng tác giả", "Năm công bố"),
                [(n, work["text"], _AUTHORS[work["role"]], work["year"]) for n, work in enumerate(person["works"], 1)],
                (1.2, 9.8, 3.3, 2.2),
            ),
            *_entries(
                Line("11. Văn bằng bảo hộ sở hữu trí tuệ", "subheading"),
                ("TT", "Tên và nội dung văn bằng", "Năm cấp"),
                [(n, patent["text"], patent["year"]) for n, patent in enumerate(person["patents"], 1)],
                (1.2, 12.8, 2.5),
            ),
            *_entries(
                Line("12. Nhiệm vụ khoa học và công nghệ đã chủ trì hoặc tham gia", "subheading"),
                ("TT", "Tên nhiệm vụ", "Năm bắt đầu", "Cấp quản lý", "Vai trò"),
                [
                    (n, task["text"], task["year"], f"Cấp {task['level']}", _ROLES[task["role"]])
                    for n, task in enumerate(person["projects"], 1)
                ],
                (1.2, 8.0, 2.2, 2.5, 2.6),
            ),
            Line("Tôi xin cam đoan những lời khai trên là đúng sự thật."),
            signature("Sông Trà, ngày 20 tháng 8 năm 2024", "NGƯỜI KHAI"),
        ),
    )


def tabular_vita(person: Source) -> Paper:
    """Lý lịch khoa học as universities lay it out: a table of personal items, then sections in capitals."""
    private = invent(person["title"])
    personal = (
        (f"Họ và tên: {person['title'].upper()}", f"Ngày sinh: {private.birth_date}"),
        (
            f"Học vị cao nhất: {DEGREES[person['degree']]}",
            f"Năm, nước nhận học vị: {private.degree_years[2]}, Việt Nam",
        ),
        (f"Đơn vị công tác: {person['organisation']}", f"Điện thoại: {private.mobile}"),
        (f"Mã chuyên ngành: {'; '.join(person['field_codes'])}", f"Email: {private.mail}"),
    )
    return Paper(
        f"Lý lịch khoa học {person['title']}",
        (
            letterhead(person["organisation"].upper()),
            Line("LÝ LỊCH KHOA HỌC", "title"),
            Line("I. THÔNG TIN CÁ NHÂN", "heading"),
            Grid(tuple((Box(left), Box(right)) for left, right in personal), (9.5, 7.0)),
            Line("II. QUÁ TRÌNH ĐÀO TẠO", "heading"),
            _education_of(person),
            Line("III. LĨNH VỰC NGHIÊN CỨU", "heading"),
            Line(person["research"]),
            Line("IV. CÁC CÔNG TRÌNH ĐÃ CÔNG BỐ", "heading"),
            listing(
                ("TT", "Tên công trình", "Vai trò", "Năm"),
                [(n, work["text"], _AUTHORS[work["role"]], work["year"]) for n, work in enumerate(person["works"], 1)],
                (1.2, 10.3, 3.0, 2.0),
            ),
            *_entries(
                Line("V. CÁC ĐỀ TÀI, DỰ ÁN ĐÃ CHỦ TRÌ HOẶC THAM GIA", "heading"),
                ("TT", "Tên đề tài, dự án", "Cấp quản lý", "Vai trò", "Thời gian"),
                [
                    (n, task["text"], f"Cấp {task['level']}", _ROLES[task["role"]], task["year"])
                    for n, task in enumerate(person["projects"], 1)
                ],
                (1.2, 8.0, 2.5, 2.6, 2.2),
            ),
            *_entries(
                Line("VI. BẰNG SÁNG CHẾ", "heading"),
                ("TT", "Tên văn bằng", "Năm cấp"),
                [(n, patent["text"], patent["year"]) for n, patent in enumerate(person["patents"], 1)],
                (1.2, 12.8, 2.5),
            ),
        ),
    )


def _education_of(person: Source) -> Grid:
    subject = FIELD_NAMES.get(person["field_codes"][0], "Khoa học máy tính và thông tin")
    levels = ("Đại học", "Thạc sĩ", "Tiến sĩ")[: 3 if "TS." in person["degree"] else 2]
    years = invent(person["title"]).degree_years
    rows = [(level, "Trong nước", subject, year) for level, year in zip(levels, years, strict=False)]
    return listing(("Bậc đào tạo", "Nơi đào tạo", "Chuyên ngành", "Năm tốt nghiệp"), rows, (3.5, 4.0, 6.0, 3.0))


def _entries(
    heading: Line, headers: Sequence[str], rows: Sequence[Sequence[object]], widths: Sequence[float]
) -> tuple[Line | Grid, ...]:
    return (heading, listing(headers, rows, widths)) if rows else ()


def need_sheet(need: Source) -> Paper:
    """Phiếu đề xuất nhu cầu công nghệ: one table with two bands."""
    private = invent(need["organisation"])
    size = "Dưới 50" if private.staff < 50 else "50 – 200" if private.staff <= 200 else "Trên 200"
    sections = need["sections"]
    long = [
        ("Mô tả hiện trạng", sections["situation"]),
        ("Yêu cầu kỹ thuật", sections["requirements"]),
        ("Hiệu quả mong đợi", sections.get("impact", "")),
    ]
    rows = [
        (Box("A. THÔNG TIN DOANH NGHIỆP", across=4, is_bold=True),),
        (Box("Tên doanh nghiệp"), Box(need["organisation"], across=3)),
        (Box("Địa chỉ"), Box(need["place_written"], across=3)),
        (Box("Người liên hệ"), Box(private.contact), Box("Chức vụ"), Box(private.position)),
        (Box("Điện thoại"), Box(private.landline), Box("E-mail"), Box(private.mail)),
        (Box("Quy mô lao động"), Box(tick(("Dưới 50", "50 – 200", "Trên 200"), size), across=3)),
        (Box("B. NHU CẦU CÔNG NGHỆ", across=4, is_bold=True),),
        (Box("Tên vấn đề cần giải quyết"), Box(need["title"], across=3)),
        *((Box(name), Box(text, across=3)) for name, text in long if text),
        (
            Box("Kinh phí dự kiến"),
            Box(need["budget_text"]),
            Box("Thời gian mong muốn"),
            Box(f"{need['months']} tháng, từ năm {need['year']}"),
        ),
        (Box("Hình thức hợp tác"), Box(need["form_of_cooperation"], across=3)),
    ]
    if need["trl"]:
        rows.append((Box("TRL yêu cầu"), Box(f"TRL {need['trl']}", across=3)))
    return Paper(
        f"Phiếu đề xuất nhu cầu công nghệ – {need['organisation']}",
        (
            letterhead(DEPARTMENT),
            Line("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ CỦA DOANH NGHIỆP", "title"),
            Line("Kính gửi: Sở Khoa học và Công nghệ tỉnh Sông Trà", "centred"),
            Grid(tuple(rows), (4.2, 4.6, 3.4, 4.3)),
            Line("Chúng tôi cam kết những thông tin trên là đúng sự thật và sẵn sàng phối hợp với đơn vị nghiên cứu."),
            signature(f"Sông Trà, ngày 05 tháng 9 năm {need['year']}", "ĐẠI DIỆN ĐƠN VỊ"),
        ),
    )


def document(title: str, text: str) -> Paper:
    """A plan, guide or report; numbered or marked lines are headings."""
    blocks = [Line(title, "name"), *(_line_of(line) for line in text.splitlines() if line.strip())]
    return Paper(title, tuple(blocks))


def _line_of(line: str) -> Line:
    marks = len(line) - len(line.lstrip("#"))
    if marks:
        return Line(line.lstrip("# "), "heading" if marks <= 2 else "subheading")
    first = line.split(" ", 1)[0]
    if first.rstrip(".") in ("I", "II", "III", "IV", "V", "VI") or (
        first[:1].isdigit() and first.endswith(".") and len(line) < 90
    ):
        return Line(line, "heading" if first.count(".") == 1 else "subheading")
    return Line(line)
