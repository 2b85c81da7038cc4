"""Fills in the forms of science and technology offices: a record of the sources becomes a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from invented import DEGREES, FIELD_NAMES, invent
from paper import Box, Grid, Line, Paper, letterhead, listing, signature

Source = Mapping[str, Any]
DEPARTMENT = "UBND TỈNH SÔNG TRÀ\nSỞ KHOA HỌC VÀ CÔNG NGHỆ"
_FIELDS = ("Tự nhiên", "Kỹ thuật và công nghệ", "Y, dược", "Nông nghiệp", "Xã hội", "Nhân văn")
_KINDS = ("Nghiên cứu cơ bản", "Nghiên cứu ứng dụng", "Phát triển công nghệ", "Phát triển giải pháp xã hội")
_ROLES = {"lead": "Chủ nhiệm", "member": "Thành viên"}
_AUTHORS = {"lead": "Tác giả chính", "member": "Đồng tác giả"}
_STATE_SHARE = 0.7


def tick(options: Sequence[str], *chosen: str) -> str:
    """Options in a row with their boxes."""
    return "   ".join(f"{'☒' if option in chosen else '☐'} {option}" for option in options)


def thousands(number: int) -> str:
    """A whole number as written in Vietnamese."""
    return f"{number:,}".replace(",", ".")


def _fields_of(code: str) -> str:
    return tick(_FIELDS, _FIELDS[int(code[0]) - 1])


def _time_of(task: Source) -> str:
    first, last = task["year_from"], task["year_to"]
    return f"{(last - first) * 12} tháng (từ tháng 06/{first} đến tháng 05/{last})"


def _money_of(task: Source) -> str:
    total = task["budget_trieu"]
    state = round(total * _STATE_SHARE / 10) * 10
    return (
        f"{thousands(total)} triệu đồng, trong đó ngân sách nhà nước: {thousands(state)} triệu đồng; "
        f"nguồn khác: {thousands(total - state)} triệu đồng"
    )


def _members_of(task: Source) -> Grid:
    rows = [(number, name, task["organisation"], "Thành viên chính") for number, name in enumerate(task["members"], 1)]
    return listing(("TT", "Họ và tên", "Tổ chức công tác", "Vai trò"), rows, (1.2, 5.3, 6.5, 3.5))


def statement(task: Source) -> Paper:
    """Thuyết minh nhiệm vụ: a table of general items, then numbered sections."""
    lead, host = invent(task["lead"]), invent(task["organisation"])
    sections = task["sections"]
    total = task["budget_trieu"]
    labour, goods = round(total * 0.45), round(total * 0.3)
    costs = [
        ("Công lao động trực tiếp", labour),
        ("Nguyên vật liệu, năng lượng", goods),
        ("Chi khác", total - labour - goods),
    ]
    shares = [(name, cost, round(cost * _STATE_SHARE)) for name, cost in costs]
    shares.append(("Tổng cộng", total, sum(state for _, _, state in shares)))
    general = (
        ("Tên nhiệm vụ", task["title"]),
        ("Mã số", task["code"]),
        ("Thời gian thực hiện", _time_of(task)),
        ("Tổng kinh phí", _money_of(task)),
        ("Lĩnh vực", _fields_of(task["field_code"])),
        ("Chủ nhiệm nhiệm vụ", f"Họ và tên: {task['lead']}\nĐiện thoại: {lead.mobile}\nE-mail: {lead.mail}"),
        ("Tổ chức chủ trì", f"Tên tổ chức: {task['organisation']}\nĐiện thoại: {host.landline}"),
        ("Địa bàn thực hiện", task["place_written"]),
        ("Tình trạng", task["status"]),
    )
    rows = tuple((Box(str(number)), Box(name), Box(value)) for number, (name, value) in enumerate(general, 1))
    return Paper(
        f"Thuyết minh {task['code']}",
        (
            letterhead(DEPARTMENT),
            Line("THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "title"),
            Line("I. THÔNG TIN CHUNG VỀ NHIỆM VỤ", "heading"),
            Grid(rows, (1.2, 4.8, 10.5)),
            Line("10. Danh sách cá nhân tham gia", "subheading"),
            _members_of(task),
            Line("II. NỘI DUNG KHOA HỌC VÀ CÔNG NGHỆ", "heading"),
            Line("11. Tính cấp thiết của nhiệm vụ", "subheading"),
            Line(sections["urgency"]),
            Line("12. Mục tiêu của nhiệm vụ", "subheading"),
            Line(sections["objectives"]),
            Line("13. Nội dung nghiên cứu", "subheading"),
            Line(sections["content"]),
            Line("III. SẢN PHẨM CỦA NHIỆM VỤ", "heading"),
            Line("14. Sản phẩm khoa học và công nghệ", "subheading"),
            Line(sections["products"]),
            Line("15. Khả năng và địa chỉ ứng dụng", "subheading"),
            Line(sections["application"]),
            Line("IV. KINH PHÍ THỰC HIỆN", "heading"),
            listing(
                ("Khoản chi", "Tổng số (triệu đồng)", "Ngân sách nhà nước", "Nguồn khác"),
                [(name, thousands(cost), thousands(state), thousands(cost - state)) for name, cost, state in shares],
                (6.5, 3.5, 3.5, 3.0),
            ),
            signature(f"Sông Trà, ngày 15 tháng 5 năm {task['year_from']}", "CHỦ NHIỆM NHIỆM VỤ"),
        ),
    )


def information_sheet(task: Source) -> Paper:
    """Phiếu thông tin nhiệm vụ đang tiến hành, Mẫu 1 of Thông tư 14/2014/TT-BKHCN."""
    lead, host = invent(task["lead"]), invent(task["organisation"])
    sections = task["sections"]
    return Paper(
        f"Phiếu thông tin {task['code']}",
        (
            Line("Mẫu 1. Phiếu thông tin nhiệm vụ đang tiến hành", "right"),
            Line("(Ban hành kèm theo Thông tư số 14/2014/TT-BKHCN)", "right"),
            letterhead(task["organisation"].upper()),
            Line("PHIẾU THÔNG TIN VỀ NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ ĐANG TIẾN HÀNH", "title"),
            Line(f"1. Tên nhiệm vụ: {task['title']}"),
            Line(
                f"2. Cấp nhiệm vụ: {tick(('Quốc gia', 'Bộ', 'Tỉnh', 'Cơ sở'), 'Cơ sở' if 'CS' in task['code'] else 'Tỉnh')}"
            ),
            Line(f"3. Mức độ bảo mật: {tick(('Bình thường', 'Mật', 'Tối mật', 'Tuyệt mật'), 'Bình thường')}"),
            Line(f"4. Mã số nhiệm vụ: {task['code']}"),
            Line(f"5. Tên tổ chức chủ trì: {task['organisation']}"),
            Line(f"Điện thoại: {host.landline}"),
            Line("6. Cơ quan chủ quản: Ủy ban nhân dân tỉnh Sông Trà"),
            Line("7. Chủ nhiệm nhiệm vụ:"),
            Line(f"Họ và tên: {task['lead']}"),
            Line(f"Ngày, tháng, năm sinh: {lead.birth_date}"),
            Line(f"Điện thoại: {lead.mobile}\tE-mail: {lead.mail}"),
            Line("8. Danh sách cá nhân tham gia:"),
            _members_of(task),
            Line("9. Mục tiêu nghiên cứu:"),
            Line(sections["objectives"]),
            Line("10. Tóm tắt nội dung nghiên cứu chính:"),
            Line(sections["content"]),
            Line(f"11. Lĩnh vực nghiên cứu: {task['field_code']} – {FIELD_NAMES[task['field_code']]}"),
            Line("12. Sản phẩm khoa học và công nghệ dự kiến:"),
            Line(sections["products"]),
            Line("13. Địa chỉ và quy mô ứng dụng dự kiến:"),
            Line(sections["application"]),
            Line(f"14. Địa bàn thực hiện: {task['place_written']}"),
            Line(f"15. Thời gian thực hiện: {_time_of(task)}"),
            Line(f"16. Kinh phí thực hiện: {_money_of(task)}"),
            Line(
                f"17. Quyết định phê duyệt: số {len(task['title']) * 7}/QĐ-UBND ngày 20 tháng 4 năm {task['year_from']}"
            ),
            Line(f"18. Tình trạng thực hiện: {task['status']}"),
            signature(f"Sông Trà, ngày 10 tháng 6 năm {task['year_from']}", "XÁC NHẬN CỦA TỔ CHỨC CHỦ TRÌ"),
        ),
    )


def order(task: Source) -> Paper:
    """Phiếu đặt hàng nhiệm vụ, Mẫu I.01-ĐHNV."""
    lead = invent(task["lead"])
    sections = task["sections"]
    kind = _KINDS[3] if task["field_code"][0] in "56" else _KINDS[1]
    return Paper(
        f"Phiếu đặt hàng {task['code']}",
        (
            Line("Mẫu I.01-ĐHNV", "right"),
            letterhead(DEPARTMENT),
            Line("PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "title"),
            Line(f"Mã hồ sơ: {task['code']}", "centred"),
            Line(f"1. Tên nhiệm vụ: {task['title']}"),
            Line(f"2. Lĩnh vực khoa học và công nghệ: {_fields_of(task['field_code'])}"),
            Line(f"3. Loại hình nhiệm vụ: {tick(_KINDS, kind)}"),
            Line("4. Căn cứ đề xuất: Kế hoạch khoa học và công nghệ hằng năm của tỉnh Sông Trà."),
            Line("5. Tính cấp thiết của việc thực hiện nhiệm vụ"),
            Line(sections["urgency"]),
            Line("6. Mục tiêu của nhiệm vụ"),
            Line(sections["objectives"]),
            Line("7. Nội dung chính"),
            Line(sections["content"]),
            Line("8. Sản phẩm dự kiến"),
            Line(sections["products"]),
            Line("9. Khả năng và địa chỉ ứng dụng"),
            Line(sections["application"]),
            Line(f"10. Dự kiến kinh phí: {_money_of(task)}"),
            Line(f"11. Thời gian thực hiện: {_time_of(task)}"),
            Line(f"12. Tổ chức chủ trì (đề xuất): {task['organisation']}"),
            Line(f"13. Chủ nhiệm nhiệm vụ (dự kiến): {task['lead']}"),
            Line("14. Cá nhân tham gia:"),
            _members_of(task),
            Line(f"15. Địa bàn thực hiện: {task['place_written']}"),
            Line(f"16. Tình trạng: {task['status']}"),
            Line("17. Thông tin liên hệ"),
            Line(f"Điện thoại: {lead.landline}\tE-mail: {lead.mail}"),
            signature(f"Sông Trà, ngày 02 tháng 3 năm {task['year_from'] - 1}", "THỦ TRƯỞNG ĐƠN VỊ ĐẶT HÀNG"),
        ),
    )


def suggestion(task: Source) -> Paper:
    """Phiếu đề xuất nhiệm vụ, Mẫu A3-ĐXNV of Thông tư 03/2017/TT-BKHCN."""
    sections = task["sections"]
    return Paper(
        f"Phiếu đề xuất {task['code']}",
        (
            Line("Mẫu A3-ĐXNV", "right"),
            Line("(Ban hành kèm theo Thông tư số 03/2017/TT-BKHCN)", "right"),
            letterhead(task["organisation"].upper()),
            Line("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "title"),
            Line("(Không quá 6 trang giấy khổ A4)", "note"),
            Line("1. Tên nhiệm vụ:", "subheading"),
            Line(task["title"]),
            Line(f"2. Mã hồ sơ: {task['code']}"),
            Line("3. Tính cấp thiết của nhiệm vụ:", "subheading"),
            Line(sections["urgency"]),
            Line("4. Mục tiêu của nhiệm vụ:", "subheading"),
            Line(sections["objectives"]),
            Line("5. Các nội dung chính:", "subheading"),
            Line(sections["content"]),
            Line("6. Sản phẩm của nhiệm vụ:", "subheading"),
            Line(sections["products"]),
            Line("7. Dự kiến tổ chức, cơ quan hoặc địa chỉ ứng dụng các kết quả tạo ra:", "subheading"),
            Line(sections["application"]),
            Line(f"8. Thời gian thực hiện: {_time_of(task)}"),
            Line(f"9. Dự kiến nhu cầu kinh phí: {_money_of(task)}"),
            Line(f"10. Lĩnh vực: {task['field_code']} – {FIELD_NAMES[task['field_code']]}"),
            Line(f"11. Tổ chức chủ trì: {task['organisation']}"),
            Line(f"12. Chủ nhiệm: {task['lead']}"),
            Line("13. Thành viên tham gia:"),
            _members_of(task),
            Line(f"14. Địa bàn thực hiện: {task['place_written']}"),
            Line(f"15. Trạng thái: {task['status']}"),
            signature(f"Sông Trà, ngày 12 tháng 2 năm {task['year_from'] - 1}", "TỔ CHỨC, CÁ NHÂN ĐỀ XUẤT"),
        ),
    )


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
