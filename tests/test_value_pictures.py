"""Pictures of where values are printed: cut out while reading, kept with the versions that name them, for officers."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
import PIL.Image
import pytest
from http_case import LOCAL, serving, settings_for
from serving_case import a_served_app
from toy_encoder import ToyEncoder

from index import Index, ingest_paths, store_records
from index.amending import amend_value
from index.own_versions import drop_own, state_own
from index.regrouping import retire_origins
from ingest import NOBODY, OFFICER, Facts, Reading, Record, Section, Source, Viewer, extract_records
from ingest.answers import read_answer, write_answer
from ingest.document import Sheet, Spot
from ingest.readers import read_document
from ingest.readers.page_sheets import show_pages
from ingest.readers.pdf_lines import Piece
from ingest.readers.pdf_text import PageText
from ingest.value_pictures import LARGEST, Album

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = np.full((400, 300), 255, dtype=np.uint8)
PAGE[100:120, 50:150] = 0
PAGE[160:180, 50:150] = 90
SHEET = Sheet(1, 300, 400, 1.0, PAGE.tobytes())
LINE, OTHER = Spot(1, 50, 100, 150, 120), Spot(1, 50, 200, 150, 220)


def open_picture(content: bytes) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(content)).convert("L"))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "data", ToyEncoder())
    yield index
    index.store.close()


# While reading


def test_a_picture_shows_its_spots_and_nothing_between_them() -> None:
    album = Album([SHEET])
    name = album.cut([LINE, OTHER])
    assert name
    picture = open_picture(album.pictures[name])
    assert picture.shape == (2 * 27 + 4, 107)
    assert (picture[5:20, 10:90] == 0).all()
    assert (picture[30:] == 255).all()  # what stands between them is grey
    assert album.cut([LINE, OTHER]) == name


@pytest.mark.parametrize("spot", [Spot(2, 0, 0, 9, 9), Spot(1, 900, 900, 950, 950), Spot(1, -90, -90, -50, -50)])
def test_what_is_on_no_page_has_no_picture(spot: Spot) -> None:
    assert Album([SHEET]).cut([spot]) is None
    assert Album([]).cut([LINE]) is None


def test_noise_and_long_sections_stay_within_limits() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1500, 1000), dtype=np.uint8)
    album = Album([Sheet(page, 1000, 1500, 1.0, noise.tobytes()) for page in (1, 2)])
    whole = [Spot(page, 0, 0, 1000, 1500) for page in (1, 2)]
    assert album.cut(whole) is None
    assert album.cut([Spot(1, 0, 0, 100, 100)])
    blank = Album([Sheet(page, 100, 1500, 1.0, b"\xff" * 150_000) for page in (1, 2)])
    name = blank.cut([replace(spot, x1=100) for spot in whole])
    assert name
    assert open_picture(blank.pictures[name]).shape == (1200, 100)


@pytest.mark.parametrize(
    ("texts", "covered"),
    [
        (["Điện thoại: 0912 345 678", "Sấy gỗ"], [True, False]),
        (["Điện thoại: 0912", "345 678"], [True, True]),
        (["Sấy gỗ", "24 tháng"], [False, False]),
    ],
)
def test_what_is_personal_is_covered_on_every_page(texts: list[str], covered: list[bool]) -> None:
    pieces = [Piece(text, (), 50, 250, 100 + 20 * at, 12, False, 20) for at, text in enumerate(texts)]
    page = PageText(1, 300, 400, items=[*pieces], seen=np.zeros((400, 300), dtype=np.uint8))
    (sheet,) = show_pages([page])
    shown = np.frombuffer(sheet.gray, dtype=np.uint8).reshape(400, 300)
    assert [bool((shown[92 + 20 * at : 102 + 20 * at, 60:240] == 170).all()) for at in range(2)] == covered


def test_a_page_with_something_personal_written_askew_is_not_shown() -> None:
    page = PageText(1, 300, 400, seen=np.zeros((400, 300), dtype=np.uint8))
    page.beside = [Piece("Điện thoại: 0912 345 678", (), 0, 9, 9, 9, False, 9)]
    assert list(show_pages([page])) == []


def test_values_of_a_pdf_are_shown_as_they_are_printed(shared: Path) -> None:
    document = read_document(shared / "samples" / "cv.pdf")
    reading = extract_records(document)
    (record,) = reading.records
    pictured = {source.value for source in record.sources if source.picture}
    assert {"title", "facts/organisation", "sections/0"} <= pictured
    assert {source.picture for source in record.sources if source.picture} == set(reading.pictures)
    assert all(len(content) <= LARGEST for content in reading.pictures.values())
    title = next(source.picture for source in record.sources if source.value == "title")
    picture = open_picture(reading.pictures[title or ""])
    assert picture.shape[0] < 80 < picture.shape[1]
    assert 0.005 < (picture < 128).mean() < 0.3  # print on paper
    # His birthday and telephone stand on the same page.
    assert any(170 in np.frombuffer(sheet.gray, dtype=np.uint8) for sheet in document.sheets)
    plain = extract_records(replace(document, sheets=()))
    assert [replace(one, sources=()) for one in plain.records] == [replace(record, sources=())]
    assert plain.pictures == {}


def test_pictures_come_through_the_sandbox_and_what_is_none_is_refused() -> None:
    album = Album([SHEET])
    name = album.cut([LINE]) or ""
    content = album.pictures[name]
    reading = Reading((), (), (), {name: content})
    assert read_answer(write_answer(reading)) == reading

    def say(name: str, content: bytes) -> bytes:
        told = {"records": [], "problems": [], "pictures": {name: base64.urlsafe_b64encode(content).decode()}}
        return json.dumps({"reading": told}).replace('": ', '":').encode() + b"\n"

    assert read_answer(say(name, content)) == reading
    page = b"<html><script>alert(1)</script>"
    large = content[:12] + b"\0" * LARGEST
    for taken in (page, large, content + b"x"):
        true_name = hashlib.sha256(taken).hexdigest()
        with pytest.raises(ValueError, match="not a picture"):
            read_answer(say(true_name if taken != content + b"x" else name, taken))


# In the store


PICTURE = b"RIFF0000WEBP first"
NAME = hashlib.sha256(PICTURE).hexdigest()


def need(text: str = "Mẻ sấy hỏng.", name: str | None = NAME) -> Record:
    sources = (Source("sections/0", "a.pdf", "f" * 64, picture=name),)
    return Record("need", "enterprise", "Giảm nứt gỗ", (Section("situation", text),), sources=sources)


def keep(index: Index, record: Record | None = None, origin: str = "/a.pdf") -> str:
    (stored,) = store_records(index, [(record or need(), origin)])
    index.store.pictures.put({NAME: PICTURE})
    return stored.id


def count(index: Index) -> int:
    (number,) = index.store.database.row("SELECT COUNT(*) FROM pictures")
    return int(number)


def test_only_those_who_see_all_get_a_picture_and_only_with_its_record(index: Index) -> None:
    id = keep(index)
    pictures = index.store.pictures
    assert pictures.get(id, NAME, OFFICER) == PICTURE
    for viewer in (NOBODY, Viewer("enterprise", frozenset({id})), Viewer("reviewer")):
        assert pictures.get(id, NAME, viewer) is None
    other = keep(index, replace(need(name=None), title="Việc khác hẳn"), "/b.pdf")
    assert pictures.get(other, NAME, OFFICER) is None


def test_a_picture_goes_with_the_last_version_that_names_it(index: Index) -> None:
    id, other = keep(index), keep(index, replace(need(), title="Việc khác hẳn"), "/b.pdf")
    index.store.remove(id)
    assert count(index) == 1
    index.store.remove(other)
    assert count(index) == 0
    id = keep(index)
    retire_origins(index, ["/a.pdf"])
    assert count(index) == 0


def test_a_picture_stays_when_the_record_is_corrected_or_restated_and_goes_with_a_new_reading(index: Index) -> None:
    id = keep(index)
    record = amend_value(index, id, "title", "Giảm cong gỗ")
    state_own(index, id, replace(record, sources=()), {})
    drop_own(index, id)
    assert index.store.pictures.get(id, NAME, OFFICER) == PICTURE
    store_records(index, [(need("Tệp nay nói khác.", None), "/a.pdf")])
    assert count(index) == 0


def test_what_no_version_names_is_not_kept(index: Index) -> None:
    index.store.pictures.put({NAME: PICTURE})
    assert count(index) == 0


def test_files_that_are_taken_bring_their_pictures(index: Index, shared: Path) -> None:
    (stored,) = ingest_paths(index, [shared / "samples" / "need.pdf"]).stored
    record = index.store.get(stored.id)
    names = {source.picture for source in record.sources if source.picture}
    assert count(index) == len(names) > 4


# On the page


def test_a_value_is_shown_beside_its_picture_to_officers_alone(tmp_path: Path, shared: Path) -> None:
    content = (shared / "samples" / "need.pdf").read_bytes()
    with serving(settings_for(tmp_path, model="none")) as officer:
        sent = officer.post("/api/v1/files", files={"files": ("phiếu.pdf", content)}, headers={"Origin": LOCAL})
        id = sent.json()["stored"][0]["id"]
        page = officer.get(f"/ho-so/{id}/gia-tri").text
        shown = re.search(r'<a class="printed" href="([^"]+)"><img src="\1" alt="([^"]+)"', page)
        assert shown
        assert shown[2] == "Chỗ này trong tệp trông như sau: Tên"
        answer = officer.get(shown[1])
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert open_picture(answer.content).size > 1_000
        assert officer.get(f"/ho-so/{id}/gia-tri/{'0' * 64}.webp").status_code == 404
        assert f'href="/api/v1/records/{id}/values"' in page
        title, *_ = officer.get(f"/api/v1/records/{id}/values").json()
        assert (title["value"], title["label"], title["said"]) == ("title", "Tên", None)
        assert title["sources"][0]["picture"] == shown[1]
        assert "picture" not in officer.get(f"/api/v1/records/{id}").text
    with serving(settings_for(tmp_path, "nobody", model="none")) as stranger:
        assert stranger.get(f"/api/v1/records/{id}/values").status_code == 403
        assert stranger.get(shown[1]).status_code == stranger.get(f"/ho-so/{id}/gia-tri/x.webp").status_code == 403


def test_of_many_files_that_say_the_same_a_page_shows_three_and_those_with_a_picture_first(tmp_path: Path) -> None:
    index, aim = Index(tmp_path, None), Section("objective", "Giảm nứt gỗ khi sấy.")
    for number in range(5):
        source = Source("sections/0", f"tep-{number}.pdf", f"{number}" * 64, picture=NAME if number == 4 else None)
        task = Record("proposal", "state", "Giảm nứt gỗ", (aim,), facts=Facts(code="ĐT.2020-01"), sources=(source,))
        id = keep(index, task, f"/{number}.pdf")
    index.store.close()
    with serving(settings_for(tmp_path, model="none")) as officer:
        page = officer.get(f"/ho-so/{id}/gia-tri").text
    before, after = page[page.index('id="sections-0"') :].split("Còn đọc thấy ở 2 nơi nữa")
    assert re.findall(r"tep-\d", before) == ["tep-4", "tep-0", "tep-1"]
    assert re.findall(r"tep-\d", after) == ["tep-2", "tep-3"]


def test_a_picture_is_as_large_as_can_be_read_on_a_desk_and_on_a_phone(
    browser: Browser, tmp_path: Path, shared: Path
) -> None:
    content = (shared / "samples" / "need.pdf").read_bytes()
    with a_served_app(tmp_path, []) as address, browser.new_page() as page:
        sent = httpx.post(
            f"{address}/api/v1/files", files={"files": ("a.pdf", content)}, headers={"Origin": address}, timeout=60
        )
        for width in (1200, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{address}/ho-so/{sent.json()['stored'][0]['id']}/gia-tri")
            page.locator(".printed img").evaluate_all(
                "found => Promise.all(found.map((one) => { one.loading = 'eager'; return one.decode() }))"
            )
            frames = page.locator(".printed").evaluate_all(
                """found => found.map((one) => {
                    const image = one.querySelector("img");
                    const shown = image.getBoundingClientRect().width / image.naturalWidth;
                    return [shown, image.naturalWidth, one.scrollWidth - one.clientWidth, one.scrollLeft];
                })"""
            )
            assert max(natural for _, natural, _, _ in frames) > 500
            assert all(shown > 0.7 for shown, _, _, _ in frames)
            assert all(left == 0 for _, _, _, left in frames)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            if width == 1200:
                assert all(hidden == 0 for _, _, hidden, _ in frames)
