"""Engagements by command, over HTTP and on the page: each sees what it may, and nothing tells a stranger that there is
any."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for, use_toy_encoder
from typer.testing import CliRunner

import api.accounts.signing_in
from api.cli import app
from api.engagements.attached import take_attachment
from api.engagements.taking import attach, do, parties_of, read_attachment, see_timeline, start
from api.settings import PREFIX, Settings
from index import Actor, Index, UnknownEngagement, UnknownRecord, merge_records, store_records
from ingest import NOBODY, OFFICER, FileRefused, Viewer, record_from_json
from matcher.engagement.stages import BadMove, Intent

DAY = date(2026, 11, 23)
OWNER = Viewer("enterprise", frozenset({"need-masked"}))
SCIENTIST = Viewer("scientist", frozenset({"sci-1"}))
OTHER = Viewer("scientist", frozenset({"sci-2"}))
TASK = next(one for one in RECORDS if one["id"] == "need-1") | {"id": "task-1", "kind": "proposal"}
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "data", None)
    store_records(index, [(record_from_json(one), "test") for one in RECORDS])
    return index


def begin(index: Index, record: str = "need-masked") -> str:
    return start(index, record, "sci-1", Actor("a-1", "Cán bộ"), OFFICER, DAY).id


def both_consent(index: Index, id: str) -> None:
    for viewer in (OWNER, SCIENTIST):
        do(index, id, Intent("consent"), Actor(), viewer, DAY)


# Who sees what


def test_strangers_cannot_tell_an_engagement_from_none(index: Index) -> None:
    id = begin(index)
    for viewer in (NOBODY, OTHER):
        assert index.store.engagements.all(viewer) == []
        assert index.store.engagements.events(id, viewer) == ()
        with pytest.raises(UnknownEngagement) as hidden:
            see_timeline(index, id, viewer, DAY)
        with pytest.raises(UnknownEngagement) as missing:
            see_timeline(index, "0" * 12, viewer, DAY)
        assert hidden.value.message == missing.value.message
        with pytest.raises(UnknownEngagement):
            do(index, id, Intent("note", text="x"), Actor(), viewer, DAY)


def test_identities_are_masked_until_both_sides_consent(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("note", text="Gốm Trăng Khuyết hẹn thứ Hai"), Actor("a-1", "Cán bộ"), OFFICER, DAY)
    before = see_timeline(index, id, SCIENTIST, DAY)
    assert "Trăng Khuyết" not in str(before)
    assert before.seen.record.is_masked
    both_consent(index, id)
    after = see_timeline(index, id, SCIENTIST, DAY)
    assert after.seen.record.title == "Công ty Gốm Trăng Khuyết cần men gốm không chì"
    assert "Gốm Trăng Khuyết hẹn" in str(after.events)
    assert index.store.engagements.met(SCIENTIST.owns) == {"need-masked"}
    do(index, id, Intent("withdraw"), Actor(), OWNER, DAY)
    assert "Trăng Khuyết" not in str(see_timeline(index, id, SCIENTIST, DAY))
    assert index.store.engagements.met(SCIENTIST.owns) == frozenset()


def test_what_a_side_wrote_is_shown_to_it_as_typed_and_tells_no_name(index: Index) -> None:
    asked = [one for one in RECORDS if one["id"] in ("need-masked", "need-hidden")]
    twins = [
        {
            **one,
            "id": f"{one['id']}-2",
            "facts": {"organisation": "Hợp tác xã Sứ Mây Chiều"},
            "title": "Sứ Mây Chiều cần",
        }
        for one in asked
    ]
    store_records(index, [(record_from_json(one), "test") for one in twins])
    names = "Công ty TNHH Gốm Trăng Khuyết; Gốm Trăng Khuyết; Hợp tác xã Sứ Mây Chiều; Sứ Mây Chiều; Gỗ Suối Mơ"
    shown = []
    for record in (*(one["id"] for one in asked), *(one["id"] for one in twins)):
        id = begin(index, record)
        do(index, id, Intent("note", text=names), Actor(), SCIENTIST, DAY)
        do(index, id, Intent("interest", text=names), Actor(), SCIENTIST, DAY)
        do(index, id, Intent("remind", text=names, day=DAY), Actor(), SCIENTIST, DAY)
        do(index, id, Intent("decline", text=names), Actor(), SCIENTIST, DAY)
        attach(index, id, f"{names}.pdf", PDF, 5, Actor(), SCIENTIST, DAY)
        timeline = see_timeline(index, id, SCIENTIST, DAY)
        shown.append([(one.act, one.text, one.attachment and one.attachment.name) for one in timeline.events])
        assert [one.text for one in timeline.reminders] == [names]
        attached = timeline.events[-1]
        assert read_attachment(index, id, attached.id, SCIENTIST)[0].name == f"{names}.pdf"
    assert shown[0][1:] == [*((act, names, None) for act in ("note", "interest", "remind", "decline")), shown[0][-1]]
    assert shown[0][-1] == ("attach", None, f"{names}.pdf")
    assert all(one == shown[0] for one in shown)


def test_a_confidential_record_is_told_by_kind_only_and_stays_closed(index: Index) -> None:
    id = begin(index, "need-hidden")
    seen = see_timeline(index, id, SCIENTIST, DAY).seen.record
    assert (seen.id, seen.title, seen.name, seen.kind) == (None, None, None, "need")
    with pytest.raises(UnknownRecord):
        start(index, "sci-1", "need-hidden", Actor(), SCIENTIST, DAY)


def test_neither_side_reads_what_the_other_writes_before_they_have_met(index: Index) -> None:
    id = begin(index)
    owner = Actor("a-2", "Chị Trăng")
    do(index, id, Intent("note", text="gọi cho tôi ở xưởng"), owner, OWNER, DAY)
    do(index, id, Intent("interest", text="tôi là chủ xưởng"), owner, OWNER, DAY)
    do(index, id, Intent("consent", "candidate", "bà Sương gọi điện"), Actor("a-1", "Cán bộ"), OFFICER, DAY)
    seen = index.store.engagements.events(id, SCIENTIST)
    assert [event.act for event in seen] == ["start", "interest", "consent"]
    assert "xưởng" not in str(seen)
    assert "Trăng" not in str(seen)
    assert "bà Sương" in str(seen)
    assert "bà Sương" not in str(index.store.engagements.events(id, OWNER))
    do(index, id, Intent("consent"), Actor(), OWNER, DAY)
    assert "gọi cho tôi ở xưởng" in str(index.store.engagements.events(id, SCIENTIST))


def test_reminders_are_for_the_party_that_set_them(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("remind", text="gọi lại", day=DAY), Actor(), SCIENTIST, DAY)
    both_consent(index, id)
    (reminder,) = index.store.engagements.reminders(SCIENTIST)
    assert index.store.engagements.reminders(OWNER) == []
    assert "gọi lại" not in str(index.store.engagements.events(id, OWNER))
    with pytest.raises(BadMove):
        do(index, id, Intent("settle", of=reminder.number), Actor(), OWNER, DAY)
    do(index, id, Intent("settle", of=reminder.number), Actor(), SCIENTIST, DAY)
    assert index.store.engagements.reminders(OFFICER) == []


# What is kept


def test_one_pair_has_one_open_engagement(index: Index) -> None:
    id = begin(index)
    with pytest.raises(BadMove):
        start(index, "sci-1", "need-masked", Actor(), OFFICER, DAY)
    do(index, id, Intent("decline", text="bận"), Actor(), SCIENTIST, DAY)
    assert begin(index) != id


def test_the_side_that_asks_follows_from_the_kinds(index: Index) -> None:
    begun = start(index, "sci-1", "need-1", Actor(), SCIENTIST, DAY)
    assert (begun.record_id, begun.candidate_id) == ("need-1", "sci-1")
    assert parties_of(begun, SCIENTIST) == {"candidate"}
    with pytest.raises(BadMove):
        begin(index, "need-1")
    among = start(index, "sci-1", "sci-2", Actor(), SCIENTIST, DAY)
    assert (among.record_id, among.candidate_id) == ("sci-1", "sci-2")
    store_records(index, [(record_from_json(TASK), "test")])
    # As on the lists of either: the need asks of the task, and its side says that the result was handed over.
    served = start(index, "task-1", "need-1", Actor(), OFFICER, DAY)
    assert (served.record_id, served.candidate_id) == ("need-1", "task-1")


def test_engagements_that_were_stored_the_wrong_way_round_are_read_right(index: Index) -> None:
    id, database = begin(index, "need-1"), index.store.database
    do(index, id, Intent("note", text="tôi là Sương"), Actor(), SCIENTIST, DAY)
    do(index, id, Intent("interest"), Actor(), SCIENTIST, DAY)
    do(index, id, Intent("consent", "record", "doanh nghiệp gọi"), Actor(), OFFICER, DAY)
    right = index.store.engagements.events(id, OFFICER)
    merge_records(index, "sci-2", "sci-1")
    other = "CASE {0} WHEN 'record' THEN 'candidate' WHEN 'candidate' THEN 'record' ELSE {0} END"
    with database.preparing():
        database.change("UPDATE engagements SET record_id = candidate_id, candidate_id = record_id")
        database.change(f"UPDATE engagement_events SET party = {other.format('party')}, side = {other.format('side')}")
        database.change("UPDATE judgements SET record_id = candidate_id, candidate_id = record_id")
        database.change("DELETE FROM _sqlite_migrations WHERE name LIKE 'm020%'")
    index = Index(index.folder, None)
    one = index.store.engagements.get(id, OFFICER)
    assert (one.record_id, one.candidate_id) == ("need-1", "sci-1")
    assert index.store.engagements.events(id, OFFICER) == right
    do(index, id, Intent("undo"), Actor(), SCIENTIST, DAY)
    assert index.store.judgements.current() == []


def test_a_task_that_was_stored_as_the_side_that_asks_of_a_need_is_asked(index: Index) -> None:
    store_records(index, [(record_from_json(TASK), "test")])
    id, database = start(index, "need-1", "task-1", Actor(), OFFICER, DAY).id, index.store.database
    do(index, id, Intent("consent", "record", "doanh nghiệp gọi"), Actor(), OFFICER, DAY)
    right = index.store.engagements.events(id, OFFICER)
    with database.preparing():
        database.change("UPDATE engagements SET record_id = candidate_id, candidate_id = record_id")
        database.change("UPDATE engagement_events SET side = 'candidate' WHERE side = 'record'")
        database.change("DELETE FROM _sqlite_migrations WHERE name LIKE 'm021%'")
    index = Index(index.folder, None)
    one = index.store.engagements.get(id, OFFICER)
    assert (one.record_id, one.candidate_id) == ("need-1", "task-1")
    assert index.store.engagements.events(id, OFFICER) == right


def test_moves_teach_what_was_shown_and_undo_takes_it_back(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("interest"), Actor(), OWNER, DAY)
    (held,) = index.store.judgements.current()
    assert (held.record_id, held.candidate_id, held.verdict) == ("need-masked", "sci-1", "fits")
    do(index, id, Intent("decline", text="khác nghề", is_unfit=True), Actor(), OWNER, DAY)
    (held,) = index.store.judgements.current()
    assert (held.verdict, held.reason) == ("unfit", "khác nghề")
    do(index, id, Intent("undo"), Actor(), OWNER, DAY)
    assert [one.verdict for one in index.store.judgements.current()] == ["fits"]


def test_who_declines_for_want_of_time_teaches_nothing(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("interest"), Actor(), OWNER, DAY)
    for intent in (Intent("decline", text="đang bận"), Intent("undo"), Intent("undo")):
        do(index, id, intent, Actor(), SCIENTIST, DAY)
        assert [one.verdict for one in index.store.judgements.current()] == ["fits"]
    assert index.store.engagements.get(id, OFFICER).stage == "declined"


def test_why_somebody_declined_is_for_the_other_side_only_when_they_have_met(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("decline", text="khác nghề", is_unfit=True), Actor(), SCIENTIST, DAY)
    assert see_timeline(index, id, SCIENTIST, DAY).events[-1].is_unfit
    assert not see_timeline(index, id, OWNER, DAY).events[-1].is_unfit


def test_undo_leaves_what_a_person_judged_since(index: Index) -> None:
    from datetime import UTC, datetime

    id = begin(index)
    do(index, id, Intent("interest"), Actor(), OWNER, DAY)
    index.store.judgements.remember("need-masked", "sci-1", "unfit", None, datetime.now(UTC))
    do(index, id, Intent("undo"), Actor(), OWNER, DAY)
    assert [one.verdict for one in index.store.judgements.current()] == ["unfit"]


def test_personal_data_in_texts_is_masked(index: Index) -> None:
    id = begin(index)
    do(index, id, Intent("note", text="gọi 0912345678"), Actor(), OFFICER, DAY)
    assert "0912345678" not in str(index.store.engagements.events(id, OFFICER))


def test_contacts_that_a_side_gives_when_both_have_consented_are_for_the_two_sides(index: Index) -> None:
    id = begin(index)
    phone, email, born, identity = "0912345678", "suong@thu.vn", "ngày sinh 03/04/1980", "CCCD 001080012345"

    def write(viewer: Viewer, text: str) -> None:
        do(index, id, Intent("note", text=text), Actor("a-9", "Sương"), viewer, DAY)

    def read(viewer: Viewer) -> str:
        return str(see_timeline(index, id, viewer, DAY).events)

    write(SCIENTIST, f"trước: {phone}")
    both_consent(index, id)
    write(OFFICER, f"cơ quan: {phone}")
    assert phone not in read(SCIENTIST) + read(OWNER)
    write(SCIENTIST, f"gọi {phone}, thư {email}, {born}, {identity}")
    for side in (SCIENTIST, OWNER):
        assert read(side).count(phone) == read(side).count(email) == 1
        assert "1980" not in read(side)
        assert "001080012345" not in read(side)
    for viewer in (OFFICER, Viewer("officer", frozenset({"sci-2"}))):
        assert phone not in read(viewer)
        assert "gọi •••, thư •••" in read(viewer)
    do(index, id, Intent("decline", text=f"gọi {phone}"), Actor(), OWNER, DAY)
    assert read(SCIENTIST).count(phone) == 1
    do(index, id, Intent("withdraw"), Actor(), OWNER, DAY)
    assert phone not in read(SCIENTIST) + read(OWNER)
    do(index, id, Intent("undo"), Actor(), OWNER, DAY)
    do(index, id, Intent("consent"), Actor(), OWNER, DAY)
    assert phone in read(OWNER)
    index.store.erase_account("a-9")
    assert phone not in read(OWNER)
    assert "gọi •••" in read(OWNER)


def test_a_removed_record_takes_its_engagements_and_files_with_it(index: Index) -> None:
    id = begin(index)
    kept = begin(index, "need-1")
    for one in (id, kept):
        attachment = take_attachment("báo giá.pdf", PDF + one.encode(), 5)
        do(index, one, Intent("attach", attachment=attachment), Actor(), OFFICER, DAY, PDF + one.encode())
    folder = index.folder / "attachments"
    assert len(list(folder.iterdir())) == 2
    index.store.remove("need-masked")
    assert [one.id for one in index.store.engagements.all(OFFICER)] == [kept]
    assert len(list(folder.iterdir())) == 1
    index.store.remove("sci-1")
    assert index.store.engagements.all(OFFICER) == []
    assert list(folder.iterdir()) == []


def test_a_record_that_became_part_of_another_is_still_told(index: Index) -> None:
    id = begin(index, "need-1")
    merge_records(index, "sci-2", "sci-1")
    assert see_timeline(index, id, OFFICER, DAY).seen.candidate.title == "Lưu Gia Bảo Khôi"


def test_a_file_that_was_changed_is_not_handed_out(index: Index) -> None:
    attachment = take_attachment("a.pdf", PDF, 5)
    id = begin(index)
    do(index, id, Intent("attach", attachment=attachment), Actor(), OFFICER, DAY, PDF)
    assert index.store.engagements.files.read(attachment) == PDF
    (index.folder / "attachments" / attachment.digest).write_bytes(PDF + b"!")
    assert index.store.engagements.files.read(attachment) is None


def package(*names: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "format"),
    [(PDF, "pdf"), (b"\x89PNG\r\n\x1a\n\0\0", "png"), (package("word/document.xml"), "docx")],
)
def test_files_are_known_by_their_bytes(content: bytes, format: str) -> None:
    assert take_attachment("gì đó.bin", content, 5).format == format


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0 program",
        b"<html><script>",
        package("a.txt"),
        package("word/document.xml", "word/vbaProject.bin"),
    ],
)
def test_other_files_are_not_attached(content: bytes) -> None:
    with pytest.raises(FileRefused):
        take_attachment("bao-gia.pdf", content, 5)


def test_an_account_speaks_for_itself(index: Index) -> None:
    assert parties_of(index.store.engagements.get(begin(index), OWNER), OWNER) == {"record"}


# By command


def test_the_command_line_takes_an_engagement_from_start_to_undo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "ho-so.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in RECORDS), "utf-8")

    def run(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    assert run("ingest", path).exit_code == 0
    assert "Chưa có kết nối" in run("engage", "list").stdout
    started = run("engage", "start", "need-1", "sci-1", "--json")
    assert started.exit_code == 0
    id = json.loads(started.stdout)["id"]
    assert run("engage", "move", id, "interest", "--side", "record").exit_code == 2
    moved = run("engage", "move", id, "interest", "--side", "record", "--reason", "gọi điện", "--json")
    assert json.loads(moved.stdout)["state"] == "interested"
    assert run("engage", "move", id, "task").exit_code == 2
    assert json.loads(run("engage", "undo", id, "--json").stdout)["state"] == "suggested"
    assert run("engage", "note", id, "Hẹn gặp").exit_code == 0
    tomorrow = date.today() + timedelta(days=1)
    assert run("engage", "remind", id, tomorrow.isoformat(), "Gọi lại").exit_code == 0
    assert run("engage", "extend", id, tomorrow.strftime("%d/%m/%Y")).exit_code == 0
    shown = run("engage", "show", id).stdout
    assert "Hẹn gặp" in shown
    assert "Đoàn Thị Minh Sương" in shown
    assert json.loads(run("engage", "list", "--json").stdout)["reminders"][0]["text"] == "Gọi lại"
    assert run("engage", "show", "none").exit_code == 4


# Over HTTP and on the page


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


@contextmanager
def seen_by(viewer: Viewer) -> Iterator[None]:
    """Whoever asks is this viewer."""
    with pytest.MonkeyPatch.context() as patch:
        recognise = api.accounts.signing_in.recognise

        def as_viewer(request: Any, server: Any) -> Any:
            return replace(recognise(request, server), viewer=viewer)

        patch.setattr("api.problems.recognise", as_viewer)
        yield


def test_an_engagement_goes_its_way_over_http(officer: TestClient) -> None:
    begun = officer.post("/api/v1/engagements", json={"record": "need-masked", "candidate": "sci-1"})
    assert begun.status_code == 201
    id = begun.json()["id"]
    at = f"/api/v1/engagements/{id}"
    assert officer.post(f"{at}/moves", json={"act": "task"}).status_code == 422
    with seen_by(OWNER):
        assert officer.post(f"{at}/moves", json={"act": "interest"}).json()["state"] == "interested"
        assert officer.post(f"{at}/moves", json={"act": "shortlist"}).status_code == 403
        answer = officer.post(f"{at}/attachments", files={"file": ("báo giá.pdf", PDF)})
        number = answer.json()["events"][-1]["number"]
    with seen_by(SCIENTIST):
        assert officer.get(f"{at}/attachments/{number}").status_code == 404
        assert officer.post(f"{at}/moves", json={"act": "consent"}).status_code == 201
        assert [one["act"] for one in officer.get(at).json()["possible"]] == ["interest", "decline", "withdraw"]
    with seen_by(OWNER):
        assert officer.post(f"{at}/moves", json={"act": "consent"}).json()["is_met"]
    with seen_by(SCIENTIST):
        file = officer.get(f"{at}/attachments/{number}")
        assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
        assert file.headers["content-disposition"].startswith("attachment")
        assert officer.get("/api/v1/engagements").json()["engagements"][0]["record"]["is_masked"] is False
    for viewer in (OTHER, NOBODY):
        with seen_by(viewer):
            assert officer.get(at).status_code == 404
            assert officer.get(f"{at}/attachments/{number}").status_code == 404
            assert officer.post(f"{at}/moves", json={"act": "consent"}).status_code == 404
            assert officer.get("/api/v1/engagements").json() == {"engagements": [], "reminders": []}
    assert officer.put(f"{at}/until", json={"until": "2000-01-01"}).status_code == 422
    assert officer.post(f"{at}/reminders", json={"on": "2099-01-01", "text": "Gọi"}).status_code == 201
    (reminder,) = officer.get("/api/v1/engagements").json()["reminders"]
    assert officer.delete(f"{at}/reminders/{reminder['number']}").json()["reminders"] == []


def test_pages_take_an_engagement_forward_without_scripts(officer: TestClient) -> None:
    page = officer.get("/ho-so/need-1/ghep?to=scientist").text
    form = dict(re.findall(r'name="(record|candidate)" value="(need-1|sci-1)"', page))
    assert form == {"record": "need-1", "candidate": "sci-1"}
    answer = officer.post("/ket-noi", data=form, follow_redirects=False)
    at = answer.headers["location"]
    assert officer.post("/ket-noi", data=form, follow_redirects=False).headers["location"] == at
    assert at in officer.get("/ho-so/need-1/ghep?to=scientist").text
    assert "ho-so=need-1" in officer.get("/ho-so/need-1").text
    told = officer.post(f"{at}/buoc", data={"what": "interest:record", "text": "gọi điện sáng nay"})
    assert "gọi điện sáng nay" in told.text
    refused = officer.post(f"{at}/buoc", data={"what": "task"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert officer.post(f"{at}/buoc", data={"what": "shortlist"}).status_code == 200
    assert "Đưa bước cuối trở lại" in officer.post(f"{at}/hoan-tac").text
    assert "Rút lại bước cuối" in officer.post(f"{at}/hoan-tac").text
    assert officer.post(f"{at}/buoc", data={"what": "rob"}).status_code == 404
    assert officer.post(f"{at}/tep", files={"file": ("a.exe", b"MZ")}).status_code == 422
    assert "a.pdf" in officer.post(f"{at}/tep", files={"file": ("a.pdf", PDF)}).text
    assert officer.post(f"{at}/nhac", data={"day": date.today().isoformat(), "text": "Gọi lại"}).status_code == 200
    assert officer.post(f"{at}/nhac", data={"day": "mai", "text": "Gọi lại"}).status_code == 422
    board = officer.get("/ket-noi").text
    assert "Gọi lại" in board
    assert "Đoàn Thị Minh Sương" in board
    with seen_by(NOBODY):
        assert "Đoàn Thị" not in officer.get("/ket-noi").text
        assert officer.get(at).status_code == 404
    with seen_by(Viewer("scientist", frozenset({"sci-1"}))):
        begun = officer.post("/ket-noi", data={"record": "need-masked", "candidate": "sci-1"})
        assert "Khuyết" not in begun.text
        assert "Quan tâm" in begun.text
