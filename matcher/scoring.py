"""Scoring: the weights and the calibrations that are in force, as the store remembers them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from index import Index, Mode
from ingest import Kind
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.learning.calibration import Calibration

_WEIGHTS = TypeAdapter(dict[str, float])
_CALIBRATION = TypeAdapter(Calibration)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What candidates are scored with. Where no calibration holds there is no likelihood."""

    weights: Weights = DEFAULT_WEIGHTS
    calibrations: tuple[Calibration, ...] = ()

    def calibration_for(self, asked: Kind, to: Kind | None, mode: Mode) -> Calibration | None:
        """That of lists of this kind of candidates for that kind of record."""
        wanted = (asked, to, mode)
        return next((one for one in self.calibrations if (one.asked, one.to, one.mode) == wanted), None)


@dataclass(frozen=True, slots=True)
class _Further:
    others: tuple[Calibration, ...] = ()


_FURTHER = TypeAdapter(_Further)
DEFAULT_SCORING = Scoring()


def scoring_in_force(index: Index) -> Scoring:
    """What was promoted last and not rolled back; before that, what is written down. Raises UnusableFolder."""
    event = index.store.fusion_events.last()
    if event is None:
        return DEFAULT_SCORING
    try:
        return read_scoring(event.weights, event.calibration)
    except ValidationError as error:
        raise index.store.database.damaged() from error


def read_scoring(weights: str, calibrations: str | None) -> Scoring:
    """From JSON. Raises ValidationError. Signals that weights from before know nothing of have their written weight."""
    known = {**DEFAULT_WEIGHTS.of, **_WEIGHTS.validate_json(weights)}
    if calibrations is None:
        return Scoring(Weights(known))
    first, further = _CALIBRATION.validate_json(calibrations), _FURTHER.validate_json(calibrations)
    return Scoring(Weights(known), (first, *further.others))


def write_weights(weights: Weights) -> str:
    """As JSON."""
    return _WEIGHTS.dump_json(dict(weights.of)).decode()


def write_calibrations(calibrations: Sequence[Calibration]) -> str | None:
    """As JSON: the first, which was stored alone once and is still read so, with the others within."""
    if not calibrations:
        return None
    first, *others = (_CALIBRATION.dump_python(one, mode="json") for one in calibrations)
    return json.dumps({**first, "others": others})
