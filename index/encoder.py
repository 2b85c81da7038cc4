"""Encoders: sentence-transformers models, described by data, that turn texts into unit vectors."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import N_, BanhaError
from ingest.vietnamese import words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_Window = tuple[int, str, int]
"""Which text it is of, its words, its tokens."""
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with texts done and texts in all."""

DESCRIPTION = "banha.json"
_TOKENS_A_BATCH = 2_048  # padded; measured on two cores, where larger batches gain nothing and keep a query waiting


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


class Encoder(Protocol):
    """Turns texts into unit vectors. Thread-safe; the same text gives the same vector up to about 1e-6."""

    @property
    def description(self) -> ModelDescription:
        """The model behind it."""
        ...

    @property
    def capacity(self) -> int:
        """How many tokens of a text, by `count_tokens`, fit into one window beside prompt and marks."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without prompt and marks: up to `capacity` it is encoded in one window."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32 (len(texts), dimensions), rows of length 1. Nothing is cut: a text above `capacity` is encoded in
        windows whose vectors are averaged by their tokens."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As `encode_passages`, with the prompt for queries."""
        ...


class SentenceTransformerEncoder:
    """Encoder over a sentence-transformers folder; nothing heavy is loaded before the first text comes.

    Counting tokens does not load torch when the folder has a `tokenizer.json`. The network is never used.
    Raises ModelUnavailable when the folder holds no usable model.
    """

    def __init__(self, folder: Path) -> None:
        self.description = read_description(folder)
        self._folder = folder
        self._model: SentenceTransformer | None = None
        self._tokenizer: Tokenizer | None = None
        self._capacity: int | None = None
        self._loading = threading.RLock()
        # Shared tokenizers cannot be used by two threads at once.
        self._tokenizing = threading.Lock()

    @property
    def capacity(self) -> int:
        if self._capacity is None:
            prompts = [self.description.query_prompt, self.description.passage_prompt]
            marked = max(len(ids) for ids in self._tokenize(prompts, marks=True))
            self._capacity = self.description.max_tokens - marked
        return self._capacity

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._count([self._prepare(text) for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._encode(texts, self.description.passage_prompt, progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self.description.query_prompt, None)

    def _encode(self, texts: Sequence[str], prompt: str, progress: Progress | None) -> Vectors:
        # Before counting, which would otherwise load a second tokenizer of 200 MB.
        self._load()
        prepared = [self._prepare(text) for text in texts]
        windows = [
            (owner, window, tokens)
            for owner, text_tokens in enumerate(zip(prepared, self._count(prepared), strict=True))
            for window, tokens in self._split(*text_tokens)
        ]
        windows.sort(key=lambda window: (-window[2], window[0]))
        missing = np.bincount([owner for owner, _, _ in windows], minlength=len(texts))
        sums = np.zeros((len(texts), self.description.dimensions), np.float32)
        done = 0
        batches = list(_batch(windows))
        for batch, rows in zip(batches, self._compute_all(batches, prompt), strict=True):
            for (owner, _, tokens), row in zip(batch, rows, strict=True):
                sums[owner] += row * max(tokens, 1)
                missing[owner] -= 1
                done += int(missing[owner] == 0)
            if progress:
                progress(done, len(texts))
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)

    def _compute_all(self, batches: Sequence[Sequence[_Window]], prompt: str) -> Iterator[Vectors]:
        """The rows of every batch, in order; a batch a core at once, each on one thread.

        Threads inside one product wait for each other at every layer, which on a busy machine costs far more than
        it gains: 96 texts took 21 s on 2 threads a product, 13 s on 1, and 7 s as 2 batches at once on 1 thread each.
        """
        if len(batches) < 2:
            yield from (self._compute(batch, prompt) for batch in batches)
            return
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            yield from pool.map(lambda batch: self._compute(batch, prompt), batches)

    def _compute(self, batch: Sequence[_Window], prompt: str) -> Vectors:
        """One batch: float32 (windows, dimensions), rows of length 1."""
        import torch
        from sentence_transformers.util import batch_to_device

        model = self._load()
        with self._tokenizing:
            features = model.preprocess([window for _, window, _ in batch], prompt=prompt or None)
        with torch.inference_mode():
            rows = model(batch_to_device(features, model.device))["sentence_embedding"].float()
            return np.asarray(torch.nn.functional.normalize(rows, dim=1).cpu().numpy(), np.float32)

    def _split(self, text: str, tokens: int) -> Iterator[tuple[str, int]]:
        """Halve the text, at a space where there is one near, until each part fits; parts with their tokens."""
        if tokens <= self.capacity or len(text) < 2:
            yield text, tokens
            return
        middle = len(text) // 2
        space = text.find(" ", middle, middle + middle // 2)
        cut = space if space > 0 else middle
        halves = text[:cut], text[cut:]
        for half, half_tokens in zip(halves, self._count(halves), strict=True):
            yield from self._split(half, half_tokens)

    def _prepare(self, text: str) -> str:
        if self.description.segmentation == "none":
            return text
        letters = list(text)
        for start, end in words(text):
            letters[start:end] = text[start:end].replace(" ", "_")
        return "".join(letters)

    def _count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._tokenize(texts, marks=False)]

    def _tokenize(self, texts: Sequence[str], marks: bool) -> list[list[int]]:
        if self._model is None and (self._folder / "tokenizer.json").is_file():
            encodings = self._load_tokenizer().encode_batch_fast(list(texts), add_special_tokens=marks)
            return [encoding.ids for encoding in encodings]
        if not texts:
            return []
        model = self._load()
        with self._tokenizing:
            ids: list[list[int]] = model.tokenizer(
                list(texts), add_special_tokens=marks, truncation=False, padding=False, verbose=False
            )["input_ids"]
        return ids

    def _load_tokenizer(self) -> Tokenizer:
        with self._loading:
            if self._tokenizer is None:
                _stay_offline()
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                tokenizer.no_truncation()
                tokenizer.no_padding()
                self._tokenizer = tokenizer
            return self._tokenizer

    def _load(self) -> SentenceTransformer:
        with self._loading:
            if self._model is None:
                _stay_offline()
                import torch
                from sentence_transformers import SentenceTransformer

                try:
                    model = SentenceTransformer(
                        str(self._folder),
                        device="cuda" if torch.cuda.is_available() else "cpu",
                        local_files_only=True,
                        model_kwargs={"dtype": torch.float32},
                    )
                except (OSError, ValueError, KeyError, RuntimeError) as error:
                    raise ModelUnavailable(
                        N_(
                            "The language model in {folder} cannot be loaded. If BANHA_MODEL names this folder, name "
                            "another or leave it unset; else delete the folder, and the model is prepared again."
                        ),
                        folder=str(self._folder),
                    ) from error
                torch.set_num_threads(1)
                model.max_seq_length = self.description.max_tokens
                # The model brings a tokenizer of its own, 200 MB; one is enough.
                self._model, self._tokenizer = model, None
            return self._model


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


def _batch(windows: Sequence[_Window]) -> Iterator[Sequence[_Window]]:
    """Runs of windows, longest first, whose padded tokens stay within the budget."""
    start = 0
    while start < len(windows):
        count = max(1, _TOKENS_A_BATCH // max(windows[start][2], 16))
        yield windows[start : start + count]
        start += count


def _stay_offline() -> None:
    """The libraries read these when they are first imported; threads of the tokenizer would warn after a fork."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
