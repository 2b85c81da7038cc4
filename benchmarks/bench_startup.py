"""The installed command: wall time, processor time and memory of a whole run, from start to exit."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.conditions import MODELS, PROVINCE, print_conditions, print_table, real_encoder, spread
from index import Index, ingest_paths

_RUNS = 3
_QUERY = "xử lý nước thải chăn nuôi"
# A process of its own that is small: a child's peak memory counts from what its parent held.
_MEASURE = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
elapsed = time.perf_counter() - began
assert status == 0, (sys.argv, status)
print(json.dumps([elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""
_HYBRID: Mapping[str, str] = {"BANHA_MODEL_CACHE": str(MODELS)}
_WORDS: Mapping[str, str] = {"BANHA_MODEL": "none"}


def main() -> None:
    print_conditions("Starting the command")
    banha = str(Path(sys.executable).with_name("banha"))
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        index = Index(_made(data), real_encoder())
        stored = ingest_paths(index, [PROVINCE]).stored
        index.store.close()
        print(f"{len(stored)} records of the samples; the median of {_RUNS} runs in turn, after one to warm up.\n")
        commands: dict[str, tuple[list[str], Mapping[str, str]]] = {
            "banha --version": ([banha, "--version"], _HYBRID),
            "banha search, by words (BANHA_MODEL=none)": ([banha, "--data", str(data), "search", _QUERY], _WORDS),
            "banha search, by words and meaning": ([banha, "--data", str(data), "search", _QUERY], _HYBRID),
            "python -c pass, to compare": ([sys.executable, "-c", "pass"], _HYBRID),
        }
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
        for round in range(_RUNS + 1):
            for name, (command, environment) in commands.items():
                found = _run(command, environment)
                if round:
                    taken[name].append(found)
    rows = [
        [f"`{name}`" if name.endswith("version") else name, *map(_summary, zip(*runs, strict=True))]
        for name, runs in taken.items()
    ]
    print_table(["command", "wall s", "processor s", "peak RSS MB"], rows)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _summary(values: Sequence[float]) -> str:
    return spread(values, "{:.0f}" if statistics.median(values) > 10 else "{:.2f}")


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of the processor, MB at the peak."""
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        env=os.environ | dict(environment),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    elapsed, processor, peak = json.loads(measured.stdout)
    return elapsed, processor, peak


if __name__ == "__main__":
    main()
