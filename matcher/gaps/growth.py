"""Growth: how many tasks were begun in a period against the years before it, and whose results are used.

The department counted its co-operation agreements so: tasks of two years against the yearly mean of the six before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.gaps.counting import Subject
from matcher.task_states import BEGUN
from matcher.task_uses import Application, Use, find_use

DEFAULT_BASELINE = 5  # years


@dataclass(frozen=True, slots=True)
class Growth:
    """Tasks begun from `first` to `last`, and in the `years_before` years before `first` that the records reach back to
    (at most as many as were asked for)."""

    first: int
    last: int
    ids: tuple[str, ...]
    years_before: int
    ids_before: tuple[str, ...]

    @property
    def mean(self) -> float:
        """A year, in the period."""
        return len(self.ids) / (self.last - self.first + 1)

    @property
    def mean_before(self) -> float | None:
        """A year, before; None where no year before is known."""
        return len(self.ids_before) / self.years_before if self.years_before else None

    @property
    def percent(self) -> float | None:
        """How much the mean has grown, in percent of the mean before; None where there was nothing to grow from."""
        before = self.mean_before
        return 100 * (self.mean - before) / before if before else None


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The ids of tasks by the year they began in, without gaps from the first year to the last; `undated` of those
    whose year nobody knows."""

    years: Mapping[int, tuple[str, ...]]
    undated: tuple[str, ...]

    def measure(self, first: int, last: int, baseline: int = DEFAULT_BASELINE) -> Growth:
        """The years from `first` to `last` against the `baseline` years before them."""
        earliest = min(self.years, default=first)
        before = range(max(first - baseline, earliest), first)
        return Growth(first, last, self._ids(range(first, last + 1)), len(before), self._ids(before))

    def measure_each(self, baseline: int = DEFAULT_BASELINE) -> tuple[Growth, ...]:
        return tuple(self.measure(year, year, baseline) for year in self.years)

    def _ids(self, years: range) -> tuple[str, ...]:
        return tuple(sorted(id for year in years for id in self.years.get(year, ())))


@dataclass(frozen=True, slots=True)
class UsedTask:
    """A finished task with whether its result is used."""

    id: str
    use: Use


@dataclass(frozen=True, slots=True)
class Uses:
    """The finished tasks, by id."""

    tasks: tuple[UsedTask, ...]

    def ids(self, application: Application) -> tuple[str, ...]:
        return tuple(task.id for task in self.tasks if task.use.application == application)

    @property
    def least(self) -> float | None:
        """The share that is used for certain, 0–1; None where nothing is finished."""
        return len(self.ids("applied")) / len(self.tasks) if self.tasks else None

    @property
    def most(self) -> float | None:
        """The share if all those that nobody knows of were used."""
        return 1 - len(self.ids("not_yet")) / len(self.tasks) if self.tasks else None


def find_beginnings(subjects: Sequence[Subject]) -> Beginnings:
    """Of all that is or was a task: running, done, failed or stopped."""
    begun = [subject for subject in subjects if subject.state in BEGUN]
    years: dict[int, list[str]] = defaultdict(list)
    for subject in begun:
        if subject.started is not None:
            years[subject.started].append(subject.id)
    known = range(min(years), max(years) + 1) if years else range(0)
    undated = tuple(sorted(subject.id for subject in begun if subject.started is None))
    return Beginnings({year: tuple(sorted(years.get(year, ()))) for year in known}, undated)


def find_uses(subjects: Sequence[Subject]) -> Uses:
    """Of the tasks that are done."""
    done = sorted((one for one in subjects if one.state == "done"), key=lambda one: one.id)
    return Uses(tuple(UsedTask(subject.id, find_use(subject.record)) for subject in done))
