"""Reminders of engagements go out by e-mail on their day, once, to the account that set them, until it stops them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alert_case import NOW, PUBLIC_URL, add_account, mail_server, mailing, need, put, send, settings_for
from http_case import RECORDS, serving

from api.accounts.ownership import viewer_of
from api.alerts.unsubscribing import check_link
from api.engagements.taking import do, start
from index import Account, Actor, Index, store_records
from ingest import OFFICER
from ingest.records_json import record_from_json
from matcher.engagement.stages import Intent

DAY = NOW.astimezone().date()


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, None)
    store_records(index, [(record_from_json(one), "test") for one in RECORDS])
    return index


def remind(index: Index, account: Account, on: date = DAY, text: str = "gọi lại xưởng") -> tuple[str, int]:
    actor = Actor(account.id, account.name)
    found = index.store.engagements.all(OFFICER, pair=("need-1", "sci-1"))
    id = found[0].id if found else start(index, "need-1", "sci-1", actor, OFFICER, DAY).id
    do(index, id, Intent("remind", text=text, day=on), actor, viewer_of(index, account), DAY)
    return id, index.store.engagements.events(id, OFFICER)[-1].id


def test_a_reminder_is_mailed_once_on_its_day_to_who_set_it(index: Index, tmp_path: Path) -> None:
    officer = add_account(index, "hai", "officer")
    add_account(index, "binh", "officer")
    id, _ = remind(index, officer, DAY + timedelta(days=2))
    with mail_server() as box:
        settings = mailing(tmp_path, box)
        assert send(index, settings).delivered == 0
        assert send(index, settings, NOW + timedelta(days=2)).delivered == 1
        for days in (2, 3, 40):
            assert send(index, settings, NOW + timedelta(days=days)).delivered == 0
    [(to, mail)] = box.taken
    assert to == ["hai@so.vn"]
    assert mail["Subject"] == "Ba Nhà: 1 lời nhắc đến hạn"
    for form in ("plain", "html"):
        part = mail.get_body((form,))
        assert part is not None
        text = part.get_content()
        assert "gọi lại xưởng" in text
        assert f"{PUBLIC_URL}/ket-noi/{id}" in text
        assert f"{PUBLIC_URL}/ngung-thu/r-hai" in text


def test_one_mail_tells_all_that_is_due_and_other_alerts_change_nothing(index: Index, tmp_path: Path) -> None:
    officer = add_account(index, "hai", "officer")
    remind(index, officer)
    remind(index, officer, DAY, "hỏi kinh phí")
    put(index, need("n9"))
    with mail_server("451 busy") as box:
        send(index, mailing(tmp_path, box))
        index.store.remove("n9")
        assert send(index, mailing(tmp_path, box), NOW + timedelta(hours=1)).delivered == 1
    assert [mail["Subject"] for _, mail in box.taken] == ["Ba Nhà: 2 lời nhắc đến hạn"]


def test_what_is_settled_or_erased_before_its_mail_is_not_mailed(index: Index, tmp_path: Path) -> None:
    officer = add_account(index, "hai", "officer")
    id, number = remind(index, officer)
    with mail_server("451 busy") as box:
        send(index, mailing(tmp_path, box))
        do(index, id, Intent("settle", of=number), Actor(), OFFICER, DAY)
        send(index, mailing(tmp_path, box), NOW + timedelta(hours=1))
        remind(index, officer)
        index.store.remove("sci-1")
        send(index, mailing(tmp_path, box), NOW + timedelta(hours=2))
    assert box.taken == []


def test_who_stopped_them_by_the_link_gets_none_until_the_account_wants_them_again(
    index: Index, tmp_path: Path
) -> None:
    officer = add_account(index, "hai", "officer")
    remind(index, officer)
    with mail_server() as box:
        send(index, mailing(tmp_path, box))
        path = urlsplit(box.taken[0][1]["List-Unsubscribe"].strip("<>")).path
        assert check_link(index, path.rpartition("/")[2]) == "reminders"
        with serving(settings_for(tmp_path, model="none")) as client:
            assert "lời nhắc" in client.get(path).text
            assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        remind(index, officer)
        assert send(index, mailing(tmp_path, box)).delivered == 0
        index.store.accounts.want_reminders(officer.id, True)
        assert send(index, mailing(tmp_path, box)).delivered == 1


def test_without_e_mails_and_without_accounts_reminders_stay_on_the_board(index: Index, tmp_path: Path) -> None:
    officer = add_account(index, "hai", "officer")
    remind(index, officer)
    index.store.accounts.disable(officer.id)
    with mail_server() as box:
        assert send(index, settings_for(tmp_path)).delivered == 0
        assert send(index, mailing(tmp_path, box)).delivered == 0
    assert len(index.store.engagements.reminders(OFFICER)) == 1
