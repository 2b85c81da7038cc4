"""Scoring: the weights and the calibration that are in force, as the store remembers them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from index import Index
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.learning.calibration import Calibration

_WEIGHTS = TypeAdapter(dict[str, float])
_CALIBRATION = TypeAdapter(Calibration)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What candidates are scored with. Without a calibration there is no likelihood."""

    weights: Weights = DEFAULT_WEIGHTS
    calibration: Calibration | None = None


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


def read_scoring(weights: str, calibration: str | None) -> Scoring:
    """From JSON. Raises ValidationError. Signals that weights from before know nothing of have their written weight."""
    known = {**DEFAULT_WEIGHTS.of, **_WEIGHTS.validate_json(weights)}
    return Scoring(
        Weights(known),
        None if calibration is None else _CALIBRATION.validate_json(calibration),
    )


def write_weights(weights: Weights) -> str:
    """As JSON."""
    return _WEIGHTS.dump_json(dict(weights.of)).decode()


def write_calibration(calibration: Calibration | None) -> str | None:
    """As JSON."""
    return None if calibration is None else _CALIBRATION.dump_json(calibration).decode()
