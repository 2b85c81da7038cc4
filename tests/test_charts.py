"""Pictures: each number is one that SQL counts, each mark leads to its records, and nothing hidden is drawn."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from api.catalogue import translator
from api.charts import ADDRESSES, NAMES, Picture, draw_png, draw_svg
from api.charts.finding import see_pictures
from api.charts.heat_map import STRONG
from api.charts.lettering import measure, wrap
from api.charts.network import _find_fits, see_network
from api.charts.pipeline import StateCount, see_pipeline, show_pipeline
from api.engagements.taking import start
from api.gaps.views import View
from api.proposing import propose
from api.wording import Wording
from index import Index, store_records
from index.engagements import Actor
from ingest import NOBODY, OFFICER, record_from_json
from matcher import Match

EVIL = '=HYPERLINK("http://x","y")'
SVG = "{http://www.w3.org/2000/svg}"
COUNTED = ("fields", "places", "years")
OBJECTS: list[dict[str, Any]] = [
    {"id": "n-1", "kind": "need", "title": "Sấy gỗ cao su $a^2$ <b>gấp</b> \U0001f600",
     "facts": {"field_codes": ["404", "203"], "year_from": 2024, "organisation": "Công ty TNHH Gỗ Suối Mơ"},
     "sections": [{"name": "situation", "text": "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su."}]},
    {"id": "n-2", "kind": "need", "title": "Lò gốm bí truyền", "facts": {"field_codes": ["205"], "year_from": 2019},
     "sections": [{"name": "situation", "text": "Lò gốm bí truyền nứt.", "visibility": "confidential"}]},
    {"id": "n-3", "kind": "need", "title": "Men gốm", "facts": {"place_written": EVIL}},
    {"id": "n-4", "kind": "need", "title": "Keo dán gỗ của Trăng Khuyết", "facts": {"field_codes": ["404"],
     "organisation": "Công ty TNHH Trăng Khuyết"},
     "sections": [{"name": "situation", "text": "Keo dán gỗ bong khi sấy.", "visibility": "anonymous"}]},
    {"id": "s-1", "kind": "scientist", "title": "Lê Mai",
     "facts": {"field_codes": ["404"], "organisation": "Viện Gỗ", "place_written": "huyện Lâm Sơn, tỉnh Sông Trà"},
     "sections": [{"name": "work", "text": "Chế độ sấy gỗ cao su hỏng mẻ.", "year": 2022}]},
    {"id": "o-1", "kind": "organisation", "title": "Viện Gỗ", "facts": {"field_codes": ["404"]},
     "sections": [{"name": "laboratory", "text": "Phòng thử nghiệm sấy gỗ cao su theo mẻ."}]},
    {"id": "p-1", "kind": "proposal", "title": "Sấy gỗ keo",
     "facts": {"field_codes": ["404"], "status": "Đã nghiệm thu", "year_from": 2020}},
    {"id": "p-2", "kind": "proposal", "title": "Đặt hàng ván ép",
     "facts": {"field_codes": ["404"], "status": "Đề xuất"}},
    {"id": "p-3", "kind": "proposal", "title": "Ván ép", "facts": {"field_codes": ["404"], "status": "Không đạt"}},
]  # fmt: skip
WORDING = Wording(translator("vi"), "vi")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    index = Index(folder, None)
    store_records(index, [(record_from_json(one), one["id"]) for one in OBJECTS])
    start(index, "n-1", "s-1", Actor(), OFFICER, date(2026, 1, 1))
    start(index, "n-2", "s-1", Actor(), OFFICER, date(2026, 1, 1), until=date(2026, 1, 2))
    index.store.close()
    return folder


@pytest.fixture(scope="module")
def officer(data: Path) -> Iterator[TestClient]:
    with serving(settings_for(data, model="none")) as client:
        yield client


@pytest.fixture(scope="module")
def nobody(data: Path) -> Iterator[TestClient]:
    with serving(settings_for(data, "nobody", model="none")) as client:
        yield client


def chart(client: TestClient, name: str, **query: object) -> dict[str, dict[str, list[str]]]:
    """row → column → ids."""
    answer = client.get(f"/api/v1/charts/{name}", params={key: str(value) for key, value in query.items()}).json()
    columns = [column["key"] for column in answer["columns"][1:]]
    for row in answer["rows"]:
        assert all(cell["count"] == len(cell["ids"]) for cell in row["cells"])
    return {
        row["key"]: {column: cell["ids"] for column, cell in zip(columns, row["cells"], strict=True)}
        for row in answer["rows"]
    }


def count(data: Path, where: str, *values: object) -> int:
    with sqlite3.connect(data / "banha.sqlite") as database:
        (found,) = database.execute(f"SELECT count(*) FROM records r WHERE {where}", values).fetchone()
    database.close()
    return int(found)


IN_FIELD = "EXISTS (SELECT 1 FROM json_each(body, '$.facts.field_codes') WHERE value = ?)"
STATUS = "json_extract(body, '$.facts.status')"


def test_the_heat_map_counts_what_sql_counts(data: Path, officer: TestClient) -> None:
    found = chart(officer, "fields")
    wood = {column: len(ids) for column, ids in found["404"].items()}
    assert wood == {
        "state-demand": count(data, f"kind = 'proposal' AND {IN_FIELD} AND {STATUS} = 'Đề xuất'", "404"),
        "state-supply": count(data, f"kind = 'proposal' AND {IN_FIELD} AND {STATUS} = 'Đã nghiệm thu'", "404"),
        "science-demand": 0,
        "science-supply": count(data, f"house = 'science' AND {IN_FIELD}", "404"),
        "enterprise-demand": count(data, f"kind = 'need' AND {IN_FIELD}", "404"),
        "enterprise-supply": 0,
        "demand": 3,
        "supply": 3,
    }
    assert len(found["tong"]["enterprise-demand"]) == count(data, "kind = 'need'") == 4
    assert len(found["203"]["demand"]) == 1


def test_years_and_places_count_what_sql_counts(data: Path, officer: TestClient) -> None:
    years = chart(officer, "years")
    dated = "kind = 'need' AND json_extract(body, '$.facts.year_from') = ?"
    assert {year: len(row["demand"]) for year, row in years.items() if row["demand"] and year.isdecimal()} == {
        str(year): count(data, dated, year) for year in (2019, 2024)
    }
    assert len(years["2020"]["begun"]) == count(data, f"kind = 'proposal' AND {STATUS} = 'Đã nghiệm thu'")
    places = chart(officer, "places")
    assert len(places["tong"]["demand"]) == count(data, f"kind = 'need' OR {STATUS} = 'Đề xuất'")
    assert any("s-1" in row["supply"] for key, row in places.items() if key not in ("tong", "chua-ro"))


def test_the_pictures_count_as_the_gaps_do(officer: TestClient) -> None:
    for by, name in (("group", "fields"), ("year", "years"), ("locality", "places")):
        cells = officer.get("/api/v1/gaps", params={"by": by}).json()["table"]["cells"]
        found = chart(officer, name, columns="locality") if name == "places" else chart(officer, name)
        for cell in cells:
            value = cell["at"][by]
            row = found.get("chua-ro" if value is None else str(value))
            if row is None:
                # Years before anything was asked for are not drawn.
                assert name == "years"
                continue
            for side, parts in (("demand", ("need", "order")), ("supply", ("scientist", "task", "offer"))):
                assert sorted(row[side]) == sorted(id for part in parts for id in cell[part])


def test_engagements_are_counted_by_state(data: Path, officer: TestClient, nobody: TestClient) -> None:
    answer = officer.get("/api/v1/charts/pipeline").json()
    counts = {row["key"]: row["cells"][0]["count"] for row in answer["rows"]}
    with sqlite3.connect(data / "banha.sqlite") as database:
        (whole,) = database.execute("SELECT count(*) FROM engagements").fetchone()
    database.close()
    assert sum(counts.values()) == whole == 2
    assert (counts["suggested"], counts["expired"]) == (1, 1)
    assert nobody.get("/api/v1/charts/pipeline").status_code == 404
    index = Index(data, None)
    assert see_pipeline(index, NOBODY, date(2026, 1, 3), WORDING) is None
    index.store.close()


def test_every_mark_and_figure_leads_to_as_many_records(officer: TestClient) -> None:
    followed = 0
    for name in COUNTED:
        page = officer.get(f"/ban-do/{ADDRESSES[name]}").text  # type: ignore[index]
        figures = re.findall(r'<td><a href="(/ban-do/[^"]*)">(\d+)</a>', page)
        marks = re.findall(r'<a href="(/ban-do/[^"]*/ho-so[^"]*)" aria-label="([^"]*)">', page)
        assert marks
        assert figures
        for href, words in [*figures, *marks]:
            listed = officer.get(unescape(href)).text.count('<article class="card hit">')
            said = words.rpartition(":")[2].partition(";")[0]
            assert listed == sum(map(int, re.findall(r"\d+", said))), words
            followed += 1
    assert followed > 20
    assert officer.get("/ban-do/linh-vuc/ho-so?hang=404&o=gi-do").status_code == 404
    assert officer.get("/ban-do/gi-do").status_code == 404
    assert officer.get("/ban-do/gi-do.svg").status_code == 404
    assert officer.get("/ban-do/linh-vuc.exe").status_code == 422
    assert officer.get("/ban-do/mang-luoi").status_code == 404


def test_what_is_hidden_is_in_no_picture_table_or_file(officer: TestClient, nobody: TestClient) -> None:
    texts = [nobody.get("/ban-do").text, nobody.get("/cung-cau").text]
    for name in COUNTED:
        address = ADDRESSES[name]  # type: ignore[index]
        texts += [nobody.get(f"/ban-do/{address}{end}").text for end in ("", ".svg", ".csv", "?bang=1")]
        texts.append(nobody.get(f"/api/v1/charts/{name}").text)
    texts.append(nobody.get("/ban-do/mang-luoi?quanh=n-1").text)
    for text in texts:
        assert "bí truyền" not in text
        assert "n-2" not in text
        assert ">205" not in text
        assert "Trăng Khuyết" not in text
    assert "205" in chart(officer, "fields")
    assert "205" not in chart(nobody, "fields")
    assert "2019" not in chart(nobody, "years")
    hidden, missing = (nobody.get(f"/api/v1/charts/network?record={id}") for id in ("n-2", "n-9"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text.replace("n-9", "n-2")


def pictures_of(client: TestClient) -> list[Picture]:
    server = client.app_state["server"]
    found = see_pictures(server, View(muc="group"))
    index = server.live.current.index
    return [*found.values(), see_network(index, "n-1", OFFICER, WORDING), show_pipeline(STATES, WORDING)]


STATES = [
    StateCount("a", "Gợi ý", 12, href="/ket-noi"),
    StateCount("b", "Bàn giao", 3),
    StateCount("c", "Từ chối", 2, True),
]


@pytest.fixture(scope="module")
def pictures(officer: TestClient) -> list[Picture]:
    return pictures_of(officer)


def test_a_picture_can_be_read_by_those_who_do_not_see(pictures: list[Picture]) -> None:
    assert [picture.name for picture in pictures] == ["fields", "places", "years", "network", "pipeline"]
    for picture in pictures:
        for in_page in (True, False):
            root = etree.fromstring(draw_svg(picture, in_page))
            assert [child.text for child in root[:2]] == [picture.title, picture.about] or "\U0001f600" in picture.title
            named = root.get("aria-labelledby", "").split()
            assert [child.get("id") for child in root[:2]] == named
            assert root.get("role") in ("group", "img")
            links = list(root.iter(f"{SVG}a"))
            assert links
            assert all(link.get("aria-label") and link.findtext(f"{SVG}title") for link in links)
            # The pages' policy allows no styles, and a picture takes nothing from elsewhere.
            assert not list(root.iter(f"{SVG}style", f"{SVG}script", f"{SVG}image"))
            assert not [one for one in root.iter() if one.get("style") or one.get("onload")]
            # Text stays text, with its letters.
            assert list(root.iter(f"{SVG}text"))
            colours = {one.get("fill", "") for one in root.iter(f"{SVG}text")}
            assert all(colour.startswith("var(--" if in_page else "#") for colour in colours), colours


def test_letters_can_be_read_on_a_phone(pictures: list[Picture]) -> None:
    """Where the screen is 390 px wide the frame has 337; a picture that is wider is moved sideways in it."""
    css = Path("api/static/charts.css").read_text(encoding="utf-8")
    network = re.search(r"\.picture\.network \.chart \{ min-width: (\d+)rem", css)
    assert network
    for picture in pictures:
        drawn = draw_svg(picture, in_page=True)
        width = re.search(r'<svg[^>]* width="(\d+)"', drawn)
        assert width
        scale = (16 * float(network[1]) if picture.name == "network" else 337) / float(width[1])
        assert min(scale * float(size) for size in re.findall(r'font-size="([\d.]+)"', drawn)) > 11, picture.name


def test_titles_are_drawn_as_they_are_written(data: Path) -> None:
    index = Index(data, None)
    picture = see_network(index, "n-1", OFFICER, WORDING)
    drawn = draw_svg(picture, in_page=True)
    assert "$a^2$" in drawn
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn
    assert {row.key for row in picture.rows} >= {"s-1", "o-1"}
    ties = {row.key: row.cells[-1].text for row in picture.rows}
    assert ties["s-1"] == "Viện Gỗ"
    assert ties["o-1"] == "Lê Mai"
    assert "n-1" not in ties
    assert "gần nhất theo điểm" in draw_svg(picture, in_page=True)
    masked = see_network(index, "n-4", NOBODY, WORDING)
    assert "Trăng Khuyết" not in draw_svg(masked, in_page=True) + str(masked)
    index.store.close()


def test_the_network_says_how_many_it_leaves_out_for_want_of_evidence(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(data, None)

    def doubt(*args: Any) -> Match:
        found = propose(*args)
        return replace(found, pairings=tuple(replace(one, basis="insufficient") for one in found.pairings))

    def count_left_out(about: str) -> int:
        found = re.findall(r"(\d+) trong số gần nhất này, vì chưa đủ căn cứ", about)
        return int(found[0]) if found else 0

    whole = see_network(index, "n-1", OFFICER, WORDING)
    monkeypatch.setattr("api.charts.network.propose", doubt)
    _find_fits.cache_clear()
    weak = see_network(index, "n-1", OFFICER, WORDING)
    assert weak.rows == ()
    assert count_left_out(weak.about) == count_left_out(whole.about) + len(whole.rows) > 0
    _find_fits.cache_clear()
    index.store.close()


def test_a_picture_is_the_same_every_time_and_in_every_thread(pictures: list[Picture]) -> None:
    def draw() -> list[str | bytes]:
        return [
            file
            for picture in pictures
            for file in (draw_svg.__wrapped__(picture, True), draw_svg.__wrapped__(picture, False))
        ]

    first = draw()
    with ThreadPoolExecutor(4) as pool:
        assert all(again == first for again in pool.map(lambda _: draw(), range(4)))
    assert draw_png.__wrapped__(pictures[1]) == draw_png(pictures[1])


def test_files_are_pictures_and_tables(officer: TestClient) -> None:
    for name in COUNTED:
        address = ADDRESSES[name]  # type: ignore[index]
        answer = officer.get(f"/ban-do/{address}.png")
        assert answer.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(answer.content)).width > 900
        table = officer.get(f"/ban-do/{address}.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(table), delimiter=";"))
        told = officer.get(f"/api/v1/charts/{name}").json()
        assert [len(row) for row in rows] == [len(told["columns"])] * (len(told["rows"]) + 1)
        assert [row[1] for row in rows[1:]] == [str(row["cells"][0]["count"]) for row in told["rows"]]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    assert officer.get("/ban-do/noi.svg").headers["content-type"].startswith("image/svg+xml")


def test_ids_on_a_page_of_several_pictures_are_used_once(officer: TestClient) -> None:
    for address in ("/ban-do", "/cung-cau"):
        ids = re.findall(r'\bid="([^"]+)"', officer.get(address).text)
        assert len(ids) == len(set(ids))
    page = officer.get("/ban-do").text
    assert page.count("<figure") == 4
    # The last picture has its row to itself, with its table beside it.
    assert page.count("<details open") == 1
    assert page.rindex("<details open") > page.rindex("<figure")
    assert "<details open" in officer.get("/ban-do/noi?bang=1").text
    assert 'href="/ban-do/mang-luoi?quanh=n-1"' in officer.get("/ho-so/n-1").text


def test_pictures_follow_what_is_asked_for(officer: TestClient) -> None:
    assert set(chart(officer, "fields", field="2")) == {"203", "205", "tong"}
    assert set(chart(officer, "fields", rows="field")) == {"2", "4", "chua-ro", "tong"}
    assert officer.get("/ban-do?tu=abc").status_code == 422
    page = officer.get("/ban-do?linh_vuc=2&lang=en").text
    assert "Demand and supply of the three houses" in page
    assert "linh_vuc=2" in page.partition("<figure")[2]
    officer.cookies.clear()  # the language was remembered


def test_fields_beyond_twenty_are_one_row_that_counts_each_record_once(tmp_path: Path) -> None:
    codes = [f"{100 * first + second}" for first in range(1, 7) for second in range(1, 6)]
    index = Index(tmp_path, None)
    needs = [{"kind": "need", "title": f"Nhu cầu {n}", "facts": {"field_codes": [c]}} for n, c in enumerate(codes)]
    both = {"kind": "need", "title": "Hai ngành", "facts": {"field_codes": codes[-2:]}}
    store_records(index, [(record_from_json(one), str(n)) for n, one in enumerate([*needs, both])])
    index.store.close()
    with serving(settings_for(tmp_path, model="none")) as client:
        found = chart(client, "fields")
        assert len(found) == 21
        listed = [id for key, row in found.items() if key != "tong" for id in row["demand"]]
        assert set(listed) == set(found["tong"]["demand"])
        assert len(found["khac"]["demand"]) == len(set(found["khac"]["demand"]))
        assert "<path" in client.get("/ban-do/linh-vuc.svg").text


def test_where_nothing_fits_or_nothing_has_a_year_the_pictures_say_so(tmp_path: Path, officer: TestClient) -> None:
    index = Index(tmp_path, None)
    store_records(index, [(record_from_json({"id": "n-1", "kind": "need", "title": "Nhu cầu"}), "n-1")])
    index.store.close()
    with serving(settings_for(tmp_path, model="none")) as client:
        assert "Chưa có hồ sơ nào ghi năm." in client.get("/ban-do").text
        assert "Chưa có hồ sơ nào nổi lên" in client.get("/ban-do/mang-luoi?quanh=n-1").text
        assert client.get("/ban-do/mang-luoi.png?quanh=n-1").status_code == 200
    for address in ("linh-vuc.svg", "noi.png", "nam.csv", "linh-vuc"):
        assert officer.get(f"/ban-do/{address}?linh_vuc=6").status_code == 200


def test_with_nothing_stored_the_page_says_what_to_do(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, model="none")) as client:
        assert "/tai-len" in client.get("/ban-do").text.split("<main")[1]
        for name in NAMES:
            assert client.get(f"/ban-do/{ADDRESSES[name]}").status_code == 404
            assert client.get(f"/api/v1/charts/{name}").status_code == 404


def test_the_drawing_library_is_not_loaded_before_something_is_drawn() -> None:
    code = "import sys, api.app, api.cli; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0


@given(st.text(max_size=80), st.floats(20, 200), st.integers(1, 4))
def test_lines_fit_and_lose_no_word_before_the_last(text: str, width: float, most: int) -> None:
    lines = wrap(text, width, 11, most)
    assert len(lines) <= most
    assert all(measure(line, 11) <= width or len(line) <= 1 for line in lines)
    if not any("…" in line for line in lines):
        assert " ".join(lines).split() == text.split()


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("sheet", ["banha.css", "dark.css"])
def test_words_on_the_strongest_colours_can_be_read(sheet: str) -> None:
    text = (Path(__file__).resolve().parents[1] / "api" / "static" / sheet).read_text("utf-8")
    said = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", text))

    def colour(name: str) -> tuple[float, ...]:
        digits = said[name][1:] if len(said[name]) == 7 else "".join(2 * digit for digit in said[name][1:])
        return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))

    for house in ("state", "science", "enterprise"):
        mixed = tuple(
            STRONG * over + (1 - STRONG) * under for over, under in zip(colour(house), colour("card"), strict=True)
        )
        bright, dark = sorted((luminance(mixed), luminance(colour("ink"))), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_what_nobody_can_serve_is_hatched(officer: TestClient) -> None:
    page = officer.get("/ban-do/linh-vuc").text
    (bare,) = re.findall(r'aria-label="(205[^"]*)"', page)
    assert "có cầu mà chưa có cung" in bare
    assert "url(#fields-" in page
    assert "! +1" in page
