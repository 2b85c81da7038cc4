"""What is listed as fitting a scientist: what would look for that scientist, not what happens to be nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.accounts.own_matters import find_fitting
from index import Index, store_records
from ingest import NOBODY, Kind, Record, Section, Viewer
from matcher.standing_out import find_standing_out

SUBJECTS = (
    *("men gốm không chì", "đàn bò sữa viêm vú", "vườn bưởi vàng lá", "muỗi truyền bệnh sốt", "sổ hộ tịch trùng tên"),
    *("đèn tín hiệu ngã tư", "bài chòi lối cũ", "khói lò hơi đốt trấu", "vòi nước rò rỉ ngầm", "lệch tiêu cự máy chụp"),
)
WATER = "nước thải nhà máy mủ có mùi hôi"


def one(id: str, kind: Kind, text: str) -> Record:
    house = "science" if kind == "scientist" else "enterprise"
    return Record(kind, house, f"{id} {text}" if kind == "need" else id, (Section("research", text),)).with_id(id)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "data", None)
    records = [one(f"Người {at}", "scientist", f"Nghiên cứu {text}") for at, text in enumerate(SUBJECTS)]
    records += [one(f"need-{at}", "need", f"Cần giải quyết {text}") for at, text in enumerate(SUBJECTS[:9])]
    records += [one(f"Thợ nước {at}", "scientist", f"Xử lý {WATER}, mẻ {at}") for at in range(4)]
    records += [one("Người gỗ", "scientist", "Sấy gỗ cao su trong lò; gỗ ván ép; nhà máy gỗ")]
    records += [one("Người đá", "scientist", "Khảo sát mỏ đá và nhà máy nghiền đá")]
    records += [one("need-water", "need", f"Hồ {WATER}"), one("need-saw", "need", "Lò sấy gỗ cao su làm nứt ván gỗ")]
    records += [one(f"need-wood-{at}", "need", f"Sấy gỗ cao su trong lò; gỗ ván ép, lô {at}") for at in range(2)]
    records += [one("need-dust", "need", "Bụi gỗ bay khắp chỗ làm")]
    store_records(index, [(record, "test") for record in records])
    return index


def fitting(index: Index, id: str) -> list[str]:
    viewer = Viewer("scientist", frozenset({id}))
    (found,) = find_fitting(index, [index.store.get(id)], viewer)
    return [offer.record.id for kind, offers in found.found if kind == "need" for offer in offers]


def test_the_nearest_is_not_offered_where_others_are_nearer_to_it(index: Index) -> None:
    assert fitting(index, "Người đá") == []
    assert fitting(index, "Người 0") == ["need-0"]


def test_what_looks_for_the_scientist_is_offered_beside_what_is_nearer(index: Index) -> None:
    wanted = find_standing_out(index, [index.store.get("need-dust")], "scientist", NOBODY)
    assert wanted == {"need-dust": {"Người gỗ"}}
    index.store.remove("need-saw")
    assert "need-dust" in fitting(index, "Người gỗ")
