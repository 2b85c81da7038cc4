"""Probable duplicates: what is proposed for merging, why, and what never is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ingest import Facts, Person, Record, Section
from matcher import find_duplicates

WORKS = (
    Section("work", "Chế độ sấy gỗ cao su bằng hơi nước quá nhiệt. Tạp chí Lâm nghiệp, 2021."),
    Section("work", "Biến tính nhiệt gỗ keo lai làm ván sàn ngoài trời. 2019."),
)
OTHER_WORKS = (Section("work", "Nuôi cấy mô cây dược liệu quý ở vùng đồi. 2020."),)
PERSON = Record(
    "scientist", "science", "Trần Quốc Bảo", WORKS, Facts(organisation="Trường Đại học Thủ Dầu Một"), id="scientist-1"
)
TASK = Record(
    "proposal",
    "state",
    "Nghiên cứu quy trình sấy gỗ cao su tiết kiệm năng lượng",
    (
        Section("objectives", "Xác lập quy trình sấy gỗ cao su giảm nứt, tiết kiệm mười lăm phần trăm năng lượng."),
        Section("content", "Khảo sát lò sấy của các doanh nghiệp; thí nghiệm chế độ sấy; thiết kế bộ điều khiển."),
    ),
    Facts(year_from=2024),
    id="proposal-1",
)


def reasons_of(left: Record, right: Record) -> list[str]:
    found = find_duplicates([left, right])
    return [reason.message for duplicate in found for reason in duplicate.reasons]


@pytest.mark.parametrize(
    ("title", "facts", "sections"),
    [
        ("Trần Quốc Bảo", Facts(organisation="TDMU"), ()),
        ("PGS.TS. TRẦN QUỐC BẢO", Facts(), ()),
        ("Tran Quoc Bao", Facts(organisation="ĐH Thủ Dầu Một"), OTHER_WORKS),
        ("Bao TQ", Facts(), WORKS[:1]),
        ("T. Q. Bảo", Facts(organisation="Viện Gỗ"), WORKS),
        ("Trần Quốc Bảo", Facts(organisation="Viện Gỗ"), WORKS[1:]),
    ],
)
def test_one_person_in_two_files_is_proposed(title: str, facts: Facts, sections: tuple[Section, ...]) -> None:
    assert reasons_of(PERSON, replace(PERSON, id="scientist-2", title=title, facts=facts, sections=sections))


def test_one_person_of_a_hospital_under_its_long_and_short_name_is_proposed() -> None:
    facts = (Facts(organisation="Bệnh viện Đa khoa tỉnh Bình Dương"), Facts(organisation="BVĐK Bình Dương"))
    first = replace(PERSON, title="Bác sĩ CKII Phạm Thuý Vy", facts=facts[0], sections=())
    assert reasons_of(first, replace(first, id="scientist-2", title="Phạm Thúy Vy", facts=facts[1]))


@pytest.mark.parametrize(
    ("title", "facts", "sections"),
    [
        ("Trần Quốc Bạo", Facts(organisation="TDMU"), WORKS),  # another name
        ("Trần Quốc Bảo", Facts(organisation="Viện Gỗ"), OTHER_WORKS),  # a namesake
        ("T. Q. Bảo", Facts(organisation="TDMU2"), OTHER_WORKS),  # initials alone
        ("Lê Văn Đức", Facts(organisation="TDMU"), WORKS),  # a co-author
    ],
)
def test_different_people_are_not(title: str, facts: Facts, sections: tuple[Section, ...]) -> None:
    assert not reasons_of(PERSON, replace(PERSON, id="scientist-2", title=title, facts=facts, sections=sections))


@pytest.mark.parametrize("name", ["Trần Quốc Bảo", "TS. Tran Quoc Bao", "T. Q. Bảo"])
def test_one_person_whose_organisation_is_written_at_two_levels_is_proposed(name: str) -> None:
    faculty = replace(PERSON.facts, organisation="Khoa Kỹ thuật, Trường Đại học Thủ Dầu Một")
    found = reasons_of(PERSON, replace(PERSON, id="scientist-2", title=name, facts=faculty, sections=()))
    assert found[-1] == "one organisation at two levels: “{first}”, “{second}”"
    other = replace(faculty, organisation="Khoa Kỹ thuật, Trường Đại học Việt Đức")
    assert not reasons_of(PERSON, replace(PERSON, id="scientist-2", title=name, facts=other, sections=()))


def test_a_task_whose_place_is_written_otherwise_is_proposed() -> None:
    bare = Record("proposal", "state", "Xây dựng vùng trồng dưa lưới tại Bàu Bàng", id="proposal-1")
    for title in ("Xây dựng vùng trồng dưa lưới ở huyện Bàu Bàng", "Xây dựng vùng trồng dưa lưới Bàu Bàng"):
        assert reasons_of(bare, replace(bare, id="proposal-2", title=title)) == ["same title"]
    for title in ("Xây dựng vùng trồng dưa lưới ở huyện Bầu Bàng", "Xây dựng vùng trồng dưa lưới tại Bến Cát"):
        assert not reasons_of(bare, replace(bare, id="proposal-2", title=title))


def test_two_codes_are_never_one_thing() -> None:
    first = replace(PERSON, facts=replace(PERSON.facts, code="0000-0001-2345-6789"))
    second = replace(PERSON, id="scientist-2", facts=replace(PERSON.facts, code="0000-0002-9876-5432"))
    assert reasons_of(PERSON, second)
    assert not reasons_of(first, second)


def test_an_organisation_under_two_names_is_proposed() -> None:
    first = Record("organisation", "science", "Trường Đại học Thủ Dầu Một", id="organisation-1")
    assert reasons_of(first, replace(first, id="organisation-2", title="TDMU"))
    assert not reasons_of(first, replace(first, id="organisation-2", title="Trường Đại học Bình Dương"))


def test_the_same_task_in_two_files_is_proposed_with_the_share_of_wording() -> None:
    edited = replace(TASK, id="proposal-2", title="Sấy gỗ cao su tiết kiệm năng lượng", sections=TASK.sections)
    (duplicate,) = find_duplicates([edited, TASK])
    assert (duplicate.first, duplicate.second) == ("proposal-1", "proposal-2")
    assert duplicate.reasons[0].params["percent"] >= 50


def test_a_revised_title_under_the_same_leader_is_proposed() -> None:
    led = replace(TASK, sections=(), facts=Facts(people=(Person("Trần Quốc Bảo", "lead"),)))
    revised = replace(led, id="proposal-2", title=f"{led.title} (bản sửa)")
    assert reasons_of(led, revised) == ["nearly the same title, same leader: {name}"]
    other = replace(revised, facts=Facts(people=(Person("Lê Văn Đức", "lead"),)))
    assert not reasons_of(led, other)
    assert not reasons_of(led, replace(revised, title="Nghiên cứu nuôi tôm thẻ trong ao lót bạt tiết kiệm nước"))


def test_a_continuation_in_another_year_is_not() -> None:
    assert reasons_of(TASK, replace(TASK, id="proposal-2"))
    assert not reasons_of(TASK, replace(TASK, id="proposal-2", facts=Facts(year_from=2026)))


LARGE, SMALL = 300, 12


@pytest.mark.parametrize("record", [PERSON, TASK, replace(TASK, sections=()), Record("need", "enterprise", "Sấy gỗ")])
def test_of_many_equal_records_each_is_proposed_with_the_first(record: Record) -> None:
    many = [replace(record, id=f"{record.kind}-{at:04}") for at in range(LARGE)]
    pairs = [(one.first, one.second) for one in find_duplicates(many)]
    assert pairs == [(many[0].id, one.id) for one in many[1:]]


def test_of_a_few_equal_records_all_are_proposed_with_all() -> None:
    few = [replace(TASK, id=f"proposal-{at:02}") for at in range(SMALL)]
    assert [(one.first, one.second) for one in find_duplicates(few)] == list(
        itertools.combinations([one.id for one in few], 2)
    )


def test_two_of_one_thing_are_found_among_many_others_in_their_block() -> None:
    led = Facts(people=(Person("Trần Quốc Bảo", "lead"),))
    titles = [f"Mô hình {number} trồng dưa lưới trong nhà màng ở xã Bình Mỹ" for number in range(LARGE)]
    tasks = [Record("proposal", "state", title, (), led, id=f"proposal-{at:04}") for at, title in enumerate(titles)]
    again = replace(tasks[7], id="proposal-9999", title=tasks[7].title.upper())
    found = find_duplicates([*tasks, again])
    assert ("proposal-0007", "proposal-9999") in {(one.first, one.second) for one in found}
    assert len(found) < 2 * LARGE


def test_the_order_of_the_records_does_not_matter() -> None:
    people = [
        replace(PERSON, id=f"scientist-{n}", title=t) for n, t in enumerate(["Trần Quốc Bảo", "T. Q. Bao", "Bao TQ"])
    ]
    records = [*people, TASK, replace(TASK, id="proposal-2")]
    expected = find_duplicates(records)
    assert len(expected) == 4
    for shuffled in itertools.islice(itertools.permutations(records), 0, 120, 17):
        assert find_duplicates(shuffled) == expected


@pytest.mark.parametrize(
    ("names", "offices"),
    [
        (
            ("TS. Võ Thị Hà", "Võ Thị Hà"),
            ("Sở Nông nghiệp và Phát triển nông thôn tỉnh Bình Dương", "Sở Nông nghiệp và Môi trường tỉnh Bình Dương"),
        ),
        (("Đỗ Quý An", "ThS Đỗ Quý An"), ("Sở TT&TT tỉnh Kon Tum", "Sở Khoa học và Công nghệ tỉnh Quảng Ngãi")),
        (("Trần Văn Đức", "Trần Văn Đức"), ("Bộ Khoa học và Công nghệ", "Bộ Thông tin và Truyền thông")),
        (("Lý Thị Mỹ", "Lí Thị Mĩ"), ("Trường ĐH Tây Nguyên", "Trường Đại học Tây Nguyên")),
    ],
)
def test_one_person_under_two_spellings_or_in_a_renamed_office_is_proposed(
    names: tuple[str, str], offices: tuple[str, str]
) -> None:
    first, second = (
        replace(PERSON, id=f"scientist-{at}", title=name, facts=Facts(organisation=office), sections=())
        for at, (name, office) in enumerate(zip(names, offices, strict=True))
    )
    assert reasons_of(first, second)


def test_a_renamed_organisation_is_proposed() -> None:
    first = Record("organisation", "state", "Sở TT&TT tỉnh Kon Tum", id="organisation-1")
    assert reasons_of(first, replace(first, id="organisation-2", title="Sở KH&CN tỉnh Quảng Ngãi"))


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        ("phần 1", "phần 2", False),
        ("số 01", "số 02", False),
        ("giai đoạn I", "giai đoạn II", False),
        ("số 01", "số 1", True),
        ("(bản sửa lần 1)", "(bản sửa lần 2)", True),
    ],
)
def test_tasks_that_differ_by_a_number_are_two(first: str, second: str, are_one: bool) -> None:
    led = replace(TASK, facts=Facts(people=(Person("Trần Quốc Bảo", "lead"),)))
    titled = [replace(led, id=f"proposal-{at}", title=f"{TASK.title} {end}") for at, end in enumerate((first, second))]
    assert bool(reasons_of(*titled)) is are_one
