"""Typing slips: does a misspelt question still find its passage, and is anything changed that was right?"""

from __future__ import annotations

import gzip
import json
import random
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.conditions import SEED, SHARED, percentile, print_conditions, print_table, real_encoder, with_interval
from index import Index, QueryReading, rank, store_records, with_origins
from ingest import OFFICER, Record, Section, fold, syllables
from ingest.vietnamese import is_syllable
from matcher.measures import gain, interval, measure_query

QUESTIONS = SHARED / "eval" / "xquad_vi.json"
TITLES = SHARED / "eval" / "cmu_gold.json.gz"
_MEASURE = "nDCG@10"
_EVERY = 4  # of the questions are ranked with each slip
_SHARE_WITHOUT_ACCENTS = 0.5

# Names that occur in the fields that Ba Nhà serves; nothing of them may be changed, alone or among Vietnamese words.
LATIN = """
Vibrio parahaemolyticus|Litopenaeus vannamei|Penaeus monodon|Oryza sativa|Zea mays|Hevea brasiliensis|Coffea arabica
Coffea canephora|Bacillus subtilis|Escherichia coli|Aspergillus niger|Panax vietnamensis|Aloe vera|Mus musculus
Bos taurus|Sus scrofa|Gallus gallus|Apis cerana|Musa acuminata|Citrus maxima|Cocos nucifera|Manihot esculenta
Ipomoea batatas|Glycine max|Camellia sinensis|Piper nigrum|Anacardium occidentale|Pangasius bocourti|Lates calcarifer
Channa striata|Anabas testudineus|Spodoptera frugiperda|Fusarium oxysporum|Trichoderma harzianum|Pleurotus ostreatus
Ganoderma lucidum|Cordyceps militaris|Curcuma longa|Zingiber officinale|Morinda citrifolia|Melaleuca cajuputi
Rhizophora apiculata|Acacia mangium|Tectona grandis|Dimocarpus longan|Litchi chinensis|Nephelium lappaceum
Durio zibethinus|Garcinia mangostana|Hylocereus undatus|Vigna radiata|Arachis hypogaea|Solanum lycopersicum
"""
FOREIGN = """
khí gas CO2|test nhanh COVID-19|cảm biến pH|máy CNC 5 trục|robot hàn tự động|pin lithium LiFePO4|chip bán dẫn 28 nm
vi khuẩn E. coli|gạo ST25|thép SUS304|xe bus điện|bo mạch ESP32|mạng LoRaWAN|hợp kim Ti6Al4V|nhựa PET tái chế
phân bón NPK 16-16-8|mã số KC.01.02/16-20|gen BRCA1|vitamin B12|khí NO3 trong nước|laser fiber 3 kW|blockchain|web app
dữ liệu big data|in 3D|tia UV|keo epoxy|sơn acrylic|tấm composite|máy bay drone|bê tông UHPC|sóng radar|mô hình BIM
"""

_TELEX_TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "sfrxj", strict=True))
_VNI_TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "12345", strict=True))
_ACUTE, _HOOK, _TILDE = "\u0301", "\u0309", "\u0303"
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = (("s", "x"), ("x", "s"), ("ch", "tr"), ("tr", "ch"), ("d", "gi"), ("gi", "d"), ("r", "d"), ("gi", "r"))

Slip = Callable[[str, random.Random], str]
"""A syllable (NFC) with the slip in it; itself where it offers no place for one."""


def main() -> None:
    print_conditions("Typing slips: XQuAD-vi, 240 passages, 1,190 questions; one slip in each of one or two syllables")
    if not QUESTIONS.is_file():
        print("Skipped: xquad_vi.json is not beside this checkout (../shared/eval).")
        return
    data = json.loads(QUESTIONS.read_text("utf-8"))
    queries = [unicodedata.normalize("NFC", text) for text in data["queries"]]
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        store_records(index, with_origins(_records(data), "evaluation"))
        _print_spared(index, queries)
        _print_corrected(index, queries)
        _print_found(index, queries[::_EVERY], data["rel"][::_EVERY])


def misspell(query: str, slip: Slip, chance: random.Random) -> str:
    """`query` with the slip in one or two of the syllables that offer a place for it."""
    spans = [span for span in syllables(query) if is_syllable(query[slice(*span)])]
    chance.shuffle(spans)
    wanted = chance.choice((1, 2))
    for start, end in sorted(_first_changed(query, spans, slip, wanted), reverse=True):
        query = query[:start] + slip(query[start:end], random.Random(f"{SEED}{query[start:end]}")) + query[end:]
    return query


def _first_changed(query: str, spans: Iterable[tuple[int, int]], slip: Slip, wanted: int) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        written = query[start:end]
        if wanted and slip(written, random.Random(f"{SEED}{written}")) != written:
            wanted -= 1
            yield start, end


def _type_telex(syllable: str, _: random.Random) -> str:
    keys = {"\u0302": None, "\u0306": "w", "\u031b": "w"}
    return _type_keys(syllable, _TELEX_TONES, keys, "dd")


def _type_vni(syllable: str, _: random.Random) -> str:
    return _type_keys(syllable, _VNI_TONES, {"\u0302": "6", "\u0306": "8", "\u031b": "7"}, "d9")


def _type_keys(syllable: str, tones: dict[str, str], marks: dict[str, str | None], bar: str) -> str:
    typed, tone = "", ""
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in tones:
            tone = tones[letter]
        elif letter in marks:
            typed += marks[letter] or typed[-1].lower()
        else:
            typed += {"đ": bar, "Đ": bar.capitalize()}.get(letter, letter)
    return typed + tone


def _half_convert(syllable: str, _: random.Random) -> str:
    """The tone is left as a key, the rest was converted."""
    decomposed = unicodedata.normalize("NFD", syllable)
    tone = next((mark for mark in decomposed if mark in _TELEX_TONES), "")
    return unicodedata.normalize("NFC", decomposed.replace(tone, "")) + _TELEX_TONES[tone] if tone else syllable


def _take_d_for_đ(syllable: str, _: random.Random) -> str:
    return {"đ": "d", "Đ": "D"}.get(syllable[0], syllable[0]) + syllable[1:]


def _confuse_tones(syllable: str, _: random.Random) -> str:
    return _swap_tones(syllable, _HOOK, _TILDE)


def _hit_tone_beside(syllable: str, _: random.Random) -> str:
    return _swap_tones(syllable, _ACUTE, _TILDE)


def _swap_tones(syllable: str, one: str, other: str) -> str:
    swapped = unicodedata.normalize("NFD", syllable).translate({ord(one): other, ord(other): one})
    return unicodedata.normalize("NFC", swapped)


def _confuse_sounds(syllable: str, _: random.Random) -> str:
    for onset, other in _ALIKE:
        if syllable.startswith(onset) and is_syllable(other + syllable[len(onset) :]):
            return other + syllable[len(onset) :]
    return syllable


def _drop(syllable: str, chance: random.Random) -> str:
    place = chance.randrange(len(syllable))
    return syllable[:place] + syllable[place + 1 :] if len(syllable) > 2 else syllable


def _double(syllable: str, chance: random.Random) -> str:
    place = chance.randrange(len(syllable))
    return syllable[:place] + syllable[place] + syllable[place:]


def _swap(syllable: str, chance: random.Random) -> str:
    if len(syllable) < 2:
        return syllable
    place = chance.randrange(len(syllable) - 1)
    return syllable[:place] + syllable[place + 1] + syllable[place] + syllable[place + 2 :]


def _hit_beside(syllable: str, chance: random.Random) -> str:
    places = [place for place, letter in enumerate(syllable) if letter.isascii() and letter.islower()]
    if not places:
        return syllable
    place = chance.choice(places)
    row = next(row for row in _KEYBOARD if syllable[place] in row)
    column = row.index(syllable[place])
    return (
        syllable[:place]
        + chance.choice(row[max(0, column - 1) : column] + row[column + 1 : column + 2])
        + syllable[place + 1 :]
    )


def _forget_accents(syllable: str, _: random.Random) -> str:
    return "".join(bare.upper() if old.isupper() else bare for old, bare in zip(syllable, fold(syllable), strict=True))


def _forget_tone(syllable: str, _: random.Random) -> str:
    decomposed = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TELEX_TONES))


SLIPS: dict[str, Slip] = {
    "telex keys left": _type_telex,
    "VNI keys left": _type_vni,
    "telex, tone key left": _half_convert,
    "d for đ": _take_d_for_đ,
    "hỏi for ngã": _confuse_tones,
    "sắc for ngã": _hit_tone_beside,
    "s/x, ch/tr, d/gi/r": _confuse_sounds,
    "letter dropped": _drop,
    "letter doubled": _double,
    "letters swapped": _swap,
    "key beside": _hit_beside,
    "no tone": _forget_tone,
    "no accents": _forget_accents,
}
_HALF = "half without accents"


def corrupt(queries: Sequence[str]) -> dict[str, list[str]]:
    """For each kind of slip the queries with it, seeded by kind and place."""
    found = {
        kind: [misspell(query, slip, random.Random(f"{SEED}{kind}{place}")) for place, query in enumerate(queries)]
        for kind, slip in SLIPS.items()
    }
    found[_HALF] = [_forget_half(query, random.Random(f"{SEED}{place}")) for place, query in enumerate(queries)]
    return found


def _forget_half(query: str, chance: random.Random) -> str:
    for start, end in syllables(query):
        if chance.random() < _SHARE_WITHOUT_ACCENTS:
            query = query[:start] + _forget_accents(query[start:end], chance) + query[end:]
    return query


def _records(data: dict[str, Any]) -> list[Record]:
    return [
        Record("document", "state", "", (Section("content", text),), id=f"d{number}")
        for number, text in enumerate(data["docs"])
    ]


def _print_spared(index: Index, queries: Sequence[str]) -> None:
    print("### What was right and is changed\n")
    papers = json.loads(gzip.decompress(TITLES.read_bytes()))["papers"] if TITLES.is_file() else {}
    latin, foreign = (text.replace("\n", "|").strip("|").split("|") for text in (LATIN, FOREIGN))
    rows = []
    for heading, texts in (
        ("XQuAD-vi questions", queries),
        ("English titles (CMU gold set)", [title for title, _ in papers.values() if title]),
        ("Latin names", latin),
        ("Latin names among Vietnamese words", [f"nghiên cứu đặc điểm của {name} ở Việt Nam" for name in latin]),
        ("foreign words, codes, units", foreign),
    ):
        changed = [(text, read) for text in texts if (read := index.read_query(text).restored)]
        rows.append([heading, f"{len(texts):,}", str(len(changed)), f"{len(changed) / max(1, len(texts)):.2%}"])
        for text, read in changed[:5]:
            print(f"- {text} → {read}")
    print()
    print_table(["texts", "number", "changed", "share"], rows)


def _print_corrected(index: Index, queries: Sequence[str]) -> None:
    print("### Queries read as they were meant\n")
    rows = []
    for kind, typed in corrupt(queries).items():
        times, affected, mended = list[float](), 0, 0
        for query, text in zip(queries, typed, strict=True):
            began = time.thread_time()
            reading = index.read_query(text)
            times.append(1_000 * (time.thread_time() - began))
            affected += text != query
            mended += text != query and (reading.restored or reading.text) == query
        rows.append(
            [
                kind,
                f"{affected:,}",
                f"{mended / max(1, affected):.1%}",
                f"{percentile(times, 0.5):.1f}",
                f"{percentile(times, 0.95):.1f}",
            ]
        )
    print_table(["slip", "queries with it", "read as meant", "processor ms, median", "95 %"], rows)


def _print_found(index: Index, queries: Sequence[str], relevant: Sequence[Sequence[int]]) -> None:
    print(f"### {_MEASURE} of {len(queries)} of the questions, as typed and as read\n")
    qrels = [{f"d{document}": 1.0 for document in documents} for documents in relevant]
    vectors: dict[str, Any] = {}

    def measure(readings: Sequence[QueryReading]) -> list[tuple[float, float]]:
        texts = sorted({reading.dense_text for reading in readings} - vectors.keys())
        encoded = index.encode_readings([QueryReading(text, None, ()) for text in texts])
        vectors.update(zip(texts, [] if encoded is None else encoded, strict=True))
        found = []
        for reading, grades in zip(readings, qrels, strict=True):
            scored = index.score_reading(reading, vectors[reading.dense_text][np.newaxis], OFFICER, None)
            ids = scored.candidates.record_ids
            order = rank(scored.scores, ids)[:100]
            measures = measure_query([(ids[place], float(scored.scores[place])) for place in order], grades)
            found.append(measures[_MEASURE])
        return found

    clean = measure([index.read_query(query) for query in queries])
    rows = [["none", "–", with_interval(interval(clean)), "–"]]
    for kind, typed in corrupt(queries).items():
        read = [index.read_query(text) for text in typed]
        before = measure([QueryReading(one.text, None, one.expansions) for one in read])
        after = measure(read)
        figures = [with_interval(interval(values)) for values in (before, after)]
        rows.append([kind, *figures, with_interval(gain(after, before), True)])
    print_table(["slip", "as typed", "as read by banha", "gain, paired"], rows)


if __name__ == "__main__":
    main()
