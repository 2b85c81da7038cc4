"""Gaps: every figure equals what raw SQL counts in the database file, for every viewer, and keeps its records."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.gaps.finding import ask, find_gaps
from index import Encoder, Index, ingest_paths, store_records
from index.database import DATABASE
from ingest import NOBODY, OFFICER, Record, Section, Viewer, record_from_json
from ingest.fields import field_vocabulary
from matcher.gaps.counting import PARTS, Dimension, count_gaps, find_subjects
from matcher.gaps.nearness import find_near_groups
from matcher.gaps.priorities import Priority
from matcher.gaps.shortages import find_terms

PROVINCE = Path(__file__).resolve().parents[1] / "samples" / "province"

# Nothing below is taken from the code under test: the definitions, written once more as SQL.
HANDED, WAITING = "Đã nghiệm thu, đã bàn giao", "Đã nghiệm thu, chờ chuyển giao"
DONE = ("Đạt", "Khá", "Xuất sắc", "đã nghiệm thu", "Đã nghiệm thu", HANDED, WAITING)
RUNNING = ("đang thực hiện", "Đang thực hiện")
ASKED = ("đề xuất", "Đặt hàng")
FAILED = ("Không đạt",)
DROPPED = ("Không phê duyệt",)


def _quoted(texts: tuple[str, ...]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


# A viewer sees no names, codes and people of what is anonymous.
VISIBLE = """
    SELECT r.*, NOT :officer AND EXISTS (
        SELECT 1 FROM json_each(r.body, '$.sections') WHERE value ->> 'visibility' = 'anonymous') AS masked
    FROM records r WHERE :officer OR NOT (
        json_array_length(r.body, '$.sections') > 0 AND NOT EXISTS (
            SELECT 1 FROM json_each(r.body, '$.sections') WHERE value ->> 'visibility' <> 'confidential'))"""
PARTED = f"""
    SELECT v.id, v.masked, v.body, v.body ->> '$.facts.status' AS status, CASE
        WHEN v.kind = 'need' THEN 'need'
        WHEN v.kind = 'scientist' THEN 'scientist'
        WHEN v.kind = 'organisation' AND EXISTS (
            SELECT 1 FROM json_each(v.body, '$.sections')
            WHERE value ->> 'name' IN ('technology_offer', 'laboratory', 'fablab')
            AND (:officer OR value ->> 'visibility' <> 'confidential')) THEN 'offer'
        WHEN v.kind <> 'proposal' THEN NULL
        WHEN v.body ->> '$.facts.status' IN ({_quoted(ASKED)}) THEN 'order'
        WHEN v.body ->> '$.facts.status' IN ({_quoted((*DONE, *RUNNING))}) THEN 'task'
        WHEN v.body ->> '$.facts.status' IS NULL AND NOT v.masked AND v.body ->> '$.facts.code' IS NULL
            AND NOT EXISTS (SELECT 1 FROM json_each(v.body, '$.facts.people') WHERE value ->> 'role' = 'lead')
            THEN 'order'
        END AS part
    FROM visible v"""
FIELDS = """
    SELECT DISTINCT p.id, p.part, substr(f.value, 1, 3) AS code
    FROM parted p, json_each(p.body, '$.facts.field_codes') f
    WHERE NOT EXISTS (
        SELECT 1 FROM json_each(p.body, '$.facts.field_codes') g
        WHERE substr(g.value, 1, 3) <> substr(f.value, 1, 3)
        AND substr(g.value, 1, length(substr(f.value, 1, 3))) = substr(f.value, 1, 3))"""

DATED = """
    SELECT p.id, p.part, p.body ->> '$.facts.year_from' AS year, 1 AS length FROM parted p
    WHERE p.part IN ('need', 'order', 'task')
    UNION SELECT p.id, p.part, s.value ->> 'year', 5 FROM parted p, json_each(p.body, '$.sections') s
    WHERE p.part = 'scientist' AND s.value ->> 'name' IN ('work', 'project', 'patent')
    AND (:officer OR s.value ->> 'visibility' <> 'confidential')"""


def _province(text: str | None) -> str | None:
    found = re.search(r"tỉnh Sông Trà(?=$|[\n.;,])", text or "")
    return found and found[0]


class Recount:
    """The database file, asked without any code of the program."""

    def __init__(self, folder: Path, viewer: Viewer) -> None:
        self._db = sqlite3.connect(folder / DATABASE)
        self._db.create_function(
            "holds", 2, lambda text, term: re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text.lower()) is not None
        )
        self._db.create_function("province", 1, _province)
        self._known: dict[tuple[object, ...], set[Any]] = {}
        officer = str(int(viewer.role == "officer"))
        for name, query in (("visible", VISIBLE), ("parted", PARTED), ("fields", FIELDS), ("dated", DATED)):
            self._db.execute(f"CREATE TEMP TABLE {name} AS {query.replace(':officer', officer)}")

    def close(self) -> None:
        self._db.close()

    def ids(self, query: str, **values: object) -> set[Any]:
        key = (query, *values.items())
        if key not in self._known:
            rows = self._db.execute(query, values).fetchall()
            self._known[key] = {row[0] if len(row) == 1 else row for row in rows}
        return self._known[key]

    def of_part(self, part: str) -> set[str]:
        return self.ids("SELECT id FROM parted WHERE part = :part", part=part)

    def of_field(self, part: str, field: str | None) -> set[str]:
        if field is None:
            known = "SELECT id FROM fields"
            return self.ids(f"SELECT id FROM parted WHERE part = :part AND id NOT IN ({known})", part=part)
        return self.ids(
            "SELECT id FROM fields WHERE part = :part AND substr(code, 1, 1) = :field", part=part, field=field
        )

    def of_group(self, part: str, group: str | None) -> set[str]:
        if group is None:
            return self.of_field(part, None)
        return self.ids("SELECT id FROM fields WHERE part = :part AND code = :group", part=part, group=group)

    def of_place(self, part: str, place: str | None) -> set[str]:
        # A scientist without any place is where the organisation of the same name is. A province that is in no list is
        # as written, in the fact or in the item of place that a form left over.
        at = """coalesce({0}.body ->> '$.facts.place_today', province({0}.body ->> '$.facts.place_written'), (
                    SELECT province(s.value ->> 'text') FROM json_each({0}.body, '$.sections') s
                    WHERE {0}.body ->> '$.facts.place_written' IS NULL AND s.value ->> 'name' = 'other'
                    AND province(s.value ->> 'text') IS NOT NULL))"""
        own = f"""SELECT p.id, p.part, coalesce({at.format("p")}, CASE
                      WHEN p.part = 'scientist' AND p.body ->> '$.facts.place_written' IS NULL AND NOT p.masked THEN (
                          SELECT {at.format("o")} FROM visible o
                          WHERE o.kind = 'organisation' AND NOT o.masked
                          AND o.title = p.body ->> '$.facts.organisation') END) AS place
                  FROM parted p"""
        if place is None:
            return self.ids(f"SELECT id FROM ({own}) WHERE part = :part AND place IS NULL", part=part)
        return self.ids(
            f"SELECT id FROM ({own}) WHERE part = :part AND instr('; ' || place || '; ', '; ' || :place || '; ')",
            part=part,
            place=place,
        )

    def of_year(self, part: str, year: int | None) -> set[str]:
        # The last year that anything is dated; what is neither demand nor supply is dated too.
        last = """SELECT max(year) FROM (SELECT year FROM dated
                   UNION SELECT p.body ->> '$.facts.year_from' FROM parted p
                   WHERE p.body ->> '$.kind' = 'proposal')"""
        if year is None:
            known = "SELECT id FROM dated WHERE year IS NOT NULL"
            return self.ids(f"SELECT id FROM parted WHERE part = :part AND id NOT IN ({known})", part=part)
        return self.ids(
            f"""SELECT id FROM dated WHERE part = :part AND year <= :year AND :year < year + length
                AND :year <= ({last})""",
            part=part,
            year=year,
        )

    def of(self, dimension: Dimension, part: str, value: Any) -> set[str]:
        count = {"field": self.of_field, "group": self.of_group, "place": self.of_place, "year": self.of_year}
        return count[dimension](part, value)

    def of_written(self, part: str, words: str) -> set[str]:
        """Whose place as written, or left-over line of place, holds the words."""
        return self.ids(
            """SELECT id FROM parted p WHERE part = :part AND (
                instr(p.body ->> '$.facts.place_written', :words) OR p.body ->> '$.facts.place_written' IS NULL
                AND EXISTS (SELECT 1 FROM json_each(p.body, '$.sections') s
                    WHERE s.value ->> 'name' = 'other' AND instr(s.value ->> 'text', :words)))""",
            part=part,
            words=words,
        )

    def begun(self, first: int, last: int) -> set[str]:
        return self.ids(
            f"""SELECT id FROM visible v WHERE kind = 'proposal'
                AND body ->> '$.facts.status' IN ({_quoted((*DONE, *RUNNING, *FAILED))})
                AND body ->> '$.facts.year_from' BETWEEN :first AND :last""",
            first=first,
            last=last,
        )


def count_checked_figures(folder: Path, viewer: Viewer) -> int:
    """How many figures were compared with their recount; fails at the first that differs."""
    compared = 0
    index = Index(folder, None)
    subjects = find_subjects(index.store.records(), viewer)
    recount = Recount(folder, viewer)
    dimensions: list[Dimension] = ["field", "group", "place", "year"]
    for by in (
        *([one] for one in dimensions),
        *map(list, itertools.combinations(dimensions, 2)),
        ["field", "place", "year"],
    ):
        table = count_gaps(subjects, by)
        assert table.total.demand == len(recount.of_part("need") | recount.of_part("order"))
        assert table.total.supply == sum(len(recount.of_part(part)) for part in PARTS[2:])
        for cell in table.cells:
            for part in PARTS:
                sets = [recount.of(name, part, value) for name, value in zip(by, cell.key, strict=True)]
                assert set(cell.ids[part]) == set.intersection(*sets), (by, cell.key, part)
                compared += 1
                assert len(set(cell.ids[part])) == len(cell.ids[part])
            assert cell.gap == cell.demand - cell.supply
        for part in PARTS:
            # Together the cells hold every record, what is not known too.
            assert {id for cell in table.cells for id in cell.ids[part]} == recount.of_part(part)
            assert sum(cell.count(part) for cell in table.cells) == table.total.count(part) + table.repeated[part]
    suggested = recount.ids(
        """SELECT id FROM parted p WHERE part IS NOT NULL AND EXISTS (
            SELECT 1 FROM json_each(p.body, '$.sources')
            WHERE value ->> 'value' = 'facts/field_codes' AND value ->> 'method' = 'suggested')"""
    )
    assert set(count_gaps(subjects, ["field"]).total.suggested) == suggested
    check_growth_and_use(subjects, recount)
    recount.close()
    index.store.close()
    return compared


def check_growth_and_use(subjects: Any, recount: Recount) -> None:
    report = find_gaps(subjects, ask(subjects), ())
    for rate in report.growth.years:
        assert set(rate.ids) == recount.begun(rate.first, rate.first)
        assert rate.tasks == len(rate.ids)
        before = recount.begun(rate.first - rate.years_before, rate.first - 1) if rate.years_before else set()
        assert set(rate.ids_before) == before
        if rate.percent is None:
            assert not before
        else:
            mean = len(before) / rate.years_before
            assert rate.percent == pytest.approx(100 * (len(rate.ids) - mean) / mean)
    done = recount.ids(
        f"SELECT id FROM visible v WHERE kind = 'proposal' AND body ->> '$.facts.status' IN ({_quoted(DONE)})"
    )
    uses = report.uses
    named = [*(one.id for one in (*uses.applied, *uses.not_yet)), *uses.unknown]
    assert sorted(named) == sorted(done)
    assert uses.done == len(done)


def test_whose_results_are_used_equals_its_recount(samples: Path, sample_index: Index) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    uses = find_gaps(subjects, ask(subjects), ()).uses
    recount = Recount(samples, OFFICER)
    told = """SELECT id FROM visible v
        WHERE kind = 'proposal' AND body ->> '$.facts.status' IN (:done, :handed, :waiting)
        AND (body ->> '$.facts.status' = :status OR EXISTS (
            SELECT 1 FROM json_each(body, '$.sections') WHERE value ->> 'name' = 'application'
            AND (value ->> 'text' LIKE :one OR value ->> 'text' LIKE :other)))"""
    states = {"done": "Đã nghiệm thu", "handed": HANDED, "waiting": WAITING}
    # Both columns of the list tell of it, each of some tasks.
    applied = recount.ids(told, **states, status=HANDED, one="%đã được áp dụng%", other="%đã được bàn giao%")
    not_yet = recount.ids(told, **states, status=WAITING, one="%chưa được đưa vào%", other="%chưa bàn giao%")
    done = recount.ids(f"SELECT id FROM visible WHERE body ->> '$.facts.status' IN ({_quoted(DONE)})")
    assert applied
    assert not_yet
    assert {one.id for one in uses.applied} == applied
    assert {one.id for one in uses.not_yet} == not_yet
    assert set(uses.unknown) == done - applied - not_yet
    assert uses.least == pytest.approx(len(applied) / len(done))
    assert uses.most == pytest.approx(1 - len(not_yet) / len(done))
    recount.close()


@pytest.mark.parametrize(("place", "percent"), [("huyện Vĩnh Thạnh Trung", 300), (None, None)])
def test_growth_of_a_period_equals_its_recount(
    samples: Path, sample_index: Index, place: str | None, percent: int | None
) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    found = find_gaps(subjects, ask(subjects, place=place, year_from=2025, year_to=2026, baseline=6), ()).growth.period
    assert found is not None
    recount = Recount(samples, OFFICER)
    begun, before = recount.begun(2025, 2026), recount.begun(2019, 2024)
    if place:
        there = recount.of_written("task", place)
        begun, before = begun & there, before & there
    assert set(found.ids) == begun
    assert set(found.ids_before) == before
    grown = 100 * (len(begun) / 2 - len(before) / 6) / (len(before) / 6)
    assert found.percent == pytest.approx(grown)
    assert percent in (None, pytest.approx(grown))
    recount.close()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    index = Index(folder, None)
    ingest_paths(index, [PROVINCE])
    index.store.close()
    return folder


@pytest.fixture(scope="module")
def sample_index(samples: Path) -> Iterator[Index]:
    index = Index(samples, None)
    yield index
    index.store.close()


@pytest.mark.parametrize("viewer", [OFFICER, NOBODY], ids=["officer", "nobody"])
def test_every_figure_of_the_samples_equals_its_recount(samples: Path, viewer: Viewer) -> None:
    assert count_checked_figures(samples, viewer) > 500


def test_every_figure_of_a_list_of_tasks_equals_its_recount(shared: Path, tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    ingest_paths(index, [shared / "samples" / "tasks.xlsx"])
    index.store.close()
    assert count_checked_figures(tmp_path, OFFICER) > 500


def test_places_as_written_equal_their_recount(samples: Path, sample_index: Index) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    recount = Recount(samples, OFFICER)
    cells = {cell.key[0]: cell for cell in count_gaps(subjects, ["locality"]).cells}
    for name in ("huyện Lâm Sơn", "huyện Tân Lộc", "thành phố Trà Giang", "thị xã An Hòa", "huyện Vĩnh Thạnh Trung"):
        for part in ("need", "offer"):
            assert set(cells[name].ids[part]) == recount.of_written(part, str(name)), (name, part)
        # Forms of tasks have other lines that name a district, so that SQL counts no fewer.
        assert set(cells[name].ids["task"]) <= recount.of_written("task", str(name))


def test_competences_that_nobody_asks_for_equal_their_recount(samples: Path, sample_index: Index) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    report = find_gaps(subjects, ask(subjects), ())
    recount = Recount(samples, OFFICER)
    codes = recount.ids(
        """SELECT code FROM fields WHERE length(code) = 3 AND part IN ('scientist', 'task', 'offer')
            EXCEPT SELECT code FROM fields WHERE part IN ('need', 'order')"""
    )
    unstated = recount.ids(
        """SELECT id FROM parted p WHERE part IN ('need', 'order') AND (
            NOT EXISTS (SELECT 1 FROM fields f WHERE f.id = p.id AND length(f.code) = 3)
            OR EXISTS (SELECT 1 FROM json_each(p.body, '$.sources')
                WHERE value ->> 'value' = 'facts/field_codes' AND value ->> 'method' = 'suggested'))"""
    )
    assert set(report.unstated) == unstated
    perhaps: dict[str, set[str]] = {}
    for word, groups in field_vocabulary().items():
        saying = recount.ids(
            """SELECT p.id FROM parted p LEFT JOIN json_each(p.body, '$.sections') s ON s.value ->> 'name' <> 'contact'
                WHERE part IN ('need', 'order')
                AND (holds(coalesce(s.value ->> 'text', ''), :word) OR holds(p.body ->> '$.title', :word))""",
            word=word,
        )
        for code in groups if " " in word else ():
            perhaps[code] = perhaps.get(code, set()) | (saying & unstated)
    assert {one.name for one in report.unasked_fields} == {code for code in codes if not perhaps.get(code)}
    assert {one.name: set(one.perhaps) for one in report.perhaps_asked_fields} == {
        code: perhaps[code] for code in codes if perhaps.get(code)
    }
    for one in (*report.unasked_fields, *report.perhaps_asked_fields):
        held = [recount.of_group(part, one.name) for part in ("scientist", "task", "offer")]
        assert set(one.ids) == set.union(*held)
    assert report.unasked_terms
    for term in report.unasked_terms:
        asking = recount.ids(
            """SELECT p.id FROM parted p, json_each(p.body, '$.sections') s
                WHERE part IN ('need', 'order') AND s.value ->> 'name' <> 'contact'
                AND (holds(s.value ->> 'text', :term) OR holds(p.body ->> '$.title', :term))""",
            term=term.name,
        )
        assert not asking, term.name


def test_a_field_is_asked_for_by_nobody_only_where_no_need_without_a_field_is_near_it(sample_index: Index) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    asked = ask(subjects)
    first, *_ = find_gaps(subjects, asked, ()).unasked_fields
    unstated = find_gaps(subjects, asked, ()).unstated[0]
    stated = next(
        one.id for one in subjects if one.part == "order" and one.id not in find_gaps(subjects, asked, ()).unstated
    )
    report = find_gaps(subjects, asked, (), {unstated: {first.name}, stated: {first.name}})
    assert first.name not in {one.name for one in report.unasked_fields}
    (found,) = (one for one in report.perhaps_asked_fields if one.name == first.name)
    assert (found.ids, found.perhaps) == (first.ids, (unstated,))


def test_needs_are_near_the_groups_that_they_are_about_by_meaning(tmp_path: Path, encoder: Encoder) -> None:
    index = Index(tmp_path, encoder)
    texts = {
        "herb": "Cao dược liệu lô đậm lô nhạt, nhà máy thuốc trả hàng; cần chuẩn hóa hoạt chất và kiểm nghiệm thuốc.",
        "fruit": "Mít, chuối sấy giòn mau mềm, ra màu nâu; cần cách sấy và đóng gói thực phẩm giữ được lâu.",
        "cattle": "Bò sữa viêm vú, vắt ra sữa đông cục phải đổ; cần cách chữa bệnh cho đàn và thuốc thú y.",
        "road": "Mặt đường vào cảng bị lún vệt bánh xe; cần kết cấu nền đường chịu xe nặng.",
        "dust": "Khói lò hơi đen kịt, bụi vượt quy chuẩn; cần xử lý khí thải.",
        "shop": "Khách bom hàng làm lỗ tiền ship; cần tính chi phí bán hàng cho hộ kinh doanh.",
        "school": "Sinh viên nghề vào xưởng phải dạy lại ba tháng; cần đổi chương trình đào tạo.",
        "art": "Còn sáu cụ biết hô bài chòi lối cũ; cần giữ lại điệu hát và cách diễn.",
    }
    needs = [
        Record("need", "enterprise", text.split(",")[0], (Section("text", text),), id=id) for id, text in texts.items()
    ]
    store_records(index, [(one, f"test/{one.id}") for one in needs])
    near = find_near_groups(index, OFFICER)
    about = {"herb": "304", "cattle": "403", "dust": "207", "shop": "502"}
    assert [id for id, code in about.items() if code not in near[id]] == []
    index.store.close()
    assert find_near_groups(Index(tmp_path, None), OFFICER) == {}


def test_priorities_equal_their_recount(samples: Path, sample_index: Index) -> None:
    subjects = find_subjects(sample_index.store.records(), OFFICER)
    wood = Priority("Gỗ", fields=("404",), keywords=("sấy gỗ",))
    (found,) = find_gaps(subjects, ask(subjects), [wood]).priorities
    recount = Recount(samples, OFFICER)
    named = recount.ids(
        """SELECT DISTINCT p.id FROM parted p LEFT JOIN json_each(p.body, '$.sections') s
            WHERE part IS NOT NULL AND (holds(p.body ->> '$.title', 'sấy gỗ') OR holds(s.value ->> 'text', 'sấy gỗ'))"""
    )
    fielded = recount.ids("SELECT id FROM fields WHERE part IS NOT NULL AND code = '404'")
    assert {one.id for one in found.records} == named | fielded
    assert {one.id for one in found.records if one.keyword} == named
    assert found.demand + found.supply == len(found.records)
    assert found.tasks == len((named | fielded) & recount.of_part("task"))


# Generated records

_VISIBILITY = st.sampled_from(["public", "public", "anonymous", "confidential"])
_CODES = st.lists(st.sampled_from(["1", "2", "20501", "203", "207", "4", "401"]), max_size=3, unique=True)
_PLACES = st.sampled_from([None, "Tỉnh Đồng Nai", "Thành phố Hồ Chí Minh", "Tỉnh Gia Lai; Tỉnh Lâm Đồng"])
_YEARS = st.one_of(st.none(), st.integers(2015, 2026))
_STATUS = st.sampled_from([None, *DONE, *RUNNING, *ASKED, *FAILED, *DROPPED, "Chẳng rõ"])
_HOSTS = ("Trường Đại học Suối Mơ", "Viện Gỗ Trăng")


@st.composite
def _objects(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["need", "proposal", "scientist", "organisation", "document"]))
    place = draw(_PLACES)
    facts: dict[str, Any] = {"field_codes": draw(_CODES), "year_from": draw(_YEARS)}
    if place:
        facts |= {"place_today": place, "place_written": place}
    if kind == "proposal":
        facts |= {"status": draw(_STATUS), "code": draw(st.sampled_from([None, "ĐT"]))}
        facts["people"] = draw(st.sampled_from([[], [{"name": "Lê Mai", "role": "lead"}]]))
    names = {"scientist": ["work", "patent", "research"], "organisation": ["technology_offer", "introduction"]}
    if kind == "scientist":
        facts["organisation"] = draw(st.sampled_from([None, *_HOSTS]))
    sections = [
        {"name": name, "text": f"Phần {at}", "visibility": draw(_VISIBILITY), "year": draw(_YEARS)}
        for at, name in enumerate(draw(st.lists(st.sampled_from(names.get(kind, ["content"])), max_size=3)))
    ]
    facts = {name: value for name, value in facts.items() if value is not None}
    return {"kind": kind, "title": "", "sections": sections, "facts": facts}


def _number(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With ids, titles and codes of their own; the first organisations are where scientists work."""
    hosts = iter(_HOSTS)
    for number, one in enumerate(objects):
        one["id"] = f"{one['kind']}-{number}"
        one["title"] = f"Hồ sơ số {number}"
        if one["kind"] == "organisation":
            one["title"] = next(hosts, one["title"])
        if one["facts"].get("code"):
            one["facts"]["code"] = f"ĐT-{number:03}"
        one["sections"] = [{k: v for k, v in section.items() if v is not None} for section in one["sections"]]
    return objects


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_objects(), max_size=14).map(_number), st.sampled_from([OFFICER, NOBODY]))
def test_every_figure_of_any_records_equals_its_recount(
    tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, Any]], viewer: Viewer
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    index = Index(folder, None)
    store_records(index, [(record_from_json(one), one["id"]) for one in objects])
    index.store.close()
    has_needs = viewer is OFFICER and any(one["kind"] == "need" for one in objects)
    assert count_checked_figures(folder, viewer) > 0 or not has_needs


def test_terms_are_found_whatever_stands_around_them() -> None:
    assert find_terms(["Xử lý nước thải, (Sấy Gỗ); gỗ"]) == {"xử lý nước thải", "nước thải", "sấy gỗ"}
    assert not find_terms(["nước. thải", "xử lý nướcthải"])
