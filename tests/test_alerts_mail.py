"""E-mails of alerts, taken by a real mail server: one digest, in two forms and the reader's language, that can be
stopped by one click without signing in."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alert_case import NOW, PUBLIC_URL, add_account, follow, mail_server, mailing, need, put, send, settings_for
from http_case import serving
from selectolax.lexbor import LexborHTMLParser

from api.alerts.smtp import write_mail
from api.alerts.unsubscribing import check_link, unsubscribe, unsubscribe_href
from api.errors import BadInput
from index import Index


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, None)


def body_of(mail: EmailMessage, form: str) -> str:
    part = mail.get_body((form,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def test_one_mail_tells_an_account_of_all_its_searches(index: Index, tmp_path: Path) -> None:
    account, other = add_account(index), add_account(index, "binh")
    follow(index, account, by_mail=True)
    follow(index, account, "nứt khi sấy", by_mail=True)
    follow(index, account, "gỗ", by_mail=False)
    follow(index, other, "tôm thẻ", by_mail=True)
    put(index, need("n1"), need("n2", "Gỗ nứt khi sấy <b>& hỏng</b>."))
    with mail_server() as box:
        assert send(index, mailing(tmp_path, box)).delivered == 1
        assert send(index, mailing(tmp_path, box), NOW + timedelta(days=1)).delivered == 0
    [(to, mail)] = box.taken
    assert to == ["an@so.vn"]
    assert mail["Subject"] == "Ba Nhà: 3 kết quả mới cho 2 tìm kiếm đã lưu"
    assert mail["From"] == "Ba Nhà <bao-tin@so.vn>"
    assert mail["Message-ID"].endswith("@so.vn>")
    assert mail.get_content_type() == "multipart/alternative"
    for form in ("plain", "html"):
        text = body_of(mail, form)
        assert f"{PUBLIC_URL}/ho-so/n1" in text
        assert f"{PUBLIC_URL}/ngung-thu/" in text
        assert "Ngừng mọi thư báo này" in text
    assert "<b>" not in body_of(mail, "html")
    # Servers on the way need understand no more than ASCII.
    assert box.raw[0].isascii()
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 998


def test_the_mail_is_in_the_language_in_which_the_search_was_saved(index: Index, tmp_path: Path) -> None:
    follow(index, add_account(index), by_mail=True, lang="en")
    put(index, need("n1"))
    with mail_server() as box:
        send(index, mailing(tmp_path, box))
    assert box.taken[0][1]["Subject"] == "Ba Nhà: 1 new for “sấy gỗ cao su”"
    assert 'lang="en"' in body_of(box.taken[0][1], "html")


def test_a_mail_that_is_refused_for_now_is_sent_again_as_the_same_one(index: Index, tmp_path: Path) -> None:
    search = follow(index, add_account(index), by_mail=True)
    put(index, need("n1"))
    with mail_server("451 busy") as box:
        assert send(index, mailing(tmp_path, box)).postponed == 1
        assert send(index, mailing(tmp_path, box), NOW + timedelta(hours=1)).delivered == 1
    [delivery] = index.store.deliveries.of(search.id, 5)
    assert box.taken[0][1]["Message-ID"] == f"<{delivery.id}@so.vn>"
    assert delivery.attempts == 2


def test_a_mail_that_is_refused_for_good_is_given_up_at_once(index: Index, tmp_path: Path) -> None:
    search = follow(index, add_account(index), by_mail=True)
    put(index, need("n1"))
    with mail_server("550 no such user") as box:
        assert send(index, mailing(tmp_path, box)).given_up == 1
    [delivery] = index.store.deliveries.of(search.id, 5)
    assert delivery.state == "given up"
    assert "550" in (delivery.problem or "")


def test_nothing_is_sent_to_a_server_that_does_not_encrypt_unless_that_is_asked_for(
    index: Index, tmp_path: Path
) -> None:
    follow(index, add_account(index), by_mail=True)
    put(index, need("n1"))
    with mail_server() as box:
        box.url = box.url.replace("smtp+plain", "smtp")
        assert send(index, mailing(tmp_path, box)).postponed == 1
    assert box.taken == []


@pytest.mark.parametrize("url", [None, "http://x", "smtp://", "smtp://:geheim@x:a"])
def test_bad_settings_are_told_without_the_password(index: Index, tmp_path: Path, url: str | None) -> None:
    search = follow(index, add_account(index), by_mail=True)
    put(index, need("n1"))
    settings = settings_for(tmp_path, smtp_url=url, mail_from="bao-tin@so.vn")
    assert send(index, settings).postponed == 1
    [delivery] = index.store.deliveries.of(search.id, 5)
    assert "BANHA_SMTP_URL" in (delivery.problem or "")
    assert "geheim" not in (delivery.problem or "") + repr(settings)


def test_the_office_has_an_address_by_configuration(index: Index, tmp_path: Path) -> None:
    follow(index, None, by_mail=True)
    put(index, need("n1"))
    with mail_server() as box:
        send(index, mailing(tmp_path, box, mail_to="phong@so.vn"))
    assert box.taken[0][0] == ["phong@so.vn"]


# Stopping


def test_the_address_that_stops_mails_goes_out_as_it_is(index: Index, tmp_path: Path) -> None:
    """Mail programs decode no address (RFC 2369), and one that is broken in two is none."""
    far = "https://" + "xa." * 40 + "so.vn"
    settings = settings_for(tmp_path, mail_from="Ba Nhà <bao-tin@so.vn>")
    stop = f"{far}/ngung-thu/a-{'x' * 90}"
    mail = write_mail(settings, "an@so.vn", "Tin mới " * 20, "chữ", "<p>chữ</p>", "m1", stop, NOW)
    lines = mail.as_bytes().split(b"\r\n")
    assert f"List-Unsubscribe: <{stop}>".encode() in lines
    assert all(len(line) <= 78 for line in lines if not line.startswith(b"List-Unsubscribe:"))


def test_one_click_stops_the_mails_of_an_account_and_nothing_else(index: Index, tmp_path: Path) -> None:
    account, other = add_account(index), add_account(index, "binh")
    follow(index, account, by_mail=True)
    follow(index, account, "gỗ cao su", by_mail=True)
    kept = follow(index, other, by_mail=True)
    put(index, need("n1"))
    with mail_server() as box:
        send(index, mailing(tmp_path, box))
        [mail] = [mail for to, mail in box.taken if to == ["an@so.vn"]]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = mail["List-Unsubscribe"].strip("<>")
    assert stop.startswith(PUBLIC_URL)
    path = urlsplit(stop).path
    put(index, need("n2"))
    with serving(settings_for(tmp_path, model="none")) as client:
        page = client.get(path)
        assert page.status_code == 200
        assert [form.attributes["action"] for form in LexborHTMLParser(page.text).css("form")] == [path]
        assert [one.by_mail for one in index.store.saved_searches.of(account.id)] == [True, True]
        # As mail programs do (RFC 8058): no cookie, no page before.
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert client.get("/tim-kiem-da-luu", follow_redirects=False).status_code == 303
    assert not any(one.by_mail for one in index.store.saved_searches.of(account.id))
    assert len(index.store.saved_searches.of(account.id)) == 2
    assert [one.by_mail for one in index.store.saved_searches.of(other.id)] == [kept.by_mail]


def test_a_mail_that_waits_is_not_sent_after_it_was_stopped(index: Index, tmp_path: Path) -> None:
    account = add_account(index)
    follow(index, account, by_mail=True)
    put(index, need("n1"))
    with mail_server("451 busy") as box:
        send(index, mailing(tmp_path, box))
        unsubscribe(index, unsubscribe_href(index, account.id).rpartition("/")[2])
        assert send(index, mailing(tmp_path, box), NOW + timedelta(hours=1)).delivered == 0
    assert box.taken == []


def test_one_search_is_stopped_alone(index: Index) -> None:
    account = add_account(index)
    one, other = follow(index, account, by_mail=True), follow(index, account, by_mail=True)
    token = unsubscribe_href(index, account.id, one.id).rpartition("/")[2]
    assert check_link(index, token) == "search"
    unsubscribe(index, token)
    assert {search.id: search.by_mail for search in index.store.saved_searches.of(account.id)} == {
        one.id: False,
        other.id: True,
    }


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: "a-binh." + token.rpartition(".")[2], str.upper]
)
def test_a_link_that_was_changed_is_refused(index: Index, tmp_path: Path, change: object) -> None:
    account = add_account(index)
    follow(index, account, by_mail=True)
    assert callable(change)
    token = change(unsubscribe_href(index, account.id).rpartition("/")[2])
    with pytest.raises(BadInput):
        unsubscribe(index, token)
    with serving(settings_for(tmp_path, model="none")) as client:
        assert client.post(f"/ngung-thu/{token}").status_code == 422
    assert index.store.saved_searches.of(account.id)[0].by_mail
