"""Journeys of enterprise, scientist, university and visitor, in a real browser, over one small province."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from journey_case import PASSWORD, Person, follow, look, move, open_page, press, see, served, sign_in
from test_orcid import RECORD

import api.alerts.runner

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FIRM, LED, UNIVERSITY = "Công ty TNHH Gỗ Suối Mơ", "Vương Quốc Thịnh", "Trường Đại học An Hòa"
POSTED = "Gỗ cao su bị cong, nứt khi sấy"
HIDDEN, ORDER = "Tháp chưng cất bí truyền", "Đặt hàng: chế độ sấy gỗ cao su cho lò hơi"
OFFICER, OWNER, SCIENTIST, RESEARCH_OFFICE, OTHER = (
    *("can.bo@so.vn", "chi.ba@go.vn", "thinh@dh.vn", "khoa.hoc@anhoa.vn"),
    "anh.tu@gom.vn",
)
PEOPLE: dict[str, Person] = {
    OFFICER: ("Trần Thị Cán Bộ", "officer", None),
    OWNER: ("Phan Thị Ba", "enterprise", "firm"),
    SCIENTIST: (LED, "scientist", None),
    RESEARCH_OFFICE: ("Phòng Khoa học", "university", "uni"),
    OTHER: ("Lò Văn Tư", "enterprise", None),
}


def section(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "text": text, **more}


def record(id: str, kind: str, title: str, *sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "title": title, "sections": list(sections), **more}


RECORDS = [
    record("firm", "organisation", FIRM, section("introduction", "Xẻ và sấy gỗ cao su."), house="enterprise"),
    record("uni", "organisation", UNIVERSITY, section("introduction", "Đào tạo kỹ sư."), house="science"),
    record(
        *("sci", "scientist", LED),
        section("research", "Chế độ sấy gỗ cao su trong lò hơi; chống cong, nứt.", visibility="anonymous"),
        section("work", "Tối ưu chế độ sấy gỗ cao su dày 50 mm.", year=2022, role="lead"),
    ),
    record(
        *("glaze", "scientist", "Hồ Ngọc Diễm"),
        section("research", "Men gốm không chì, nung ở nhiệt độ thấp."),
        facts={"organisation": UNIVERSITY},
    ),
    record("order", "proposal", ORDER, section("objective", "Giảm cong, nứt của gỗ cao su khi sấy.")),
    record(
        *("old", "need", "Gốm Trăng Khuyết cần men gốm không chì, nung ở nhiệt độ thấp"),
        section("situation", "Gốm Trăng Khuyết bị trả hàng vì men gốm có chì.", visibility="anonymous"),
        section("requirements", "Cần men gốm không chì, nung ở nhiệt độ thấp.", visibility="anonymous"),
        facts={"organisation": "Công ty TNHH Gốm Trăng Khuyết"},
    ),
    record("like", "need", "Gỗ cao su xẻ bị cong, nứt khi sấy", section("situation", "Gỗ cao su cong, nứt đầu.")),
    record("hidden", "need", HIDDEN, section("situation", "Tháp rò rỉ.", visibility="confidential")),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api.alerts.runner, "_LOOK_SECONDS", 0.5)
        with served(tmp_path_factory.mktemp("houses") / "data", model_folder, RECORDS, PEOPLE) as address:
            yield address


def test_a_firm_and_a_scientist_meet_only_when_both_consent(browser: Browser, address: str) -> None:
    """From a posted problem to the handover: each side sees the other without a name until both have consented."""
    officer, firm, scientist = (sign_in(browser, address, email) for email in (OFFICER, OWNER, SCIENTIST))
    post_a_problem(firm, address)
    claim_and_consent(scientist, officer, firm, address)

    # The scientist sees needs and orders that fit, the firm's without its name, and is interested.
    scientist.goto(f"{address}/cua-toi")
    assert ORDER in scientist.locator("main").inner_text()
    assert FIRM not in scientist.content()
    with scientist.expect_navigation():
        posted = scientist.locator(".fitting > li").filter(has=scientist.get_by_text(POSTED, exact=True))
        posted.get_by_role("button", name="Tôi quan tâm").click()
    engagement = scientist.url.split("?")[0]
    assert FIRM not in scientist.content()
    look(scientist, "nha-khoa-hoc-4-ket-noi")
    firm.goto(engagement)
    assert LED not in firm.content()

    # The office short-lists; both consent to be named, and only then are.
    move(officer, engagement, "Đưa vào danh sách chọn")
    move(firm, engagement, "Đồng ý cho biết tên")
    assert LED not in firm.content()
    scientist.goto(engagement)
    assert FIRM not in scientist.content()
    move(scientist, engagement, "Đồng ý cho biết tên")
    see(scientist, FIRM)
    firm.goto(engagement)
    see(firm, LED)
    look(firm, "doanh-nghiep-4-biet-ten")

    # Both agree; the office gives the task and accepts the result; the firm receives it.
    move(firm, engagement, "Đồng ý")
    move(scientist, engagement, "Đồng ý")
    move(officer, engagement, "Giao nhiệm vụ")
    move(officer, engagement, "Ghi nhận nghiệm thu")
    move(firm, engagement, "Ghi nhận bàn giao")
    see(firm, "Đã bàn giao")
    decline_for_want_of_time(scientist, officer, address)
    officer.goto(f"{address}/ket-noi")
    look(officer, "can-bo-14-bang")
    for page in (officer, firm, scientist):
        page.close()


def post_a_problem(firm: Page, address: str) -> None:
    """Plain questions, guidance while typing, what stays confidential, and who might answer, without names."""
    firm.goto(f"{address}/dang-nhu-cau")
    firm.get_by_label("Vấn đề của bạn trong một câu").fill(POSTED)
    firm.get_by_label("Trục trặc ở chỗ nào?").fill(f"Lò hơi của {FIRM} cho ra gỗ cao su cong và nứt đầu.")
    missing = firm.locator("#guidance [data-part=missing] li")
    missing.filter(has_text="con số").wait_for()
    firm.locator("#guidance [data-part=candidates] li").first.wait_for()
    firm.locator("#guidance [data-part=similar] li").first.wait_for()
    assert LED not in firm.locator("#guidance").inner_text()
    before = missing.count()
    firm.get_by_label("Kết quả thế nào là tốt?").fill("Giảm tỷ lệ hỏng từ 10 xuống 3%")
    missing.filter(has_text="con số").wait_for(state="detached")
    assert missing.count() == before - 1
    assert firm.get_by_label("Tên doanh nghiệp").is_checked(), "the name is hidden unless the firm says otherwise"
    firm.get_by_label("Con số").check()
    look(firm, "doanh-nghiep-1-dang")
    press(firm, "Đăng")
    see(firm, "Nhu cầu đã được đăng")
    look(firm, "doanh-nghiep-2-da-dang")
    follow(firm, firm.get_by_role("link", name="Xem ai phù hợp"))
    firm.locator(".pairing").first.wait_for()
    assert LED not in firm.content()
    look(firm, "doanh-nghiep-3-ai-phu-hop")


def claim_and_consent(scientist: Page, officer: Page, firm: Page, address: str) -> None:
    """The scientist claims the profile, the officer confirms, the scientist corrects it and says what may be read."""
    scientist.goto(f"{address}/cua-toi")
    press(scientist, "Tìm kiếm")
    # Until then nobody but officers reads the name of a profile that is anonymous.
    scientist.get_by_role("main").locator('.hit a[href^="/ho-so/sci"]').first.click()
    press(scientist, "Đây là hồ sơ của tôi")
    see(scientist, "chờ cán bộ")
    look(scientist, "nha-khoa-hoc-0-cua-minh")
    officer.goto(f"{address}/quan-tri/nhan-ho-so")
    look(officer, "nha-khoa-hoc-1-nhan-ho-so")
    press(officer, "Xác nhận")
    see(officer, "Không có")
    scientist.goto(f"{address}/cua-toi")
    look(scientist, "nha-khoa-hoc-2-cua-toi")
    scientist.get_by_role("link", name="Sửa hồ sơ").click()
    scientist.get_by_label("Ai được đọc").nth(1).select_option(label="chỉ cán bộ và tôi")
    scientist.get_by_label("Mục 1").fill("Chế độ sấy gỗ cao su trong lò hơi và lò chân không; chống cong, nứt.")
    look(scientist, "nha-khoa-hoc-3-sua")
    press(scientist, "Lưu thay đổi")
    see(scientist, "Đã nhớ.")
    firm.goto(f"{address}/ho-so/sci")
    assert "dày 50 mm" not in firm.content()
    assert "lò chân không" in firm.content()


def decline_for_want_of_time(scientist: Page, officer: Page, address: str) -> None:
    """What the office suggests waits for the scientist's answer; that there is no time teaches the ranking nothing."""
    said = {"record": "order", "candidate": "sci"}
    begun = officer.request.post(f"{address}/api/v1/engagements", data=said, headers={"Origin": address})
    assert begun.status == 201, begun.text()
    scientist.goto(f"{address}/cua-toi")
    waiting = scientist.locator("li.card", has_text=ORDER).filter(has=scientist.locator("details")).first
    waiting.locator("summary").click()
    waiting.get_by_label("Lý do khác").check()
    waiting.get_by_label("Lý do", exact=True).fill("Bận hai đề tài đến hết năm 2027")
    look(scientist, "nha-khoa-hoc-5-tu-choi")
    with scientist.expect_navigation():
        waiting.get_by_role("button", name="Từ chối", exact=True).click()
    see(scientist, "Bận hai đề tài đến hết năm 2027")
    told = officer.request.get(f"{address}/api/v1/engagements/{begun.json()['id']}").json()
    assert (told["state"], told["events"][-1]["is_unfit"]) == ("declined", False)


def test_a_university_looks_after_its_scientists(browser: Browser, address: str, tmp_path: Path) -> None:
    page = sign_in(browser, address, RESEARCH_OFFICE)
    page.goto(f"{address}/cua-toi")
    see(page, "Các nhà khoa học của đơn vị và điều phù hợp với từng người")
    assert "Hồ Ngọc Diễm" in page.locator("main").inner_text()
    assert "Trăng Khuyết" not in page.content()

    # A scientist of the house comes in by the file that ORCID gives.
    orcid = {**RECORD, "activities-summary": {**RECORD["activities-summary"]}}
    file = tmp_path / "orcid.json"
    file.write_text(json.dumps(orcid).replace("Trường Đại học Sông Bé", UNIVERSITY), "utf-8")
    page.locator("summary", has_text="ORCID").first.click()
    page.locator("#orcid").set_input_files(file)
    press(page, "Nhập")
    see(page, "Đoàn Thị Minh Sương")
    look(page, "truong-1-orcid")

    # A profile is corrected.
    page.goto(f"{address}/cua-toi")
    look(page, "truong-2-cua-toi")
    page.get_by_role("link", name="Sửa hồ sơ Hồ Ngọc Diễm").click()
    page.get_by_label("Mục 1").fill("Men gốm không chì, nung ở nhiệt độ thấp; lò con thoi đốt gas.")
    press(page, "Lưu thay đổi")
    see(page, "Đã nhớ.")
    assert "lò con thoi" in page.request.get(f"{address}/api/v1/records/glaze").text()

    # It is interested in a need for her, whose firm it does not learn.
    page.goto(f"{address}/cua-toi")
    hers = page.locator("li.card", has=page.get_by_role("heading", name="Hồ Ngọc Diễm"))
    with page.expect_navigation():
        hers.locator(".fitting > li", has_text="men gốm không chì").get_by_role("button", name="Tôi quan tâm").click()
    see(page, "Quan tâm")
    assert "Trăng Khuyết" not in page.content()
    look(page, "truong-3-ket-noi")

    # It follows a search, and is told of what is new.
    page.goto(f"{address}/tim-kiem?q=men%20gốm&loai=need")
    press(page, "Theo dõi tìm kiếm này")
    page.get_by_label("Báo khi nào").select_option(label="ngay khi có")
    press(page, "Lưu")
    page.locator("summary", has_text="Nguồn tin").click()
    press(page, "Tạo nguồn tin")
    feed = page.locator("code.long").first.inner_text()
    look(page, "truong-4-theo-doi")
    new = record("new", "need", "Men gốm bị rạn chân chim", section("situation", "Men gốm rạn sau khi nung."))
    officer = sign_in(browser, address, OFFICER)
    assert officer.request.post(f"{address}/api/v1/records", data=[new], headers={"Origin": address}).status == 201
    path = "/" + feed.split("/", 3)[3] if feed.startswith("http") else feed
    for _ in range(60):
        told = page.request.get(address + path).text()
        if "rạn chân chim" in told:
            break
        page.wait_for_timeout(500)
    assert "rạn chân chim" in told
    page.goto(f"{address}/tim-kiem-da-luu")
    look(page, "truong-5-da-bao")
    officer.close()
    page.close()


def test_a_visitor_reads_what_is_public_and_signs_in_to_post(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.goto(f"{address}/")
    look(page, "khach-1-dau")
    page.get_by_role("searchbox").fill("men gom khong chi")
    press(page, "Tìm")
    see(page, "cần men gốm")
    assert "Trăng Khuyết" not in page.content()
    look(page, "khach-2-tim")
    follow(page, page.locator(".hit").filter(has_text="cần men gốm").get_by_role("heading").get_by_role("link"))
    see(page, "bị trả hàng")
    assert "Trăng Khuyết" not in page.content()
    assert page.get_by_role("link", name="Đăng nhập").count() == 1
    look(page, "khach-3-ho-so")

    # What is confidential is as if it were not there, and what only members have asks to sign in.
    assert page.goto(f"{address}/ho-so/hidden").status == 404
    assert HIDDEN not in page.content()
    hidden = page.locator("main").inner_text().replace("hidden", "…")
    assert page.goto(f"{address}/ho-so/nothing").status == 404
    assert page.locator("main").inner_text().replace("nothing", "…") == hidden
    look(page, "khach-4-khong-co")
    page.goto(f"{address}/ket-noi")
    assert page.get_by_role("main").get_by_role("link", name="Đăng nhập").count() == 1
    look(page, "khach-5-ket-noi")

    # Somebody with an account types first and signs in on the way; nothing that was typed is lost.
    page.goto(f"{address}/dang-nhu-cau")
    page.get_by_label("Vấn đề của bạn trong một câu").fill("Lò nung gốm tốn gas")
    page.get_by_label("Trục trặc ở chỗ nào?").fill("Mỗi mẻ nung hết 40 bình gas, men vẫn không chín đều.")
    press(page, "Đăng")
    see(page, "những gì đã gõ vẫn còn")
    page.get_by_label("Địa chỉ thư điện tử").fill(OTHER)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    look(page, "khach-6-dang")
    press(page, "Đăng")
    see(page, "Nhu cầu đã được đăng")
    # What is changed has guidance too.
    page.goto(page.url.replace("/xong", ""))
    page.locator("#guidance [data-part=missing] li").first.wait_for()
    page.close()
