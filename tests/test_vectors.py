"""Vectors: what is missing is filled in, another model takes over at once, and a kill costs nothing that was done."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sqlite_utils
from toy_encoder import ToyEncoder

from index import Index, ModelMismatch, fill_vectors, ingest_paths, reembed, store_records, vectors
from index.database import UnusableFolder
from index.encoder import Progress, Vectors
from index.migrations import MIGRATIONS
from ingest import OFFICER, Record, Section

QUERY = "gỗ nứt khi sấy"


def need(number: int, sentences: int = 3) -> Record:
    text = " ".join(f"Gỗ bị nứt khi sấy nhanh ở mẻ {number} lần {line}." for line in range(sentences))
    return Record("need", "enterprise", f"Sấy gỗ số {number}", (Section("situation", text),), id=f"need-{number:03}")


def store_without_model(folder: Path, count: int, sentences: int = 3) -> None:
    store_records(Index(folder, None), [(need(number, sentences), "x") for number in range(count)])


class WatchedEncoder(ToyEncoder):
    """Remembers how many texts came at once, and does something once before it encodes."""

    def __init__(self, name: str = "toy", once: Callable[[], object] | None = None) -> None:
        super().__init__(name)
        self.calls: list[int] = []
        self._once = once

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.calls.append(len(texts))
        once, self._once = self._once, None
        if once:
            once()
        return super().encode_passages(texts, progress)


def test_the_next_ingestion_fills_in_what_was_stored_without_a_model(tmp_path: Path) -> None:
    store_without_model(tmp_path / "data", 3)
    index = Index(tmp_path / "data", ToyEncoder())
    assert index.search(QUERY, OFFICER).mode == "lexical"
    stages: list[tuple[str, int, int]] = []
    ingest_paths(index, [], progress=lambda *stage: stages.append(stage))
    assert (index.mode, index.search(QUERY, OFFICER).mode) == ("hybrid", "hybrid")
    assert stages[-1] == ("embed", 3, 3)
    assert index.store.passages.count_without_vector() == 0


def test_one_record_without_a_vector_is_filled_in_and_the_others_are_not_encoded_again(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    store_records(Index(tmp_path, encoder), [(need(number), "x") for number in range(5)])
    encoded = len(encoder.encoded)
    store_records(Index(tmp_path, None), [(need(9), "x")])
    index = Index(tmp_path, encoder)
    assert fill_vectors(index) == 1
    assert index.search(QUERY, OFFICER).mode == "hybrid"
    assert all("9" in text for text in encoder.encoded[encoded:])


def test_what_was_cut_by_an_estimate_is_cut_again_to_fit_the_model(tmp_path: Path) -> None:
    store_without_model(tmp_path, 1, sentences=60)
    index = Index(tmp_path, encoder := ToyEncoder())
    estimated = index.store.passages.of_record("need-000")
    assert max(encoder.count_tokens([passage.text for passage in estimated])) > encoder.capacity
    fill_vectors(index)
    filled = index.store.passages.of_record("need-000")
    assert max(encoder.count_tokens([passage.text for passage in filled])) <= encoder.capacity
    record = index.store.get("need-000")
    assert all(p.text == record.text_of(p.section)[p.start : p.end] and p.vector for p in filled)
    hit = index.search("mẻ 0 lần 59", OFFICER).hits[0]
    assert hit.text == record.text_of(hit.section)[hit.start : hit.end]


def test_filling_gives_the_same_answers_as_storing_with_the_model(tmp_path: Path) -> None:
    store_without_model(tmp_path / "late", 6)
    late, early = Index(tmp_path / "late", ToyEncoder()), Index(tmp_path / "early", ToyEncoder())
    fill_vectors(late)
    store_records(early, [(need(number), "x") for number in range(6)])
    found = [[(hit.id, round(hit.score, 4)) for hit in each.search(QUERY, OFFICER).hits] for each in (late, early)]
    assert found[0] == found[1]


def test_without_a_model_or_anything_missing_nothing_is_written(tmp_path: Path) -> None:
    store_without_model(tmp_path, 1)
    index = Index(tmp_path, None)
    seq = index.store.seq
    assert (fill_vectors(index), index.store.seq) == (0, seq)
    filled = Index(tmp_path, ToyEncoder())
    fill_vectors(filled)
    seq = filled.store.seq
    assert (fill_vectors(filled), filled.store.seq) == (0, seq)


def test_a_record_that_another_changes_meanwhile_keeps_the_change(tmp_path: Path) -> None:
    store_without_model(tmp_path, 3)
    changed = Record("need", "enterprise", "Sấy xoài", id="need-001")
    others = Index(tmp_path, None)
    encoder = WatchedEncoder(once=lambda: store_records(others, [(changed, "y"), (need(7), "y")]))
    index = Index(tmp_path, encoder)
    fill_vectors(index)
    assert index.store.get("need-001").title == "Sấy xoài"
    assert [passage.text for passage in index.store.passages.of_record("need-001")] == ["Sấy xoài"]
    assert (index.mode, len(list(index.store.records()))) == ("hybrid", 4)


def test_batches_are_transactions_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_BATCH_PASSAGES", 4)
    store_without_model(tmp_path, 6)
    index = Index(tmp_path, encoder := WatchedEncoder())
    seq = index.store.seq
    fill_vectors(index)
    assert index.store.seq - seq == 3
    assert max(encoder.calls) <= 4


def test_another_model_is_refused_only_while_vectors_are_stored(tmp_path: Path) -> None:
    store_without_model(tmp_path, 2)
    fill_vectors(Index(tmp_path, ToyEncoder()))
    with pytest.raises(ModelMismatch):
        Index(tmp_path, ToyEncoder("other"))
    index = Index(tmp_path, ToyEncoder())
    for record in list(index.store.records()):
        index.remove(record.id)
    other = Index(tmp_path, ToyEncoder("other"))
    store_records(other, [(need(1), "x")])
    assert other.search(QUERY, OFFICER).mode == "hybrid"
    with pytest.raises(ModelMismatch):
        Index(tmp_path, ToyEncoder())


def test_two_do_not_compute_the_same_vectors_at_once(tmp_path: Path) -> None:
    store_without_model(tmp_path, 2)
    index = Index(tmp_path, ToyEncoder())
    with (tmp_path / "vectors.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert fill_vectors(index) == 0
        with pytest.raises(UnusableFolder, match="Another process"):
            reembed(index)
    assert fill_vectors(index) == 2


def test_a_database_from_before_is_taken_over(tmp_path: Path) -> None:
    old = sqlite_utils.Database(tmp_path / "banha.sqlite")
    MIGRATIONS.apply(old, stop_before="m002_missing_vectors_are_found_and_all_are_renewed")
    old.close()
    store_without_model(tmp_path, 1)
    assert fill_vectors(Index(tmp_path, ToyEncoder())) == 1


# Another model


def test_the_old_model_answers_until_the_new_one_has_everything(tmp_path: Path) -> None:
    old = Index(tmp_path, ToyEncoder())
    store_records(old, [(need(number), "x") for number in range(5)])
    before = old.search(QUERY, OFFICER)

    def look() -> None:
        assert old.search(QUERY, OFFICER) == Index(tmp_path, ToyEncoder()).search(QUERY, OFFICER) == before
        assert before.mode == "hybrid"

    new = Index(tmp_path, WatchedEncoder("other", look), any_model=True)
    assert reembed(new) == len(new.store.passages.since(0))
    assert new.search(QUERY, OFFICER).mode == "hybrid"
    with pytest.raises(ModelMismatch):
        old.search(QUERY, OFFICER)


def test_what_changes_during_reembedding_is_taken_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_BATCH_PASSAGES", 4)
    old = Index(tmp_path, ToyEncoder())
    store_records(old, [(need(number), "x") for number in range(8)])

    def change() -> None:
        old.remove("need-000")
        old.remove("need-007")
        store_records(old, [(Record("need", "enterprise", "Sấy xoài", id="need-001"), "y"), (need(9), "y")])

    new = Index(tmp_path, WatchedEncoder("other", change), any_model=True)
    reembed(new)
    texts = {passage.text for record in new.store.records() for passage in new.store.passages.of_record(record.id)}
    assert "Sấy xoài" in texts
    assert "Sấy gỗ số 9" in texts
    assert not texts & {"Sấy gỗ số 0", "Sấy gỗ số 1", "Sấy gỗ số 7"}
    assert new.mode == "hybrid"
    for table in ("renewed_records", "renewed_passages"):
        assert new.store.database.row(f"SELECT COUNT(*) FROM {table}") == (0,)


def test_reembedding_holds_one_batch_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_BATCH_PASSAGES", 6)
    store_without_model(tmp_path, 20)
    encoder = WatchedEncoder()
    assert reembed(Index(tmp_path, encoder, any_model=True)) == 40
    assert max(encoder.calls) <= 6


# Killed

KILLED = """
import sys, pathlib, time
sys.path[:0] = {path!r}
from toy_encoder import ToyEncoder
from index import Index, fill_vectors, reembed, vectors
class Slow(ToyEncoder):
    def encode_passages(self, texts, progress=None):
        time.sleep(0.02)
        return super().encode_passages(texts, progress)
vectors._BATCH_PASSAGES = 4
index = Index(pathlib.Path({folder!r}), Slow({model!r}), any_model=True)
{work}(index, lambda stage, done, total: print(done, flush=True))
"""


def kill_during(work: str, folder: Path, model: str, after: int) -> int:
    """Kill the work once it has told that `after` records are done; the last number that it told."""
    code = KILLED.format(path=[*sys.path, str(Path(__file__).parent)], folder=str(folder), model=model, work=work)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [0]
    while told[-1] < after and (line := process.stdout.readline()):
        told.append(int(line))
    os.kill(process.pid, signal.SIGKILL)
    told += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    return told[-1]


@pytest.mark.parametrize("after", [1, 9])
def test_a_kill_while_filling_keeps_what_was_done(tmp_path: Path, after: int) -> None:
    store_without_model(tmp_path, 40)
    done = kill_during("fill_vectors", tmp_path, "toy", after)
    encoder = ToyEncoder()
    index = Index(tmp_path, encoder)
    assert len(list(index.store.records())) == 40
    left = index.store.passages.count_records_without_vector()
    assert 0 < left <= 40 - done
    assert fill_vectors(index) == left
    assert len(encoder.encoded) == 2 * left
    assert len(index.search(QUERY, OFFICER, limit=50).hits) == 40
    assert index.search(QUERY, OFFICER).mode == "hybrid"


@pytest.mark.parametrize("after", [1, 9])
def test_a_kill_while_reembedding_leaves_the_old_model_answering_and_the_next_goes_on(
    tmp_path: Path, after: int
) -> None:
    old = Index(tmp_path, ToyEncoder())
    store_records(old, [(need(number), "x") for number in range(40)])
    before = old.search(QUERY, OFFICER, limit=50)
    done = kill_during("reembed", tmp_path, "other", after)
    assert Index(tmp_path, ToyEncoder()).search(QUERY, OFFICER, limit=50) == before
    encoder = ToyEncoder("other")
    index = Index(tmp_path, encoder, any_model=True)
    assert reembed(index) == 80
    assert len(encoder.encoded) <= 2 * (40 - done)
    found = Index(tmp_path, ToyEncoder("other")).search(QUERY, OFFICER, limit=50)
    assert (found.mode, len(found.hits)) == ("hybrid", 40)


def test_a_kill_while_the_models_change_places_leaves_the_old_one_whole_and_loses_no_vector(tmp_path: Path) -> None:
    old = Index(tmp_path, ToyEncoder())
    store_records(old, [(need(number), "x") for number in range(40)])
    before = old.search(QUERY, OFFICER, limit=50)
    path = [*sys.path, str(Path(__file__).parent)]
    code = KILLED.format(path=path, folder=str(tmp_path), model="other", work="reembed")
    die = "import os; index.store.database.__class__.set = lambda *_: os.kill(os.getpid(), 9)\n"
    code = code.replace("reembed(index", f"{die}reembed(index")
    died = subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL)
    assert died.returncode == -signal.SIGKILL
    assert Index(tmp_path, ToyEncoder()).search(QUERY, OFFICER, limit=50) == before
    encoder = ToyEncoder("other")
    assert reembed(Index(tmp_path, encoder, any_model=True)) == 80
    assert encoder.encoded == []
