"""Text of two codings comes out right in both, and text of other languages as it is."""

from __future__ import annotations

import itertools
import json
import lzma
import random
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from ingest.charset_choice import decide_charset
from ingest.charset_tables import TABLES
from ingest.charsets import UNICODE, recover
from ingest.document import Cell, Document, Paragraph, Table
from ingest.errors import FileRefused
from ingest.readers import read_document
from tests.old_codings import ACCENTED, encode
from tests.test_readers import cell, p, write_docx

LABELS = (
    """
Tên nhiệm vụ|Chủ nhiệm nhiệm vụ|Tổng kinh phí|Cơ quan chủ trì|Cơ quan chủ quản|Thời gian thực hiện|Họ và tên|Ngày sinh
Mục tiêu của nhiệm vụ|Nội dung nghiên cứu|Sản phẩm dự kiến|Chức vụ|Học hàm, học vị|Đơn vị công tác|Địa chỉ|Điện thoại
Lĩnh vực|Tên doanh nghiệp|Người đại diện|Mã số thuế|Nhu cầu công nghệ|Kinh phí dự kiến|Số lao động|Mô tả vấn đề|Số|Tỉnh
Yêu cầu kỹ thuật|Thuyết minh nhiệm vụ khoa học và công nghệ|Tính cấp thiết|Phương pháp nghiên cứu|Khả năng ứng dụng
Hiệu quả kinh tế xã hội|Tổ chức phối hợp|Năm|Từ khóa
""".strip()
    .replace("\n", "|")
    .split("|")
)
VALUES = (
    """
Nguyễn Văn Ánh|Trần Thị Hòa|Lê Hồng Phúc|Võ Thị Lý|Đỗ Mỹ Duyên|Bùi Quốc Bảo|Hà|Tô Minh Duy|Vũ Đức Độ|Bình Dương
Công ty Cổ phần Phát Đạt|Trường Đại học Thủ Dầu Một|500 triệu đồng|24 tháng|Thành phố Hồ Chí Minh|2.850 triệu đồng
PGS.TS. Lê Văn Tùng|Sở Khoa học và Công nghệ|Công ty TNHH Gốm sứ Minh Long|Công ty Nestlé, TS. Loïc Dupont (Orléans)
""".strip()
    .replace("\n", "|")
    .split("|")
)


def follow(text: str) -> str:
    """A whole document without fonts."""
    decision = decide_charset(text)
    return "".join(recover([(line, None)], decision)[0] for line in text.splitlines(keepends=True))


def fill_in(charset: str, rows: int, separator: str, seed: int) -> tuple[str, str]:
    """A form with labels in the coding and values in Unicode, and how it should read."""
    dice = random.Random(seed)
    filled = [(label, dice.choice(VALUES)) for label in dice.sample(LABELS, rows)]
    written = [f"{encode(label, charset)}{separator}{value}" for label, value in filled]
    return "\n".join(written), "\n".join(f"{label}{separator}{value}" for label, value in filled)


def right_letters(found: str, wanted: str) -> tuple[int, int]:
    """How many Vietnamese letters are right, of how many; words are compared one by one."""
    right = total = 0
    for word, gold in itertools.zip_longest(found.split(), wanted.split(), fillvalue=""):
        accented = [at for at, letter in enumerate(gold) if letter in ACCENTED]
        total += len(accented)
        right += sum(word[at : at + 1] == gold[at] for at in accented)
    return right, total


@pytest.mark.parametrize("charset", TABLES)
@pytest.mark.parametrize("separator", [": ", "\t", ",", " "])
def test_labels_in_an_old_coding_and_values_in_unicode_both_come_out_right(charset: str, separator: str) -> None:
    scores = []
    for seed in range(40):
        written, wanted = fill_in(charset, rows=4 + seed % 20, separator=separator, seed=seed)
        scores.append(right_letters(follow(written), wanted))
    right, total = (sum(column) for column in zip(*scores, strict=True))
    assert right >= (0.985 if separator == " " else 0.997) * total, (right, total)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "Chñ nhiÖm nhiÖm vô: Nguyễn Văn Ánh\nTæng kinh phÝ: 500 triệu đồng",
            "Chủ nhiệm nhiệm vụ: Nguyễn Văn Ánh\nTổng kinh phí: 500 triệu đồng",
        ),
        ("Tæng kinh phÝ: 500 triệu đồng", "Tổng kinh phí: 500 triệu đồng"),
        ("Chñ nhiÖm nhiÖm vô,Lê Hòa\nTæng kinh phÝ,một tỷ", "Chủ nhiệm nhiệm vụ,Lê Hòa\nTổng kinh phí,một tỷ"),
        ("Coâng ty: Công ty Phát Đạt\nÑòa chæ: Thủ Dầu Một", "Công ty: Công ty Phát Đạt\nĐịa chỉ: Thủ Dầu Một"),
        ("Nhiïåm vuå khoa hoåc: sấy gỗ ở Đắk Lắk", "Nhiệm vụ khoa học: sấy gỗ ở Đắk Lắk"),
    ],
)
def test_short_forms_in_two_codings_are_understood(written: str, text: str) -> None:
    assert follow(written) == text


FORM = [("Chủ nhiệm nhiệm vụ", "Nguyễn Văn Ánh"), ("Tổng kinh phí", "500 triệu đồng"), ("Cơ quan chủ trì", "Hà Tô")]


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".xlsx", ".docx"])
def test_a_form_in_two_codings_is_read_in_every_format_without_fonts(tmp_path: Path, suffix: str) -> None:
    rows = [(encode(label, "tcvn3"), value) for label, value in FORM]
    path = tmp_path / f"form{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    elif suffix == ".docx":
        write_docx(path, f"<w:tbl>{''.join(f'<w:tr>{cell(p(a))}{cell(p(b))}</w:tr>' for a, b in rows)}</w:tbl>")
    else:
        path.write_text("\n".join(f"{a}{',' if suffix == '.csv' else ': '}{b}" for a, b in rows), "utf-8")
    document = read_document(path)
    if suffix == ".txt":
        assert list(document.lines()) == [f"{label}: {value}" for label, value in FORM]
    else:
        assert list(document.lines()) == [text for row in FORM for text in row]
    blocks = [block for block in parts_of(document) if block.recovery.charset]
    assert len(blocks) == 3
    assert {block.recovery.charset for block in blocks} == {"tcvn3"}
    assert blocks[0].recovery.unrepaired is not None
    assert "nhiÖm vô" in blocks[0].recovery.unrepaired
    assert blocks[0].recovery.confidence < 1


def parts_of(document: Document) -> list[Paragraph | Cell]:
    parts: list[Paragraph | Cell] = []
    for block in document.blocks:
        if isinstance(block, Table):
            parts += (cell for row in block.rows for cell in row)
        elif isinstance(block, Paragraph):
            parts.append(block)
    return parts


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".html"])
def test_a_font_is_believed_for_every_word_where_nothing_in_it_is_unicode(tmp_path: Path, suffix: str) -> None:
    rows = ["Tên nhiệm vụ", "Cỏ", "trồng cỏ", "Dê cỏ", "ớt đỏ", "Gỗ bỏ đi", "Lò sấy"]
    path = tmp_path / f"list{suffix}"
    _write_in_font(path, [encode(row, "tcvn3") for row in rows])
    assert list(read_document(path).lines()) == rows
    filled = ["Cán bộ", "Nguyễn Văn Cá", "Cá"]
    _write_in_font(path, [encode(row, "tcvn3") for row in rows[:1]] + filled)
    assert list(read_document(path).lines()) == rows[:1] + filled


def _write_in_font(path: Path, lines: list[str]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row, line in enumerate(lines, start=1):
            book.worksheets[0].cell(row, 1, line).font = Font(name=".VnTime")
        book.save(path)
    elif path.suffix == ".docx":
        font = '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>'
        write_docx(path, "".join(f"<w:p><w:r>{font}<w:t>{line}</w:t></w:r></w:p>" for line in lines))
    else:
        path.write_text("".join(f'<p><font face=".VnTime">{line}</font></p>' for line in lines), "utf-8")


# ------------------------------------------------------------------------------------ Unicode stays Unicode

FOREIGN = {
    "French": (
        "L'été dernier, où l'hôtel était près de la forêt, le garçon naïf a rêvé de Noël. Le cœur du "
        "problème : à côté des élèves. Où êtes-vous allé ? Il faut dîner tôt, goûter du pâté, août. "
        "Là-bas, ça va. Déjà l'événement. Sûr, dû, mûr, çà et là, maïs, haïr, aiguë, Citroën, Moët, nº "
        "5, n° 3, 25 °C, « guillemets »."
    ),
    "German": (
        "Für schöne Grüße aus Köln und München müssen wir natürlich größere Übungen durchführen. Mädchen "
        "hören täglich Töne. Äpfel, Öl, Ärzte, Straße, süß, höher, früh, Tür, Bär, Fuß, grün, blöd, "
        "Düsseldorf, Gebäude."
    ),
    "Spanish": (
        "El niño pequeño comió la piña mañana. ¿Qué pasó? ¡Está aquí! También habló con él en español, "
        "según la opinión. Año, señor, corazón, café, árbol, pingüino, tú, mí, sí, así, México, Bogotá, "
        "río, país, Núñez."
    ),
    "Czech": ("Příliš žluťoučký kůň úpěl ďábelské ódy. Český jazyk má háčky a čárky. Dobrý den, město Plzeň, výzkum."),
    "Polish": ("Zażółć gęślą jaźń. Łódź, Kraków, Wrocław. Państwowy instytut badawczy, świętość, miłość, późno, ósmy."),
    "Portuguese": (
        "São Paulo, João, coração, avião, não, mãe, às, à, você, três, pão, põe, ações, água, irmã, lã, avô, pé."
    ),
    "Swedish": (
        "Det är så fint på ön. Åsa älskar räkor, smörgås och köttbullar. Växjö. Sjö, hål, två, får, nå, år, då."
    ),
    "Danish": (
        "København, smørrebrød, træ, på, Åse, få, sø, dåb, æble, ø, år, når, også, først, større, læse, kør, dør."
    ),
    "Finnish": (
        "työ, yö, hyvää päivää, äiti, pöytä, sähkö, ympäristö, tärkeä, Jyväskylä, Hämeenlinna, että, mitä, tämä."
    ),
    "Estonian": ("õpetaja, töö, üks, käsi, jõgi, mõte, sõna, põhi, kõik, või, nõu, õun, õhtu, võib, tõus, põld, lõpp."),
    "Turkish": (
        "İstanbul'da güzel bir gün. Çok teşekkür ederim, öğretmen, şeker, ağaç, üç, dört, bölüm, gör, söz, köy."
    ),
    "Icelandic": ("Það er gott veður í dag. Þú ert íslenskur, góðan daginn, ég tala, eða, með, við, það, ár, já, nú."),
    "source code": (
        "def f(x): return {'a': x ^ 2, \"b\": ~x | 3}\n# naïve façade — été; const ñ = 'año';\nif "
        "(a[i] > b) { x = ~y | z; }\nnumÉro = élève.nom; s/é/e/g; “quoted” «x» µs ±0.5 §4.2 ¶ ©®™"
    ),
    "chemistry": (
        "H₂SO₄, Fe³⁺, CO₂ ↑, NaCl·6H₂O, α-Fe₂O₃, ΔH° = −285.8 kJ·mol⁻¹, λmax = 254 nm, 10 µm, 5 µg/ml, "
        "25 °C, 7,4 ± 0,2, 3 × 10⁻⁴ M, Å, ½ λ, 1‰, Ø 20 mm, k·T, m², m³/ngày, mg·l⁻¹"
    ),
    "addresses": (
        "https://vi.wikipedia.org/wiki/Vi%E1%BB%87t_Nam http://exämple.com/größe?q=naïve&x=%C3%A9#où "
        "ftp://café.fr/été.html mailto:josé@exámple.es C:\\Dữ liệu\\été\\fichier.txt"
    ),
    "Vietnamese with names": (
        "Đề tài hợp tác với GS. Loïc Dupont (Université de Genève), TS. José Núñez, bà Zoë Müller; công "
        "ty Nestlé, Citroën, Café Trung Nguyên; “Übungen für Anfänger”, São Paulo, København, Ångström."
    ),
}


@pytest.mark.parametrize("language", FOREIGN)
def test_other_languages_stay_as_they_are_whole_in_pieces_and_beside_one_another(language: str) -> None:
    text = FOREIGN[language]
    words = text.split()
    pieces = [text, f"{text}\n" * 3, "\n".join(words), *map(" ".join, zip(words, words[1:], words[2:], strict=False))]
    pieces += [f"{text}\n{other}" for other in FOREIGN.values()]
    assert [(piece, follow(piece)) for piece in pieces if follow(piece) != piece] == []


@pytest.mark.parametrize(
    "text",
    [
        "Le village où il habite. Où est la gare ?",
        "La ville où je vis. Où vas-tu ? D'où viens-tu ?",
        "Loïc sait où. AÚN no, aún no. Aï !",
        "Le lac où dort Loïc",
    ],
)
def test_european_words_that_vni_reads_as_syllables_decide_nothing(text: str) -> None:
    assert follow(text) == text


def test_a_word_with_a_capital_and_without_is_one_kind_of_evidence() -> None:
    assert decide_charset("Müller und Söhne, Rêves, où. Chuùng, Gößweinstein, Ærø, chuùng. Čapek, Łódź") == UNICODE


def test_articles_of_law_stay_as_they_are(shared: Path) -> None:
    with lzma.open(shared / "corpus/legal_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in itertools.islice(lines, 3000)]
    texts = [text for article in articles for text in (article["title"], article["text"])]
    assert [text[:80] for text in texts if decide_charset(text).charset is not None] == []


def test_unicode_samples_stay_as_they_are(shared: Path) -> None:
    for name in ("proposal_utf8.txt", "proposal_nfd.txt", "proposal_utf16.txt", "tasks_utf8bom.csv", "tasks_utf16.csv"):
        raw = (shared / "samples" / name).read_bytes()
        text = raw.decode("utf-16" if "utf16" in name else "utf-8-sig")
        assert decide_charset(text).charset is None
        document = read_document(shared / "samples" / name)
        assert {part.recovery.charset for part in parts_of(document)} == {None}
        shown = "".join(document.lines()).replace(" ", "")
        composed = unicodedata.normalize("NFC", text)
        assert all(word in shown for word in composed.replace('"', "").replace(";", " ").replace(",", " ").split())
    for path in sorted((shared / "samples").glob("*.json")):
        assert decide_charset(path.read_text("utf-8")).charset is None


# ------------------------------------------------------------------------- other languages in Windows-1252


WESTERN = [
    "Résumé : étude expérimentale des propriétés du béton léger à base de déchets recyclés dans le delta du Mékong.",
    "Les élèves ont été reçus à l'école.",
    "Für die Übung benötigen wir größere Räume.",
    "Müller und Söhne GmbH, Köln, ist für die Lieferung zuständig und trägt die Kosten.",
    "El niño pequeño comió la piña en la mañana. ¿Dónde está el señor Muñoz? No lo sé.",
    "La investigación científica en la región está muy avanzada según los informes del año pasado.",
    "A avaliação dos resultados não foi concluída até o mês de março.",
]


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_files_in_western_languages_are_read_and_say_that_it_was_a_guess(
    tmp_path: Path, text: str, suffix: str
) -> None:
    path = tmp_path / f"letter{suffix}"
    path.write_bytes(text.replace(",", "").encode("cp1252"))
    document = read_document(path)
    assert "\n".join(document.lines()) == text.replace(",", "")
    (part,) = parts_of(document)
    assert (part.recovery.charset, document.charset) == ("cp1252", "cp1252")
    assert part.recovery.confidence <= 0.6


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Příliš žluťoučký kůň úpěl ďábelské ódy. Český jazyk má háčky a čárky, a to je v pořádku.", "cp1250"),
        ("Państwowy instytut badawczy w Polsce, który nie jest, na świętość i miłość, do późna.", "cp1250"),
        ("Министерство образования и науки Российской Федерации", "cp1251"),
        ("日本語の文章です。これはテストです。", "shift_jis"),
    ],
)
def test_files_in_other_codings_are_refused_rather_than_misread(tmp_path: Path, text: str, charset: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(text.encode(charset))
    with pytest.raises(FileRefused, match="neither Unicode nor"):
        read_document(path)
