"""Searching: both spellings, exact quotes, stable order, nothing for those who may not see it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

from index import Encoder, Index, ModelMismatch, ingest_paths, rank, reembed, standardise, store_records
from ingest import NOBODY, OFFICER, Facts, Record, Section, Viewer, fold

WATER = Record(
    "need",
    "enterprise",
    "Xử lý nước thải dệt nhuộm",
    (
        Section("situation", "Nước thải có màu đậm, vượt quy chuẩn."),
        Section("requirements", "Khử màu bằng công nghệ rẻ tiền.", "confidential"),
    ),
    id="need-water",
)
WOOD = Record(
    "need", "enterprise", "Sấy gỗ cao su", (Section("situation", "Gỗ bị nứt khi sấy nhanh."),), id="need-wood"
)
SECRET = Record(
    "need",
    "enterprise",
    "Pin thể rắn",
    (Section("situation", "Chế tạo pin thể rắn.", "confidential"),),
    id="need-secret",
)
MASKED = Record(
    "need",
    "enterprise",
    "Tái chế nhựa tại Công ty TNHH Minh Khang Phát",
    (Section("situation", "Minh Khang Phát thải 5 tấn nhựa mỗi ngày.", "anonymous"),),
    Facts(organisation="Công ty TNHH Minh Khang Phát"),
    id="need-masked",
)
RECORDS = [WATER, WOOD, SECRET, MASKED]


def build(folder: Path, encoder: ToyEncoder | None, records: list[Record] = RECORDS) -> Index:
    index = Index(folder, encoder)
    store_records(index, [(record, "test") for record in records])
    return index


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the records; tests only read it."""
    return build(tmp_path_factory.mktemp("index"), ToyEncoder() if request.param == "hybrid" else None)


@pytest.mark.parametrize(
    "query",
    ["xử lý nước thải", "xu ly nuoc thai", "XỬ LÝ NƯỚC THẢI", unicodedata.normalize("NFD", "xử lý nước thải")],
)
def test_every_spelling_finds_the_same(index: Index, query: str) -> None:
    assert index.search(query, OFFICER).hits[0].id == "need-water"


def test_a_query_without_accents_gets_a_suggestion(index: Index) -> None:
    assert index.search("nuoc thai det nhuom", OFFICER).suggestion == "nước thải dệt nhuộm"
    assert index.search("nước thải dệt nhuộm", OFFICER).suggestion is None


def test_hits_quote_the_stored_text_exactly(index: Index) -> None:
    hits = index.search("gỗ sấy nước thải", OFFICER).hits
    assert {hit.id for hit in hits} >= {"need-water", "need-wood"}
    for hit in hits:
        record = index.store.get(hit.id)
        assert hit.text == record.text_of(hit.section)[hit.start : hit.end]


def test_scores_and_order_do_not_depend_on_the_limit(index: Index) -> None:
    every = index.search("nước thải sấy gỗ", OFFICER, limit=10).hits
    assert len(every) > 1
    for limit in range(1, len(every) + 1):
        assert index.search("nước thải sấy gỗ", OFFICER, limit=limit).hits == every[:limit]


def test_confidential_text_does_not_exist_for_others(index: Index) -> None:
    assert "need-secret" in {hit.id for hit in index.search("pin thể rắn", OFFICER).hits}
    assert "need-secret" in {
        hit.id for hit in index.search("pin thể rắn", Viewer("enterprise", frozenset({"need-secret"}))).hits
    }
    for hit in index.search("pin thể rắn khử màu công nghệ rẻ tiền", NOBODY).hits:
        assert hit.id != "need-secret"
        assert "rẻ tiền" not in hit.text


def test_what_is_hidden_changes_nothing_that_others_see(tmp_path: Path) -> None:
    hidden = [replace(SECRET, title=f"Nước thải {n}", id=f"need-secret-{n}") for n in range(5)]
    with_secret = build(tmp_path / "a", ToyEncoder(), [WATER, WOOD, MASKED, *hidden]).search("nước thải", NOBODY)
    without = build(tmp_path / "b", ToyEncoder(), [WATER, WOOD, MASKED]).search("nước thải", NOBODY)
    assert with_secret == without


def test_an_anonymous_record_is_readable_without_its_names(index: Index) -> None:
    hit = next(hit for hit in index.search("tái chế nhựa", NOBODY).hits if hit.id == "need-masked")
    assert "Minh Khang" not in hit.title + hit.text
    assert hit.title == "Tái chế nhựa tại •••"
    officers = next(hit for hit in index.search("tái chế nhựa", OFFICER).hits if hit.id == "need-masked")
    assert officers.title == MASKED.title


def test_searching_a_masked_name_tells_a_stranger_nothing(tmp_path: Path) -> None:
    index = build(tmp_path, None)
    assert [hit.id for hit in index.search("Minh Khang Phát", OFFICER).hits] == ["need-masked"]
    assert index.search("Minh Khang Phát", NOBODY).hits == ()


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_removing_and_replacing_take_effect_at_once(tmp_path: Path, encoder: ToyEncoder | None) -> None:
    index = build(tmp_path, encoder)
    index.remove("need-wood")
    assert "need-wood" not in {hit.id for hit in index.search("sấy gỗ", OFFICER).hits}
    changed = Record("need", "enterprise", "Sấy xoài", (Section("situation", "Xoài mau hư."),), id="need-water")
    store_records(index, [(changed, "test")])
    hits = index.search("xoài", OFFICER).hits
    assert (hits[0].id, hits[0].title) == ("need-water", "Sấy xoài")


def test_what_older_versions_and_killed_processes_left_behind_goes_when_snapshots_are_written(tmp_path: Path) -> None:
    index = build(tmp_path, None, [WATER])
    index.save()
    (accents,) = tmp_path.rglob("syllables-*.npz")
    left = [accents.with_name(name) for name in ("restorer-7.npz", f".{accents.name}.4711", "need.faiss.4711.tmp")]
    for path in left:
        path.write_bytes(b"")
    left.append(accents.with_name("lexical"))
    left[-1].mkdir()
    store_records(index, [(WOOD, "test")])
    index.save()
    assert not any(path.exists() for path in left)
    (newer,) = tmp_path.rglob("syllables-*.npz")
    assert newer != accents


def test_another_process_sees_what_was_stored_and_snapshots_are_replayed(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    first = build(tmp_path, encoder, [WATER])
    first.save()
    second = Index(tmp_path, encoder)
    store_records(first, [(WOOD, "test")])
    first.remove("need-water")
    for index in (second, Index(tmp_path, encoder)):
        hits = index.search("sấy gỗ nước thải", OFFICER).hits
        assert [hit.id for hit in hits] == ["need-wood"]


@pytest.mark.parametrize("damage", ["derived/*/need.faiss", "derived/*/need.words"])
def test_damaged_derived_indexes_are_rebuilt_from_the_store(tmp_path: Path, damage: str) -> None:
    index = build(tmp_path, ToyEncoder())
    index.save()
    expected = index.search("nước thải", OFFICER)
    (damaged,) = tmp_path.glob(damage)
    damaged.write_bytes(b"\0" * 100)
    assert Index(tmp_path, ToyEncoder()).search("nước thải", OFFICER) == expected


def test_words_that_had_to_be_rebuilt_are_kept_and_else_nothing_is_written(tmp_path: Path) -> None:
    build(tmp_path, None).save()
    (words,) = tmp_path.glob("derived/*/need.words")
    sound = words.read_bytes()
    words.write_bytes(b"BANHAW01" + sound[8:])
    Index(tmp_path, None).save_rebuilt()
    assert words.read_bytes() == sound
    before = words.stat().st_mtime_ns
    other = Index(tmp_path, None)
    store_records(other, [(Record("need", "enterprise", "Sấy xoài", id="need-mango"), "test")])
    other.save_rebuilt()
    assert words.stat().st_mtime_ns == before


def test_another_model_is_refused_until_everything_is_embedded_again(tmp_path: Path) -> None:
    build(tmp_path, ToyEncoder())
    other = ToyEncoder("other", dimensions=32)
    with pytest.raises(ModelMismatch, match="banha reembed"):
        Index(tmp_path, other)
    assert reembed(Index(tmp_path, other, any_model=True)) > 0
    index = Index(tmp_path, other)
    assert (index.mode, index.search("nước thải", OFFICER).hits[0].id) == ("hybrid", "need-water")


def test_unchanged_text_is_never_encoded_twice(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    index = build(tmp_path, encoder)
    before = len(encoder.encoded)
    store_records(index, [(record, "test") for record in RECORDS])
    assert len(encoder.encoded) == before
    longer = Record("need", "enterprise", WOOD.title, (*WOOD.sections, Section("impact", "Đỡ tốn gỗ.")), id=WOOD.id)
    store_records(index, [(longer, "test")])
    assert encoder.encoded[before:] == ["Đỡ tốn gỗ."]


@pytest.mark.parametrize("query", ["", " ", "\0", "a", "😀", "và của là", "?!", "x" * 100_000, "nước thải " * 10_000])
def test_odd_queries_get_an_answer(index: Index, query: str) -> None:
    result = index.search(query, OFFICER)
    assert len(result.hits) <= 10


def test_hidden_text_teaches_no_accents(tmp_path: Path) -> None:
    open_texts = [record for record in RECORDS if "rẻ tiền" not in str(record)]
    assert len(open_texts) < len(RECORDS)
    with_hidden, without = build(tmp_path / "with", None), build(tmp_path / "without", None, open_texts)
    for query in ("re tien", "loc nuoc re tien", "nuoc thai"):
        assert with_hidden.search(query, NOBODY).suggestion == without.search(query, NOBODY).suggestion
    assert with_hidden.search("nuoc thai", NOBODY).suggestion == "nước thải"


def test_a_new_folder_knows_the_words_of_the_trade(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    for text in (
        "bò sữa",
        "xâm nhập mặn",
        "sấy gỗ cao su",
        "tin học",
        "nhà xưởng",
        "nuôi tôm thẻ chân trắng",
        "trí tuệ nhân tạo",
    ):
        assert index.read_query(fold(text)).restored == text


def test_text_whose_accents_nobody_knows_never_reaches_the_encoder(tmp_path: Path) -> None:
    result = build(tmp_path, ToyEncoder()).search("nhoe poa", OFFICER)
    assert result.mode == "unrestored"
    assert result.hits == ()


def test_what_was_learnt_is_kept_and_grows_with_the_store(tmp_path: Path) -> None:
    index = build(tmp_path, None, [WATER])
    index.save()
    again = Index(tmp_path, None)
    assert again.search("nuoc thai", OFFICER).suggestion == "nước thải"
    store_records(again, [(WOOD, "test")])
    assert again.search("say go cao su", OFFICER).suggestion == "sấy gỗ cao su"


def test_slips_of_typing_are_read_and_never_silently(index: Index) -> None:
    for typed, meant in (
        ("nuwowcs thari", "nước thải"),
        ("nu7o71c tha3i de65t nhuo65m", "nước thải dệt nhuộm"),
        ("sử lý nước thải", "xử lý nước thải"),
        ("xử lý nước thảii", "xử lý nước thải"),
    ):
        result = index.search(typed, OFFICER)
        assert (result.query, result.suggestion) == (typed, meant)
        assert result.hits[0].id == "need-water"


def test_both_readings_are_searched(index: Index) -> None:
    reading = index.read_query("sử lý nước thải")
    words = {term for _, term in reading.weighted_terms()}
    assert {"sử", "xử", "su", "xu", "thải"} <= words
    assert reading.dense_text == "xử lý nước thải"
    agreed = index.read_query("xử lý nước thải").weighted_terms()
    assert reading.weighted_terms()["accented", "thải"] == agreed["accented", "thải"]


def test_a_person_extends_the_abbreviations(tmp_path: Path) -> None:
    index = build(tmp_path, None)
    assert index.search("SGCS", OFFICER).hits == ()
    (tmp_path / "aliases.txt").write_text("SGCS = sấy gỗ cao su\n", "utf-8")
    assert index.search("SGCS", OFFICER).hits[0].id == "need-wood"
    assert index.search("SGCS", OFFICER).forms == ("sấy gỗ cao su",)
    (tmp_path / "aliases.txt").write_text("SGCS sấy gỗ cao su\nGCS = gỗ cao su\n", "utf-8")
    assert index.search("SGCS", OFFICER).hits == ()
    assert index.search("GCS", OFFICER).forms == ("gỗ cao su",)
    assert Index(tmp_path, None).search("GCS", OFFICER).forms == ("gỗ cao su",)


def test_linking_words_of_an_abbreviation_find_nothing(tmp_path: Path) -> None:
    texts = {"document-firms": "Hỗ trợ doanh nghiệp nhỏ.", "document-water": "Lưu lượng nhỏ và phương tiện đo."}
    crowd = {f"document-{number}": f"Doanh nghiệp số {number}." for number in range(20)}
    documents = [
        Record("document", "state", id, (Section("text", text),), id=id) for id, text in (texts | crowd).items()
    ]
    found = build(tmp_path, None, documents).search("DNNVV", OFFICER, limit=30)
    assert found.hits[0].id == "document-firms"
    assert "document-water" not in {hit.id for hit in found.hits}


def test_texts_teach_the_abbreviations_that_they_define(tmp_path: Path) -> None:
    index = build(tmp_path, None)
    defining = Record(
        "document",
        "state",
        "Hướng dẫn",
        (Section("content", "Quy định về sấy gỗ cao su (SGCS)."), Section("note", "pin thể rắn (PTR)", "confidential")),
        id="doc-wood",
    )
    store_records(index, [(defining, "test")])
    index.save()
    for opened in (index, Index(tmp_path, None)):
        assert opened.search("SGCS", OFFICER).forms == ("sấy gỗ cao su",)
        assert {hit.id for hit in opened.search("SGCS", OFFICER).hits} == {"doc-wood", "need-wood"}
        assert opened.search("PTR", OFFICER).forms == ()
    index.remove("doc-wood")
    assert index.search("SGCS", OFFICER).forms == ()
    assert files_that_say("SGCS", tmp_path) == []


def test_nothing_of_a_removed_record_is_left_on_disk(tmp_path: Path) -> None:
    index = build(tmp_path, ToyEncoder())
    index.save()
    assert files_that_say("Minh Khang", tmp_path) != []
    index.remove("need-masked")
    index.store.close()
    assert files_that_say("Minh Khang", tmp_path) == []


def test_what_was_removed_has_no_weight_any_more(tmp_path: Path) -> None:
    kept, gone = build(tmp_path / "kept", None, [WOOD]), build(tmp_path / "gone", None)
    for record in list(gone.store.records()):
        if record.id != WOOD.id:
            gone.remove(record.id)
    assert gone.search(WOOD.title, OFFICER).hits == kept.search(WOOD.title, OFFICER).hits


def files_that_say(text: str, folder: Path) -> list[str]:
    """Names of the files in which the text, or its last word as the words' index has it, can be read."""
    wanted = text.encode(), text.split()[-1].lower().encode()
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [name for name, content in contents.items() if any(found in content for found in wanted)]


def test_public_sections_of_an_anonymous_record_are_masked_too(tmp_path: Path) -> None:
    mixed = Record(
        "need",
        "enterprise",
        "Tái chế nhựa",
        (
            Section("situation", "Mỗi ngày thải 5 tấn.", "anonymous"),
            Section("requirements", "Minh Khang Phát muốn máy rẻ."),
        ),
        Facts(organisation="Công ty TNHH Minh Khang Phát"),
        id="need-mixed",
    )
    index = build(tmp_path, None, [mixed])
    assert index.search("Minh Khang Phát", NOBODY).hits == ()
    assert index.search("máy rẻ", NOBODY).hits[0].text.endswith("muốn máy rẻ.")


def test_a_new_database_in_the_same_place_never_meets_the_old_indexes(tmp_path: Path) -> None:
    build(tmp_path, ToyEncoder()).save()
    for path in tmp_path.glob("banha.sqlite*"):
        path.unlink()
    index = build(tmp_path, ToyEncoder(), [WOOD])
    assert [hit.id for hit in index.search("nước thải", OFFICER).hits] == ["need-wood"]
    assert index.mode == "hybrid"


def test_the_same_model_in_another_revision_is_another_model(tmp_path: Path) -> None:
    build(tmp_path, ToyEncoder())
    other = ToyEncoder()
    other.description = replace(other.description, revision="2")
    with pytest.raises(ModelMismatch):
        Index(tmp_path, other)


def test_equal_texts_score_equally_and_are_ordered_by_id(tmp_path: Path) -> None:
    same = [Record("need", "enterprise", "Sấy gỗ cao su", id=f"n{number:02}") for number in range(13)]
    hits = build(tmp_path, ToyEncoder(), same).search("sấy gỗ", OFFICER, limit=13).hits
    assert [hit.id for hit in hits] == [record.id for record in same]


def test_storing_what_is_known_commits_nothing(tmp_path: Path) -> None:
    index = build(tmp_path, ToyEncoder())
    seq = index.store.seq
    store_records(index, [(record, "test") for record in RECORDS])
    assert index.store.seq == seq


def test_first_starts_at_once_all_succeed(tmp_path: Path) -> None:
    code = f"import sys; sys.path[:0] = {sys.path!r}; from index import Index; from pathlib import Path; "
    code += f"Index(Path({str(tmp_path)!r}), None)"
    starts = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)]
    for start in starts:
        _, error = start.communicate()
        assert (start.returncode, error) == (0, b"")


def test_threads_that_read_and_write_at_once_get_sound_answers(tmp_path: Path) -> None:
    index = build(tmp_path, ToyEncoder())
    failures: list[BaseException] = []

    def write() -> None:
        for number in range(12):
            text = "Gỗ bị nứt. " * (1 + number % 4)
            store_records(index, [(replace(WOOD, sections=(Section("situation", text),)), "test")])

    def read() -> None:
        try:
            for _ in range(40):
                for hit in index.search("gỗ bị nứt nước thải", OFFICER).hits:
                    assert hit.text
        except BaseException as failure:  # noqa: BLE001 - told by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=write), *(threading.Thread(target=read) for _ in range(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {hit.id for hit in index.search("gỗ nước", OFFICER).hits} == {record.id for record in RECORDS}


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_every_form_of_an_abbreviation_finds_every_form(tmp_path: Path, encoder: ToyEncoder | None) -> None:
    texts = ["Mô hình 3 nhà của ngành KH&CN.", "Liên kết ba nhà về khoa học và công nghệ."]
    crowd = [f"Nhà máy số {n} có ba người và nhà kho khoa học." for n in range(20)]
    documents = [
        Record("document", "state", f"Tài liệu {n}", (Section("text", text),), id=f"document-{n:02}")
        for n, text in enumerate([*texts, *crowd])
    ]
    index = build(tmp_path, encoder, [*RECORDS, *documents])
    for query in ("3 nhà", "ba nhà", "ba nha", "KHCN", "KH&CN"):
        result = index.search(query, OFFICER, ["document"])
        assert {hit.id for hit in result.hits[:2]} == {"document-00", "document-01"}, query
        assert result.mode == ("alias" if encoder else "lexical")
        assert result.forms


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    assert Index(tmp_path, ToyEncoder()).search("nước", OFFICER).hits == ()


def test_the_order_of_storing_changes_no_ranking(tmp_path: Path) -> None:
    query = "nước thải tại công ty"
    reference = build(tmp_path / "reference", ToyEncoder()).search(query, OFFICER).hits
    assert reference
    for number in (1, 2, 3):
        turned = [*RECORDS[number:], *RECORDS[:number]][:: (-1) ** number]
        hits = build(tmp_path / str(number), ToyEncoder(), turned).search(query, OFFICER).hits
        assert [hit.id for hit in hits] == [hit.id for hit in reference]
        np.testing.assert_allclose([h.score for h in hits], [h.score for h in reference], atol=1e-4)


@given(st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=20))
def test_standardised_scores_keep_the_order_and_count_zero_spread_as_zero(values: list[float]) -> None:
    scores = np.array(values, dtype=np.float32)
    z = standardise(scores)
    assert np.isfinite(z).all()
    if len(set(values)) == 1:
        assert not z.any()
    for a, b in itertools.combinations(range(len(values)), 2):
        if scores[a] < scores[b]:
            assert z[a] <= z[b]


def test_ties_are_ordered_by_id() -> None:
    assert rank(np.array([1, 2, 2, 2], dtype=np.float32), ["a", "d", "b", "c"]) == [2, 3, 1, 0]


def test_a_tone_in_its_old_place_changes_no_answer(index: Index) -> None:
    assert index.search("hoà tan, thuỷ sản, gỗ", OFFICER).hits == index.search("hòa tan, thủy sản, gỗ", OFFICER).hits


def test_a_query_in_capitals_means_what_it_means_in_small_letters(index: Index) -> None:
    capitals, small = (index.read_query(text) for text in ("SẤY GỖ CAO SU BỊ NỨT", "sấy gỗ cao su bị nứt"))
    assert capitals.dense_text == small.dense_text
    assert index.read_query("KH&CN").dense_text.startswith("KH&CN")
    assert index.search("SẤY GỖ CAO SU BỊ NỨT", OFFICER).hits == index.search("sấy gỗ cao su bị nứt", OFFICER).hits


def test_queries_without_accents_find_what_accented_ones_find(tmp_path: Path, encoder: Encoder) -> None:
    index = Index(tmp_path, encoder)
    ingest_paths(index, [Path(__file__).parents[1] / "samples" / "province" / "nhu-cau"])
    queries = [
        "bò sữa",
        "xâm nhập mặn",
        "sấy gỗ",
        "nuôi tôm",
        "rác thải nhựa",
        "nước mắm",
        "mật ong rừng",
        "nấm linh chi",
    ]
    shared = 0
    for query in queries:
        accented, bare = index.search(query, OFFICER), index.search(fold(query), OFFICER)
        shared += len({hit.id for hit in accented.hits} & {hit.id for hit in bare.hits})
    assert shared >= 0.9 * sum(len(index.search(query, OFFICER).hits) for query in queries)
