"""Encoders: sentence-transformers models, described by data, that turn texts into unit vectors."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.model_description import ModelDescription, ModelUnavailable, read_description
from index.wanted import check_wanted
from ingest.errors import N_
from ingest.vietnamese import words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_Window = tuple[int, str, int]
"""Which text it is of, its words, its tokens."""
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with texts done and texts in all."""

_TOKENS_A_BATCH = 2_048  # padded; measured on two cores, where larger batches gain nothing and keep a query waiting


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
        # Before counting, which would otherwise load a second tokenizer of 100 MB.
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
            check_wanted()
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
                # The model brings a tokenizer of its own, 100 MB; one is enough.
                self._model, self._tokenizer = model, None
            return self._model


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
