"""The command evaluate: what does not fit is named once with file and row, and its figures can be computed again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.learning.evaluating import find_cut
from api.settings import PREFIX, Settings
from ingest.records_json import LONGEST_TEXT

WORKS = ("Sấy gỗ cao su.", "Nuôi tôm nước lợ.", "Xử lý nước thải dệt nhuộm.", "Cảm biến độ mặn cho ao tôm.")
RECORDS = [
    {"id": f"s{number}", "kind": "scientist", "title": f"Người {number}", "sections": [{"name": "work", "text": work}]}
    for number, work in enumerate(WORKS * 3)
]
QUERIES = [
    {"id": f"q{number}", "text": text}
    for number, text in enumerate(("sấy gỗ", "nuôi tôm", "nước thải dệt", "độ mặn ao tôm", "gỗ cao su và tôm"))
]
FITTING = ("q0 0 s0 3", "q0 0 s4 1", "q1 0 s3 2", "q1 0 s1 1", "q2 0 s2 1", "q3 0 s1 2", "q4 0 s4 1")

Evaluate = Callable[..., Any]


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Evaluate:
    """Run the command without a model on records, queries and lines of qrels."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")

    def invoke(
        *options: object,
        records: Sequence[object] = RECORDS,
        queries: Sequence[object] = QUERIES,
        qrels: Sequence[str] | None = None,
    ) -> Any:
        for name, objects in (("r.jsonl", records), ("q.jsonl", queries)):
            lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in objects]
            (tmp_path / name).write_text("\n".join(lines), "utf-8")
        files: list[object] = ["--records", tmp_path / "r.jsonl", "--queries", tmp_path / "q.jsonl"]
        if qrels is not None:
            (tmp_path / "a.qrels").write_text("\n".join(qrels), "utf-8")
            files += ["--qrels", tmp_path / "a.qrels"]
        return CliRunner().invoke(app, ["evaluate", *map(str, (*files, *options))], prog_name="banha")

    return invoke


def told(result: Any) -> list[str]:
    """The lines on standard error, but for the one that there is no model."""
    return [line for line in result.stderr.splitlines() if "BANHA_MODEL" not in line]


def test_judgements_that_fit_are_measured_without_a_word(evaluate: Evaluate) -> None:
    result = evaluate("--to", "scientist", qrels=FITTING)
    assert (result.exit_code, told(result)) == (0, [])
    assert "Số truy vấn được tính: 5 trên 5." in result.stdout


def test_judgements_of_other_queries_are_left_out_and_named_with_their_rows(evaluate: Evaluate) -> None:
    result = evaluate("--json", qrels=[*FITTING, *(f"khac-{number} 0 s1 1" for number in range(7))])
    assert result.exit_code == 3
    (said,) = told(result)
    for words in ("a.qrels", "7 đánh giá", "q.jsonl", "hàng 8, 9, 10, 11, 12, …", "“khac-0”"):
        assert words in said
    assert json.loads(result.stdout)["measures"] == json.loads(evaluate("--json", qrels=FITTING).stdout)["measures"]


def test_a_pair_that_is_judged_twice_keeps_its_first_grade(evaluate: Evaluate) -> None:
    result = evaluate("--json", qrels=[*FITTING, "q0 0 s0 3.0", "q0 0 s4 2.5"])
    assert result.exit_code == 3
    (said,) = told(result)
    assert "a.qrels: Hàng 9: hồ sơ “s4” đã được chấm 1 cho truy vấn “q0” ở hàng 2, nay lại chấm 2.5" in said
    assert json.loads(result.stdout)["measures"] == json.loads(evaluate("--json", qrels=FITTING).stdout)["measures"]


def test_queries_that_nobody_judged_are_counted_and_named(evaluate: Evaluate) -> None:
    result = evaluate("--json", qrels=[*FITTING[:-1], "q4 0 s4 0"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["queries"], answer["judged"]) == (5, 4)
    assert "q.jsonl" in result.stderr
    assert "“q4”" in result.stderr


def test_judged_records_that_are_not_ranked_are_named_with_their_rows(evaluate: Evaluate) -> None:
    need = {"id": "n1", "kind": "need", "title": "Nuôi tôm"}
    judged = [*FITTING, "q1 0 la 1", "q1 0 n1 2"]
    result = evaluate("--to", "scientist", records=[*RECORDS, need], qrels=judged)
    assert result.exit_code == 0
    assert "a.qrels: Có 2 đánh giá" in result.stderr
    assert "hàng 8, 9; ví dụ “la”" in result.stderr
    assert "hàng 8; ví dụ “la”" in evaluate(records=[*RECORDS, need], qrels=judged).stderr


@pytest.mark.parametrize(
    ("qrels", "words"),
    [
        ((), "a.qrels không có đánh giá nào"),
        (("q0 0 la 1", "q1 0 la 2"), "hàng 1, 2"),
        (("khac 0 s0 1",), "hàng 1"),
        (("q0 0 s0 0",), "a.qrels, không truy vấn nào"),
    ],
)
def test_where_nothing_can_be_judged_the_file_is_named_and_nothing_measured(
    evaluate: Evaluate, qrels: Sequence[str], words: str
) -> None:
    result = evaluate(qrels=qrels)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "a.qrels" in result.stderr.splitlines()[-1]


def test_each_row_says_over_how_many_queries_it_is(evaluate: Evaluate) -> None:
    need = {"kind": "need", "title": "Sấy gỗ", "sections": [{"name": "situation", "text": "Gỗ nứt khi sấy."}]}
    other = {"kind": "need", "title": "Nước thải", "sections": [{"name": "situation", "text": "Nước thải dệt nhuộm."}]}
    queries = [*QUERIES, {"id": "m0", "record": need}, {"id": "m1", "record": other}]
    judged = [*FITTING, "m0 0 s0 1", "m1 0 s2 1"]
    result = evaluate(queries=queries, qrels=judged)
    assert (result.exit_code, told(result)) == (0, [])
    rows = {line[:18].strip(): line[18:].split() for line in result.stdout.splitlines()}
    assert (rows["banha"][0], rows["without place"][0]) == ("7", "2")
    answer = json.loads(evaluate("--json", queries=queries, qrels=judged).stdout)
    assert (answer["measured"]["banha"], answer["measured"]["bm25"]) == (7, 2)
    assert answer["gains"]["without place"]["nDCG@10"] == {"mean": 0, "low": 0, "high": 0}
    assert answer["versions"]["weights"].startswith("fusion-")
    assert json.loads(evaluate("--json", qrels=FITTING).stdout)["versions"]["weights"] is None


def test_figures_of_a_single_query_are_named(evaluate: Evaluate) -> None:
    *_, said = told(evaluate(qrels=FITTING[:2]))
    assert said == "Chỉ đo trên một truy vấn, nên khoảng tin cậy không nói lên điều gì: banha, lexical, tfidf, random."


@pytest.mark.parametrize("qrels", [None, FITTING])
def test_a_kind_of_which_there_is_no_record_is_wrong_usage(evaluate: Evaluate, qrels: Sequence[str] | None) -> None:
    result = evaluate("--to", "need", qrels=qrels)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "r.jsonl không có hồ sơ nào thuộc loại “Nhu cầu”" in result.stderr


def test_measures_that_the_limit_cuts_short_are_named(evaluate: Evaluate) -> None:
    (said,) = told(evaluate("--limit", 5, qrels=FITTING))
    assert said.endswith("5 hồ sơ đầu của mỗi truy vấn: nDCG@10, MRR@10, recall@10, recall@100, pair loss.")
    assert not told(evaluate("--limit", 12, qrels=FITTING))


def test_a_limit_cuts_no_measure_that_stays_above_it() -> None:
    names = ("nDCG@10", "recall@1", "recall@100", "pair loss")
    assert find_cut(names, 10, 5_000) == ["recall@100", "pair loss"]
    assert find_cut(names, 1_000, 5_000) == ["pair loss"]
    assert find_cut(names, 10, 10) == []


def test_few_of_many_broken_rows_are_named_and_the_others_counted(evaluate: Evaluate) -> None:
    result = evaluate(records=[*RECORDS, *["x"] * 1_000])
    assert result.exit_code == 3
    lines = told(result)
    assert lines[0] == "r.jsonl, hàng 13: Hàng này không phải đối tượng JSON."
    assert (len(lines), lines[-1]) == (21, "và 980 nữa")


def test_a_refused_row_is_named_once(evaluate: Evaluate) -> None:
    result = evaluate(records=[*RECORDS, {"kind": "need"}], queries=[*QUERIES, QUERIES[0]])
    assert result.exit_code == 3
    assert told(result) == [
        "q.jsonl: Hàng 6: mã “q0” đã có ở hàng 1; hàng trước được giữ lại.",
        "r.jsonl: Hàng 13: thiếu “title” hoặc để trống.",
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"text": ""}, "không có từ nào"),
        ({"text": " … "}, "không có từ nào"),
        ({"text": "gỗ " * LONGEST_TEXT}, f"“text” chỉ được dài nhiều nhất {LONGEST_TEXT} ký tự"),
        ({"record": {"kind": "need", "title": "gỗ" * 1_001}}, "“title” chỉ được dài"),
        ({"id": None, "text": "gỗ"}, "cần có id"),
        ({"text": 5}, "cần có id"),
        ({"text": "gỗ", "record": {"kind": "need", "title": "Gỗ"}}, "chỉ gồm text hoặc record"),
    ],
    ids=["empty", "no word", "long text", "long title", "no id", "no text", "both"],
)
def test_a_query_that_cannot_be_asked_is_refused(evaluate: Evaluate, query: Mapping[str, Any], words: str) -> None:
    result = evaluate(queries=[*QUERIES, {"id": "q9", **query}])
    assert result.exit_code == 3
    assert words in result.stderr
    assert "hàng 6" in result.stderr.lower()
    assert {line.split()[0] for line in result.stdout.splitlines()} == {query["id"] for query in QUERIES}


def test_a_record_beyond_any_real_one_is_refused(evaluate: Evaluate) -> None:
    long = {"kind": "need", "title": "Gỗ", "sections": [{"name": "text", "text": "gỗ " * LONGEST_TEXT}]}
    result = evaluate(records=[*RECORDS, long])
    assert result.exit_code == 3
    assert "r.jsonl: Hàng 13: “sections/text” chỉ được dài" in result.stderr


def test_intervals_and_paired_gains_can_be_computed_again_from_what_each_query_adds(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    kept = tmp_path / "per-query.tsv"
    answer = json.loads(evaluate("--per-query", kept, "--json", qrels=FITTING).stdout)
    sums: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with kept.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            sums.setdefault((row["system"], row["measure"]), []).append((float(row["sum"]), float(row["weight"])))
    assert {measure for _, measure in sums} == set(answer["measures"]["banha"])
    drawn = np.random.default_rng(20_261).integers(0, 5, (2_000, 5))
    every = np.arange(5)[np.newaxis]

    def ratio(system: str, measure: str, rows: Any) -> Any:
        total, weight = np.moveaxis(np.array(sums[system, measure])[rows].sum(axis=1), -1, 0)
        return np.divide(total, weight, out=np.full(len(rows), np.nan), where=weight > 0)

    def check(printed: Mapping[str, float], value: Callable[[Any], Any]) -> None:
        low, high = np.nanpercentile(value(drawn), [2.5, 97.5])
        assert [printed[name] for name in ("mean", "low", "high")] == pytest.approx([value(every)[0], low, high])

    for system, by_measure in answer["measures"].items():
        for measure, printed in by_measure.items():
            check(printed, lambda rows, of=(system, measure): ratio(*of, rows))
    for system, by_measure in answer["gains"].items():
        for measure, printed in by_measure.items():
            check(printed, lambda rows, of=(system, measure): ratio("banha", of[1], rows) - ratio(*of, rows))
    assert any(printed["low"] < printed["high"] for printed in answer["gains"]["random"].values())


def test_what_each_query_adds_needs_judgements(evaluate: Evaluate, tmp_path: Path) -> None:
    result = evaluate("--per-query", tmp_path / "x.tsv")
    assert result.exit_code == 2
    assert not (tmp_path / "x.tsv").exists()
