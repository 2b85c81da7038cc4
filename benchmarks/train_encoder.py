"""Contrastive training of the embedded encoder on Vietnamese law: does it gain anything where it was not trained?

Trains the upper three layers with pairs that need no labels (heading and body of an article, first and second half of
a body), mixes the new weights with the old ones, and measures each mixture on XQuAD-vi, the bundled samples, the
minimal pairs and the CMU gold standard, which play no part in training. Nothing is shipped: the layers stay in
`.cache/encoder`. Takes 20 minutes of training (`--minutes`) and as long again to measure on two free cores; `--reuse`
measures what was trained before.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import hashlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import bench_expertise, bench_xquad
from benchmarks.bench_minimal_pairs import SYSTEM, compare, count_passed, read_pairs
from benchmarks.conditions import (
    JUDGED_FOLDERS,
    MODELS,
    ROOT,
    SEED,
    legal_articles,
    print_conditions,
    print_table,
    with_interval,
)
from benchmarks.sample_judgements import Judged, read_judgements
from index import Index, SentenceTransformerEncoder, ensure_embedded_model, ingest_paths
from index.encoder import Vectors
from ingest import Kind, Record, Section, fold
from matcher import Query, evaluate
from matcher.measures import PerQuery, gain, interval

if TYPE_CHECKING:
    import torch

TRAINED = ROOT / ".cache" / "encoder" / "upper.pt"
TUNED_LAYERS = 3
ALPHAS = (0.1, 0.25, 0.5, 1.0)
_BATCH = 32
_HELD_OUT = 6  # batches, by a hash of the heading
_QUERY_CHARACTERS, _PASSAGE_CHARACTERS = 200, 400
_TEMPERATURE = 0.02
_RATE = 3e-5
_WARM_UP = 10
_TRY_EVERY = 16
_PATIENCE = 5
_MOST_TOKENS = 4_096
_SAMPLES: tuple[Judged, ...] = ("scientists", "proposals")
Values = Sequence[tuple[float, float]]
State = dict[str, "torch.Tensor"]


class HalvedEncoder(SentenceTransformerEncoder):
    """The embedded encoder in two parts: what its lower layers make of a text is kept, so that other `upper` layers can
    be tried at a quarter of the cost."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        transformer: Any = self._load()[0]
        self._bert: Any = transformer.auto_model
        self.upper: torch.nn.ModuleList = copy.deepcopy(self._bert.encoder.layer[-TUNED_LAYERS:])
        self._bert.encoder.layer = self._bert.encoder.layer[:-TUNED_LAYERS]
        self._kept: dict[tuple[str, str], torch.Tensor] = {}

    def lower(self, texts: Sequence[str], prompt: str) -> list[torch.Tensor]:
        """Of each text (tokens, d), before the upper layers."""
        import torch

        missing = list(dict.fromkeys(text for text in texts if (prompt, text) not in self._kept))
        if missing:
            with self._tokenizing:
                features = self._load().preprocess(missing, prompt=prompt or None)
            inputs = {name: features[name] for name in ("input_ids", "attention_mask")}
            with torch.inference_mode():
                states = self._bert(**inputs).last_hidden_state
            for text, state, length in zip(missing, states, inputs["attention_mask"].sum(dim=1), strict=True):
                self._kept[prompt, text] = state[: int(length)].clone()
        return [self._kept[prompt, text] for text in texts]

    def finish(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """(texts, d), rows of length 1."""
        import torch

        lengths = torch.tensor([len(state) for state in states])
        padded = torch.nn.utils.rnn.pad_sequence(list(states), batch_first=True).clone()
        present = torch.arange(padded.shape[1])[None] < lengths[:, None]
        hidden: torch.Tensor = padded
        for layer in self.upper:
            hidden = layer(hidden, present[:, None, None])
        rows = (hidden * present[..., None]).sum(dim=1) / lengths[:, None]
        return torch.nn.functional.normalize(rows, dim=1)

    def _compute(self, batch: Sequence[tuple[int, str, int]], prompt: str) -> Vectors:
        import torch

        states = self.lower([window for _, window, _ in batch], prompt)
        with torch.inference_mode():
            return np.asarray(self.finish(states).numpy(), np.float32)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A batch: what asks and what answers, as the lower layers leave it; only those at the same place fit."""

    asking: list[torch.Tensor]
    answering: list[torch.Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20, help="to train at most, half of it for the lower layers")
    parser.add_argument("--reuse", action="store_true", help="measure what was trained before")
    parser.add_argument("--alphas", type=float, nargs="+", default=ALPHAS, help="shares of the new weights to measure")
    parser.add_argument(
        "--without", nargs="*", default=(), metavar="SET", help=f"not to measure: {', '.join(_MEASURED)}"
    )
    options = parser.parse_args()
    print_conditions("Contrastive training on articles of law")
    import torch

    torch.manual_seed(SEED)
    encoder = HalvedEncoder(ensure_embedded_model(MODELS))
    old: State = copy.deepcopy(encoder.upper.state_dict())
    if not options.reuse:
        new = train(encoder, options.minutes)
        TRAINED.parent.mkdir(parents=True, exist_ok=True)
        torch.save(new, TRAINED)
    new = torch.load(TRAINED, weights_only=True)
    for name, measure in _MEASURED.items():
        if name not in options.without:
            report(encoder, old, new, options.alphas, measure)


# Training


def train(encoder: HalvedEncoder, minutes: float) -> State:
    """The upper layers that were best on what was held out. Raises SystemExit where the corpus is absent."""
    import torch

    torch.set_num_threads(2)
    began = time.monotonic()
    training, held_out = _read_batches(encoder, began + minutes * 30)
    print(f"{len(training)} batches of {_BATCH} to train on, {len(held_out)} held out, {_elapsed(began)}.\n")
    old: State = copy.deepcopy(encoder.upper.state_dict())
    optimiser = torch.optim.AdamW(encoder.upper.parameters(), lr=_RATE, weight_decay=0.01)
    best_loss, share = _try(encoder, held_out)
    best, worse, step = old, 0, 0
    rows = [["0", f"{best_loss:.3f}", f"{share:.3f}", _elapsed(began)]]
    while worse < _PATIENCE and time.monotonic() < began + minutes * 60:
        if step % len(training) == 0:
            random.Random(f"{SEED}{step}").shuffle(training)
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / _WARM_UP)
        loss, _ = _contrast(encoder, training[step % len(training)])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch declares no types for it
        torch.nn.utils.clip_grad_norm_(encoder.upper.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % _TRY_EVERY == 0:
            found, share = _try(encoder, held_out)
            rows.append([str(step), f"{found:.3f}", f"{share:.3f}", _elapsed(began)])
            worse = worse + 1 if found >= best_loss else 0
            if found < best_loss:
                best, best_loss = copy.deepcopy(encoder.upper.state_dict()), found
    print_table(["steps", "loss on what was held out", "first of its batch", ""], rows)
    rows = []
    for alpha in (0.0, *ALPHAS):
        encoder.upper.load_state_dict(mix(old, best, alpha))
        found, share = _try(encoder, held_out)
        rows.append([f"{alpha:g}", f"{found:.3f}", f"{share:.3f}"])
    print_table(["share of the new weights", "loss on what was held out", "first of its batch"], rows)
    torch.set_num_threads(1)
    return best


def _read_batches(encoder: HalvedEncoder, until: float) -> tuple[list[Pairs], list[Pairs]]:
    """To train on, and held out. Batches are of one of the two kinds of pairs in turn; headings that many articles
    share say nothing of one."""
    articles = [article for article in legal_articles() if len(article.text) >= _PASSAGE_CHARACTERS]
    if not articles:
        raise SystemExit("The corpus is not beside this checkout (../shared/corpus).")
    count = Counter(article.name for article in articles)
    telling = [article for article in articles if count[article.name] == 1 and len(article.name) >= 12]
    random.Random(SEED).shuffle(telling)
    held = [article for article in telling if _is_held_out(article)]
    kept = [article for article in telling if not _is_held_out(article)]
    held_out = list(islice(_encode_batches(encoder, held), _HELD_OUT))
    training: list[Pairs] = []
    for batch in _encode_batches(encoder, kept):
        training.append(batch)
        if time.monotonic() > until:
            break
    return training, held_out


def _is_held_out(article: Section) -> bool:
    return hashlib.sha256(article.name.encode()).digest()[0] < 16


def _encode_batches(encoder: HalvedEncoder, articles: Sequence[Section]) -> Iterator[Pairs]:
    prompts = encoder.description.query_prompt, encoder.description.passage_prompt
    for number, first in enumerate(range(0, len(articles) - _BATCH + 1, _BATCH)):
        pairs = [(_halves if number % 2 else _heading)(article) for article in articles[first : first + _BATCH]]
        asking, answering = (
            encoder.lower(list(texts), prompt) for texts, prompt in zip(zip(*pairs, strict=True), prompts, strict=True)
        )
        yield Pairs(asking, answering)


def _heading(article: Section) -> tuple[str, str]:
    return article.name[:_QUERY_CHARACTERS], _start(article.text, _PASSAGE_CHARACTERS)


def _halves(article: Section) -> tuple[str, str]:
    text = re.sub(r"\s+", " ", article.text)
    middle = text.find(" ", min(len(text) // 2, _PASSAGE_CHARACTERS)) + 1
    return _start(text[:middle], _QUERY_CHARACTERS), _start(text[middle:], _PASSAGE_CHARACTERS)


def _start(text: str, length: int) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= length else text[:length].rpartition(" ")[0]


def _contrast(encoder: HalvedEncoder, batch: Pairs) -> tuple[torch.Tensor, torch.Tensor]:
    """InfoNCE in both directions, where the rest of the batch does not fit (van den Oord, Li, Vinyals 2018); and the
    share of those whose answer is nearest."""
    import torch

    cosines = encoder.finish(batch.asking) @ encoder.finish(batch.answering).T / _TEMPERATURE
    right = torch.arange(len(cosines))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(cosines, right) + entropy(cosines.T, right)) / 2, (cosines.argmax(dim=1) == right).float().mean()


def _try(encoder: HalvedEncoder, batches: Sequence[Pairs]) -> tuple[float, float]:
    """The mean loss, and how often what fits stands first of its batch."""
    import torch

    losses, hits = [], []
    with torch.no_grad():
        for batch in batches:
            loss, is_first = _contrast(encoder, batch)
            losses.append(float(loss))
            hits.append(float(is_first))
    return float(np.mean(losses)), float(np.mean(hits))


def mix(old: State, new: State, alpha: float) -> State:
    """Weights between the old and the new (Wortsman et al. 2022, WiSE-FT)."""
    return {name: (1 - alpha) * old[name] + alpha * new[name] for name in old}


def _elapsed(began: float) -> str:
    return f"after {time.monotonic() - began:.0f} s"


# Measuring what played no part


def report(
    encoder: HalvedEncoder,
    old: State,
    new: State,
    alphas: Sequence[float],
    measure: Callable[[HalvedEncoder], Mapping[str, Values]],
) -> None:
    """What each mixture gains on the encoder as it was, paired."""
    began = time.monotonic()
    encoder.upper.load_state_dict(old)
    before = measure(encoder)
    if not before:
        print("Skipped: the data is not beside this checkout (../shared/eval).\n")
        return
    after: dict[float, Mapping[str, Values]] = {}
    for alpha in alphas:
        encoder.upper.load_state_dict(mix(old, new, alpha))
        after[alpha] = measure(encoder)
    rows = [
        [
            name,
            with_interval(interval(values)),
            *(with_interval(gain(after[alpha][name], values), True) for alpha in alphas),
        ]
        for name, values in before.items()
    ]
    print_table(["", "as it is", *(f"gain with {alpha:g} of the new weights" for alpha in alphas)], rows)
    print(_elapsed(began), end=".\n\n", flush=True)


def _measure_xquad(encoder: HalvedEncoder) -> dict[str, Values]:
    if not bench_xquad.DATA.is_file():
        return {}
    data = json.loads(bench_xquad.DATA.read_text("utf-8"))
    records = [
        Record("document", "state", "", (Section("content", text),), id=f"d{number}")
        for number, text in enumerate(data["docs"])
    ]
    queries = [
        Query(f"{name}{number}", spoil(text))
        for name, spoil in (("accented", str), ("unaccented", fold))
        for number, text in enumerate(data["queries"])
    ]
    grades = [{f"d{doc}": 1.0 for doc in docs} for docs in data["rel"]]
    qrels = {query.id: grades[number % len(grades)] for number, query in enumerate(queries)}
    with TemporaryDirectory() as folder:
        per_query, judged = _evaluate(records, queries, None, qrels, encoder, Path(folder))
    return {
        f"XQuAD-vi, {name}, {leg}: nDCG@10": [
            value for query, value in zip(judged, per_query[leg]["nDCG@10"], strict=True) if query.startswith(name)
        ]
        for name in ("accented", "unaccented")
        for leg in ("dense", SYSTEM)
    }


def _measure_samples(encoder: HalvedEncoder) -> dict[str, Values]:
    found: dict[str, Values] = {}
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        records = list(index.store.records())
        for judged in _SAMPLES:
            judgements = read_judgements(records, judged)
            queries = [Query(need.id, record=need) for need in judgements.queries]
            per_query, _ = _evaluate(records, queries, judgements.to, judgements.qrels, encoder, Path(folder))
            for leg in ("dense", SYSTEM):
                found[f"samples, needs → {judged}, {leg}: nDCG@10"] = per_query[leg]["nDCG@10"]
    return found


def _measure_pairs(encoder: HalvedEncoder) -> dict[str, Values]:
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        outcomes = list(compare(index, read_pairs()))
    return {
        f"minimal pairs, {system}: passed": [(float(count_passed([outcome], system)), 1.0) for outcome in outcomes]
        for system in ("dense", SYSTEM)
    }


def _measure_expertise(encoder: HalvedEncoder) -> dict[str, Values]:
    """The first of the ten profiles of each researcher."""
    if not bench_expertise.DATA.is_file():
        return {}
    data = json.loads(gzip.decompress(bench_expertise.DATA.read_bytes()))
    judged = sorted({paper for grades in data["scores"].values() for paper in grades})
    researchers = [
        bench_expertise.scientist(name, profiles[0], data["papers"])
        for name, profiles in sorted(data["profiles"].items())
    ]
    records = [*(bench_expertise.proposal(paper, *data["papers"][paper]) for paper in judged), *researchers]
    queries = [Query(researcher.id, record=researcher) for researcher in researchers]
    with TemporaryDirectory() as folder:
        per_query, _ = _evaluate(records, queries, "proposal", data["scores"], encoder, Path(folder))
    return {f"CMU, {leg}: pair loss (lower is better)": per_query[leg]["pair loss"] for leg in ("dense", SYSTEM)}


def _evaluate(
    records: Sequence[Record],
    queries: Sequence[Query],
    to: Kind | None,
    qrels: Mapping[str, Mapping[str, float]],
    encoder: HalvedEncoder,
    folder: Path,
) -> tuple[Mapping[str, PerQuery], Sequence[str]]:
    evaluation = evaluate(records, queries, to, qrels, encoder, 1_000, folder)
    return evaluation.per_query, evaluation.judged


_MEASURED: dict[str, Callable[[HalvedEncoder], Mapping[str, Values]]] = {
    "xquad": _measure_xquad,
    "samples": _measure_samples,
    "pairs": _measure_pairs,
    "expertise": _measure_expertise,
}

if __name__ == "__main__":
    main()
