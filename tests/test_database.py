"""The database: damage, strangers, read-only folders and full disks are said in plain words, wherever they strike."""

from __future__ import annotations

import errno
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec, module_from_spec
from pathlib import Path

import pytest
from sqlite_utils import Database
from toy_encoder import ToyEncoder

from index import Index, IndexedPassage, store_records
from index.database import UnusableFolder
from index.drafting import prepare_draft
from index.migrations import MIGRATIONS
from index.store import Store, UnknownRecord
from ingest import NOBODY, OFFICER, Record, Section

Filled = tuple[bytes, list[str]]

NEED = Record("need", "enterprise", "Sấy gỗ", id="need-new")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The bytes of a database of sixty records, one of them removed, and the ids of the others."""
    folder = tmp_path_factory.mktemp("filled")
    index = Index(folder, ToyEncoder())
    text = "Gỗ bị nứt khi sấy nhanh. " * 20
    records = [Record("need", "enterprise", f"Sấy gỗ {n}", (Section("situation", f"{text}{n}"),)) for n in range(60)]
    store_records(index, [(record, f"{number}.docx") for number, record in enumerate(records)])
    index.remove(next(index.store.records()).id)
    ids = [record.id for record in index.store.records()]
    index.store.close()
    return (folder / "banha.sqlite").read_bytes(), ids


def all_uses(store: Store, folder: Path, ids: list[str]) -> Iterator[Callable[[], object]]:
    """Every read and write."""
    passages = store.passages
    yield lambda: list(store.records())
    yield lambda: [store.get(id) for id in ids]
    yield lambda: store.get_many(ids)
    yield lambda: store.get_as_of(dict.fromkeys(ids, 1))
    yield store.counts
    yield lambda: (store.seq, store.model)
    yield lambda: passages.since(0)
    yield lambda: list(passages.texts_since(0, "insiders"))
    yield lambda: passages.vectors_since("need", 0)
    yield lambda: passages.removed_since(1)
    yield lambda: [passages.of_record(id) for id in ids]
    yield lambda: passages.known_vectors([b"x" * 16])
    yield passages.count_without_vector
    yield lambda: store.commit(
        [
            (
                prepare_draft(store, NEED, "id:need-new", "x"),
                [IndexedPassage(None, 0, 6, "everyone", "Sấy gỗ", bytes(256))],
            )
        ],
        "toy@1/64",
    )
    yield lambda: store.remove(ids[0])
    for viewer in (OFFICER, NOBODY):
        yield lambda viewer=viewer: Index(folder, ToyEncoder()).search("sấy gỗ", viewer)  # type: ignore[misc]


def damage_and_use(filled: Filled, folder: Path, at: int, junk: bytes) -> set[str]:
    """What every read and write says of a database in which `junk` stands at `at`; empty when nothing notices."""
    path = folder / "banha.sqlite"
    sound, ids = filled
    path.write_bytes((sound[:at] + junk + sound[at + len(junk) :])[: len(sound)])
    said: set[str] = set()
    try:
        store = Store(path)
    except UnusableFolder as error:
        return {error.message}
    for use in all_uses(store, folder, ids):
        try:
            use()
        except UnusableFolder as error:
            said.add(error.message)
        except UnknownRecord:
            continue
    store.close()
    return said


@pytest.mark.parametrize("seed", range(12))
def test_overwritten_bytes_are_told_as_damage_by_every_read_and_write(
    filled: Filled, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    size = chance.choice([64, 512, 4096, 40_000])
    at = chance.randrange(4096, len(filled[0]))
    said = damage_and_use(filled, tmp_path, at, chance.choice([bytes(size), chance.randbytes(size), b"\xff" * size]))
    assert all("is damaged" in message for message in said)


def test_a_database_whose_middle_is_gone_is_refused_everywhere(filled: Filled, tmp_path: Path) -> None:
    sound = filled[0]
    (tmp_path / "banha.sqlite").write_bytes(sound[:8192] + b"\xff" * (len(sound) - 8192))
    with pytest.raises(UnusableFolder, match="is damaged"):
        Index(tmp_path, None)


def test_a_database_with_an_unreadable_beginning_is_refused(filled: Filled, tmp_path: Path) -> None:
    assert damage_and_use(filled, tmp_path, 0, b"\0" * 100)


def test_bodies_that_make_no_sense_are_damage_and_are_not_quoted(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    store_records(index, [(NEED, "x")])
    for body in ("X'ff80'", '\'{"kind": "Minh Khang"}\''):
        index.store.database.change(f"UPDATE records SET body = CAST({body} AS TEXT)")
        index.store.database._connection.commit()
        with pytest.raises(UnusableFolder, match="is damaged") as caught:
            index.store.get("need-new")
        assert "Minh Khang" not in str(caught.value)


def test_a_database_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "banha.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE records (id TEXT, body TEXT)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(UnusableFolder, match="not a database of Ba Nhà"):
        Store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "banha.sqlite").write_text("this is not a database, and long enough to be taken for one" * 20)
    with pytest.raises(UnusableFolder, match=str(tmp_path)):
        Store(tmp_path / "banha.sqlite")


def test_a_first_start_that_was_killed_is_no_stranger(tmp_path: Path) -> None:
    Store(tmp_path / "banha.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "killed.sqlite")) as killed:
        killed.execute("CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT)")
        killed.execute("ALTER TABLE _sqlite_migrations ADD COLUMN applied_at TEXT")
    assert Store(tmp_path / "killed.sqlite").seq == 0


def test_a_first_start_that_fails_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply = MIGRATIONS.apply

    def apply_and_fail(database: Database) -> None:
        apply(database)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(MIGRATIONS, "apply", apply_and_fail)
        with pytest.raises(ZeroDivisionError):
            Store(tmp_path / "banha.sqlite")
    with closing(sqlite3.connect(tmp_path / "banha.sqlite")) as left:
        assert left.execute("SELECT name FROM sqlite_master").fetchall() == []
    assert Store(tmp_path / "banha.sqlite").seq == 0


def test_a_full_disk_keeps_what_was_acknowledged_and_says_so(tmp_path: Path) -> None:
    index = Index(tmp_path, ToyEncoder())
    store_records(index, [(NEED, "x")])
    pages = index.store.database.row("PRAGMA page_count")[0]
    index.store.database.row(f"PRAGMA max_page_count = {pages + 2}")
    big = Record("need", "enterprise", "Sấy xoài", (Section("situation", "Xoài mau hư. " * 5_000),), id="need-big")
    with pytest.raises(UnusableFolder, match="is full") as caught:
        store_records(index, [(big, "y")])
    assert str(tmp_path) in str(caught.value)
    assert [record.id for record in index.store.records()] == ["need-new"]
    index.store.database.row("PRAGMA max_page_count = 1000000")
    store_records(index, [(big, "y")])
    assert len(list(index.store.records())) == 2


def test_a_database_that_another_program_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.database._BUSY_TIMEOUT_S", 0.05)
    store = Store(tmp_path / "banha.sqlite")
    with closing(sqlite3.connect(tmp_path / "banha.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnusableFolder, match="Another program"):
            store.commit([], None)
    store.commit([], None)


def test_a_database_that_may_only_be_read_says_so_when_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")
    store.database.row("PRAGMA query_only = ON")
    with pytest.raises(UnusableFolder, match=r"cannot be written: attempt to write a readonly database"):
        store.commit([], None)


def test_a_folder_without_permission_is_refused_with_the_reason() -> None:
    code = f"import os, sys; sys.path[:0] = {sys.path!r}\n"
    code += "from pathlib import Path\nfrom index.store import Store\nfrom index.database import UnusableFolder\n"
    # Root may write everywhere.
    code += "os.geteuid() or os.setuid(65534)\n"
    code += "try: Store(Path(sys.argv[1]) / 'banha.sqlite')\nexcept UnusableFolder as error: print(error)"
    # Not in pytest's folder, which is closed to the other user.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        command = [sys.executable, "-c", code, folder]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot be used: Permission denied" in found.stdout


def test_acknowledged_writes_survive_power_loss_settings(tmp_path: Path) -> None:
    # As it is for people: those of the other tests do not wait for the disk.
    spec = find_spec("index.database")
    assert spec
    assert spec.loader
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.Database(tmp_path / "banha.sqlite").row("PRAGMA synchronous")[0] == 2  # FULL
    with closing(sqlite3.connect(tmp_path / "banha.sqlite")) as other:
        assert other.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_snapshots_that_cannot_be_written_are_told_and_leave_the_store_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    index = Index(tmp_path, ToyEncoder())
    store_records(index, [(NEED, "x")])
    monkeypatch.setattr("index.replica.NearestIndex.save", fail)
    with pytest.raises(UnusableFolder, match=r"search index in .* cannot be written: No space left"):
        index.save()
    assert [hit.id for hit in Index(tmp_path, ToyEncoder()).search("sấy gỗ", OFFICER).hits] == ["need-new"]
