"""The documentation says what is so: version, commands, links, decisions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from api.outcomes import OUTCOMES
from ingest import KINDS, READABLE_SUFFIXES
from ingest.forms import load_forms

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md")]
PAGES += [*sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("benchmarks/*.md"))]
README = PAGES[0].read_text("utf-8")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def targets_of_make() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.search(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == version


def test_the_readme_begins_with_two_commands_that_exist() -> None:
    block = _FENCED.search(README)
    assert block is not None
    commands = [line.split("#")[0].split() for line in block[0].splitlines()[1:-1]]
    assert commands == [["make", "demo"], ["make", "test"]]
    assert {command[1] for command in commands} <= targets_of_make()
    assert README[: block.start()].count("\n") <= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_make_targets_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named <= targets_of_make()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_inside_the_repository_resolve(page: Path) -> None:
    links = [link for link in _LINK.findall(_FENCED.sub("", page.read_text("utf-8"))) if "://" not in link]
    broken = [link for link in links if not (page.parent / link.split("#")[0]).exists()]
    assert not broken


def test_every_exit_code_stands_in_the_readme() -> None:
    table = set(re.findall(r"^\| (\d) \|", README, re.MULTILINE))
    assert {str(outcome.exit) for _, outcome in OUTCOMES} <= table


def test_every_kind_and_format_stands_in_the_readme() -> None:
    assert all(f"`{kind}`" in README for kind in KINDS)
    formats = {suffix.lstrip(".").upper() for suffix in READABLE_SUFFIXES} - {"HTM", "MARKDOWN", "NDJSON"}
    first_cells = " ".join(re.findall(r"^\| ([A-Z, ]+) \|", README, re.MULTILINE))
    assert formats == set(re.findall(r"[A-Z]+", first_cells))


def test_every_form_stands_in_the_readme() -> None:
    rows = re.findall(r"^\| ((?:Phiếu|Thuyết minh|Lý lịch|Research proposal).*) \| `(\w+)` \|", README, re.MULTILINE)
    assert sorted(kind for _, kind in rows) == sorted(form.kind for form in load_forms())


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_parts_and_fits_a_page(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {int(page.stem[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Rejected", "Consequences"]
    assert len(text.split()) < 800


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_path_of_a_developers_machine_is_published(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root)/", page.read_text("utf-8"))
