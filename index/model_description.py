"""What must be known of a model to use it, read from the files of its folder."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from ingest.errors import N_, BanhaError

DESCRIPTION = "banha.json"


class ModelUnavailable(BanhaError):
    """No model can be used; searching and matching go on lexically."""


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What must be known of a model to use it and to keep its vectors apart from another's.

    `max_tokens` counts prompt and marks too; `segmentation` says what its texts must pass before (`pyvi` joins the
    syllables of a word by `_`).
    """

    name: str
    revision: str
    dimensions: int
    max_tokens: int
    query_prompt: str = ""
    passage_prompt: str = ""
    segmentation: Literal["none", "pyvi"] = "none"
    licence: str = ""

    @property
    def identity(self) -> str:
        """What tells its vectors from all others that must not be compared with them."""
        return f"{self.name}@{self.revision}/{self.dimensions}"


EMBEDDED = ModelDescription(
    name="multilingual-e5-small",
    revision="q4-1571fc98",
    dimensions=384,
    max_tokens=512,
    query_prompt="query: ",
    passage_prompt="passage: ",
    licence="MIT",
)


def read_description(folder: Path) -> ModelDescription:
    """Describe a model folder: what sentence-transformers' own files say, overruled by the keys of `banha.json`.

    Without a stated revision one is derived from the files, so that other weights have another. Raises
    ModelUnavailable when the files are absent or make no sense.
    """
    try:
        own = _read_json(folder / DESCRIPTION)
        unknown = set(own) - {field.name for field in fields(ModelDescription)}
        if unknown or own.get("segmentation", "none") not in ("none", "pyvi"):
            raise ValueError(f"{DESCRIPTION}: {unknown or own['segmentation']}")
        complete = {"name", "revision", "dimensions", "max_tokens"} <= set(own)
        found = ModelDescription(**own) if complete else replace(_derive_description(folder), **own)
        if not all(isinstance(number, int) and number > 0 for number in (found.dimensions, found.max_tokens)):
            raise ValueError(f"{DESCRIPTION}: {found}")
        return found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            N_(
                "The folder {folder} holds no sentence-transformers model. Name another with BANHA_MODEL, or leave "
                "BANHA_MODEL unset to use the embedded model."
            ),
            folder=str(folder),
        ) from error


def describe_as_json(description: ModelDescription) -> dict[str, Any]:
    """The contents of `banha.json`."""
    return asdict(description)


def _derive_description(folder: Path) -> ModelDescription:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    settings = [_read_json(folder / str(module["path"]) / "config.json") for module in modules]
    widths = [
        found[key]
        for found in settings
        for key in ("hidden_size", "word_embedding_dimension", "embedding_dimension", "out_features")
        if key in found
    ]
    limits = [
        _read_json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read_json(folder / "tokenizer_config.json").get("model_max_length"),
        settings[0].get("max_position_embeddings"),
    ]
    prompts = _read_json(folder / "config_sentence_transformers.json").get("prompts", {})
    return ModelDescription(
        name=folder.resolve().name,
        revision=_fingerprint(folder),
        dimensions=int(widths[-1]),
        # Tokenizers without a limit of their own state an astronomic one.
        max_tokens=next(int(limit) for limit in limits if limit and limit < 1_000_000),
        query_prompt=prompts.get("query", ""),
        passage_prompt=prompts.get("passage", prompts.get("document", "")),
    )


def _read_json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if not isinstance(found, dict):
        raise ValueError(path.name)
    return found


def _fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits over names, sizes and the last 64 kB of every file."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 65_536))
            digest.update(f"{path.relative_to(folder).as_posix()} {size} ".encode() + stream.read())
    return digest.hexdigest()[:12]
