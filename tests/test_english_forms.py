"""Research proposals in English, which follow no official form, are read into the same sections."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import only, read_text, section_of

from ingest.records import Kind

PLAIN = """Smart irrigation of black pepper on sloping land

Objectives
To cut irrigation water by a third.

Content
Install tensiometers on 3 plots and compare yields.

Expected products
One controller, one guideline.

Methods
Field trials with four replicates.

Duration
24 months
"""
TITLED = """RESEARCH PROPOSAL
UNIVERSITY OF SONG TRA

Rearing mud crab seed in lined ponds

1. Rationale
Seed from elsewhere arrives weak.
2. Objectives
- A nursery procedure.
3. Content
- Trial three densities.
4. Budget
900 million VND
"""


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("\nO", "\n## O").replace("Smart", "# Smart")])
def test_headings_alone_on_their_lines_begin_sections(tmp_path: Path, text: str) -> None:
    record = only(read_text(text, tmp_path, "proposal.md" if text[0] == "#" else "proposal.txt", "proposal"))
    assert record.title == "Smart irrigation of black pepper on sloping land"
    assert section_of(record, "objectives") == "To cut irrigation water by a third."
    assert section_of(record, "content") == (
        "Install tensiometers on 3 plots and compare yields.\nField trials with four replicates."
    )
    assert section_of(record, "products") == "One controller, one guideline."
    assert record.facts.months == 24


@pytest.mark.parametrize("kind", [None, "proposal"])
def test_the_line_above_the_first_label_is_the_title(tmp_path: Path, kind: Kind | None) -> None:
    record = only(read_text(TITLED, tmp_path, "de-cuong.txt", kind))
    assert (record.kind, record.title) == ("proposal", "Rearing mud crab seed in lined ponds")
    assert section_of(record, "urgency") == "Seed from elsewhere arrives weak."
    assert record.facts.budget_vnd == 900_000_000


def test_a_label_of_the_title_wins_over_the_line_above(tmp_path: Path) -> None:
    text = "Call of 2027\nProject title: Mud crab nursery\n" + TITLED.partition("ponds\n")[2]
    record = only(read_text(text, tmp_path, "de-cuong.txt", "proposal"))
    assert record.title == "Mud crab nursery"
    assert "Call of 2027" in section_of(record, "other")


def test_a_paper_in_english_is_no_proposal(tmp_path: Path) -> None:
    parts = ("Introduction", "Methods", "Results", "Discussion", "References")
    text = "Lined ponds for mud crab\n\n" + "\n\n".join(f"{part}\nWords about it, and more of them." for part in parts)
    assert only(read_text(text, tmp_path, "paper.txt")).kind == "document"
