"""ORCID records by file: JSON and XML say the same; known profiles grow, none is doubled; what is no record is told."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from test_posting import Visitor
from test_profiles import index_of, people

from index import store_records
from ingest import Facts, FileRefused, Record, Section
from ingest.orcid import LARGEST_MB, is_orcid, read_orcid

__all__ = ["people"]
ID, OTHER = "0000-0001-2345-6789", "0000-0002-1825-0097"


def work(title: str, journal: str, year: str, kind: str = "journal-article") -> dict[str, Any]:
    one = {
        "title": {"title": {"value": title}, "subtitle": None},
        "journal-title": {"value": journal} if journal else None,
        "type": kind,
        "publication-date": {"year": {"value": year}, "month": None},
    }
    return {"work-summary": [one, {**one, "title": {"title": {"value": f"{title} (bản khác)"}}}]}


WORKS = [
    work("Sấy chân không gỗ tràm ở nhiệt độ thấp", "Tạp chí Gỗ Suối Mơ", "2024"),
    work("Tối ưu chế độ sấy gỗ cao su dày 50 mm", "Tạp chí Sông Bé", "2022"),
    work("Lò sấy hai buồng", "", "2021", "patent"),
]
RECORD: dict[str, Any] = {
    "orcid-identifier": {"uri": f"https://orcid.org/{ID}", "path": ID, "host": "orcid.org"},
    "person": {
        "name": {"given-names": {"value": "Minh Sương"}, "family-name": {"value": "Đoàn Thị"}, "credit-name": None},
        "biography": {"content": "Chuyên về gỗ. Gọi 0912 345 678."},
        "keywords": {"keyword": [{"content": "sấy gỗ"}, {"content": "độ ẩm"}]},
    },
    "activities-summary": {
        "employments": {
            "affiliation-group": [
                {
                    "summaries": [
                        {
                            "employment-summary": {
                                "department-name": "Khoa Gỗ",
                                "role-title": "Giảng viên",
                                "start-date": {"year": {"value": "2018"}},
                                "end-date": None,
                                "organization": {"name": "Trường Đại học Sông Bé"},
                            }
                        }
                    ]
                }
            ]
        },
        "fundings": {"group": []},
        "works": {"group": WORKS},
    },
}


def write_work(group: dict[str, Any]) -> str:
    one = group["work-summary"][0]
    journal = (
        f"<work:journal-title>{one['journal-title']['value']}</work:journal-title>" if one["journal-title"] else ""
    )
    return f"""<activities:group><work:work-summary>
<work:title><common:title>{one["title"]["title"]["value"]}</common:title></work:title>{journal}
<work:type>{one["type"]}</work:type>
<common:publication-date><common:year>{one["publication-date"]["year"]["value"]}</common:year></common:publication-date>
</work:work-summary></activities:group>"""


XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<record:record path="/{ID}" xmlns:record="http://www.orcid.org/ns/record" xmlns:common="http://www.orcid.org/ns/common"
 xmlns:person="http://www.orcid.org/ns/person" xmlns:pd="http://www.orcid.org/ns/personal-details"
 xmlns:activities="http://www.orcid.org/ns/activities" xmlns:work="http://www.orcid.org/ns/work"
 xmlns:employment="http://www.orcid.org/ns/employment" xmlns:keyword="http://www.orcid.org/ns/keyword">
<common:orcid-identifier><common:path>{ID}</common:path></common:orcid-identifier>
<person:person><person:name><pd:given-names>Minh Sương</pd:given-names>
<pd:family-name>Đoàn Thị</pd:family-name></person:name>
<person:biography><pd:content>Chuyên về gỗ. Gọi 0912 345 678.</pd:content></person:biography>
<keyword:keywords><keyword:keyword><keyword:content>sấy gỗ</keyword:content></keyword:keyword>
<keyword:keyword><keyword:content>độ ẩm</keyword:content></keyword:keyword></keyword:keywords></person:person>
<activities:activities-summary><activities:employments><activities:affiliation-group><employment:employment-summary>
<common:department-name>Khoa Gỗ</common:department-name><common:role-title>Giảng viên</common:role-title>
<common:start-date><common:year>2018</common:year></common:start-date>
<common:organization><common:name>Trường Đại học Sông Bé</common:name></common:organization>
</employment:employment-summary></activities:affiliation-group></activities:employments><activities:works>
{"".join(map(write_work, WORKS))}
</activities:works></activities:activities-summary></record:record>"""
SECTIONS = {
    Section("research", "sấy gỗ; độ ẩm"),
    Section("work", "Sấy chân không gỗ tràm ở nhiệt độ thấp. Tạp chí Gỗ Suối Mơ.", year=2024),
    Section("work", "Tối ưu chế độ sấy gỗ cao su dày 50 mm. Tạp chí Sông Bé.", year=2022),
    Section("patent", "Lò sấy hai buồng.", year=2021),
    Section("employment", "Giảng viên, Khoa Gỗ, Trường Đại học Sông Bé", year=2018),
}


@pytest.mark.parametrize("content", [json.dumps(RECORD), XML], ids=["json", "xml"])
def test_both_formats_say_the_same(content: str) -> None:
    person = read_orcid(content.encode(), "orcid")
    assert (person.id, person.name, person.organisation) == (ID, "Đoàn Thị Minh Sương", "Trường Đại học Sông Bé")
    assert set(person.sections) >= SECTIONS
    introduction = next(one.text for one in person.sections if one.name == "introduction")
    assert introduction.startswith("Chuyên về gỗ.")
    assert "345" not in introduction
    assert len(person.sections) == len(person.sources) == len(SECTIONS) + 1
    assert {source.file for source in person.sources} == {"orcid"}


def test_the_works_alone_are_enough() -> None:
    person = read_orcid(json.dumps({"group": WORKS, "path": f"/{ID}/works"}).encode(), "works.json")
    assert (person.id, person.name, len(person.sections)) == (ID, "", 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"orcid-identifier": {"path": "0000-0001-2345-6780"}}',
        b"<a>",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a path="0000-0001-2345-6789">&x;</a>',
        b" " * (LARGEST_MB * 1_000_000 + 1),
        b'{"orcid-identifier": {"path": ["a"]}, "activities-summary": {"works": {"group": [3, {"work-summary": 4}]}}}',
    ],
)
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        read_orcid(content, "a")


def test_the_check_digit_is_checked() -> None:
    assert is_orcid(ID)
    assert is_orcid(OTHER)
    assert is_orcid("0000-0002-1694-233X")
    assert not is_orcid(ID[:-1] + "8")


def send(visitor: Visitor, content: str, id: str = "", name: str = "orcid.json") -> Any:
    visitor.client.cookies.clear()
    return visitor.client.post(
        "/api/v1/profiles/orcid", data={"id": id}, files={"file": (name, content.encode())}, headers=visitor.headers
    )


def test_a_known_profile_grows_and_nothing_is_doubled(people: dict[str, Visitor]) -> None:
    owner, index = people["scientist"], index_of(people)
    count = index.store.counts()["scientist"]
    shown = send(owner, json.dumps(RECORD)).json()
    assert (shown["id"], shown["facts"]["code"]) == ("sci-1", ID)
    works = [one["text"] for one in shown["sections"] if one["name"] == "work"]
    assert len(works) == 3
    assert "Mô hình truyền ẩm trong gỗ." in works
    sourced = {one["value"] for one in shown["sources"]}
    assert {f"sections/{at}" for at in range(len(shown["sections"]))} | {"facts/code"} <= sourced
    assert {one["file"] for one in shown["sources"]} == {"records.json", "orcid.json"}
    again = send(owner, XML, "sci-1", "orcid.xml").json()
    assert again["sections"] == shown["sections"]
    assert index.store.counts()["scientist"] == count
    other = {**RECORD, "orcid-identifier": {"path": OTHER}}
    assert send(owner, json.dumps(other), "sci-1").status_code == 422


def test_a_university_makes_and_updates_its_scientists(people: dict[str, Visitor]) -> None:
    college, index = people["college"], index_of(people)
    made = send(college, json.dumps(RECORD))
    assert made.status_code == 201
    id = made.json()["id"]
    assert made.json()["facts"]["organisation"] == "Trường Đại học Sông Bé"
    count = index.store.counts()["scientist"]
    more = {**RECORD, "activities-summary": {"works": {"group": [*WORKS, work("Việc mới của năm nay", "", "2026")]}}}
    grown = send(college, json.dumps(more)).json()
    assert grown["id"] == id
    assert "Việc mới của năm nay." in [one["text"] for one in grown["sections"]]
    assert index.store.counts()["scientist"] == count
    assert id in college.get("/cua-toi").text
    assert college.get(f"/cua-toi/{id}").status_code == 200


def test_nobody_imports_into_what_is_not_theirs(people: dict[str, Visitor]) -> None:
    content = json.dumps(RECORD)
    for name in ("firm", "college", "scientist"):
        assert send(people[name], content, "sci-2").status_code == 404
        assert send(people[name], content, "khong-co").status_code == 404
    assert send(people["firm"], content).status_code == 403
    assert send(people["nobody"], content).status_code == 401
    elsewhere = {**RECORD, "activities-summary": {"works": {"group": WORKS}}}
    assert send(people["scientist"], json.dumps(elsewhere)).status_code == 201
    # By now there is a profile of somebody else with this iD, which everybody can see.
    assert send(people["college"], content).status_code == 422
    assert send(people["scientist"], "{}").status_code == 422


def cv(name: str, origin: str = "/ly-lich.docx") -> tuple[Record, str]:
    return Record("scientist", "science", name, (Section("work", "Việc mà lý lịch kể."),), Facts(code=ID)), origin


def test_a_cv_that_comes_later_tells_of_the_profile_with_its_id(people: dict[str, Visitor]) -> None:
    index = index_of(people)
    assert send(people["scientist"], json.dumps(RECORD)).json()["id"] == "sci-1"
    # Anybody can get the record of anybody else as a file.
    (other,) = store_records(index, [cv("Hoàng Thế Tú", "/khac.docx")])
    assert other.id != "sci-1"
    (stored,) = store_records(index, [cv("Đoàn Thị Minh Sương")])
    assert stored.id == "sci-1"


def test_a_cv_that_comes_later_tells_of_the_profile_that_a_university_made(people: dict[str, Visitor]) -> None:
    index = index_of(people)
    id = send(people["college"], json.dumps(RECORD)).json()["id"]
    (stored,) = store_records(index, [cv("Đoàn Thị Minh Sương")])
    assert stored.id == id
    assert "Việc mà lý lịch kể." in [one.text for one in index.store.get(id).sections]


LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
DEEP = 125


@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a path="{ID}">&l9;</a>',
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a path="{ID}" b="&l9;"/>',
        f'<!DOCTYPE a [<!ENTITY l "{"ha" * 50_000}">]><a path="{ID}">{"&l;" * 50_000}</a>',
        "<a>" * 100_000,
        '{"a":' * 100_000,
        f'{{"orcid-identifier": {{"path": {"9" * 1_000_000}}}}}',
    ],
    ids=["laughs", "laughs in an attribute", "one long entity", "deep XML", "deep JSON", "a long number"],
)
def test_what_is_made_to_exhaust_is_refused_at_once(people: dict[str, Visitor], content: str) -> None:
    start = time.monotonic()
    assert send(people["scientist"], content, "sci-1").status_code == 422
    assert time.monotonic() - start < 20


def test_two_hundred_megabytes_are_not_taken(people: dict[str, Visitor]) -> None:
    assert send(people["scientist"], " " * 200_000_000, "sci-1").status_code in (413, 422)


def test_what_stands_in_one_another_is_looked_at_once() -> None:
    """Before, each of the lists looked through all that stands in it: 125 times half a million elements."""
    bulk = "<b/>" * 500_000
    content = f'<works path="{ID}">{"<works><group>" * DEEP}{bulk}{"</group></works>" * DEEP}</works>'
    start = time.process_time()
    assert read_orcid(content.encode(), "a").sections == ()
    assert time.process_time() - start < 10


def test_a_reader_that_fails_is_no_failure_of_the_server(people: dict[str, Visitor]) -> None:
    server = people["nobody"].client.app_state["server"]
    assert send(people["scientist"], json.dumps(RECORD), "sci-1").status_code == 201
    assert server.sandbox._idle  # it was read in a process of its own
