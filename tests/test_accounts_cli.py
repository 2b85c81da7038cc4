"""`banha account` and `banha token`: passwords never as arguments, JSON where they list, all in the README."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import accounts
from api.settings import PREFIX, Settings
from index import ACCOUNT_ROLES

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
PASSWORD = "ba nhà cùng một mái\n"
Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")

    def invoke(*args: str, input: str = PASSWORD) -> Any:
        return CliRunner().invoke(app, args, input=input, prog_name="banha")

    return invoke


@pytest.fixture
def opened(run: Run) -> Run:
    """`run` where there is an administrator."""
    answer = run("account", "add", "Quan.Tri@so.vn", "--name", "Người Quản Trị", "--role", "administrator")
    assert answer.exit_code == 0
    assert "Từ nay" in answer.stderr
    return run


@pytest.mark.parametrize("group", [accounts.account, accounts.token], ids=["account", "token"])
def test_every_command_is_documented_in_the_readme(group: Any) -> None:
    name = "account" if group is accounts.account else "token"
    line = next(line for line in README.splitlines() if line.startswith(f"| `banha {name} add"))
    for command in group.registered_commands:
        assert command.name in line


def test_the_roles_of_the_command_are_those_of_accounts() -> None:
    assert get_args(accounts.AccountRole) == ACCOUNT_ROLES


def test_the_first_account_is_no_scientists(run: Run) -> None:
    answer = run("account", "add", "an@dai-hoc.vn", "--name", "An", "--role", "scientist")
    assert answer.exit_code == 2
    assert json.loads(run("account", "list", "--json").stdout) == {"accounts": [], "invitations": []}


def test_accounts_are_listed_invited_disabled_and_erased(opened: Run) -> None:
    link = opened("account", "invite", "an@dai-hoc.vn", "--role", "scientist", "--address", "https://banha.vn/").stdout
    assert link.startswith("https://banha.vn/loi-moi/")
    assert opened("account", "disable", "QUAN.TRI@so.vn").exit_code == 0
    listed = json.loads(opened("account", "list", "--json").stdout)
    assert [(one["email"], one["is_disabled"]) for one in listed["accounts"]] == [("quan.tri@so.vn", True)]
    assert [one["email"] for one in listed["invitations"]] == ["an@dai-hoc.vn"]
    assert "link" not in listed["invitations"][0]
    assert opened("account", "disable", "quan.tri@so.vn", "--undo").exit_code == 0
    assert opened("account", "password", "quan.tri@so.vn", input="ngắn\n").exit_code == 2
    assert opened("account", "password", "quan.tri@so.vn", input="một mật khẩu mới nhé\n").exit_code == 0
    assert "chỉ cho xem nội dung công khai" in opened("account", "erase", "quan.tri@so.vn").stderr
    assert opened("account", "erase", "quan.tri@so.vn").exit_code == 4


def test_a_token_is_shown_once_and_revoked(opened: Run) -> None:
    made = opened("token", "add", "quan.tri@so.vn", "--name", "báo cáo", "--scope", "write")
    assert made.stdout.startswith("banha_")
    listed = json.loads(opened("token", "list", "--json").stdout)["tokens"]
    assert [(one["name"], one["scopes"]) for one in listed] == [("báo cáo", ["read", "write"])]
    assert made.stdout.strip() not in opened("token", "list").stdout
    assert opened("token", "add", "quan.tri@so.vn", "--name", "x", "--scope", "everything").exit_code == 2
    assert opened("token", "revoke", listed[0]["id"]).exit_code == 0
    assert opened("token", "revoke", listed[0]["id"]).exit_code == 2
