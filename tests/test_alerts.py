"""Alerts: what is new is found and told once, to whom it may be told, also when the sender is killed in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alert_case import (
    NOW,
    add_account,
    follow,
    found_by,
    hook_server,
    hooked,
    need,
    put,
    send,
    settings_for,
)
from hypothesis import given
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

import api.alerts.sending
from api.alerts.finding import find_fitting
from api.alerts.sending import GIVEN_UP_AFTER, find_new, pause_after
from api.audit.recording import list_entries
from index import Account, Index, Narrowing
from index.deliveries import LEASE_SECONDS
from ingest import OFFICER

SCIENTIST: dict[str, Any] = {
    "id": "sci-1",
    "kind": "scientist",
    "title": "Đoàn Thị Minh Sương",
    "sections": [{"name": "research", "text": "Chế độ sấy gỗ cao su; nứt gỗ khi sấy; độ ẩm trong lò sấy gỗ."}],
}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, None)


@pytest.fixture
def account(index: Index) -> Account:
    return add_account(index)


# What is found


def test_a_record_that_holds_the_words_is_found_once(index: Index, account: Account, tmp_path: Path) -> None:
    put(index, need("n0"))
    search = follow(index, account, known=["n0"])
    put(index, need("n1"), need("n2", "Tôm thẻ chết sớm."))
    settings = settings_for(tmp_path)
    assert send(index, settings).found == 1
    assert found_by(index, search) == ["n1"]
    put(index, need("n1", "Gỗ cao su bị nứt khi sấy, nay nặng hơn."), need("n0", "Gỗ cao su cong khi sấy."))
    assert send(index, settings).found == 0


def test_one_word_of_several_is_not_enough(index: Index, account: Account) -> None:
    search = follow(index, account)
    put(index, need("n1", "Cao su rụng lá."), need("n2", "Mua máy sấy lúa."), need("n3", "Su hào, gỗ, cao, sấy."))
    assert find_fitting(index, search, OFFICER) == []


def test_words_are_found_however_they_are_accented(index: Index, account: Account) -> None:
    search = follow(index, account, "say go cao su")
    put(index, need("n1"))
    assert find_fitting(index, search, OFFICER) == ["n1"]


def test_likeness_alone_is_told_only_far_above_the_crowd(tmp_path: Path) -> None:
    index = Index(tmp_path, ToyEncoder())
    account = add_account(index)
    strangers = [need(f"x{number}", f"Nội dung riêng {number} của hợp tác xã {number}.") for number in range(30)]
    put(index, *strangers, need("n1", "Gỗ cao su sấy lò"))
    search = follow(index, account, "lò hơi để sấy gỗ cao su")
    assert find_fitting(index, search, OFFICER) == ["n1"]
    assert find_fitting(index, follow(index, account, "tàu vũ trụ bay rất xa"), OFFICER) == []


def test_a_search_is_narrowed_to_what_records_state(index: Index, account: Account, tmp_path: Path) -> None:
    search = follow(index, account, kind="need", narrowing=Narrowing(trl=5))
    put(index, need("n1", trl=3), need("n2", trl=6), SCIENTIST)
    send(index, settings_for(tmp_path))
    assert found_by(index, search) == ["n2"]


def test_what_fits_a_record_is_told_with_enough_evidence_only(index: Index, account: Account, tmp_path: Path) -> None:
    put(index, need("n1", "Gỗ cao su bị nứt khi sấy. Cần chế độ sấy gỗ cao su."))
    search = follow(index, account, None, record_id="n1", kind="scientist")
    stranger = {**SCIENTIST, "id": "sci-2", "sections": [{"name": "research", "text": "Nuôi tôm thẻ."}]}
    put(index, SCIENTIST, stranger)
    send(index, settings_for(tmp_path))
    assert found_by(index, search) == ["sci-1"]
    index.remove("n1")
    assert index.store.saved_searches.find(search.id) is None


def test_daily_and_weekly_wait_for_their_time(index: Index, account: Account, tmp_path: Path) -> None:
    daily, weekly = follow(index, account, often="daily"), follow(index, account, often="weekly")
    put(index, need("n1"))
    settings = settings_for(tmp_path)
    for hours, expected in ((1, ([], [])), (23, (["n1"], [])), (7 * 24, (["n1"], ["n1"]))):
        send(index, settings, NOW + timedelta(hours=hours - 1))
        assert (found_by(index, daily), found_by(index, weekly)) == expected


# Whose it is


def test_nothing_hidden_is_found_or_counted(index: Index, account: Account, tmp_path: Path) -> None:
    search = follow(index, account)
    put(index, need("n1", visibility="confidential"))
    assert send(index, settings_for(tmp_path)).found == 0
    assert found_by(index, search) == []
    put(index, need("n1"))
    assert send(index, settings_for(tmp_path)).found == 1


def test_what_is_hidden_between_finding_and_sending_is_not_sent(index: Index, account: Account, tmp_path: Path) -> None:
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        follow(index, account, **hooked(hook.url))
        put(index, need("n1"), need("n2"))
        assert find_new(index, settings, NOW) == 2
        put(index, need("n1", visibility="confidential"))
        assert send(index, settings).delivered == 1
    assert [one["id"] for one in hook.bodies[0]["data"]["records"]] == ["n2"]
    assert b"n1" not in hook.posted[0][1]


def test_of_anonymous_text_no_identity_leaves(index: Index, account: Account, tmp_path: Path) -> None:
    firm = "Công ty TNHH Gốm Trăng Khuyết"
    record = need("n1", "Gốm Trăng Khuyết cần men gốm không chì.", "anonymous", organisation=firm)
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        follow(index, account, "men gốm không chì", **hooked(hook.url))
        put(index, {**record, "title": f"{firm} cần men gốm"})
        assert send(index, settings).delivered == 1
    assert "Trăng Khuyết" not in hook.posted[0][1].decode()
    assert "men gốm" in hook.posted[0][1].decode()


def test_the_viewer_is_who_the_account_is_at_the_time_of_sending(
    index: Index, account: Account, tmp_path: Path
) -> None:
    officer = add_account(index, "can-bo", "officer")
    search = follow(index, officer)
    put(index, need("n1", visibility="confidential"))
    index.store.accounts.change_role(officer.id, "enterprise", None)
    assert send(index, settings_for(tmp_path)).found == 0
    assert found_by(index, search) == []


def test_a_disabled_account_gets_nothing_and_an_erased_one_leaves_nothing(
    index: Index, account: Account, tmp_path: Path
) -> None:
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        search = follow(index, account, **hooked(hook.url))
        put(index, need("n1"))
        find_new(index, settings, NOW)
        index.store.accounts.disable(account.id)
        put(index, need("n2"))
        sent = send(index, settings)
        assert (sent.found, sent.delivered) == (0, 0)
        index.store.erase_account(account.id)
        put(index, need("n3"))
        send(index, settings)
    assert hook.posted == []
    assert index.store.saved_searches.find(search.id) is None
    for table in ("found_records", "deliveries", "delivered_records"):
        assert index.store.database.row(f"SELECT COUNT(*) FROM {table}") == (0,)


def test_the_office_is_told_as_long_as_there_are_no_accounts(index: Index, tmp_path: Path) -> None:
    search = follow(index, None)
    put(index, need("n1", visibility="confidential", text="Gỗ cao su nứt khi sấy."))
    send(index, settings_for(tmp_path))
    assert found_by(index, search) == ["n1"]
    add_account(index)
    put(index, need("n2"))
    assert send(index, settings_for(tmp_path)).found == 0


def test_a_removed_record_is_forgotten(index: Index, account: Account, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
    follow(index, account, **hooked("http://127.0.0.1:9/"))
    put(index, need("n1"))
    find_new(index, settings, NOW)
    index.remove("n1")
    for table in ("found_records", "deliveries", "delivered_records"):
        assert index.store.database.row(f"SELECT COUNT(*) FROM {table}") == (0,)


# Deliveries


def test_what_leaves_is_in_the_audit_log(index: Index, account: Account, tmp_path: Path) -> None:
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        follow(index, account, **hooked(hook.url))
        put(index, need("need-1"))
        send(index, settings)
    [entry] = list_entries(index.store)
    assert (entry.actor, entry.deed, entry.what, entry.subjects) == (
        account.id,
        "exported",
        "alert webhook",
        ("need-1",),
    )


def test_two_processes_that_look_at_once_remember_once(index: Index, account: Account, tmp_path: Path) -> None:
    search = follow(index, account, **hooked("http://127.0.0.1:9/"))
    put(index, need("n1"))
    ids: dict[Any, str] = {("mail", None): "m1", ("webhook", search.id): "w1"}
    assert index.store.saved_searches.remember([(search, ["n1"])], ids, index.store.seq, NOW) == 1
    ids = {("mail", None): "m2", ("webhook", search.id): "w2"}
    assert index.store.saved_searches.remember([(search, ["n1"])], ids, index.store.seq, NOW) == 0
    assert index.store.database.row("SELECT COUNT(*) FROM deliveries") == (1,)


def test_a_delivery_is_taken_by_one_and_again_when_its_taker_is_dead(
    index: Index, account: Account, tmp_path: Path
) -> None:
    follow(index, account, **hooked("http://127.0.0.1:9/"))
    put(index, need("n1"))
    find_new(index, settings_for(tmp_path), NOW)
    first = index.store.deliveries.take(NOW)
    assert first is not None
    assert index.store.deliveries.take(NOW + timedelta(seconds=LEASE_SECONDS - 1)) is None
    again = index.store.deliveries.take(NOW + timedelta(seconds=LEASE_SECONDS))
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_failure_between_sending_and_writing_it_down_sends_the_same_again(
    index: Index, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        follow(index, account, **hooked(hook.url))
        put(index, need("n1"))
        with monkeypatch.context() as patch:
            patch.setattr(type(index.store.deliveries), "finish", _fail)
            with pytest.raises(KeyboardInterrupt):
                send(index, settings)
        assert send(index, settings).delivered == 0
        later = NOW + timedelta(seconds=LEASE_SECONDS + 1)
        assert send(index, settings, later).delivered == 1
        assert send(index, settings, later + timedelta(days=1)).delivered == 0
    assert len(hook.posted) == 2
    assert hook.posted[0][0]["webhook-id"] == hook.posted[1][0]["webhook-id"]
    assert hook.bodies[0] == hook.bodies[1]


def _fail(*_: object) -> None:
    raise KeyboardInterrupt


KILLED = """
    import os, signal, sys
    from datetime import datetime
    from pathlib import Path
    from random import Random
    sys.path.insert(0, sys.argv[2])
    from alert_case import NOW, settings_for
    import api.alerts.sending
    from index import Index
    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[3] == "before":
        api.alerts.sending.post = die
    else:
        from index.deliveries import Deliveries
        Deliveries.finish = die
    folder = Path(sys.argv[1])
    api.alerts.sending.send_alerts(Index(folder, None), settings_for(folder, webhook_hosts="127.0.0.1"), NOW, Random(1))
"""


@pytest.mark.parametrize(("when", "posts"), [("before", 1), ("after", 2)])
def test_a_killed_sender_loses_nothing_and_what_comes_twice_is_known_by_its_id(
    index: Index, account: Account, tmp_path: Path, when: str, posts: int
) -> None:
    with hook_server() as hook:
        follow(index, account, **hooked(hook.url))
        put(index, need("n1"), need("n2"))
        killed = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), str(Path(__file__).parent), when],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        assert send(index, settings, NOW + timedelta(seconds=LEASE_SECONDS)).delivered == 1
    assert len(hook.posted) == posts
    assert len({headers["webhook-id"] for headers, _ in hook.posted}) == 1
    assert {one["id"] for one in hook.bodies[-1]["data"]["records"]} == {"n1", "n2"}


def test_an_alert_that_cannot_be_written_keeps_back_no_other(
    index: Index, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook_server() as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        searches = [follow(index, account, **hooked(hook.url)) for _ in range(2)]
        put(index, need("n1"))
        write = api.alerts.sending.write_payload

        def write_or_fail(*given: Any) -> bytes:
            if given[3].id == searches[0].id:
                raise ValueError("không viết được")
            return write(*given)

        monkeypatch.setattr(api.alerts.sending, "write_payload", write_or_fail)
        sent = send(index, settings)
    assert (sent.delivered, sent.postponed) == (1, 1)


# Trying again


@given(st.integers(1, 100), st.integers())
def test_pauses_grow_up_to_a_limit_and_differ_a_little(attempts: int, seed: int) -> None:
    pause, next_pause = pause_after(attempts, Random(seed)), pause_after(attempts + 1, Random(seed))
    assert 48 <= pause <= next_pause <= 1.2 * 12 * 3600


def test_what_fails_is_tried_again_later_and_given_up_after_days(
    index: Index, account: Account, tmp_path: Path
) -> None:
    with hook_server(*[503] * 100) as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        search = follow(index, account, **hooked(hook.url))
        put(index, need("n1"))
        assert send(index, settings).postponed == 1
        assert send(index, settings, NOW + timedelta(seconds=30)).postponed == 0
        at, tried = NOW, 1
        while (waiting := index.store.deliveries.of(search.id, 1)[0]).state == "waiting":
            assert waiting.next_at > at.timestamp()
            at = NOW + timedelta(seconds=waiting.next_at - NOW.timestamp() + 1)
            sent = send(index, settings, at)
            tried += sent.postponed + sent.given_up
        assert sent.given_up == 1
        assert GIVEN_UP_AFTER < at - NOW < GIVEN_UP_AFTER + timedelta(hours=15)
        assert 12 <= tried == waiting.attempts <= 25
        assert waiting.problem is not None
        assert "503" in waiting.problem
        assert send(index, settings, at + timedelta(days=1)).delivered == 0
        send(index, settings, at + timedelta(days=31))
    assert index.store.deliveries.of(search.id, 1) == []
    assert len(hook.posted) == tried
