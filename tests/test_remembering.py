"""What is remembered of records is forgotten with them, also where another program takes them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.gaps.finding import _see_terms, _subjects, see_terms
from index import Index, store_records
from index.owners import _directory_of, name_owner
from ingest import NOBODY, Facts, Record, Section, as_seen_by
from ingest.giveaways import _patterns_of
from ingest.remembering import _forgetting
from ingest.visibility import _mask_giveaways

FIRM = "Công ty TNHH Gỗ Khê Thượng"
SAID = "Lò sấy thứ bảy mươi ba của Gỗ Khê Thượng hỏng."
NEED = Record("need", "enterprise", "Lò sấy hỏng", (Section("situation", SAID, "anonymous"),), Facts(organisation=FIRM))
BODY = Record("organisation", "enterprise", FIRM, (Section("introduction", "Gỗ."),))
OTHER = Record("document", "science", "Sổ tay sấy gỗ", (Section("text", "Sấy gỗ."),))


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "elsewhere"])
def test_a_text_is_forgotten_when_its_record_is_removed(tmp_path: Path, is_elsewhere: bool) -> None:
    index = Index(tmp_path, None)
    need, _ = store_records(index, [(NEED, "a"), (BODY, "b")])
    seen = as_seen_by(name_owner(index, index.store.get(need.id)), NOBODY)
    assert seen
    assert seen.sections[0].text == "Lò sấy thứ bảy mươi ba của ••• hỏng."
    sizes = [remembered.cache_info().currsize for remembered in (_mask_giveaways, _patterns_of, _directory_of)]
    assert all(sizes)
    # What is only added takes nothing away.
    store_records(index, [(OTHER, "c")])
    index.refresh()
    assert _mask_giveaways.cache_info().currsize >= sizes[0]
    other = Index(tmp_path, None) if is_elsewhere else index
    other.remove(need.id)
    index.candidates(["need"], NOBODY)
    for remembered in (_mask_giveaways, _patterns_of, _directory_of):
        assert remembered.cache_info().currsize == 0
    assert len(_forgetting) >= 5
    index.store.close()


def test_what_is_counted_of_gaps_is_forgotten_when_its_record_is_removed(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    need, _ = store_records(index, [(NEED, "a"), (BODY, "b")])
    see_terms(index, NOBODY)
    assert _subjects.cache_info().currsize
    assert _see_terms.cache_info().currsize
    index.remove(need.id)
    assert _subjects.cache_info().currsize == 0
    assert _see_terms.cache_info().currsize == 0
    index.store.close()
