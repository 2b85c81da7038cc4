"""Questions: a record made ready to be matched, as the viewer sees it, in the parts that are asked for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Floats, Index, IndexedPassage, UnknownRecord, cut, encode_texts, no_progress
from ingest import Passage, Record, Viewer, as_seen_by

# Text that says nothing of what a record is about.
_SILENT_SECTIONS = frozenset({"basis", "contact", "cooperation", "other", "references"})
# A person's or body's name says nothing of competence, and short texts have high cosines with everything.
NAMED_KINDS = frozenset({"scientist", "organisation"})
_MOST_PARTS = 50  # each costs a search; the works of those who have more are asked in groups of neighbours


@dataclass(frozen=True, slots=True)
class Part:
    """What of a record's meaning is asked for itself: a work of a person, or all of a need. `vector` is that of the
    whole part: (d,), `vectors` those of its passages: (passages, d)."""

    vector: Floats | None
    vectors: Floats | None


@dataclass(frozen=True, slots=True)
class Question:
    """A record made ready to be matched: what the viewer sees of it, its passages with their vectors (passages, d),
    and its parts."""

    record: Record
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    vectors: Floats | None
    parts: tuple[Part, ...]


def ask(index: Index, record: Record, viewer: Viewer) -> Question:
    """Cut and encode the record's text as the viewer sees it; vectors that are stored are reused."""
    seen = as_seen_by(record, viewer)
    if seen is None:
        raise UnknownRecord(record.id)
    passages = [passage for passage in cut(seen, index.encoder) if _speaks(seen, passage)]
    texts = tuple(passage.text for passage in passages)
    vectors: Floats | None = None
    if index.encoder and index.mode == "hybrid" and texts:
        by_hash = encode_texts(index, texts, no_progress)
        vectors = np.stack([np.frombuffer(by_hash[passage.text_hash], dtype="<f4") for passage in passages])
    spans = tuple(Passage(passage.section, passage.start, passage.end) for passage in passages)
    return Question(seen, spans, texts, vectors, _parts(index, seen, spans, texts, vectors))


def _parts(
    index: Index, record: Record, spans: Sequence[Passage], texts: Sequence[str], vectors: Floats | None
) -> tuple[Part, ...]:
    """Each work of a person or body for itself, with the mean of its vectors; any other record as a whole, asked as a
    query."""
    sections = dict.fromkeys(span.section for span in spans)
    if record.kind in NAMED_KINDS and len(sections) > 1:
        part_of = {
            section: number * min(_MOST_PARTS, len(sections)) // len(sections)
            for number, section in enumerate(sections)
        }
        rows: dict[int, list[int]] = {}
        for row, span in enumerate(spans):
            rows.setdefault(part_of[span.section], []).append(row)
        return tuple(
            Part(
                None if vectors is None else _mean(vectors[of_part]),
                None if vectors is None else vectors[of_part],
            )
            for of_part in rows.values()
        )
    whole = None
    if vectors is not None and index.encoder is not None:
        whole = index.encoder.encode_queries(["\n".join(texts)])[0]
    return (Part(whole, vectors),)


def _mean(vectors: Floats) -> Floats:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def _speaks(record: Record, passage: IndexedPassage) -> bool:
    return passage.audience != "outsiders" and says_something(record, passage.section)


def says_something(record: Record, section: int | None) -> bool:
    """Whether the section says what the record is about; when none does, all count."""
    speaking = [number for number, found in enumerate(record.sections) if found.name not in _SILENT_SECTIONS]
    if record.kind not in NAMED_KINDS or not speaking:
        return section is None or section in speaking or not speaking
    return section in speaking
