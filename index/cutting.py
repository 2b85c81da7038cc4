"""Cutting: the passages of a record, sized for the encoder, for each audience."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.encoder import Encoder
from index.passages import Audience, IndexedPassage
from ingest import Record, Visibility, hide, identities, segment, syllables

# Short enough that a quote can be read at a glance and points at one matter; e5's window holds 512.
PASSAGE_TOKENS = 192
_TOKENS_PER_SYLLABLE = 1.4  # measured on the e5 vocabulary, for cutting where there is no model


def cut(record: Record, encoder: Encoder | None) -> list[IndexedPassage]:
    """The passages of the title and every section, for each audience; those of an audience cover all text that it may
    read, and their offsets are those of that text."""
    count_tokens, size = approximate_tokens, PASSAGE_TOKENS
    if encoder:
        count_tokens, size = encoder.count_tokens, min(PASSAGE_TOKENS, encoder.capacity)
    names = list(identities(record)) if record.visibility == "anonymous" else None
    passages: list[IndexedPassage] = []
    for section, text, visibility in _texts(record):
        seen = text if names is None or visibility == "confidential" else hide(text, names)
        for audience, shown in _for_audiences(text, seen, visibility):
            passages += (
                IndexedPassage(section, start, end, audience, shown[start:end])
                for start, end in segment(shown, count_tokens, size)
            )
    return passages


def _texts(record: Record) -> Iterator[tuple[int | None, str, Visibility]]:
    yield None, record.title, record.visibility
    for number, section in enumerate(record.sections):
        yield number, section.text, section.visibility


def _for_audiences(text: str, seen: str, visibility: Visibility) -> list[tuple[Audience, str]]:
    """Who reads which text of a section; `seen` is what strangers read."""
    if visibility == "confidential":
        return [("insiders", text)]
    if seen == text:
        return [("everyone", text)]
    return [("insiders", text), ("outsiders", seen)]


def approximate_tokens(texts: Sequence[str]) -> list[int]:
    """Token counts where there is no model to ask."""
    return [int(len(syllables(text)) * _TOKENS_PER_SYLLABLE) + 1 for text in texts]
