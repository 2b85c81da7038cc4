"""Find how many needs can have their least number in full, and at which strengths, where not all of them can."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matcher.exact_solver import LinearProgram, solve_exactly
from matcher.teams.shortlisted_program import Market, Mask, Whole


@dataclass(frozen=True, slots=True)
class Supply:
    """Who can be given to whom in one market. `barriers` are sets of candidates that once proved too few for a choice
    of needs; each says something about every other choice, and with fewer pairs too."""

    market: Market
    barriers: list[Mask] = field(default_factory=list)

    def choose(self, usable: Mask, at_least: int = 0) -> Mask | None:
        """The most needs (n) that can all have their least number of candidates among the `usable` pairs (n × m); None
        where these are fewer than `at_least`.

        From three candidates a need on this is as hard as packing sets. A choice is made by the barriers known so far
        and tried by a maximum flow; where that stays short, its smallest cut is another barrier (combinatorial Benders
        cuts: Codato and Fischetti 2006)."""
        known = [np.zeros(usable.shape[1], dtype=bool), np.ones(usable.shape[1], dtype=bool), *self.barriers]
        rows = [self._row(usable, barrier) for barrier in known]
        limits = [self._limit(barrier) for barrier in known]
        while True:
            chosen = _choose(np.array(rows), np.array(limits))
            if chosen.sum() < at_least:
                return None
            asked = np.where(chosen, self.market.least, 0)
            flow = push(self.market, usable, asked)
            if flow.given == asked.sum():
                return chosen
            self.barriers.append(flow.barrier)
            rows.append(self._row(usable, flow.barrier))
            limits.append(self._limit(flow.barrier))

    def _row(self, usable: Mask, barrier: Mask) -> Whole:
        """How many of these candidates each need would take at least: its least number without those outside."""
        return np.asarray(np.maximum(0, self.market.least - (usable & ~barrier).sum(axis=1)))

    def _limit(self, barrier: Mask) -> int:
        return int(self.market.capacity[barrier].sum())


@dataclass(frozen=True, slots=True)
class Flow:
    """The most candidates that can be given, in these `pairs` (n × m). `barrier`: the candidates (m) that limit it,
    those on the near side of a smallest cut."""

    given: int
    pairs: Mask
    barrier: Mask


def push(market: Market, usable: Mask, asked: Whole) -> Flow:
    """A maximum flow of candidates to needs that ask for so many."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    needs, candidates = np.nonzero(usable)
    count, others = usable.shape
    source, sink = count + others, count + others + 1
    tails = np.concatenate([needs, np.full(count, source), count + np.arange(others)])
    heads = np.concatenate([count + candidates, np.arange(count), np.full(others, sink)])
    limits = np.concatenate([np.ones(len(needs), dtype=np.int64), asked, market.capacity]).astype(np.int32)
    graph = csr_array((limits, (tails, heads)), shape=(sink + 1, sink + 1))
    found = maximum_flow(graph, source, sink)
    left = graph - found.flow
    left.eliminate_zeros()
    reached = np.zeros(sink + 1, dtype=bool)
    reached[breadth_first_order(left, source, return_predecessors=False)] = True
    pairs = found.flow[:count, count : count + others].toarray() > 0
    return Flow(int(found.flow_value), pairs, reached[count : count + others])


def _choose(rows: Whole, limits: Whole) -> Mask:
    """The most needs (n) of which no barrier (b × n, at most so much each) takes too many."""
    from scipy.sparse import csr_array

    size = rows.shape[1]
    program = LinearProgram(
        -np.ones(size),
        csr_array(rows.astype(float)),
        np.full(len(limits), -np.inf),
        limits.astype(float),
        np.ones(size),
        np.ones(size, dtype=bool),
    )
    values = solve_exactly(program).values
    # Nobody at all is always possible.
    assert values is not None
    return values > 0.5
