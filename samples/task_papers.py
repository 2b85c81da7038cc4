"""Fills in the forms of research tasks: statement, information sheet, order, suggestion."""

from __future__ import annotations

from invented import FIELD_NAMES, invent
from paper import Box, Grid, Line, Paper, letterhead, listing, signature
from papers import DEPARTMENT, Source, thousands, tick

_FIELDS = ("Tự nhiên", "Kỹ thuật và công nghệ", "Y, dược", "Nông nghiệp", "Xã hội", "Nhân văn")
_KINDS = ("Nghiên cứu cơ bản", "Nghiên cứu ứng dụng", "Phát triển công nghệ", "Phát triển giải pháp xã hội")
_STATE_SHARE = 0.7


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
    level = "Cơ sở" if "CS" in task["code"] else "Tỉnh"
    return Paper(
        f"Phiếu thông tin {task['code']}",
        (
            Line("Mẫu 1. Phiếu thông tin nhiệm vụ đang tiến hành", "right"),
            Line("(Ban hành kèm theo Thông tư số 14/2014/TT-BKHCN)", "right"),
            letterhead(task["organisation"].upper()),
            Line("PHIẾU THÔNG TIN VỀ NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ ĐANG TIẾN HÀNH", "title"),
            Line(f"1. Tên nhiệm vụ: {task['title']}"),
            Line(f"2. Cấp nhiệm vụ: {tick(('Quốc gia', 'Bộ', 'Tỉnh', 'Cơ sở'), level)}"),
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
