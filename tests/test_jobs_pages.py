"""Uploads and long work on pages: file by file, also without scripts; values corrected beside where they were read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from http_case import LOCAL, RECORDS, serving, serving_with_toy_encoder, settings_for
from httpx2 import Response
from journey_case import follow
from mixed_files import BAD, FILES, thirty_files
from serving_case import a_served_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = os.environ.get("BANHA_TEST_PICTURES")  # a folder for pictures of the pages, for people to look at


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path, max_upload_mb=1)) as client:
        yield client


def settle(client: TestClient, page: str) -> str:
    deadline = time.monotonic() + 60
    while 'http-equiv="refresh"' in (text := client.get(page).text):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return text


def upload(client: TestClient, *files: tuple[str, bytes]) -> str:
    sent = client.post("/tai-len", files=[("files", file) for file in files], follow_redirects=False)
    assert sent.status_code == 303
    return str(sent.headers["location"])


def test_an_ordinary_form_leads_to_the_page_of_its_job(client: TestClient) -> None:
    page = upload(client, ("a.txt", "Ghi chú về lò gốm.".encode()), ("b.docx", b"PK\x03\x04 broken"))
    text = settle(client, page)
    assert "Xong 2/2 tệp, 1 hồ sơ, 1 tệp" in text
    assert re.search(r'href="/ho-so/document-\w+">a</a>', text)
    assert "b.docx" in text
    assert "data-events" not in text
    assert page in client.get("/viec").text
    first = client.get(f"{page}/tep/0").text
    assert re.search(r'href="/ho-so/document-\w+/gia-tri"', first)
    assert "Không đọc được" in client.get(f"{page}/tep/1").text
    assert client.get(f"{page}/tep/2").status_code == 404
    assert client.post(f"{page}/xoa").status_code == 200
    assert client.get(page).status_code == 404


def test_an_unknown_label_is_told_in_words_with_what_to_do(client: TestClient) -> None:
    page = upload(client, ("phiếu.docx", thirty_files()["Phiếu nhu cầu 03.docx"]))
    text = settle(client, page)
    found = re.search(
        rf'<li class="asked"><a href="{page}/tep/0">Nhãn “([^<]+)” chưa rõ là mục gì: bấm để chỉ</a>', text
    )
    assert found
    assert f"<strong>{found[1]}</strong>" in client.get(f"{page}/tep/0").text
    # As a script says it while files are read.
    assert 'data-unknown="Nhãn “{label}” chưa rõ là mục gì: bấm để chỉ"' in text


def test_names_of_files_and_titles_never_become_markup(client: TestClient) -> None:
    page = upload(client, ("<script>alert(1)</script>.txt", b"<script>alert(2)</script> men g\xe1\xbb\x91m"))
    for path in (page, f"{page}/tep/0", "/viec"):
        settle(client, page)
        assert "<script>alert" not in client.get(path).text


def test_long_work_is_asked_for_by_a_form(client: TestClient) -> None:
    client.post("/api/v1/records", json=RECORDS)
    page = client.post("/viec", data={"viec": "records", "dang": "docx"}, follow_redirects=False).headers["location"]
    found = re.search(r'href="(/api/v1/jobs/\w+/result)"', settle(client, page))
    assert found
    assert client.get(found[1]).content.startswith(b"PK")
    for viec in ("pairs", "assignment", "reembed"):
        page = client.post("/viec", data={"viec": viec}, follow_redirects=False).headers["location"]
        assert "đã xong" in settle(client, page)


def test_a_value_is_corrected_beside_where_it_was_read_and_taken_back(client: TestClient) -> None:
    form = thirty_files()["Phiếu nhu cầu 01.docx"]
    page = upload(client, ("phiếu.docx", form))
    settle(client, page)
    found = re.search(r'href="(/ho-so/need-\w+)/gia-tri"', client.get(f"{page}/tep/0").text)
    assert found
    values = client.get(f"{found[1]}/gia-tri").text
    assert "200.000.000 đồng" in values
    assert "phiếu.docx" in values
    for path, typed, shown in (
        ("facts/budget_vnd", "250 triệu đồng", "250 triệu đồng"),
        ("facts/place_written", "Cà Mau", "Cà Mau"),
        ("title", "Giảm nứt gỗ", "Giảm nứt gỗ"),
        ("facts/months", "18", "18 tháng"),
    ):
        done = client.post(f"{found[1]}/gia-tri", data={"gia_tri": path, "moi": typed}, headers={"Origin": LOCAL})
        assert "Đã nhớ." in done.text
        assert shown in client.get(found[1]).text
    again = settle(client, upload(client, ("phiếu.docx", form)))
    assert "đã có" in again.lower()
    assert "250 triệu đồng" in client.get(found[1]).text
    client.post(f"{found[1]}/gia-tri", data={"gia_tri": "facts/budget_vnd", "bo": "1"})
    assert "200 triệu đồng" in client.get(found[1]).text
    for path, typed in (("facts/months", "x"), ("facts/trl", "12"), ("title", " "), ("facts/x", "1"), ("x", "y")):
        assert client.post(f"{found[1]}/gia-tri", data={"gia_tri": path, "moi": typed}).status_code == 422


def test_what_cannot_be_a_value_is_shown_again_as_it_was_typed(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path)) as officer:
        officer.post("/api/v1/records", json=RECORDS)
        for path, typed, told in (
            ("facts/budget_vnd", "ba tỷ gì đó", "Hãy nhập số tiền"),
            ("facts/trl", "mười hai", "Hãy nhập số nguyên từ 1 đến 9."),
            ("title", " ", "không được để trống"),
        ):
            said = {"gia_tri": path, "moi": typed}
            page = officer.post("/ho-so/need-1/gia-tri", data=said, headers={"Origin": LOCAL})
            assert page.status_code == 422
            anchor = path.replace("/", "-")
            card = page.text[page.text.index(f'id="{anchor}"') :].split("</details>")[0]
            assert typed in card
            assert told in card
            # Where the browser opens the page: at this value, which is not folded away.
            assert f'action="/ho-so/need-1/gia-tri#{anchor}"' in card
            assert "<details open>" in card
        folded = page.text[: page.text.index('id="facts-trl"')]
        assert folded.rindex("<details") == folded.rindex("<details>"), "what was refused is open, nothing else is"
        # A long title is typed in several lines and is one.
        said = {"gia_tri": "title", "moi": "Gỗ cao su bị cong\r\nvà nứt khi sấy"}
        assert officer.post("/ho-so/need-1/gia-tri", data=said, headers={"Origin": LOCAL}).status_code == 200
        assert officer.get("/api/v1/records/need-1").json()["title"] == "Gỗ cao su bị cong và nứt khi sấy"


def test_a_value_that_another_corrected_meanwhile_stands_beside_what_was_typed(tmp_path: Path) -> None:
    address = "/ho-so/need-1/gia-tri"
    with serving(settings_for(tmp_path)) as officer:
        officer.post("/api/v1/records", json=RECORDS)

        def card(page: str) -> str:
            found = re.search(r'id="facts-months".*?</details>', page, re.S)
            assert found
            return found[0]

        def mark(page: str) -> str:
            return re.findall(r'name="da_xem" value="(\w+)"', card(page))[-1]

        def send(**said: str) -> Response:
            return officer.post(address, data={"gia_tri": "facts/months", **said}, headers={"Origin": LOCAL})

        seen = mark(officer.get(address).text)
        assert send(moi="18", da_xem=seen).status_code == 200
        stale = send(moi="24", da_xem=seen)
        assert stale.status_code == 409
        shown = card(stale.text)
        assert "<details open>" in shown
        assert re.search(r'name="moi" value="24"', shown)
        assert re.search(r'stored-now">.*Đang lưu.*<blockquote class="quote">18<', shown, re.S)
        values = {one["value"]: one for one in officer.get("/api/v1/records/need-1/values").json()}
        assert (values["facts/months"]["text"], values["facts/months"]["mark"]) == ("18", mark(stale.text))
        # Undoing what is another one by now is refused in the same way; whoever has seen it may.
        assert send(bo="1", da_xem=seen).status_code == 409
        for more in ({"seen": seen}, {}):
            said = {"value": "facts/months", "text": "30", **more}
            told = officer.put("/api/v1/records/need-1/values", json=said, headers={"Origin": LOCAL})
            assert told.status_code == (409 if more else 200)
        assert send(moi="24", da_xem=mark(officer.get(address).text)).status_code == 200


def test_strangers_see_no_jobs_and_correct_nothing(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path)) as officer:
        officer.post("/api/v1/records", json=RECORDS)
        page = upload(officer, ("a.txt", "Ghi chú về lò gốm.".encode()))
    with serving(settings_for(tmp_path, "nobody")) as stranger:
        assert "<form" not in stranger.get("/viec").text
        for path in (page, f"{page}/tep/0"):
            assert stranger.get(path).status_code == 404
        assert stranger.post("/viec", data={"viec": "pairs"}).status_code == 403
        assert stranger.get("/ho-so/need-1/gia-tri").status_code == 403
        assert stranger.post("/ho-so/need-1/gia-tri", data={"gia_tri": "title", "moi": "x"}).status_code == 403


# In a real browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_served_app(tmp_path_factory.mktemp("served"), RECORDS) as address:
        yield address


# From the third file on the page tells nothing more until it is asked to: nobody can look at one that changes, and that
# is loaded anew at the end, meanwhile.
STAND_STILL = """
const waiting = [];
let isReleased = false;
window.goOn = () => { isReleased = true; for (const tell of waiting) tell(); };
window.EventSource = class extends EventSource {
  addEventListener(type, listener) {
    super.addEventListener(type, (event) => {
      const isEnough = document.querySelectorAll(".file-row[data-state=done]").length >= 3;
      if (isEnough && !isReleased) waiting.push(() => listener(event)); else listener(event);
    });
  }
};
"""


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen, nothing serious for axe, on a phone and on a desk; a picture where somebody wants
    to see it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # The size of targets (WCAG 2.2, 2.5.8) is off by default.
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        broken = axe.run(page, options=options).response["violations"]
        assert not [(one["id"], one["nodes"][0]["html"]) for one in broken if one["impact"] in ("serious", "critical")]
        is_wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not is_wider, (page.url, width)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def test_thirty_mixed_files_are_dropped_and_watched_one_by_one(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 800}, locale="vi-VN")
    page.set_default_timeout(120_000)
    page.add_init_script(STAND_STILL)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/tai-len")
    look(page, "tai-len")
    files = [[name, list(content)] for name, content in thirty_files().items()]
    data = page.evaluate_handle(
        """files => { const data = new DataTransfer();
        for (const [name, bytes] of files) data.items.add(new File([new Uint8Array(bytes)], name)); return data; }""",
        files,
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": data})
    page.wait_for_url("**/viec/*")
    assert page.locator(".file-row").count() == FILES
    # Some are read while others wait, and the page is told so without being asked for again.
    page.locator(".file-row[data-state=done]").nth(2).wait_for()
    seen = page.locator(".file-row[data-state=done], .file-row[data-state=failed]").count()
    look(page, "dang-doc")
    assert 3 <= seen <= FILES
    page.evaluate("goOn()")
    page.locator("[data-events]").wait_for(state="detached")
    page.get_by_text(f"Xong {FILES}/{FILES} tệp").wait_for()
    assert page.locator(".file-row[data-state=failed]").count() == BAD
    assert page.locator(".file-row[data-state=done]").count() == FILES - BAD
    look(page, "da-doc")
    page.get_by_role("link", name="Phiếu nhu cầu 03.docx").click()
    page.locator("#unknown").wait_for()
    look(page, "tep")
    page.get_by_role("link", name="Xem và sửa từng giá trị").click()
    card = page.locator("#facts-budget_vnd")
    card.locator("summary").click()
    look(page, "gia-tri")
    card.locator("input[name=moi]").fill("1200 triệu đồng")
    card.get_by_role("button", name="Lưu").click()
    page.locator("#facts-budget_vnd .stored").wait_for()
    page.get_by_text("1.200 triệu đồng").wait_for()
    look(page, "da-sua")
    page.goto(f"{address}/viec")
    look(page, "viec")
    assert complaints == []
    page.close()


@pytest.mark.parametrize(("scripts", "name"), [(True, "trl"), (False, "months")])
def test_who_goes_back_after_a_refused_value_finds_it_as_typed(
    browser: Browser, address: str, scripts: bool, name: str
) -> None:
    page = browser.new_page(locale="vi-VN", java_script_enabled=scripts)
    page.goto(f"{address}/ho-so/need-1/gia-tri")
    card = page.locator(f"#facts-{name}")
    page.locator(f"details:has(#facts-{name}) > summary").first.click()
    card.locator("summary").click()
    card.locator("input[name=moi]").fill("mười hai")
    with page.expect_navigation():
        card.get_by_role("button", name="Lưu").click()
    card.get_by_role("alert").wait_for()
    follow(page, page.get_by_role("link", name="← Hồ sơ"))
    page.go_back()
    card.get_by_role("alert").wait_for()
    assert card.locator("input[name=moi]").input_value() == "mười hai"
    card.locator("input[name=moi]").fill("4")
    with page.expect_navigation():
        card.get_by_role("button", name="Lưu").click()
    page.locator(f"#facts-{name} .stored").wait_for()
    page.go_back()
    card.wait_for(state="attached")
    assert "need-1/gia-tri" in page.url
    page.close()


def test_an_upload_is_followed_without_scripts(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    paths = []
    for name, content in list(thirty_files().items())[:6]:
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    page.goto(f"{address}/tai-len")
    page.locator("#files").set_input_files(paths)
    page.locator("#send button").click()
    page.get_by_text("Xong 6/6 tệp").wait_for(timeout=60_000)
    for path in paths:
        page.get_by_text(path.name).wait_for()
    assert page.locator(".file-row[data-state=done]").count() == len(paths)
    context.close()
