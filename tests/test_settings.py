"""The table of settings: read from the environment in one place, and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.settings import PREFIX, BadSetting, Settings, read_settings
from ingest.readers import DEFAULT_LIMITS

ROOT = Path(__file__).resolve().parents[1]
VARIABLES = [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_stands_in_the_table_of_the_readme(variable: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("|")]
    assert any(f"`{variable}`" in row for row in rows)


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for package in ("ingest", "index", "matcher", "api")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"os\.environ\[|environ\.get\(|os\.getenv\(", path.read_text("utf-8"))
    ]
    # What programs started for reading inherit is no setting.
    assert readers == [str(Path("ingest", "confinement.py"))]


def test_defaults_answer_in_vietnamese_and_mask_contacts() -> None:
    settings = read_settings()
    assert settings.lang == "vi"
    assert not settings.keep_contacts
    assert settings.model_folder == settings.data / "model"


def test_the_environment_is_overruled_by_the_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "environment"))
    assert read_settings().data == tmp_path / "environment"
    assert read_settings(data=tmp_path / "option").data == tmp_path / "option"
    assert read_settings(data=None).data == tmp_path / "environment"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_LANG", "")
    assert read_settings().lang == "vi"


def test_a_value_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_LANG", "fr")
    with pytest.raises(BadSetting, match="BANHA_LANG cannot be 'fr'"):
        read_settings()


@pytest.mark.parametrize(
    ("chosen", "host", "role"),
    [
        (None, "127.0.0.1", "officer"),
        (None, "localhost", "officer"),
        (None, "0.0.0.0", "nobody"),
        (None, "192.168.1.5", "nobody"),
        ("nobody", "127.0.0.1", "nobody"),
        ("officer", "0.0.0.0", "officer"),
    ],
)
def test_whoever_is_not_at_this_computer_is_nobody(chosen: str | None, host: str, role: str) -> None:
    assert read_settings(http_viewer=chosen).viewer_at(host).role == role


def test_an_upload_may_be_as_large_as_a_file_that_is_read_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = DEFAULT_LIMITS.max_bytes // 1_000_000
    assert read_settings().max_upload_mb == largest
    assert f"A file has at most {largest} MB." in (ROOT / "README.md").read_text("utf-8")
    monkeypatch.setenv("BANHA_MAX_UPLOAD_MB", str(largest + 1))
    with pytest.raises(BadSetting):
        read_settings()
