"""What a proposal is to an earlier task – the same, its continuation, … – by a few features that can be checked.

The weights are those of two logistic regressions, fitted by ``benchmarks/bench_overlap.py`` on one half of its
hand-written pairs (``fit.yaml``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from ingest import Facts, Record, accented_view
from matcher.evidence import Quote, quote
from matcher.overlap.section_comparison import SectionComparison, share_words
from matcher.overlap.shingles import measure_likeness
from matcher.overlap.task_profile import TaskProfile
from matcher.overlap.whereabouts import Nearness, compare_places
from matcher.task_states import find_state

OverlapClass = Literal["same", "continuation", "parallel", "elsewhere", "unrelated"]
OVERLAP_CLASSES: tuple[OverlapClass, ...] = ("same", "continuation", "parallel", "elsewhere", "unrelated")
CueKind = Literal["refers", "grows", "name"]
Level = Literal["agrees", "partly", "differs", "unknown"]
Period = Literal["after", "during", "before", "unknown"]
"""The proposal begins after the task has ended, while it runs, before it begins; one of them is not known."""

_ALSO_POSSIBLE = 0.3  # of the likelihood: what comes second is named as well
_MOST_CUES = 3
_TOLD_BY: tuple[Literal["objectives", "content", "products"], ...] = ("objectives", "content", "products")
_MOST_DIFFERING = 2  # of these, for the same task
_TITLES_ALONE = 0.55  # titles of one office share turns such as “xây dựng mô hình … tại huyện …”
# Letters, a number, and another part: ĐT.2020-81/ST, ĐTCN.03/20-401.04, KC.08.12/16-20. Laws and standards look alike.
_CODE = re.compile(r"(?<!\w)(?!(?:QCVN|TCVN|TCN|QĐ|NQ|NĐ|TT|KH)\b)[A-ZĐ]{2,6}[.\-/]\d{2,}(?:[./-]\w+)+")
VERBATIM = 0.3
"""Of all runs of three syllables, from which whole passages are word for word the same."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a proposal says that it goes on from something: words of ``cues.yaml``, or the earlier task's `name`
    (its code, its title, the year in which it ended)."""

    kind: CueKind
    quote: Quote


@dataclass(frozen=True, slots=True)
class Judged:
    """The class with the others that are nearly as likely, and what stands behind it. `strength` says how much speaks
    for the same task or its continuation, `concern` counts other approaches and other places half and orders a list;
    both are 0–1, fitted on invented pairs, and no probability of yours. `places` are both as written."""

    found: OverlapClass
    also: tuple[OverlapClass, ...]
    strength: float
    concern: float
    likeness: float
    place: Nearness
    places: tuple[str | None, str | None]
    period: Period
    cues: tuple[Cue, ...]


@cache
def _read(name: str) -> dict[str, Any]:
    held: dict[str, Any] = yaml.safe_load(files("matcher.overlap").joinpath(name).read_text(encoding="utf-8"))
    return held


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    patterns = _read("cues.yaml")[kind]["patterns"]
    return re.compile("|".join(f"(?:{accented_view(pattern)})" for pattern in patterns))


def fit_version() -> str:
    """A name of the weights, for whoever keeps what they said."""
    return str(_read("fit.yaml")["version"])


def find_level(aspect: str, meaning: float | None, words: float | None) -> Level:
    """How far a section agrees: by meaning where there is a model, else by words."""
    measure, value = ("meaning", meaning) if meaning is not None else ("words", words)
    if value is None:
        return "unknown"
    level = _read("fit.yaml")["levels"][measure][aspect]
    return "agrees" if value >= level["agrees"] else "partly" if value >= level["partly"] else "differs"


def judge(new: TaskProfile, old: TaskProfile, sections: tuple[SectionComparison, ...]) -> Judged:
    """The class of the proposal `new` against the task `old`, from their compared sections."""
    place = compare_places(new.whereabouts, old.whereabouts)
    period = compare_periods(new.record.facts, old.record.facts)
    cues = find_cues(new.record, old.record)
    features = measure_features(new, old, sections, place, period, cues)
    likelihoods = _classify(features, _read("fit.yaml")["models"][_choose_model(features, sections)])
    ranked = sorted(OVERLAP_CLASSES, key=lambda name: (-likelihoods[name], OVERLAP_CLASSES.index(name)))
    strength = likelihoods["same"] + likelihoods["continuation"]
    return Judged(
        ranked[0],
        tuple(name for name in ranked[1:] if likelihoods[name] >= _ALSO_POSSIBLE),
        strength,
        strength + (likelihoods["parallel"] + likelihoods["elsewhere"]) / 2,
        measure_likeness(new.shingles, old.shingles),
        place,
        (new.whereabouts.written, old.whereabouts.written),
        period,
        cues,
    )


def _choose_model(features: Mapping[str, float | None], sections: tuple[SectionComparison, ...]) -> str:
    """Across languages no words are compared: a model that never saw any says more than one that lacks them."""
    if not any(section.meaning is not None for section in sections):
        return "words"
    return "translated" if features["words_all"] is None else "meaning"


def _classify(features: Mapping[str, float | None], model: Mapping[str, Any]) -> dict[OverlapClass, float]:
    """The likelihood of each class: that both are of one matter, by their texts alone, times that of the class. What is
    not known stands halfway between written pairs and pairs at random, and so says nothing."""
    scaled = {}
    for name, (mean, spread) in model["features"].items():
        value = features[name]
        scaled[name] = 0.0 if value is None else (value - mean) / spread
    logits = {name: _weigh(model["classes"][name], scaled) for name in OVERLAP_CLASSES}
    top = max(logits.values())
    exponents = {name: math.exp(logit - top) for name, logit in logits.items()}
    related = 1 / (1 + math.exp(-_weigh(model["related"], scaled)))
    likelihoods = {name: related * exponent / sum(exponents.values()) for name, exponent in exponents.items()}
    likelihoods["unrelated"] += 1 - related
    for name in rule_out(features):
        likelihoods[name] = 0.0
    left = sum(likelihoods.values())
    return {name: likelihood / left for name, likelihood in likelihoods.items()}


def rule_out(features: Mapping[str, float | None]) -> set[OverlapClass]:
    """What the classes themselves mean: only what is carried out in another place is the same work elsewhere, and it is
    not the same task; nothing continues what begins after it; what is word for word the same is not unrelated. Where
    nothing but titles can be compared, more than half of their words must be shared. What differs in two of objectives,
    content and products, and agrees in none, is not the same task, unless it is so word for word, nor its continuation,
    unless it says so."""
    # Across languages no words are compared, and meaning is.
    told = any(features[f"{by}_{aspect}"] is not None for by in ("meaning", "words") for aspect in _TOLD_BY)
    if not told and (features["words_title"] or 0.0) < _TITLES_ALONE:
        return {name for name in OVERLAP_CLASSES if name != "unrelated"}
    impossible: set[OverlapClass] = {"same" if features["elsewhere"] else "elsewhere"}
    if features["before"]:
        impossible.add("continuation")
    if (features["likeness"] or 0.0) >= VERBATIM:
        impossible.add("unrelated")
    else:
        levels = [find_level(one, features[f"meaning_{one}"], features[f"words_{one}"]) for one in _TOLD_BY]
        if "agrees" not in levels and levels.count("differs") >= _MOST_DIFFERING:
            impossible.add("same")
            if not (features["refers"] or features["grows"] or features["names"]):
                impossible.add("continuation")
    return impossible


def _weigh(regression: Mapping[str, Any], scaled: Mapping[str, float]) -> float:
    return float(regression["bias"] + sum(weight * scaled[name] for name, weight in regression["weights"].items()))


def measure_features(
    new: TaskProfile,
    old: TaskProfile,
    sections: tuple[SectionComparison, ...],
    place: Nearness,
    period: Period,
    cues: tuple[Cue, ...],
) -> dict[str, float | None]:
    """Feature → its value; None where the records do not tell."""
    by_aspect = {section.aspect: section for section in sections}
    features: dict[str, float | None] = {}
    aspects: tuple[Literal["title", "objectives", "content", "products"], ...] = ("title", *_TOLD_BY)
    for aspect in aspects:
        section = by_aspect.get(aspect)
        features[f"meaning_{aspect}"] = section.meaning if section else None
        features[f"words_{aspect}"] = section.words if section else None
    features["words_all"] = share_words(new, old, new.words_of(), old.words_of())
    features["likeness"] = measure_likeness(new.shingles, old.shingles)
    features["elsewhere"] = float(place == "elsewhere")
    features["before"] = float(period == "before")
    features["refers"] = float(min(2, sum(cue.kind == "refers" for cue in cues)))
    features["grows"] = float(any(cue.kind == "grows" for cue in cues))
    features["names"] = float(any(cue.kind == "name" for cue in cues))
    return features


def compare_periods(new: Facts, old: Facts) -> Period:
    """By the years that are known; a task without an end runs for its months."""
    begins, (began, ended) = _years(new)[0], _years(old)
    if begins is None or began is None or ended is None:
        return "unknown"
    if begins > ended:
        return "after"
    return "before" if begins < began else "during"


def _years(facts: Facts) -> tuple[int | None, int | None]:
    end = facts.year_to
    if end is None and facts.year_from is not None and facts.months:
        end = facts.year_from + (facts.months - 1) // 12
    return facts.year_from or end, end or facts.year_from


def find_cues(new: Record, old: Record) -> tuple[Cue, ...]:
    """Where the proposal says that it goes on from a task, at most three of a kind; the last kind from this task.

    A code that is cited speaks for its task only, and nothing goes on from what has no result yet: what begins no
    earlier than the proposal, or is itself only proposed."""
    texts = [(None, new.title), *((number, section.text) for number, section in enumerate(new.sections))]
    begins, began = new.facts.year_from, old.facts.year_from
    is_later = begins is not None and began is not None and begins <= began
    has_result = not is_later and not (old.facts.status and find_state(old) == "asked")
    names = _find_in(new, texts, "name", _name_of(old, has_result))
    cited = {code for _, text in texts for code in _cited_codes(text)} - _cited_codes(new.facts.code or "")
    # Who has no code may be the one whose code is cited.
    speaks_of_others = bool(cited and old.facts.code) and not any(_is_in_full(cue, old) for cue in names)
    if speaks_of_others or not has_result:
        return () if speaks_of_others else names
    turns: tuple[CueKind, ...] = ("refers", "grows")
    return (*(cue for kind in turns for cue in _find_in(new, texts, kind, _patterns(kind))), *names)


def _find_in(
    new: Record, texts: Sequence[tuple[int | None, str]], kind: CueKind, pattern: re.Pattern[str]
) -> tuple[Cue, ...]:
    found = []
    for section, text in texts:
        for match in pattern.finditer(accented_view(text)):
            # A title that is the same names nothing.
            if not (kind == "name" and section is None and match.span() == (0, len(text))):
                found.append(Cue(kind, quote(new, section, match.start(), match.end())))
    return tuple(found[:_MOST_CUES])


def _cited_codes(text: str) -> frozenset[str]:
    """The codes of tasks that a text cites, in the view of accented text."""
    return frozenset(accented_view(found[0]).rstrip("./-") for found in _CODE.finditer(text))


def _is_in_full(cue: Cue, old: Record) -> bool:
    """Whether the earlier task is named by its code or title, not by a year alone."""
    return accented_view(cue.quote.text) in {accented_view(name) for name in (old.facts.code, old.title) if name}


def _name_of(old: Record, has_result: bool) -> re.Pattern[str]:
    """What names the earlier task: its code, its title in full; with a result its years, the year in which it ended."""
    facts = old.facts
    names = [re.escape(accented_view(name)) for name in (facts.code, old.title) if name]
    if facts.year_to and has_result:
        if facts.year_from:
            names.append(rf"{facts.year_from}\s?[-–]\s?{facts.year_to}")
        names.append(rf"năm {facts.year_to}")
    return re.compile("|".join(rf"(?<!\w){name}(?!\w)" for name in names)) if names else re.compile(r"(?!)")
