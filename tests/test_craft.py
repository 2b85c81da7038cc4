"""Craft: every page in a real browser, in both languages, light and dark, wide and on a phone, found in order."""

from __future__ import annotations

import ast
import inspect
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for, use_toy_encoder, wait_until_ready
from jinja2 import Environment
from serving_case import a_served_app
from test_catalogue import messages

import api.pages
from api.catalogue import read_catalogue, say_day, translator
from api.help_topics import CHAPTERS
from api.labels import SIGNAL
from api.languages import language_of
from api.routes.teams import compute_teams
from api.samples import find_samples
from api.teams.schemas import Teams
from api.uploads import store_file
from api.wording import Wording
from matcher.overlap.classes import OVERLAP_CLASSES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "api" / "templates"
WIDE, PHONE = (1200, 800), (390, 844)
FIRST_PAGE_BYTES = 100_000
# The size of targets (WCAG 2.2, 2.5.8) is off by default.
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
TASKS: list[dict[str, Any]] = [
    {
        "id": "task-1",
        "kind": "proposal",
        "title": "Hoàn thiện chế độ sấy gỗ cao su dày 50 mm",
        "sections": [
            {"name": "objectives", "text": "Giảm cong vênh và nứt khi sấy gỗ cao su."},
            {"name": "content", "text": "Thử nghiệm chế độ sấy. Điều khiển độ ẩm trong lò sấy."},
        ],
        "facts": {"organisation": "Viện Gỗ Suối Mơ", "budget_vnd": 1_500_000_000, "year_from": 2024, "year_to": 2026},
    }
]
TASKS.append({**TASKS[0], "id": "task-2", "title": "Chế độ sấy gỗ cao su và gỗ tràm"})
# Which record a page of a record is looked at with, and what else its address has to say.
RECORD_PAGES = {"/ho-so/{id:path}/trung-lap": "task-1"}
QUERIES = {"/tim-kiem": "q=say go cao su", "/ho-so/{id:path}/giai-thich": "voi=sci-1"}
# Pages whose address holds more than the id of a record, and what they are looked at with.
FILLED = {
    "/ban-do/{address}": "/ban-do/mang-luoi?quanh=need-1",
    "/ket-noi/{id}": "/ket-noi/{engagement}",
    "/viec/{id}": "/viec/{job}",
    "/cua-toi/{id:path}": "/cua-toi/sci-1",
    "/loi-moi/{token}": "/loi-moi/khong-co",
    "/ngung-thu/{token}": "/ngung-thu/khong-co",
}
# What is not looked at here, and why.
NAMED = {
    "/ban-do/{address}.{ending}": "a file",
    "/ho-so/{id:path}/gia-tri/{picture}.webp": "a picture",
    "/ban-do/{address}/ho-so": "a list as that of /cung-cau/ho-so",
    "/ket-noi/{id}/tep/{number}": "a file",
    "/viec/{id}/tep/{number}": "looked at by the journey of uploads",
}


def page_routes() -> list[str]:
    """The address pattern of every page that can be looked at, as the modules of pages say."""
    routers = [getattr(module, "router", None) for module in vars(api.pages).values() if inspect.ismodule(module)]
    routes = [route for router in routers if isinstance(router, APIRouter) for route in router.routes]
    return sorted(one.path for one in routes if isinstance(one, APIRoute) and "GET" in one.methods)


def address_of(pattern: str) -> str | None:
    """An address that shows the page; None where the pattern has parts that nobody here can fill."""
    if pattern in FILLED:
        return FILLED[pattern]
    path = pattern.replace("{id:path}", RECORD_PAGES.get(pattern, "need-1"))
    if "{" in path or (pattern != path and not pattern.startswith("/ho-so/")):
        return None
    return f"{path}?{QUERIES[pattern]}" if pattern in QUERIES else path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on a free port of this computer, with the records."""
    with a_served_app(tmp_path_factory.mktemp("served"), [*RECORDS, *TASKS]) as address:
        yield address


@pytest.fixture(scope="module")
def paths(address: str) -> list[str]:
    """Every page, the empty ones and the errors."""
    with httpx.Client(base_url=address, timeout=60) as client:
        asked = client.post("/api/v1/engagements", json={"record": "need-1", "candidate": "sci-1"})
        followed = client.post("/api/v1/saved-searches", json={"query": "sấy gỗ cao su", "feed": True})
        assert followed.status_code == 201
        sent = client.post("/api/v1/files?wait=false", files={"files": ("a.txt", "Ghi chú về lò gốm.".encode())})
    made = {"engagement": asked.json()["id"], "job": sent.json()["id"]}
    found = [path.format(**made) for path in map(address_of, page_routes()) if path]
    return [*dict.fromkeys(found), "/ho-so/khong-co", "/ho-so?loai=x", "/tim-kiem?q=zzzqqq"]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, *TASKS]).status_code == 201
        yield client


# Every page


def test_every_page_is_looked_at_or_named() -> None:
    patterns = page_routes()
    assert "/tro-giup" in patterns
    unknown = [pattern for pattern in patterns if address_of(pattern) is None and pattern not in NAMED]
    assert not unknown, "say in NAMED why axe does not see these pages, or which journey looks at them"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("lang", "looks"),
    [
        pytest.param("vi", [(WIDE, "light"), (PHONE, "dark")], id="vietnamese"),
        # Nearly a minute.
        pytest.param("en", [(WIDE, "dark"), (PHONE, "light")], id="english", marks=pytest.mark.soak),
    ],
)
def test_axe_finds_nothing_serious_on_any_page(
    browser: Browser, address: str, paths: list[str], lang: str, looks: list[tuple[tuple[int, int], Any]]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(reduced_motion="reduce")  # colours change at once
    context.add_cookies([{"name": "lang", "value": lang, "url": address}])
    page = context.new_page()
    page.set_default_timeout(120_000)
    found: dict[str, object] = {}
    for path in paths:
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == lang
        for (width, height), colours in looks:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=colours)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found[f"{path}: wider than the screen of {width}"] = True
            for broken in axe.run(page, options=AXE).response["violations"]:
                if broken["impact"] in ("serious", "critical"):
                    found[f"{path}: {broken['id']} at {width}"] = [node["html"] for node in broken["nodes"]][:3]
    context.close()
    assert not found


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("/ho-so/task-1/trung-lap", ' lang="vi">Chế độ sấy gỗ cao su và gỗ tràm</a>'),
        ("/ho-so/need-1/dat-hang", ' lang="vi">Gỗ cao su bị cong và nứt khi sấy</a></td>'),
        ("/ho-so/need-1/to-ba-nha", '<h4 lang="vi"><a href="/ho-so/sci-1"'),
        ("/ket-noi", '<span lang="vi">Đoàn Thị Minh Sương</span>'),
        ("/ho-so/need-1", '<span lang="vi">Công ty TNHH Gỗ Suối Mơ</span>'),
        ("/ho-so/need-1/gia-tri", '<h1 lang="vi">Gỗ cao su bị cong và nứt khi sấy</h1>'),
        ("/ho-so/need-1/gia-tri", 'name="moi" value="Suối Mơ" lang="vi"'),
        ("/ho-so/need-1/ghep?to=scientist", '<mark lang="vi">gỗ cao su</mark>'),
        ("/cung-cau/ho-so?muc=field&phan=demand", '<small lang="vi">'),
    ],
)
def test_english_pages_say_what_is_vietnamese(client: TestClient, path: str, quoted: str) -> None:
    client.post("/api/v1/engagements", json={"record": "need-1", "candidate": "sci-1"})
    shown = client.get(path, params={"lang": "en"})
    assert '<html lang="en">' in shown.text
    assert quoted in shown.text


def test_what_is_downloaded_is_easily_hit(browser: Browser, address: str) -> None:
    """24 by 24 pixels at least (WCAG 2.2, 2.5.8), without counting on the room around."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(f"{address}/ban-do/linh-vuc")
    links = page.locator(".picture .files a")
    boxes = [link.bounding_box() for link in links.all()]
    assert boxes
    assert all(box and min(box["width"], box["height"]) >= 24 for box in boxes), boxes
    page.close()


# The first page


def test_the_first_page_is_small(browser: Browser, address: str) -> None:
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    assert sum(url.split("?")[0].endswith(".woff2") for url in sizes) == 2
    assert sum(sizes.values()) < FIRST_PAGE_BYTES, sizes
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"', 'Nghiệm thu đặt hàng ỷ ẵ ợ')")
    page.close()


def test_an_empty_folder_offers_the_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        assert 'action="/ho-so-mau"' in client.get("/").text
        monkeypatch.setattr("api.samples.find_samples", lambda: find_samples()[:2])
        begun = client.post("/ho-so-mau", follow_redirects=False)
        assert begun.status_code == 303
        deadline = time.monotonic() + 60
        job = client.get(f"/api/v1/jobs/{begun.headers['location'].rpartition('/')[2]}")
        while job.json()["state"] not in ("done", "failed"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
            job = client.get(str(job.url))
        assert job.json()["state"] == "done"
        home = client.get("/").text
        assert 'action="/ho-so-mau"' not in home
        assert begun.headers["location"] not in home
    with serving(settings_for(tmp_path / "strange", "nobody")) as stranger:
        assert 'action="/ho-so-mau"' not in stranger.get("/").text
        assert stranger.post("/ho-so-mau").status_code == 403


def test_the_first_page_leads_to_the_files_that_are_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def read(*args: Any, **more: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return store_file(*args, **more)

    use_toy_encoder(monkeypatch)
    monkeypatch.setattr("api.jobs.kinds.store_file", read)
    monkeypatch.setattr("api.samples.find_samples", lambda: find_samples()[:2])
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        page = client.post("/ho-so-mau", follow_redirects=False).headers["location"]
        assert begun.wait(30)
        home = client.get("/").text
        with serving(settings_for(tmp_path, "nobody")) as stranger:
            seen_by_strangers = stranger.get("/").text
        go_on.set()
        assert "Đang đọc và lưu tệp, xong 0/2." in home
        assert f'<a href="{page}">Xem tiến độ</a>' in home
        assert 'action="/ho-so-mau"' not in home, "they are not loaded twice"
        assert "Đang đọc và lưu tệp" not in seen_by_strangers


def test_a_failing_server_says_what_to_do_in_both_languages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("kaput")

    monkeypatch.setattr("api.pages.help.tell_all", fail)
    for lang, said in (("vi", "Đã xảy ra sự cố"), ("en", "Something went wrong")):
        response = client.get(f"/tro-giup?lang={lang}")
        assert response.status_code == 500
        assert said in response.text
        assert '<a class="button"' in response.text
        assert "kaput" not in response.text


# With the keyboard, without motion, on paper


def test_tab_reaches_everything_and_is_never_caught(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for path in ("/", "/ho-so/need-1/ghep?to=scientist", "/tai-len", "/cung-cau"):
        page.goto(address + path)
        page.keyboard.press("Tab")
        assert _focused(page)["href"] == "#main"
        box = page.locator(".skip").bounding_box()
        assert box
        assert box["y"] >= 0
        seen = 1
        while (focus := _focused(page))["name"] != "BODY":
            assert focus["outline"] != "none" or focus["inside"], (path, focus)
            page.keyboard.press("Tab")
            seen += 1
            assert seen < 400, path
        most = page.evaluate(_COUNT_STOPS)
        assert seen - 1 >= most, (path, seen, most)
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


_COUNT_STOPS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter(one => one.checkVisibility({contentVisibilityAuto: true}) && !one.disabled).length"""


def _focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => { const one = document.activeElement, style = getComputedStyle(one);
        return {name: one.tagName, href: one.getAttribute('href'), outline: style.outlineStyle,
                inside: !!one.closest('.drop')} }"""
    )
    return found


def test_nothing_moves_for_those_who_do_not_want_it(browser: Browser, address: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address + "/tai-len")
    assert page.evaluate("getComputedStyle(document.querySelector('.drop')).transitionDuration") in ("0s", "")
    page.close()


@pytest.mark.parametrize(
    ("path", "begin"),
    [
        ("/ho-so/need-1", lambda page: page.locator("main a[href$='/to-ba-nha']")),
        (
            "/ho-so/need-1/to-ba-nha?so_to=1",
            lambda page: page.locator("main").get_by_role("button", name="Đề xuất lại"),
        ),
    ],
    ids=["a link", "a form"],
)
def test_while_an_answer_is_computed_the_page_says_so(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, path: str, begin: Callable[[Page], Locator]
) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(address + path)
    sign = page.locator("#busy[role=status]")
    assert sign.inner_text() == ""
    # Locators wait for the page that comes; what this one says is told as it is said.
    page.evaluate(
        """() => { const busy = document.getElementById('busy');
        const tell = () => console.log(busy.innerText, document.documentElement.scrollWidth <= innerWidth);
        new MutationObserver(tell).observe(busy, {childList: true}); }"""
    )
    goes_on = Event()

    def compute_at_leisure(*asked: Any) -> Teams:
        assert goes_on.wait(60)
        return compute_teams(*asked)

    monkeypatch.setattr("api.pages.team.compute_teams", compute_at_leisure)
    try:
        with page.expect_console_message(timeout=30_000) as said:
            begin(page).click(no_wait_after=True)
        assert said.value.text == "Đang tính … true"
    finally:
        goes_on.set()
    page.wait_for_url("**/to-ba-nha*")
    page.locator("main > .teams").wait_for()
    assert sign.inner_text() == ""
    page.go_back()
    assert sign.inner_text() == ""
    page.close()


def test_what_is_being_changed_is_seen_whole(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    for path, name in (("/ho-so/need-1/gia-tri", "#sections-0 textarea"), ("/dang-nhu-cau", "#q-problem")):
        page.goto(address + path)
        for summary in page.locator("#sections-0 summary").all():
            summary.click()
        field = page.locator(name)
        field.fill("Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su. " * 6)
        assert field.evaluate("field => field.scrollHeight <= field.clientHeight + 1")
    page.close()


def test_results_come_before_what_can_be_done_with_all_of_them(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{address}/tim-kiem?q=gỗ cao su")
    hit, follow = (page.locator(name).first.bounding_box() for name in ("main .hit", "main .follow"))
    assert hit
    assert follow
    assert hit["y"] < PHONE[1] < follow["y"]
    page.close()


def test_whatever_is_slow_says_so_and_a_saved_file_does_not(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{address}/ban-do/linh-vuc")
    words: list[str] = []
    page.on("console", lambda said: words.append(said.text))

    def answer_at_leisure(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    page.evaluate(
        """() => { const busy = document.getElementById('busy');
        new MutationObserver(() => console.log(busy.innerText)).observe(busy, {childList: true}); }"""
    )
    with page.expect_download():
        page.get_by_role("link", name="CSV").click()
    page.wait_for_timeout(600)
    assert page.locator("#busy").inner_text() == ""
    page.route("**/cung-cau", answer_at_leisure)
    page.get_by_role("link", name="Cung – cầu").first.click()
    page.wait_for_url("**/cung-cau")
    assert words == ["Đang tính …"]
    page.close()


def test_what_candidates_of_an_order_have_in_common_fits_on_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(address + "/ho-so/need-1/dat-hang")
    mark = page.locator("ol .tag").first
    mark.evaluate("(one, words) => { one.textContent = words }", "Điểm chung: công-ten-nơ lạnh, măng cụt, " * 3)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.close()


def test_paper_is_white_and_without_menus(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(address + "/ho-so/need-1/ghep?to=scientist")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("header.bar", "footer", ".tabs"):
        assert not page.locator(hidden).first.is_visible()
    page.close()


def test_a_printed_order_begins_on_the_first_sheet(browser: Browser, address: str) -> None:
    """What is longer than a sheet is not kept together: its first sheet would hold a heading and nothing else."""
    import io

    import pdfplumber

    page = browser.new_page()
    page.goto(f"{address}/ho-so/need-1/dat-hang")
    with pdfplumber.open(io.BytesIO(page.pdf(format="A4"))) as sheets:
        lowest = max(word["bottom"] for word in sheets.pages[0].extract_words())
        assert lowest > 0.8 * sheets.pages[0].height
    page.close()


def test_pictures_fill_their_rows_on_a_desk(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    pair = {"record": "need-1", "candidate": "sci-2"}
    page.request.post(f"{address}/api/v1/engagements", data=pair, headers={"Origin": address})
    page.goto(f"{address}/ban-do")
    whole, last = (page.locator(one).bounding_box() for one in (".pictures", ".pictures > .pipeline"))
    assert whole
    assert last
    assert last["width"] > 0.95 * whole["width"]
    assert last["y"] + last["height"] == pytest.approx(whole["y"] + whole["height"], abs=2)
    page.close()


def test_pictures_beside_a_tall_one_stand_below_each_other_without_a_gap(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.goto(f"{address}/ban-do")
    # As tall as with the groups of fields of a whole province.
    page.locator(".fields .frame").evaluate("one => { one.style.minHeight = '1400px' }")
    places, years = (page.locator(f".pictures > .{name}").bounding_box() for name in ("places", "years"))
    assert places
    assert years
    assert places["x"] == years["x"]
    assert 0 < years["y"] - places["y"] - places["height"] < 30
    page.close()


def test_a_printed_number_of_a_source_is_one_word(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/ho-so/need-1/dat-hang")
    page.emulate_media(media="print")
    # The other columns may leave it hardly any room.
    lines = page.locator("tr[id^=m] > td:first-child").evaluate_all(
        """found => found.map((one) => {
            one.textContent = "[10]";
            one.closest("table").style.width = "1px";
            const range = document.createRange();
            range.selectNodeContents(one);
            return range.getClientRects().length;
        })"""
    )
    assert lines
    assert set(lines) == {1}
    page.close()


def test_targets_on_a_phone_are_large_enough_for_a_finger(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    for path in ("/", "/ho-so/need-1/ghep?to=scientist", "/tim-kiem?q=say go", "/tai-len"):
        page.goto(address + path)
        small = page.evaluate(_FIND_SMALL)
        assert not small, path
    page.close()


_FIND_SMALL = """() => [...document.querySelectorAll(
        'nav a, button, .button, summary, select, input:not([type=hidden]), label:has([type=checkbox])')]
    .filter(one => one.checkVisibility() && !one.matches('.aside, [type=file], label [type=checkbox]')
                   && one.getBoundingClientRect().height < 43.5)
    .map(one => one.outerHTML.slice(0, 90))"""


# Colours and language by a switch


def test_colours_are_chosen_without_scripts_and_kept(client: TestClient) -> None:
    assert "(prefers-color-scheme: dark)" in client.get("/").text
    assert 'media="screen">' in client.get("/?colours=dark").text
    assert 'media="screen">' in client.get("/ho-so").text
    assert "dark.css" not in client.get("/?colours=light").text
    assert "(prefers-color-scheme: dark)" in client.get("/?colours=nonsense&colours=auto").text


def test_the_language_is_chosen_without_scripts_and_kept(client: TestClient) -> None:
    assert '<html lang="vi">' in client.get("/ho-so?loai=need").text
    page = client.get("/ho-so?loai=need")
    assert 'href="?loai=need&amp;lang=en"' in page.text
    assert '<html lang="en">' in client.get("/ho-so?loai=need&lang=en").text
    assert "Records" in client.get("/ho-so").text
    assert client.get("/api/v1/records/nobody").json()["title"] == "No such record"
    assert '<html lang="vi">' in client.get("/ho-so?lang=vi").text
    assert '<html lang="vi">' in client.get("/ho-so?lang=xx").text


def test_browsers_do_not_choose_the_language(client: TestClient) -> None:
    """Most are installed in English, whatever their users speak."""
    assert '<html lang="vi">' in client.get("/", headers={"Accept-Language": "en-US,en;q=0.9"}).text


def test_stored_text_says_its_language_on_a_page_in_another(client: TestClient) -> None:
    title = RECORDS[0]["title"]
    assert f'<h1 lang="vi">{title}' in client.get("/ho-so/need-1?lang=en").text
    assert f"<h1>{title}" in client.get("/ho-so/need-1?lang=vi").text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Xử lý nước thải", "vi"),
        ("Treatment of textile waste water", "en"),
        ("xu ly nuoc thai", None),
        ("TCVN 7391", None),
        ("", None),
    ],
)
def test_the_language_of_stored_text_is_told_by_letters_or_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_days_and_money_are_written_as_the_language_does() -> None:
    day = date(2026, 11, 3)
    assert say_day(day, translator("vi")) == "03/11/2026"
    assert say_day(day, translator("en")) == "3 November 2026"
    assert Wording(translator("vi"), "vi").money(2_850_000_000) == "2.850 triệu đồng"
    assert Wording(translator("en"), "en").money(2_850_000_000) == "2,850 million đồng"


# Catalogues


class Words(HTMLParser):
    """What a person would read of a page: its text, and the attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag in ("style", "script", "code")
        shown = {"aria-label", "placeholder", "title", "alt", "data-label"}
        self.found += [value for name, value in attrs if name in shown and value]

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.found.append(data)


NAMES = re.compile(r"Ba Nhà|Excel|Word|\.[a-z]{3,4}\b|JSON|ORCID|TRL|CSV|PNG|SVG|RSS|Atom|API|SHA-256|[a-z]+\.yaml|#")


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_words_outside_the_catalogues(template: Path) -> None:
    environment = Environment(autoescape=True)
    bare = "".join(
        value if kind == "data" else " "
        for _, kind, value in environment.lex(template.read_text("utf-8"))
        if kind in ("data", "variable_end", "block_end", "comment_end")
    )
    words = Words()
    words.feed(bare)
    left = [NAMES.sub("", piece).strip() for piece in words.found]
    assert not [piece for piece in left if re.search(r"[^\W\d_]{2}", piece)]


VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def test_pages_and_routes_hold_no_vietnamese_of_their_own() -> None:
    """What they say goes through the catalogues, whose templates are English."""
    found = {}
    for path in sorted([*(ROOT / "api" / "pages").glob("*.py"), *(ROOT / "api" / "routes").glob("*.py")]):
        tree = ast.parse(path.read_text("utf-8"))
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in notes else None
            if isinstance(text, str) and VIETNAMESE.search(NAMES.sub("", text)):
                found[f"{path.name}:{node.lineno}"] = text
    assert not found


CITED = re.compile(r"Quyết định [\w/-]+|đồng|triệu|NN CNC = nông nghiệp công nghệ cao")


def test_the_english_of_every_message_is_english_and_its_vietnamese_another() -> None:
    """English is the message itself: the other catalogue lacks nothing, see test_catalogue."""
    words = read_catalogue("vi")
    assert not [message for message in messages() if VIETNAMESE.search(CITED.sub("", NAMES.sub("", message)))]
    same = [message for message in messages() if words[message] == message]
    assert not [message for message in same if re.search(r"[a-z]{2} [a-z]{2}", re.sub(r"{.*?}", "", message))]


# Help


def test_every_signal_and_class_explains_itself_in_one_sentence(client: TestClient) -> None:
    topics = {topic.name: topic for chapter in CHAPTERS for topic in chapter.topics}
    assert len(topics) == sum(len(chapter.topics) for chapter in CHAPTERS)
    assert {*SIGNAL, *OVERLAP_CLASSES, "score", "likelihood", "insufficient"} <= set(topics)
    page = client.get("/tro-giup").text
    for name in topics:
        assert f'id="{name}"' in page
    told = client.get("/api/v1/help").json()
    assert [one["name"] for one in told] == list(topics)
    assert all(one["sentence"].endswith(".") for one in told)


@pytest.mark.parametrize(
    "path",
    [
        "/ho-so/need-1/ghep?to=scientist",
        "/ho-so/need-1/giai-thich?voi=sci-1",
        "/ho-so/task-1/trung-lap",
        "/tim-kiem?q=go",
        "/ban-do",
        "/ban-do/mang-luoi?quanh=need-1",
        "/cung-cau",
        "/cung-cau/chua-dap-ung",
        "/ho-so-trung",
    ],
)
def test_pages_lead_to_the_sentences_that_explain_them(client: TestClient, path: str) -> None:
    page, anchors = client.get(path).text, client.get("/tro-giup").text
    leads = re.findall(r'href="/tro-giup#([\w-]+)"', page)
    assert leads
    assert all(f'id="{name}"' in anchors for name in leads)
