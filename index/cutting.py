"""Cutting: the passages of a record, sized for the encoder, for each audience."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.encoder import Encoder
from index.passages import IndexedPassage
from ingest import Record, Visibility, identities, mask, segment, syllables

# Short enough that a quote can be read at a glance and points at one matter; e5's window holds 512.
PASSAGE_TOKENS = 192
_TOKENS_PER_SYLLABLE = 1.4  # measured on the e5 vocabulary, for cutting where there is no model


def cut(record: Record, encoder: Encoder | None) -> list[IndexedPassage]:
    """The passages of the title and every section, for each audience; together they cover all text."""
    count_tokens, size = approximate_tokens, PASSAGE_TOKENS
    if encoder:
        count_tokens, size = encoder.count_tokens, min(PASSAGE_TOKENS, encoder.capacity)
    names = list(identities(record)) if record.visibility == "anonymous" else []
    passages: list[IndexedPassage] = []
    for section, text, visibility in _texts(record):
        masked = text if visibility == "confidential" else mask(text, names)
        for start, end in segment(text, count_tokens, size):
            passages += _for_audiences(section, start, end, text[start:end], masked[start:end], visibility)
    return passages


def _texts(record: Record) -> Iterator[tuple[int | None, str, Visibility]]:
    yield None, record.title, record.visibility
    for number, section in enumerate(record.sections):
        yield number, section.text, section.visibility


def _for_audiences(
    section: int | None, start: int, end: int, text: str, masked: str, visibility: Visibility
) -> Iterator[IndexedPassage]:
    if visibility == "confidential":
        yield IndexedPassage(section, start, end, "insiders", text)
    elif masked == text:
        yield IndexedPassage(section, start, end, "everyone", text)
    else:
        yield IndexedPassage(section, start, end, "insiders", text)
        yield IndexedPassage(section, start, end, "outsiders", masked)


def approximate_tokens(texts: Sequence[str]) -> list[int]:
    """Token counts where there is no model to ask."""
    return [int(len(syllables(text)) * _TOKENS_PER_SYLLABLE) + 1 for text in texts]
