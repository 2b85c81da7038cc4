"""What journeys share: a served application with accounts, people who sign in, and looks at the pages they see."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving_case import a_served_app

from api.accounts.keeping import add_account
from index import AccountRole, Index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PASSWORD = "một mật khẩu đủ dài"
WIDE, PHONE = 1200, 390
PICTURES = os.environ.get("BANHA_TEST_PICTURES")  # a folder for pictures of the pages, for people to look at

# (name, role, organisation)
Person = tuple[str, AccountRole, str | None]


@contextmanager
def served(
    folder: Path, model: Path, records: Sequence[Mapping[str, Any]], people: Mapping[str, Person]
) -> Iterator[str]:
    """The application over these records with the real encoder, and an account for each e-mail address."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.accounts.passwords._hasher", lambda: quick)
        with a_served_app(folder, [dict(one) for one in records], model) as address:
            index = Index(folder, None)
            for email, (name, role, organisation) in people.items():
                add_account(index, email, name, role, organisation, PASSWORD, datetime.now(UTC))
            index.store.close()
            yield address


def open_page(browser: Browser) -> Page:
    """A page of a browser of its own, that fails the test when a script of ours does."""
    page = browser.new_page(viewport={"width": WIDE, "height": 800}, locale="vi-VN")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def sign_in(browser: Browser, address: str, email: str) -> Page:
    page = open_page(browser)
    page.goto(f"{address}/dang-nhap")
    page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "/dang-nhap" not in url)
    return page


def look(page: Page, name: str) -> None:
    """On a desk and on a phone nothing is wider than the screen; pictures where somebody wants to see them."""
    page.locator("body > footer").wait_for()
    for width in (PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (page.url, width)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def see(page: Page, words: str, seconds: float = 30) -> None:
    page.get_by_text(words).filter(visible=True).first.wait_for(timeout=1_000 * seconds)


def press(page: Page, name: str) -> None:
    """Press the first button that is called so, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and wait for the whole page that answers."""
    with page.expect_navigation():
        link.click()


def move(page: Page, engagement: str, name: str) -> None:
    page.goto(engagement)
    press(page, name)
