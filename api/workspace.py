"""The workspace: the index of the data folder opened with the encoder that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from api.schemas import Versions
from api.settings import LEXICAL_ONLY, Settings
from index import (
    Encoder,
    Index,
    ModelUnavailable,
    SentenceTransformerEncoder,
    UnusableFolder,
    ensure_embedded_model,
    follow_owners,
)
from index.query_reader import ALIASES
from ingest import N_, BanhaError, Problem
from ingest.aliases import read_aliases

Conversion = Callable[[int, int], None]
"""Called with bytes converted and bytes in all, while the embedded model is prepared."""

SEGMENTER = "sentences"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open data folder. `no_model` says why there is no encoder, None when there is one."""

    settings: Settings
    index: Index
    no_model: BanhaError | None

    @property
    def versions(self) -> Versions:
        """What answers are computed with now."""
        return name_versions(self.index.encoder if self.index.mode == "hybrid" else None)

    @property
    def lexical_because(self) -> BanhaError | None:
        """Why answers are made by words only; None when they are not."""
        if self.no_model:
            return self.no_model
        missing = self.index.store.passages.count_without_vector()
        if missing:
            return MissingVectors(
                N_(
                    "{count} stored passages have no vectors yet, so everything is searched by words only. The next "
                    "banha ingest computes them, and so does banha reembed."
                ),
                count=missing,
            )
        return None

    @property
    def alias_problems(self) -> list[Problem]:
        """What of the person's list of abbreviations is passed over."""
        refused: list[Problem] = []
        read_aliases(self.settings.data / ALIASES, refused)
        return refused


def name_versions(encoder: Encoder | None) -> Versions:
    """The names of what takes part in answers."""
    return Versions(model=encoder.description.name if encoder else None, segmenter=SEGMENTER)


class LexicalOnly(BanhaError):
    """Meaning takes no part in answers; words do."""


class MissingVectors(LexicalOnly):
    """There is a model, but passages that were stored without one have no vectors yet."""


def open_workspace(
    settings: Settings, conversion: Conversion | None = None, with_model: bool = True, any_model: bool = False
) -> Workspace:
    """Open, or create, the data folder.

    The embedded model is converted when it is used first. Without `with_model` none is looked for (commands that
    neither search nor store); with `any_model` vectors of another model are accepted (for re-embedding).
    Raises UnusableFolder, ModelMismatch, and ModelUnavailable for a model folder that was asked for by name;
    an embedded model that cannot be used leaves the workspace lexical.
    """
    encoder: Encoder | None = None
    no_model: BanhaError | None = None
    try:
        # What is stored is not for the other users of the computer.
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if with_model:
            encoder, no_model = find_encoder(settings, conversion)
        index = Index(settings.data, encoder, any_model)
    except OSError as error:
        raise UnusableFolder(
            N_("The data folder {folder} cannot be used: {reason}. Choose another with --data or BANHA_DATA."),
            folder=str(settings.data),
            reason=error.strerror or str(error),
        ) from error
    # Who only reads may do so in a folder that cannot be written.
    with suppress(UnusableFolder):
        if with_model and not any_model:
            follow_owners(index)
        index.save_rebuilt()
    return Workspace(settings, index, no_model)


def find_encoder(
    settings: Settings, conversion: Conversion | None = None
) -> tuple[Encoder, None] | tuple[None, BanhaError]:
    """The encoder of the settings, or why there is none. Raises ModelUnavailable for one asked for by name."""
    if settings.model == LEXICAL_ONLY:
        return None, LexicalOnly(N_("The language model is switched off (BANHA_MODEL=none); searching by words only."))
    if settings.model:
        return SentenceTransformerEncoder(Path(settings.model)), None
    try:
        return SentenceTransformerEncoder(ensure_embedded_model(settings.model_folder, conversion)), None
    except ModelUnavailable as error:
        return None, error
