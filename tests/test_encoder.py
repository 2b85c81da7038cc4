"""The encoder's vectors mean what texts mean, whatever the batch, the length, the characters or the thread."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder
from index.model_description import DESCRIPTION, EMBEDDED, ModelUnavailable, describe_as_json, read_description

ROOT = Path(__file__).resolve().parents[1]
WATER = "Hệ thống giám sát chất lượng nước thải bằng mạng cảm biến không dây"
RICE = "Chọn tạo giống lúa chịu mặn cho đồng bằng sông Cửu Long"


def linked(model: Path, folder: Path, *without: str) -> Path:
    """The model in another folder, but for some files."""
    shutil.copytree(model, folder, copy_function=os.symlink, ignore=shutil.ignore_patterns(*without))
    return folder


def test_importing_and_counting_load_no_torch(model_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.encoder import SentenceTransformerEncoder\n"
        "encoder = SentenceTransformerEncoder(Path(sys.argv[1])); encoder.count_tokens(['nước'])\n"
        "print(*{'torch', 'sentence_transformers', 'tokenizers'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(model_folder)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    assert done.stdout.split() == [b"tokenizers"]


def test_rows_are_unit_vectors_of_the_described_size(encoder: SentenceTransformerEncoder) -> None:
    rows = encoder.encode_passages([WATER, RICE, ""])
    assert rows.shape == (3, encoder.description.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.encode_passages([]).shape == encoder.encode_queries([]).shape == (0, 384)


@pytest.mark.parametrize("query", ["cảm biến đo nước thải công nghiệp", "wireless sensors for waste water"])
def test_related_texts_are_nearer_in_both_languages(encoder: SentenceTransformerEncoder, query: str) -> None:
    water, rice = encoder.encode_passages([WATER, RICE]) @ encoder.encode_queries([query])[0]
    assert water > rice + 0.02


def test_queries_and_passages_have_their_own_prompts(encoder: SentenceTransformerEncoder) -> None:
    assert not np.allclose(encoder.encode_passages([WATER]), encoder.encode_queries([WATER]), atol=1e-3)


def test_a_text_alone_equals_the_text_in_a_batch(encoder: SentenceTransformerEncoder) -> None:
    texts = [WATER, RICE, "nước", "", " ".join([WATER] * 5), "wireless", " ".join([RICE] * 40)]
    assert encoder.count_tokens(texts)[-1] > encoder.capacity
    together = encoder.encode_passages(texts)
    alone = np.vstack([encoder.encode_passages([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.array_equal(encoder.encode_passages(texts[:5]), encoder.encode_passages(texts[:5]))
    assert np.abs(encoder.encode_passages(texts[::-1])[::-1] - together).max() < 1e-5


def test_nothing_of_a_long_text_is_cut(encoder: SentenceTransformerEncoder) -> None:
    sentences = [f"{WATER} ở khu công nghiệp số {number}." for number in range(50)]
    assert encoder.count_tokens([" ".join(sentences)])[0] > 1_000
    rice, other = encoder.encode_passages([" ".join([*sentences, end]) for end in (RICE, "Hết.")])
    assert np.abs(rice - other).max() > 1e-4
    assert rice @ encoder.encode_queries([RICE])[0] > other @ encoder.encode_queries([RICE])[0]


def test_up_to_its_capacity_a_text_is_one_window(encoder: SentenceTransformerEncoder) -> None:
    fits, more = ("nước " * count for count in (encoder.capacity, encoder.capacity + 1))
    assert encoder.count_tokens([fits, more]) == [encoder.capacity, encoder.capacity + 1]
    assert [len(list(encoder._split(*pair))) for pair in ((fits, 507), (more, 508))] == [1, 2]
    windows = [window for window, _ in encoder._split(more * 9, encoder.count_tokens([more * 9])[0])]
    assert "".join(windows) == more * 9
    assert max(encoder.count_tokens(windows)) <= encoder.capacity


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "\ufdfa" * 10,
        "\ufdfa" * 150,
        "😀👍🏽🇻🇳",
        "</s><mask><pad>",
        "\u0301" * 600,
        "\n\t\u200b",
        "a" * 8_000,
    ],
    ids=["NUL", "ligature", "many ligatures", "emoji", "marks", "accents alone", "blank", "one long word"],
)
def test_odd_text_is_encoded(encoder: SentenceTransformerEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode_passages([text])).all()


def test_composed_and_decomposed_text_are_the_same(encoder: SentenceTransformerEncoder) -> None:
    composed, decomposed = encoder.encode_queries([WATER, unicodedata.normalize("NFD", WATER)])
    assert np.abs(composed - decomposed).max() < 1e-6


def test_progress_counts_texts(encoder: SentenceTransformerEncoder) -> None:
    calls: list[tuple[int, int]] = []
    encoder.encode_passages([WATER, (RICE + ". ") * 60], lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls)
    assert calls[-1] == (2, 2)


def test_threads_get_their_own_answers(encoder: SentenceTransformerEncoder) -> None:
    texts = [f"{WATER} {number}" * (1 + number % 3) for number in range(12)]
    expected = encoder.encode_queries(texts)
    found: dict[int, np.ndarray] = {}

    def ask(number: int) -> None:
        encoder.count_tokens(texts)
        found[number] = encoder.encode_queries([texts[number]])[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.abs(np.vstack([found[number] for number in range(12)]) - expected).max() < 1e-5


def test_banha_json_overrules_what_the_model_says_of_itself(model_folder: Path, tmp_path: Path) -> None:
    folder = linked(model_folder, tmp_path / "another-model", DESCRIPTION)
    found = read_description(folder)
    assert found == replace(EMBEDDED, name="another-model", revision=found.revision, licence="")
    (folder / DESCRIPTION).write_text(json.dumps({"name": "ours", "query_prompt": "q: ", "segmentation": "pyvi"}))
    changed = read_description(folder)
    assert (changed.name, changed.query_prompt, changed.passage_prompt) == ("ours", "q: ", "passage: ")
    assert changed.segmentation == "pyvi"
    assert changed.revision != found.revision
    (folder / DESCRIPTION).write_text(json.dumps(describe_as_json(EMBEDDED)))
    assert read_description(folder) == EMBEDDED


@pytest.mark.parametrize("text", ["{", "[]", '{"colour": 1}', '{"segmentation": "other"}', '{"dimensions": "many"}'])
def test_a_description_that_makes_no_sense_is_refused(text: str, model_folder: Path, tmp_path: Path) -> None:
    folder = linked(model_folder, tmp_path / "model", DESCRIPTION)
    (folder / DESCRIPTION).write_text(text)
    with pytest.raises(ModelUnavailable, match="sentence-transformers"):
        read_description(folder)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        SentenceTransformerEncoder(tmp_path)
    (tmp_path / DESCRIPTION).write_text(json.dumps(describe_as_json(EMBEDDED)))
    with pytest.raises(ModelUnavailable, match="loaded"):
        SentenceTransformerEncoder(tmp_path).encode_queries([WATER])


def test_models_that_need_words_get_words(model_folder: Path, tmp_path: Path) -> None:
    folder = linked(model_folder, tmp_path / "model", DESCRIPTION)
    (folder / DESCRIPTION).write_text(json.dumps({"segmentation": "pyvi"}))
    assert SentenceTransformerEncoder(folder)._prepare("nghiên cứu khoa học") == "nghiên_cứu khoa_học"
