"""The forms of scientists and enterprises, what is filled into them, and other documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from form import Entries, Form, fill, lines
from invented import DEGREES, FIELD_NAMES, invent
from paper import Box, Grid, Line, Paper, letterhead, signature

Source = Mapping[str, Any]
DEPARTMENT = "UBND TỈNH SÔNG TRÀ\nSỞ KHOA HỌC VÀ CÔNG NGHỆ"
_ROLES = {"lead": "Chủ nhiệm", "member": "Thành viên"}
_SIZES = ("Dưới 50", "50 – 200", "Trên 200")
_AUTHORS = {"lead": "Tác giả chính", "member": "Đồng tác giả"}


def tick(options: Sequence[str], *chosen: str) -> str:
    """Options in a row with their boxes."""
    return "   ".join(f"{'☒' if option in chosen else '☐'} {option}" for option in options)


def thousands(number: int) -> str:
    """A whole number as written in Vietnamese."""
    return f"{number:,}".replace(",", ".")


_EDUCATION = Entries(
    "education",
    (
        ("Bậc đào tạo", "level", 3.5),
        ("Nơi đào tạo", "place", 4.0),
        ("Chuyên ngành", "subject", 6.0),
        ("Năm tốt nghiệp", "year", 3.0),
    ),
)

# Lý lịch khoa học in the style of Mẫu III.03-LLCN: numbered lines and tables.
VITA = Form(
    "Lý lịch khoa học {title}",
    (
        Line("Mẫu III.03-LLCN", "right"),
        letterhead("{office}"),
        Line("LÝ LỊCH KHOA HỌC", "title"),
        Line("(Dùng cho cá nhân đăng ký chủ trì hoặc tham gia nhiệm vụ khoa học và công nghệ)", "note"),
        *lines(
            "1. Họ và tên: {title}",
            "2. Ngày sinh: {private.birth_date}",
            "3. Số định danh cá nhân: {private.identity}",
            "4. Học hàm, học vị: {degree_in_words}",
            "5. Điện thoại: {private.mobile}\tE-mail: {private.mail}",
            "6. Địa chỉ nhà riêng: {private.home}",
            "7. Nơi làm việc:",
            "Tên tổ chức: {organisation}",
        ),
        Line("8. Quá trình đào tạo", "subheading"),
        _EDUCATION,
        Line("9. Lĩnh vực nghiên cứu và kinh nghiệm", "subheading"),
        *lines("{research}", "Mã chuyên ngành KH&CN: {fields}"),
        Line("10. Công trình công bố", "subheading"),
        Entries(
            "works",
            (
                ("TT", "number", 1.2),
                ("Tên công trình (bài báo, công trình…)", "text", 9.8),
                ("Là tác giả hoặc đồng tác giả", "author", 3.3),
                ("Năm công bố", "year", 2.2),
            ),
        ),
        Entries(
            "patents",
            (("TT", "number", 1.2), ("Tên và nội dung văn bằng", "text", 12.8), ("Năm cấp", "year", 2.5)),
            Line("11. Văn bằng bảo hộ sở hữu trí tuệ", "subheading"),
        ),
        Entries(
            "projects",
            (
                ("TT", "number", 1.2),
                ("Tên nhiệm vụ", "text", 8.0),
                ("Năm bắt đầu", "year", 2.2),
                ("Cấp quản lý", "level", 2.5),
                ("Vai trò", "role", 2.6),
            ),
            Line("12. Nhiệm vụ khoa học và công nghệ đã chủ trì hoặc tham gia", "subheading"),
        ),
        Line("Tôi xin cam đoan những lời khai trên là đúng sự thật."),
        signature("Sông Trà, ngày 20 tháng 8 năm 2024", "NGƯỜI KHAI"),
    ),
)

# Lý lịch khoa học as universities lay it out: a table of personal items, then sections in capitals.
TABULAR_VITA = Form(
    "Lý lịch khoa học {title}",
    (
        letterhead("{office}"),
        Line("LÝ LỊCH KHOA HỌC", "title"),
        Line("I. THÔNG TIN CÁ NHÂN", "heading"),
        Grid(
            (
                (Box("Họ và tên: {name_in_capitals}"), Box("Ngày sinh: {private.birth_date}")),
                (
                    Box("Học vị cao nhất: {degree_in_words}"),
                    Box("Năm, nước nhận học vị: {private.degree_years[2]}, Việt Nam"),
                ),
                (Box("Đơn vị công tác: {organisation}"), Box("Điện thoại: {private.mobile}")),
                (Box("Mã chuyên ngành: {codes}"), Box("Email: {private.mail}")),
            ),
            (9.5, 7.0),
        ),
        Line("II. QUÁ TRÌNH ĐÀO TẠO", "heading"),
        _EDUCATION,
        Line("III. LĨNH VỰC NGHIÊN CỨU", "heading"),
        Line("{research}"),
        Line("IV. CÁC CÔNG TRÌNH ĐÃ CÔNG BỐ", "heading"),
        Entries(
            "works",
            (
                ("TT", "number", 1.2),
                ("Tên công trình", "text", 10.3),
                ("Vai trò", "author", 3.0),
                ("Năm", "year", 2.0),
            ),
        ),
        Entries(
            "projects",
            (
                ("TT", "number", 1.2),
                ("Tên đề tài, dự án", "text", 8.0),
                ("Cấp quản lý", "level", 2.5),
                ("Vai trò", "role", 2.6),
                ("Thời gian", "year", 2.2),
            ),
            Line("V. CÁC ĐỀ TÀI, DỰ ÁN ĐÃ CHỦ TRÌ HOẶC THAM GIA", "heading"),
        ),
        Entries(
            "patents",
            (("TT", "number", 1.2), ("Tên văn bằng", "text", 12.8), ("Năm cấp", "year", 2.5)),
            Line("VI. BẰNG SÁNG CHẾ", "heading"),
        ),
    ),
)

# Phiếu đề xuất nhu cầu công nghệ: one table with two bands.
_NEED_SHEET = Form(
    "Phiếu đề xuất nhu cầu công nghệ – {organisation}",
    (
        letterhead(DEPARTMENT),
        Line("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ CỦA DOANH NGHIỆP", "title"),
        Line("Kính gửi: Sở Khoa học và Công nghệ tỉnh Sông Trà", "centred"),
        Grid(
            (
                (Box("A. THÔNG TIN DOANH NGHIỆP", across=4, is_bold=True),),
                (Box("Tên doanh nghiệp"), Box("{organisation}", across=3)),
                (Box("Địa chỉ"), Box("{place_written}", across=3)),
                (Box("Người liên hệ"), Box("{private.contact}"), Box("Chức vụ"), Box("{private.position}")),
                (Box("Điện thoại"), Box("{private.landline}"), Box("E-mail"), Box("{private.mail}")),
                (Box("Quy mô lao động"), Box("{size}", across=3)),
                (Box("B. NHU CẦU CÔNG NGHỆ", across=4, is_bold=True),),
                (Box("Tên vấn đề cần giải quyết"), Box("{title}", across=3)),
                (Box("Mô tả hiện trạng"), Box("{situation}", across=3)),
                (Box("Yêu cầu kỹ thuật"), Box("{requirements}", across=3)),
                (Box("Hiệu quả mong đợi"), Box("{impact}", across=3)),
                (
                    Box("Kinh phí dự kiến"),
                    Box("{budget_text}"),
                    Box("Thời gian mong muốn"),
                    Box("{months} tháng, từ năm {year}"),
                ),
                (Box("Hình thức hợp tác"), Box("{form_of_cooperation}", across=3)),
                (Box("TRL yêu cầu"), Box("{readiness}", across=3)),
            ),
            (4.2, 4.6, 3.4, 4.3),
        ),
        Line("Chúng tôi cam kết những thông tin trên là đúng sự thật và sẵn sàng phối hợp với đơn vị nghiên cứu."),
        signature("Sông Trà, ngày 05 tháng 9 năm {year}", "ĐẠI DIỆN ĐƠN VỊ"),
    ),
)


def vita(form: Form, person: Source) -> Paper:
    """One of the two forms, filled in for this person."""
    codes = person["field_codes"]
    values = {
        **person,
        "private": invent(person["title"]),
        "office": person["organisation"].upper(),
        "name_in_capitals": person["title"].upper(),
        "degree_in_words": DEGREES[person["degree"]],
        "codes": "; ".join(codes),
        "fields": "; ".join(f"{code} – {FIELD_NAMES[code]}" if code in FIELD_NAMES else code for code in codes),
    }
    works = [{**work, "author": _AUTHORS[work["role"]]} for work in person["works"]]
    projects = [
        {**project, "level": f"Cấp {project['level']}", "role": _ROLES[project["role"]]}
        for project in person["projects"]
    ]
    tables = {"education": _education_of(person), "works": works, "projects": projects, "patents": person["patents"]}
    return fill(form, values, tables)


def _education_of(person: Source) -> list[dict[str, object]]:
    subject = FIELD_NAMES.get(person["field_codes"][0], "Khoa học máy tính và thông tin")
    levels = ("Đại học", "Thạc sĩ", "Tiến sĩ")[: 3 if "TS." in person["degree"] else 2]
    years = invent(person["title"]).degree_years
    return [
        {"level": level, "place": "Trong nước", "subject": subject, "year": year}
        for level, year in zip(levels, years, strict=False)
    ]


def need_sheet(need: Source) -> Paper:
    """The sheet of an enterprise, filled in for this need."""
    private = invent(need["organisation"])
    size = _SIZES[(private.staff >= 50) + (private.staff > 200)]
    values = {
        **need,
        **need["sections"],
        "impact": need["sections"].get("impact") or "",
        "private": private,
        "size": tick(_SIZES, size),
        "readiness": f"TRL {need['trl']}" if need["trl"] else "",
    }
    return fill(_NEED_SHEET, values, {})


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
