"""The lexical index: BM25 by tantivy over syllables and bigrams, accented and accent-folded."""

from __future__ import annotations

import itertools
import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from ingest import KINDS, Kind, accented_view, fold, syllables

ACCENTED, FOLDED = "accented", "folded"
_HEAP_BYTES = 50_000_000
_LONGEST_TOKEN = 48  # code points: longer runs are noise, and tantivy refuses terms over 65,530 bytes
_WRITER_BUSY = "LockBusy"
_MARKER, _MARKER_KIND = 0, "seq"  # the document that holds the seq; passages count from 1


class DamagedIndex(Exception):
    """The files on disk cannot be written to; all they hold can be rebuilt from the store."""


def terms(text: str) -> list[str]:
    """Syllables and bigrams of neighbouring syllables (`a_b`), in order, of a view of the text."""
    unigrams = [text[start : min(end, start + _LONGEST_TOKEN)] for start, end in syllables(text)]
    return unigrams + [f"{first}_{second}" for first, second in itertools.pairwise(unigrams)]


class LexicalIndex:
    """A tantivy index in a folder; the store's `seq` that it reflects stands in its own commit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = self._open()

    def _open(self) -> tantivy.Index:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
        builder.add_unsigned_field("seq", stored=True, indexed=True, fast=True)
        builder.add_text_field("kind", stored=False, tokenizer_name="raw", index_option="basic")
        for name in (ACCENTED, FOLDED):
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
        schema = builder.build()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return tantivy.Index(schema, str(self._folder))
        except ValueError:
            # Damaged or of an older schema; everything in it can be rebuilt from the store.
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            return tantivy.Index(schema, str(self._folder))

    def reload(self) -> None:
        """Take over what another process has committed."""
        try:
            self._index.reload()
        except ValueError:
            # Another process has started the folder anew.
            self._index = self._open()

    @property
    def seq(self) -> int:
        """The store's `seq` up to which this index is complete; 0 when it is new."""
        searcher = self._index.searcher()
        marker = tantivy.Query.term_query(self._index.schema, "kind", _MARKER_KIND)
        hits = searcher.search(marker, 1, count=False).hits
        return int(searcher.doc(hits[0][1])["seq"][0]) if hits else 0

    def apply(self, added: Iterable[tuple[int, Kind, str]], removed: Sequence[int], since: int, seq: int) -> bool:
        """Add and remove what changed after `since` and note `seq`, in one commit.

        False when another process is writing, or has written since: look again then.

        Raises DamagedIndex when files left by a killed process are in the way; `clear` and add everything then.
        """

        def change(writer: tantivy.IndexWriter) -> bool:
            self.reload()
            if self.seq != since:
                return False
            if removed:
                # Not by_term: it takes a number for a signed one, and then matches nothing.
                writer.delete_documents_by_query(tantivy.Query.term_set_query(self._index.schema, "id", list(removed)))
            return True

        return self._commit(change, added, seq)

    def rewrite(self, texts: Iterable[tuple[int, Kind, str]], seq: int) -> bool:
        """Put `texts` in the place of everything, in one commit, so that nothing removed is left in the files.

        False when another process is writing. Raises DamagedIndex as `apply` does.
        """

        def empty(writer: tantivy.IndexWriter) -> bool:
            writer.delete_all_documents()
            return True

        return self._commit(empty, texts, seq)

    def _commit(
        self, prepare: Callable[[tantivy.IndexWriter], bool], added: Iterable[tuple[int, Kind, str]], seq: int
    ) -> bool:
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
        except ValueError as error:
            if _WRITER_BUSY in str(error):
                return False
            raise DamagedIndex(str(error)) from error
        try:
            if not prepare(writer):
                return False
            # A process killed while writing leaves files whose names this commit may need.
            writer.garbage_collect_files()
            for id, kind, text in added:
                writer.add_document(_document(id, kind, text))
            writer.delete_documents_by_term("kind", _MARKER_KIND)
            writer.add_document(_document(_MARKER, _MARKER_KIND, "", seq))
            writer.commit()
            writer.garbage_collect_files()
        except ValueError as error:
            raise DamagedIndex(str(error)) from error
        finally:
            writer.wait_merging_threads()
        self._index.reload()
        return True

    def clear(self) -> None:
        """Start anew, for a rebuild from the store."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._index = self._open()

    def rarities(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """(field, term) → how rare it is: the idf of BM25 (S. Robertson, H. Zaragoza, The probabilistic relevance
        framework, 2009, with 1 added, as tantivy has it)."""
        searcher = self._index.searcher()
        count = searcher.num_docs
        held = {(field, term): searcher.doc_freq(field, term) for field, term in wanted}
        return {key: math.log(1 + max(0.0, count - found + 0.5) / (found + 0.5)) for key, found in held.items()}

    def scores(
        self, weighted: Mapping[tuple[str, str], float], kinds: Sequence[Kind] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """BM25 of every passage that holds any of the weighted (field, term) pairs: numbers, scores, unordered.

        All of them, not the best k: fusion standardises over all candidates.
        """
        schema, query = self._index.schema, tantivy.Query
        searcher = self._index.searcher()
        if not weighted or searcher.num_docs == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        clauses = [
            (tantivy.Occur.Should, query.boost_query(query.term_query(schema, field, term), weight))
            for (field, term), weight in weighted.items()
        ]
        wanted = query.boolean_query(clauses)
        if kinds is not None and set(kinds) != set(KINDS):
            of_kind = query.boolean_query(
                [(tantivy.Occur.Should, query.term_query(schema, "kind", kind, index_option="basic")) for kind in kinds]
            )
            wanted = query.boolean_query(
                [(tantivy.Occur.Must, query.const_score_query(of_kind, 0.0)), (tantivy.Occur.Must, wanted)]
            )
        hits = searcher.search(wanted, searcher.num_docs, count=False).hits
        if not hits:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # Not zip(*hits): a call with 50,000 arguments sets off the garbage collector and costs twice as much.
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return np.array(ids, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32)


def _document(id: int, kind: str, text: str, seq: int | None = None) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("id", id)
    document.add_text("kind", kind)
    document.add_text(ACCENTED, " ".join(terms(accented_view(text))))
    document.add_text(FOLDED, " ".join(terms(fold(text))))
    if seq is not None:
        document.add_unsigned("seq", seq)
    return document
