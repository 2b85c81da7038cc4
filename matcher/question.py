"""Questions: a record made ready to be matched, as the viewer sees it, in the parts that are asked for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index import (
    EncodedText,
    Encoder,
    Floats,
    Index,
    IndexedPassage,
    Progress,
    UnknownRecord,
    cut,
    encode_texts,
    no_progress,
)
from index.languages import language_of
from ingest import Passage, Record, Viewer, as_seen_by
from matcher.lately_encoded import encode_questions

# Text that says nothing of what a record is about.
_SILENT_SECTIONS = frozenset({"basis", "contact", "cooperation", "other", "references"})
# A person's or body's name says nothing of competence, and short texts have high cosines with everything.
NAMED_KINDS = frozenset({"scientist", "organisation"})
MOST_PARTS = 50  # each costs a search; the works of those who have more are asked in groups of neighbours

_WHOLE_AT_ONCE = 32  # a few seconds


@dataclass(frozen=True, slots=True)
class Part:
    """What of a record's meaning is asked for itself: a work of a person, or all of a need. `vector` is that of the
    whole part: (d,), `vectors` those of its passages: (passages, d), `language` in which it is written
    (``index.languages``): people publish in several."""

    vector: Floats | None
    vectors: Floats | None
    language: int


@dataclass(frozen=True, slots=True)
class Question:
    """A record made ready to be matched: what the viewer sees of it, its passages with their texts as they are read
    (without accents as they were meant, any other as it is written) and their vectors (passages, d), its parts, and in
    which language most of it is written (``index.languages``)."""

    record: Record
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    vectors: Floats | None
    parts: tuple[Part, ...]
    language: int
    read_as: str | None = None
    """All its text as it was meant, where some was written without accents."""
    forms: tuple[str, ...] = ()
    """Other forms of the abbreviations in it."""


def ask(index: Index, record: Record, viewer: Viewer) -> Question:
    """Cut and encode the record's text as the viewer sees it; vectors that are stored are reused."""
    return ask_all(index, [record], viewer)[0]


def ask_all(
    index: Index, records: Sequence[Record], viewer: Viewer, progress: Progress = no_progress
) -> list[Question]:
    """As `ask`, for many records at once. Raises UnknownRecord for one that does not exist for the viewer."""
    asked = [_read(index, record, viewer) for record in records]
    if index.encoder is None or index.mode != "hybrid":
        return [_question(read, None, None) for read in asked]
    by_hash = encode_texts(index, [passage.text for read in asked for passage in read.passages], progress)
    whole = _encode_whole(index, index.encoder, zip(records, asked, strict=True), progress)
    return [_question(read, by_hash, None if read.parts else whole[read.asked_text]) for read in asked]


def _encode_whole(
    index: Index, encoder: Encoder, asked: Iterable[tuple[Record, _Read]], progress: Progress
) -> dict[str, Floats]:
    """Vectors by text, of records that are asked as a whole; those of stored records are kept for the next time."""
    model, kept = encoder.description.identity, index.store.question_vectors
    told = {read.asked_text: record for record, read in asked if not read.parts}
    found = {text: np.frombuffer(held, dtype="<f4") for text, held in kept.known(model, list(told)).items()}
    new = [text for text in told if text not in found]
    for first in range(0, len(new), _WHOLE_AT_ONCE):
        if len(new) > _WHOLE_AT_ONCE:
            progress("embed", first, len(new))
        texts = new[first : first + _WHOLE_AT_ONCE]
        vectors = dict(zip(texts, encode_questions(encoder, texts), strict=True))
        kept.keep(model, [(told[text], text, row.astype("<f4").tobytes()) for text, row in vectors.items()])
        found |= vectors
    return found


def ask_stored(index: Index, records: Sequence[Record], viewer: Viewer) -> list[Question]:
    """As `ask_all`, where a rough answer will do: only what is not stored is encoded, and the whole of a record is the
    mean of its passages."""
    asked = [_read(index, record, viewer) for record in records]
    if index.encoder is None or index.mode != "hybrid":
        return [_question(read, None, None) for read in asked]
    by_hash = encode_texts(index, [passage.text for read in asked for passage in read.passages], no_progress)
    rough = [replace(read, parts=read.parts or (tuple(range(len(read.passages))),)) for read in asked]
    return [_question(read, by_hash, None) for read in rough]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the viewer sees of a record, cut; `texts` are its passages as they are read, `forms` other forms of the
    abbreviations in them. `parts` are the passages of each work of a person or body; none where the record is asked as
    a whole."""

    seen: Record
    passages: tuple[IndexedPassage, ...]
    texts: tuple[str, ...]
    forms: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def asked_text(self) -> str:
        """As the encoder reads it where it is asked as a whole."""
        return "\n".join((*self.texts, *self.forms))


def _read(index: Index, record: Record, viewer: Viewer) -> _Read:
    seen = as_seen_by(record, viewer)
    if seen is None:
        raise UnknownRecord(record.id)
    passages = tuple(passage for passage in cut(seen, index.encoder) if _speaks(seen, passage))
    texts = tuple(index.read_unaccented(passage.text) for passage in passages)
    forms = index.full_forms("\n".join(texts))
    sections = dict.fromkeys(passage.section for passage in passages)
    if record.kind not in NAMED_KINDS or len(sections) < 2:
        return _Read(seen, passages, texts, forms, ())
    part_of = {section: n * min(MOST_PARTS, len(sections)) // len(sections) for n, section in enumerate(sections)}
    rows: dict[int, list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault(part_of[passage.section], []).append(row)
    return _Read(seen, passages, texts, forms, tuple(map(tuple, rows.values())))


def _question(read: _Read, by_hash: Mapping[bytes, EncodedText] | None, whole: Floats | None) -> Question:
    """Each work of a person or body for itself, with the mean of its vectors; any other record as a whole, asked as a
    query."""
    vectors: Floats | None = None
    if by_hash is not None and read.passages:
        vectors = np.stack([np.frombuffer(by_hash[passage.text_hash].vector, dtype="<f4") for passage in read.passages])
    texts, language = read.texts, language_of(read.text)
    parts: tuple[Part, ...] = (Part(whole if read.passages else None, vectors, language),)
    if read.parts:
        parts = tuple(_part(texts, vectors, rows, language) for rows in read.parts)
    spans = tuple(Passage(passage.section, passage.start, passage.end) for passage in read.passages)
    is_as_written = texts == tuple(passage.text for passage in read.passages)
    read_as = None if is_as_written else read.text
    return Question(read.seen, spans, texts, vectors, parts, language, read_as, read.forms)


def _part(texts: Sequence[str], vectors: Floats | None, rows: Sequence[int], usual: int) -> Part:
    language = language_of("\n".join(texts[row] for row in rows)) or usual
    if vectors is None:
        return Part(None, None, language)
    return Part(_mean(vectors[list(rows)]), vectors[list(rows)], language)


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
