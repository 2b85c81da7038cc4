"""Journeys: what people of the three houses do from signing in to the end, in a real browser, with bundled samples."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from serving_case import a_served_app

from api.accounts.keeping import add_account
from index import Index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROVINCE = Path(__file__).parents[1] / "samples" / "province"
PASSWORD = "một mật khẩu đủ dài"
WIDE, PHONE = 1200, 390
PICTURES = os.environ.get("BANHA_TEST_PICTURES")  # a folder for pictures of the pages, for people to look at
NEED = "Gỗ bị cong, nứt khi sấy, phải bỏ nhiều"
FILES = [
    *(
        f"nha-khoa-hoc/Lý lịch khoa học - {name}.docx"
        for name in (
            "Huỳnh Tấn Lượng",
            "Vương Quốc Thịnh",
            "Đinh Công Hậu",
            "Lâm Chí Hòa",
            "Dương Văn Quý",
            "Kiều Văn Đạt",
            "Mai Xuân Kỳ",
            "Trịnh Văn Khải",
            "Nguyễn Hoài Phương Thảo",
            "Hồ Ngọc Diễm",
            "Võ Ngọc Trâm",
            "Bùi Kim Thoa",
        )
    ),
    "nha-khoa-hoc/Lý lịch khoa học - Châu Mỹ Uyên.html",
    "nha-khoa-hoc/Lý lịch khoa học - Hoàng Đình Vỹ.html",
    *(f"nhiem-vu/Thuyết minh ĐT.{code}.docx" for code in ("2020-01", "2020-05", "2020-09", "2022-02")),
    "nhiem-vu/Phiếu đề xuất ĐX.2025-09.docx",
    "nhiem-vu/Phiếu đặt hàng ĐX.2026-02.docx",
    "nhiem-vu/Danh mục nhiệm vụ KH&CN tỉnh Sông Trà.xlsx",
    *(
        f"nhu-cau/Phiếu nhu cầu công nghệ - {name}"
        for name in (
            "Công ty TNHH Gỗ Khê Thượng.docx",
            "Công ty Cổ phần May Trà Vân.docx",
            "Hợp tác xã Sơn mài Tân Khương.docx",
            "Công ty TNHH Gốm gia dụng Hạnh Lam.html",
            "Cơ sở Cơ khí Bảy Thới.docx",
        )
    ),
    "to-chuc/Danh mục tổ chức tỉnh Sông Trà.xlsx",
    "tai-lieu/Sổ tay cho doanh nghiệp nhỏ - giữ cái tên, giữ cái cân.md",
    "tai-lieu/Hướng dẫn kỹ thuật quản lý nước tưới và sức khỏe bộ rễ vườn cây ăn quả trong mùa.txt",
]
BAD = "Bản quét hỏng.docx"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with a_served_app(tmp_path / "data", []) as address:
        index = Index(tmp_path / "data", None)
        add_account(index, "can.bo@so.vn", "Trần Thị Cán Bộ", "officer", None, PASSWORD, datetime.now(UTC))
        index.store.close()
        yield address


def look(page: Page, name: str) -> None:
    """On a desk and on a phone nothing is wider than the screen; pictures where somebody wants to see them."""
    page.locator("body > footer").wait_for()
    for width in (PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (page.url, width)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/dang-nhap")
    page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "/dang-nhap" not in url)


def see(page: Page, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def test_an_officer_goes_from_files_to_a_decision(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": WIDE, "height": 800}, locale="vi-VN")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, address, "can.bo@so.vn")

    # Drops thirty files of all kinds, one of them damaged, and sees what became of each.
    damaged = tmp_path / BAD
    damaged.write_bytes(b"PK\x03\x04 no longer a document")
    page.goto(f"{address}/tai-len")
    page.locator("#files").set_input_files([PROVINCE / name for name in FILES] + [damaged])
    page.wait_for_url("**/viec/*")
    assert page.locator(".file-row").count() == len(FILES) + 1
    see(page, f"Xong {len(FILES) + 1}/{len(FILES) + 1} tệp")
    assert page.locator(".file-row[data-state=failed]").count() == 1
    look(page, "can-bo-1-tep")

    # Searches as people type, and narrows what is found.
    page.goto(f"{address}/")
    page.get_by_role("searchbox").fill("xu ly nuoc thai det nhuom")
    page.get_by_role("button", name="Tìm", exact=True).click()
    see(page, "xử lý nước thải dệt nhuộm")
    page.locator(".facets summary").click()
    before = page.locator(".hit").count()
    page.locator(".facets section").first.get_by_role("link").first.click()
    assert 0 < page.locator(".hit").count() <= before
    look(page, "can-bo-2-tim")

    # Opens a need, reads who fits, compares two.
    page.goto(f"{address}/ho-so?loai=need")
    page.get_by_role("link", name=NEED).click()
    need = page.url
    page.get_by_role("link", name="Nhà khoa học", exact=True).first.click()
    assert page.locator(".pairing").count() >= 5
    assert page.locator(".pairing .evidence mark").count()
    look(page, "can-bo-3-phu-hop")
    page.get_by_role("button", name="So sánh các ứng viên đã đánh dấu").click()
    see(page, "Những câu làm nên điểm số")
    look(page, "can-bo-4-so-sanh")

    # A team, the order, and for a proposal its overlap and a council.
    page.goto(f"{need}/to-ba-nha")
    see(page, "Tổ 1")
    look(page, "can-bo-5-to")
    page.goto(f"{need}/dat-hang")
    see(page, "[cần bổ sung]")
    look(page, "can-bo-6-dat-hang")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về dạng Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.goto(f"{address}/ho-so?loai=proposal")
    page.locator("main a[href*='/ho-so/proposal-']").first.click()
    task = page.url
    page.goto(f"{task}/trung-lap")
    see(page, "Nhiệm vụ gần nhất")
    look(page, "can-bo-7-trung-lap")
    page.goto(f"{task}/hoi-dong")
    see(page, "Chủ tịch")
    look(page, "can-bo-8-hoi-dong")

    # Begins with a candidate, short-lists, declines with a reason, and takes that back.
    page.goto(f"{need}/ghep?to=scientist")
    page.get_by_role("button", name="Bắt đầu kết nối").first.click()
    page.locator("summary", has_text="Ghi lại lời một bên").click()
    page.locator("#what").select_option("interest:candidate")
    page.locator("#how").fill("Công văn ngày 20/11/2026")
    page.get_by_role("button", name="Ghi lại", exact=True).click()
    page.get_by_role("button", name="Đưa vào danh sách chọn").click()
    page.locator("summary", has_text="Từ chối").click()
    page.get_by_label("Lý do, vài chữ").fill("Lò của công ty đã thay bằng lò chân không")
    page.get_by_role("button", name="Từ chối", exact=True).click()
    see(page, "Lò của công ty đã thay bằng lò chân không")
    page.get_by_role("button", name="Rút lại bước cuối").click()
    see(page, "Đưa bước cuối trở lại")
    look(page, "can-bo-9-ket-noi")
    engagement = page.request.get(f"{address}/api/v1/engagements/{page.url.split('/')[4].split('?')[0]}")
    told = json.loads(engagement.text())
    assert told["state"] == "shortlisted", told
    page.goto(f"{address}/ket-noi")
    look(page, "can-bo-10-bang")
    assert complaints == []
    page.close()


FIRM = "Công ty TNHH Gỗ Suối Mơ"
LED = "Vương Quốc Thịnh"


def test_a_firm_and_a_scientist_meet_only_when_both_consent(browser: Browser, tmp_path: Path) -> None:
    """From a posted problem to the handover: each side sees the other without a name until both have consented."""
    records = [
        {
            "id": "firm",
            "kind": "organisation",
            "house": "enterprise",
            "title": FIRM,
            "sections": [{"name": "introduction", "text": "Xẻ và sấy gỗ cao su."}],
        },
        {
            "id": "sci",
            "kind": "scientist",
            "title": LED,
            "sections": [
                {
                    "name": "research",
                    "text": "Chế độ sấy gỗ cao su trong lò hơi; chống cong, nứt.",
                    "visibility": "anonymous",
                },
                {"name": "work", "text": "Tối ưu chế độ sấy gỗ cao su dày 50 mm.", "year": 2022, "role": "lead"},
            ],
            "facts": {"organisation": "Trường Đại học An Hòa"},
        },
        {
            "id": "other",
            "kind": "scientist",
            "title": "Hồ Ngọc Diễm",
            "sections": [{"name": "research", "text": "Men gốm không chì, nung ở nhiệt độ thấp."}],
        },
    ]
    emails = {"officer": "can.bo@so.vn", "enterprise": "chi.ba@go.vn", "scientist": "thinh@dh.vn"}
    with a_served_app(tmp_path / "data", records) as address:
        index = Index(tmp_path / "data", None)
        at = datetime.now(UTC)
        add_account(index, emails["officer"], "Trần Thị Cán Bộ", "officer", None, PASSWORD, at)
        add_account(index, emails["enterprise"], "Phan Thị Ba", "enterprise", "firm", PASSWORD, at)
        add_account(index, emails["scientist"], LED, "scientist", None, PASSWORD, at)
        index.store.close()
        people = {role: browser.new_page(viewport={"width": WIDE, "height": 800}, locale="vi-VN") for role in emails}
        for role, page in people.items():
            sign_in(page, address, emails[role])
        officer, firm, scientist = people["officer"], people["enterprise"], people["scientist"]

        # The firm posts its problem; its name stays hidden. It sees who might answer, without names.
        firm.goto(f"{address}/dang-nhu-cau")
        firm.get_by_label("Vấn đề của bạn trong một câu").fill("Gỗ cao su bị cong, nứt khi sấy")
        firm.get_by_label("Trục trặc ở chỗ nào?").fill(f"Lò hơi của {FIRM} cho ra gỗ cao su cong và nứt đầu.")
        firm.locator("#guidance [data-part=missing] li").first.wait_for()
        firm.locator("#guidance [data-part=candidates] li").first.wait_for()
        assert LED not in firm.locator("#guidance").inner_text()
        look(firm, "doanh-nghiep-1-dang")
        firm.get_by_role("button", name="Đăng", exact=True).click()
        see(firm, "Nhu cầu đã được đăng")
        firm.get_by_role("link", name="Xem ai phù hợp").click()
        assert LED not in firm.content()
        assert firm.locator(".pairing").count() == 2
        look(firm, "doanh-nghiep-2-ai-phu-hop")

        # The scientist claims the profile, the officer confirms, the scientist says what may be read.
        scientist.goto(f"{address}/cua-toi")
        scientist.get_by_label("Mã hồ sơ").fill("sci")
        scientist.get_by_role("button", name="Nhận hồ sơ").click()
        officer.goto(f"{address}/quan-tri/nhan-ho-so")
        look(officer, "nha-khoa-hoc-1-nhan-ho-so")
        officer.get_by_role("button", name="Xác nhận").click()
        see(officer, "Không có")
        scientist.goto(f"{address}/cua-toi")
        look(scientist, "nha-khoa-hoc-2-cua-toi")
        scientist.get_by_role("link", name="Sửa hồ sơ").click()
        scientist.get_by_label("Ai được đọc").nth(1).select_option(label="chỉ cán bộ và tôi")
        look(scientist, "nha-khoa-hoc-3-sua")
        scientist.get_by_role("button", name="Lưu thay đổi").click()
        see(scientist, "Đã nhớ.")
        firm.goto(f"{address}/ho-so/sci")
        assert "dày 50 mm" not in firm.content()

        # The scientist is interested in the need, whose firm is not named; the office short-lists.
        scientist.goto(f"{address}/cua-toi")
        assert FIRM not in scientist.content()
        scientist.get_by_role("button", name="Tôi quan tâm").first.click()
        engagement = scientist.url.split("?")[0]
        assert FIRM not in scientist.content()
        if scientist.get_by_role("button", name="Quan tâm", exact=True).count():
            scientist.get_by_role("button", name="Quan tâm", exact=True).click()
        look(scientist, "nha-khoa-hoc-4-ket-noi")
        firm.goto(engagement)
        assert LED not in firm.content()
        move(officer, engagement, "Đưa vào danh sách chọn")
        move(firm, engagement, "Đồng ý cho biết tên")
        assert LED not in firm.content()
        scientist.goto(engagement)
        assert FIRM not in scientist.content()
        move(scientist, engagement, "Đồng ý cho biết tên")
        see(scientist, FIRM)
        firm.goto(engagement)
        see(firm, LED)
        look(firm, "doanh-nghiep-3-biet-ten")

        # Both agree; the office gives the task and accepts the result; the firm receives it.
        move(firm, engagement, "Đồng ý")
        move(scientist, engagement, "Đồng ý")
        move(officer, engagement, "Giao nhiệm vụ")
        move(officer, engagement, "Ghi nhận nghiệm thu")
        move(firm, engagement, "Ghi nhận bàn giao")
        see(firm, "Đã bàn giao")
        officer.goto(f"{address}/ket-noi")
        look(officer, "can-bo-11-bang")


def move(page: Page, engagement: str, name: str) -> None:
    page.goto(engagement)
    page.get_by_role("button", name=name, exact=True).click()
    page.locator("body > footer").wait_for()
