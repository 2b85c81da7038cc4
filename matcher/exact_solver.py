"""Solve a mixed-integer linear program exactly, so that it can be left off meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.wanted import check_wanted

if TYPE_CHECKING:
    from scipy.sparse import csr_array

T = TypeVar("T")

# Relative distance of the best found from the best possible at which the solver may stop: far below what any
# strength or quality means.
RELATIVE_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Minimise `cost` · v for `lower` ≤ `matrix` v ≤ `upper` and 0 ≤ v ≤ `at_most`; v whole where `is_whole`."""

    cost: NDArray[np.float64]
    matrix: csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at_most: NDArray[np.float64]
    is_whole: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LinearAnswer:
    """`values`: the best found, None where none was. `bound`: no solution costs less, by the solver's proof."""

    status: Literal["optimal", "infeasible", "stopped"]
    values: NDArray[np.float64] | None
    bound: float


def solve_exactly(program: LinearProgram, seconds: float | None = None, gap: float = RELATIVE_GAP) -> LinearAnswer:
    """Solve by HiGHS (Huangfu and Hall, 2018), stopping after `seconds` with the best found so far, or where nothing is
    better by more than the `gap`, as a share."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    def run(presolve: bool) -> Any:
        options = {"mip_rel_gap": gap, "presolve": presolve}
        if seconds is not None:
            options["time_limit"] = max(seconds, 0.0)
        return milp(
            program.cost,
            integrality=program.is_whole.astype(int),
            bounds=Bounds(0, program.at_most),
            constraints=LinearConstraint(program.matrix, program.lower, program.upper),
            options=options,
        )

    answer = run_interruptibly(lambda: run(True))
    if answer.status == 4:  # presolve may leave open whether a program is infeasible or unbounded
        answer = run_interruptibly(lambda: run(False))
    if answer.status == 2:
        return LinearAnswer("infeasible", None, np.inf)
    if answer.status not in (0, 1):
        raise ArithmeticError(f"the solver gave up: {answer.message}")
    bound = answer.mip_dual_bound if answer.mip_dual_bound is not None else answer.fun
    return LinearAnswer(
        "optimal" if answer.status == 0 else "stopped", answer.x, -np.inf if bound is None else float(bound)
    )


def run_interruptibly(work: Callable[[], T]) -> T:
    """Do the work in a thread of its own, so that the caller's is free to hear Ctrl-C, or that nobody waits any more.

    HiGHS works without the interpreter's lock, so both are answered within a tenth of a second. Its thread
    cannot be told to stop: it ends with its time limit or with the process."""
    results: list[T] = []
    failures: list[BaseException] = []

    def note() -> None:
        try:
            results.append(work())
        except BaseException as failure:  # noqa: BLE001 - carried to the caller's thread and raised there
            failures.append(failure)

    thread = threading.Thread(target=note, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
        check_wanted()
    if failures:
        raise failures[0]
    return results[0]
