"""What an explanation advises: what can be stated or added before figures, and works that count for less than whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving_with_toy_encoder, settings_for

from api.catalogue import translator
from api.printing_pairings import print_explanation
from api.schemas import Explanation

OLD = {
    "id": "sci-old",
    "kind": "scientist",
    "title": "Người cũ",
    "sections": [{"name": "work", "text": "Sấy gỗ cao su dày 50 mm.", "year": 2012, "role": "member"}],
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=[*RECORDS, OLD])
        yield client


def test_page_and_terminal_say_what_can_be_done_before_any_figure(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"candidate": "sci-old", "limit": 1}
    found = Explanation.model_validate(client.get("/api/v1/records/need-1/explanation", params=asked).json())
    (work,) = found.works
    assert (work.role, work.year, found.rank_whole <= found.rank) == ("member", 2012, True)
    print_explanation(found, is_turned=False, translate=translator("vi"))
    said = " ".join(capsys.readouterr().out.split())
    page = client.get("/ho-so/need-1/giai-thich?voi=sci-old&limit=1").text
    figures = {said: said.index("Từ chung:"), page: page.index('id="shares"')}
    for shown, first_figure in figures.items():
        for words in (
            "Hồ sơ ứng viên chưa nói, nên đề nghị khai thêm: ",
            "Sấy gỗ cao su dày 50 mm” (thành viên, 2012): tính 0",
            "Nếu mọi công trình đều tính đủ thì",
        ):
            assert 0 < shown.find(words) < first_figure, words
