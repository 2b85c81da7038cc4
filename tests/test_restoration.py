"""What was meant is read from what was typed, and what is right, foreign or a name is left alone."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.restoration import Restorer
from ingest.vietnamese import accented_view, fold, is_syllable, syllables

TEXTS = [
    "Nghiên cứu xử lý nước thải khu công nghiệp bằng công nghệ vi sinh.",
    "Ứng dụng trí tuệ nhân tạo trong nông nghiệp công nghệ cao.",
    "Mạng cảm biến không dây giám sát chất lượng nước thải ở các khu công nghiệp.",
    "Kết quả nghiên cứu khoa học được ứng dụng trong sản xuất nông nghiệp.",
    "Giống lúa chịu mặn cho vùng đồng bằng.",
    "Đặt hàng nhiệm vụ khoa học và công nghệ; đánh giá của hội đồng khoa học.",
]


def strip(text: str) -> str:
    return "".join(bare.upper() if letter.isupper() else bare for letter, bare in zip(text, fold(text), strict=True))


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer.train(TEXTS * 5)


def test_what_one_store_teaches_no_other_knows() -> None:
    taught, other = Restorer.of_vocabulary(), Restorer.of_vocabulary()
    number, choices = other.number("nước"), list(other.choices("nuoc"))
    taught.add(TEXTS * 50)
    assert taught.count(number) > other.count(number)
    assert (list(other.choices("nuoc")), other.number("qzx")) == (choices, 0)
    assert Restorer.of_vocabulary().count(number) == other.count(number)


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("xu ly nuoc thai", "xử lý nước thải"),
        ("XU LY NUOC THAI", "XỬ LÝ NƯỚC THẢI"),
        ("Dat Hang nhiem vu khoa hoc", "Đặt Hàng nhiệm vụ khoa học"),
        ("ung dung IoT trong nong nghiep", "ứng dụng IoT trong nông nghiệp"),
        ("tri tue nhan tao (AI) trong nong nghiep!", "trí tuệ nhân tạo (AI) trong nông nghiệp!"),
        ("nghiên cứu khoa hoc", "nghiên cứu khoa học"),
    ],
)
def test_what_was_left_out_comes_back(restorer: Restorer, typed: str, restored: str) -> None:
    assert restorer.restore(typed) == restored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "!?",
        "wireless sensor network for waste water",
        "a study on the impact of climate change",
        "LoRaWAN ESP32",
        "khoa",
        "zuong quyt",
        *TEXTS,
    ],
)
def test_other_text_is_left_alone(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text) is None


def test_accents_that_were_typed_stay(restorer: Restorer) -> None:
    restored = restorer.restore("xứ ly nuoc thai")
    assert restored is not None
    assert restored.startswith("xứ ")


def test_without_training_nothing_is_restored() -> None:
    assert Restorer.train([]).restore("nuoc thai") is None
    assert Restorer.train(["English only, 2025."]).restore("nuoc thai") is None


def test_training_in_parts_equals_training_at_once(restorer: Restorer) -> None:
    parts = Restorer()
    for _ in range(5):
        parts.add(TEXTS)
    assert all(parts.restore(strip(text)) == restorer.restore(strip(text)) for text in TEXTS)


def test_saved_and_loaded_it_answers_the_same(restorer: Restorer, tmp_path: Path) -> None:
    restorer.save(tmp_path / "accents.npz")
    loaded = Restorer.load(tmp_path / "accents.npz")
    assert all(loaded.restore(strip(text)) == restorer.restore(strip(text)) for text in TEXTS)
    loaded.add(["Thủy sản đông lạnh."])
    assert loaded.restore("thuy san dong lanh") == "thủy sản đông lạnh"
    assert [path.name for path in tmp_path.iterdir()] == ["accents.npz"]


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\3\4"])
def test_a_spoilt_file_is_an_ordinary_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "accents.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"npz|pickle"):
        Restorer.load(tmp_path / "accents.npz")


def test_a_file_without_its_arrays_is_an_ordinary_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "accents.npz", forms=np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="npz"):
        Restorer.load(tmp_path / "accents.npz")


LETTERS = st.sampled_from("aăâeêioôơuưyáàảãạđ\u0301 bcdghklmnpqrstvxABĐÊ.,-\n0١😀İ")


@given(st.text(LETTERS | st.characters(codec="utf-8"), max_size=60))
def test_what_stands_between_the_words_stays(text: str) -> None:
    restorer = Restorer.train(TEXTS)
    restored = restorer.restore(text)
    if restored is not None:
        assert restored != text
        old, new = syllables(text), syllables(restored)
        assert len(old) == len(new)
        assert _between(text, old) == _between(restored, new)
        assert restored.isupper() == text.isupper()


def _between(text: str, spans: list[tuple[int, int]]) -> list[str]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # Keys of telex, of VNI, and half converted.
        ("nghieen cuwsu", "nghiên cứu"),
        ("xuwr lys nuwowcs thari", "xử lý nước thải"),
        ("nghie6n cu71u", "nghiên cứu"),
        ("xu73 ly1 nu7o71c", "xử lý nước"),
        ("nghiên cưus khoa học", "nghiên cứu khoa học"),
        ("nghiêhn cứu", "nghiên cứu"),
        ("Nghieen cuwsu", "Nghiên cứu"),
        ("NGHIEEN CUWSU", "NGHIÊN CỨU"),
        # Letters.
        ("nghiênn cứu", "nghiên cứu"),
        ("nghien cuus", "nghiên cứu"),
        ("ngihên cứu", "nghiên cứu"),
        ("nông nghệp công nghệ cao", "nông nghiệp công nghệ cao"),
        # Sounds, and đ.
        ("sử lý nước thải", "xử lý nước thải"),
        ("sử lí nước thải", "xử lý nước thải"),
        ("dánh giá", "đánh giá"),
        ("cảm biến kô dây", "cảm biến không dây"),
        # Some accents.
        ("xu lý nuoc thải", "xử lý nước thải"),
        ("công nghê vi sinh", "công nghệ vi sinh"),
    ],
)
def test_slips_are_read_as_they_were_meant(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "nghiên cứu Vibrio parahaemolyticus",
        "nghiên cứu Zea mays",
        "ứng dụng test nhanh",
        "khí gas trong khu công nghiệp",
        "công nghệ blockchain",
        "xử lý khí CO2",
        "xử lý khí co2",
        "giống lúa ST25",
        "công nghệ IoT, AI và 5G",
        "chất lượng 5 kWh",
        "Catch Me if I Can",
        "the meets if has",
        "đánh giá của Nguyễn Thị Sử",
    ],
)
def test_names_codes_units_and_other_languages_stay(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tôm bij beenhj", "tôm bị bệnh"),
        ("tôm bij sâu benhej", "tôm bị sâu bệnh"),
        # j ends no word of another language; another single key may make one.
        ("tôm bij bệnh", "tôm bị bệnh"),
        ("tôm bis bệnh", None),
        ("ký thuật nuôi tôm", "kỹ thuật nuôi tôm"),
        ("ký hợp đồng", None),
        ("virus hại tôm", None),
    ],
)
def test_keys_left_over_are_read_beside_words_they_were_never_seen_with(typed: str, meant: str | None) -> None:
    texts = ["Ruộng bị hạn.", "Sâu bệnh hại lúa.", *["Kỹ thuật nuôi cá."] * 20, "Ký hợp đồng nuôi tôm."]
    # In many texts a word is rare, and rarer beside one it was never seen with.
    crowd = [f"Tôm {word} và lúa {word}." for word in ("sú", "thẻ", "giống", "nuôi", "chín", "mùa", "nước", "hùm")]
    assert Restorer.train(texts + crowd * 400).restore(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # Letters that no word of another language has, so that no neighbour need bear it out.
        ("tooi và tôm", "tôi và tôm"),
        ("tôm luaj", "tôm lụa"),
        ("hoa ngoo", "hoa ngô"),
        ("hồ chwuas tôm", "hồ chứa tôm"),
        ("tôm khoor", "tôm khổ"),
        ("soft hại tôm", None),
        ("hoa loop", None),
        # Marks that stand elsewhere than they can make a word that is none.
        ("thưong tôm", "thương tôm"),
        ("tôm vứon", "tôm vườn"),
        ("tôm và dất", "tôm và đất"),
        # Spelled as a syllable can be, though nobody has it.
        ("tôm viền", None),
    ],
)
def test_keys_and_marks_that_leave_no_doubt_need_no_neighbour(typed: str, meant: str | None) -> None:
    assert Restorer.of_vocabulary().restore(typed) == meant


def test_a_word_that_was_read_beside_its_neighbour_stays() -> None:
    restorer = Restorer.of_vocabulary()
    restorer.add(["Kỷ luật lao động.", *["Kỹ thuật nuôi tôm."] * 5])
    assert restorer.restore("kỷ thuật nuôi tôm") == "kỹ thuật nuôi tôm"
    assert restorer.restore("kỷ luật lao động") is None


def test_a_mark_is_forgotten_sooner_where_others_lack_theirs() -> None:
    """`sây` is a word, and sounds like another."""
    restorer = Restorer.of_vocabulary()
    restorer.add(["Gỗ bị nứt khi sấy."] * 3 + ["Nhà nứt khi xây xong."] * 9)
    assert restorer.restore("gỗ bị nưt khi sây") == "gỗ bị nứt khi sấy"


def test_real_queries_are_restored(shared: Path) -> None:
    data = json.loads((shared / "eval" / "xquad_vi.json").read_text("utf-8"))
    restorer = Restorer.train(unicodedata.normalize("NFC", text) for text in data["docs"])
    right = total = changed = 0
    queries = [unicodedata.normalize("NFC", query) for query in data["queries"]]
    start = time.process_time()
    restored = [restorer.restore(strip(query)) or strip(query) for query in queries]
    assert time.process_time() - start < 0.005 * len(queries)
    for query, found in zip(queries, restored, strict=True):
        expected, view = accented_view(query), accented_view(found)
        spans = [(start, end) for start, end in syllables(expected) if is_syllable(expected[start:end])]
        total += len(spans)
        right += sum(expected[start:end] == view[start:end] for start, end in spans)
        changed += restorer.restore(query) is not None
    assert right / total > 0.955
    assert changed <= 0.005 * len(queries)
