"""Rule files of councils: refused with file, line and reason; chosen by purpose and day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.councils.rule_files import load_rules, shipped_rules
from matcher.councils.rulesets import GENERAL_LEVEL, KEY_ROLES, PURPOSES, BadRules, choose_rules

DAY = date(2026, 11, 22)
GOOD = """\
purpose: select
level: cấp tỉnh
document: Quyết định 01/2026/QĐ-UBND
issuer: Ủy ban nhân dân tỉnh
article: Điều 5
reading: V
from: 2026-01-01
to: 2026-12-31
confirmed_by: Phòng Quản lý khoa học
confirmed_on: 2026-02-01
size: {min: 5, max: 7}
roles:
  chair: 1
  reviewer: 2
  secretary: 1
limits:
  per_organisation: 2
exclusions:
  - kind: coauthorship
    years: 5
    article: Điều 6
  - {kind: host, bars: key_roles}
quorum: Có mặt 2/3.
"""


def write(folder: Path, text: str, name: str = "tinh.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def refusal(folder: Path) -> BadRules:
    with pytest.raises(BadRules) as caught:
        load_rules([folder])
    return caught.value


def test_the_shipped_rules_are_unconfirmed_and_cite_their_document() -> None:
    for one in shipped_rules():
        assert one.confirmed_by is None
        assert one.document.split()[-1] in one.citation
        assert one.issuer
        assert not one.is_own
    assert {one.purpose for one in shipped_rules()} == set(PURPOSES)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_today_one_shipped_rule_counts_for_each_purpose(purpose: str) -> None:
    choice = choose_rules(shipped_rules(), next(one for one in PURPOSES if one == purpose), DAY)
    assert choice.rules.level == GENERAL_LEVEL
    assert choice.rules not in choice.others


def test_acceptance_has_six_experts_and_three_representatives() -> None:
    rules = choose_rules(shipped_rules(), "accept", DAY).rules
    assert (rules.size.least, rules.size.most, rules.represented) == (9, 9, 3)
    assert rules.experts is not None
    assert rules.experts.least == rules.experts.most == 6
    assert rules.limits.previous_min == 1
    host = rules.exclusion("host")
    assert host is not None
    assert host.bars == "key_roles"
    assert "member" not in KEY_ROLES


def test_an_own_rule_goes_before_the_shipped_ones(tmp_path: Path) -> None:
    known = load_rules([write(tmp_path / "rules", GOOD)])
    rules = choose_rules(known, "select", DAY).rules
    assert (rules.id, rules.is_own, rules.confirmed_by) == ("tinh", True, "Phòng Quản lý khoa học")
    coauthorship = rules.exclusion("coauthorship")
    assert coauthorship is not None
    assert (coauthorship.years, rules.cite(coauthorship)) == (5, "Quyết định 01/2026/QĐ-UBND, Điều 6")


@pytest.mark.parametrize(("day", "own"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)])
def test_the_first_and_the_last_day_count(tmp_path: Path, day: str, own: int) -> None:
    known = load_rules([write(tmp_path / "rules", GOOD)])
    assert choose_rules(known, "select", date.fromisoformat(day)).rules.is_own == bool(own)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("issuer:", "isuer:", 4, "isuer"),
        ("purpose: select", "purpose: choose", 1, "purpose"),
        ("purpose: select\n", "", 1, "purpose"),
        ("from: 2026-01-01", "from: 2027-01-01", 7, "from"),
        ("from: 2026-01-01", "from: 2026-02-30", 7, "from"),
        ("from: 2026-01-01", "from: [2026]", 7, "from"),
        ("size: {min: 5, max: 7}", "size: {min: 8, max: 7}", 11, "size"),
        ("size: {min: 5, max: 7}", "size: {min: 1, max: 3}", 12, "4"),
        ("size: {min: 5, max: 7}", "size: {min: 5}", 11, "max"),
        ("size: {min: 5, max: 7}", "size: năm", 11, "size"),
        ("size: {min: 5, max: 7}", "size:", 11, "size"),
        ("chair: 1", "chair: one", 13, "chair"),
        ("chair: 1", "chair: -1", 13, "chair"),
        ("chair: 1", "boss: 1", 13, "boss"),
        ("reviewer: 2", "chair: 2", 14, "chair"),
        ("per_organisation: 2", "per_organisation: true", 17, "per_organisation"),
        ("kind: coauthorship\n", "kind: friendship\n", 19, "kind"),
        ("    years: 5\n", "", 19, "years"),
        ("years: 5", "years: 0", 20, "years"),
        ("bars: key_roles", "bars: all", 22, "bars"),
        ("quorum: Có mặt 2/3.", "quorum: 3", 23, "quorum"),
        ("confirmed_by: Phòng Quản lý khoa học", "confirmed_by:", 10, ""),
        ("document: Quyết định", "document: 'Quyết định", 24, ""),
        ("reading: V", "reading: X", 6, "reading"),
        ("article: Điều 5", "article: 5", 5, "article"),
        ("level: cấp tỉnh", "level: ''", 2, "level"),
        ("limits:\n  per_organisation: 2", "limits: 2", 16, "limits"),
        ("quorum: Có mặt 2/3.", "representatives:\n  - {of: neighbour, count: 1}", 24, "of"),
        ("quorum: Có mặt 2/3.", "experts: 7\nrepresentatives:\n  - {of: user, count: 3}", 23, "10"),
        ("quorum: Có mặt 2/3.", "representatives:\n  - {of: user, count: 8}", 23, ""),
        ("{kind: host, bars: key_roles}", "{kind: coauthorship, years: 9}", 22, "line 19"),
        ("{kind: host, bars: key_roles}", "{kind: host, years: 2}", 22, "years"),
        ("{kind: host, bars: key_roles}", "{kind: host, of: [lead]}", 22, "of"),
        ("{kind: host, bars: key_roles}", "{kind: family, of: []}", 22, "of"),
        ("per_organisation: 2", "previous_min: 8", 16, "previous_min"),
        ("per_organisation: 2", "outside_host_min: 8", 16, "outside_host_min"),
        ("per_organisation: 2", "per_organisation: 0", 16, "per_organisation"),
        ("  secretary: 1\n", "  member: 1\n", 12, "4"),
        ("  chair: 1\n", "", 12, "chair"),
        ("chair: 1", "chair: 2", 12, "chair"),
        ("size: {min: 5, max: 7}", "size: {min: 0, max: 7}", 11, "member"),
        ("confirmed_on: 2026-02-01\n", "", 9, "confirmed"),
        ("quorum: Có mặt 2/3.", "superseded: {since: 2020-01-01, by: x}", 23, "superseded"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    error = refusal(write(tmp_path / "rules", GOOD.replace(old, new, 1)))
    assert (error.params["file"], error.params["line"]) == ("tinh.yaml", line)
    assert said in str(error)


@pytest.mark.parametrize("raw", [b"", b"- a\n- b\n", b"text", b"\xff\xfe\x00", b"a: &x [*x]\n", b"a: {b: \n"])
def test_what_is_no_rule_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    folder = write(tmp_path / "rules", "")
    (folder / "tinh.yaml").write_bytes(raw)
    assert refusal(folder).params["file"] == "tinh.yaml"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "a.yaml").write_bytes(raw)
    with pytest.raises(BadRules):
        load_rules([folder])


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", GOOD.replace("issuer:", "isuer:").replace("chair: 1", "chair: x"))
    error = refusal(folder)
    assert [error.params["line"], *(one.params["line"] for one in error.others)] == [4, 1, 13]


def test_overlapping_days_for_one_purpose_and_level_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", GOOD, "a.yaml")
    write(folder, GOOD.replace("from: 2026-01-01\nto: 2026-12-31", "from: 2026-12-31"), "b.yaml")
    error = refusal(folder)
    assert (error.params["file"], error.params["line"], error.params["other"]) == ("b.yaml", 7, "a.yaml")
    write(folder, GOOD.replace("from: 2026-01-01\nto: 2026-12-31", "from: 2027-01-01"), "b.yaml")
    assert len(load_rules([folder])) == len(shipped_rules()) + 2
    write(folder, GOOD.replace("cấp tỉnh", "cấp cơ sở"), "c.yaml")
    known = load_rules([folder])
    with pytest.raises(BadRules) as caught:
        choose_rules(known, "select", DAY)
    assert "a (" in caught.value.params["known"]
    assert "c (" in caught.value.params["known"]
    assert choose_rules(known, "select", DAY, "c").rules.level == "cấp cơ sở"


def test_one_level_written_in_two_ways_is_one_level(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", GOOD, "a.yaml")
    for level in ("Cấp  Tỉnh", normalize("NFD", "cấp tỉnh")):
        write(folder, GOOD.replace("cấp tỉnh", level), "b.yaml")
        assert refusal(folder).params["other"] == "a.yaml"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_days_overlap_exactly_when_some_day_is_in_both(a: int, b: int, c: int, d: int) -> None:
    from dataclasses import replace

    rules = shipped_rules()[0]
    start = date(2026, 1, 1)
    one = replace(rules, since=start + timedelta(a), until=start + timedelta(a + b))
    other = replace(rules, since=start + timedelta(c), until=start + timedelta(c + d))
    both = any(one.is_in_force(day) and other.is_in_force(day) for day in (start + timedelta(n) for n in range(130)))
    assert one.overlaps(other) == other.overlaps(one) == both


def test_no_rule_and_unknown_rules_are_said() -> None:
    with pytest.raises(BadRules, match="01/01/1990"):
        choose_rules(shipped_rules(), "accept", date(1990, 1, 1))
    with pytest.raises(BadRules, match="nirgends"):
        choose_rules(shipped_rules(), "select", DAY, "nirgends")
    with pytest.raises(BadRules, match="another purpose"):
        choose_rules(shipped_rules(), "select", DAY, "tt-11-2014-nghiem-thu")
    with pytest.raises(BadRules, match="not in force"):
        choose_rules(shipped_rules(), "select", date(2020, 1, 1), "tt-20-2023-tuyen-chon")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="nowhere"):
        load_rules([tmp_path / "nowhere"])
