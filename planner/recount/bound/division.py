"""The least charged cost that any layout can have, proven by dividing what units bring together among them.

A shared edge of two blue-green units earns w, whichever way the two divide it: as s + t = w with s and t not
below 0, no layout earns more by it than s where the one unit is blue-green and t where the other is. The same
holds for a corridor and its units. Divided so, every unit stands alone and takes its cheapest state, and

    min_x F(x)  >=  sum_i min_k ( cost_ik - what unit i is given where k is in the set )

whatever the division. A poor one gives a lower bound, never a wrong one: nothing of how it was found has to
be believed. The best one gives the minimum itself (both are a minimum cut; Picard and Ratliff 1975).

Most units decide by themselves (persistency; Hammer, Hansen and Simeone 1984): whose cost of being in the set
is above all that its neighbours could ever bring stays out and is given everything, and so on outwards. Only
between the rest ``cut`` has to find who needs how much. Costs of togetherness (a limit on connectivity from
above) are left out, which lowers the bound too, but where at most one unit has a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from instances.units.grid import FloatArray
from planner.recount.bound.charges import Charged, Joined
from planner.recount.bound.cut import Open, added, improve

NEVER = np.iinfo(np.int32).max
ROUNDS = 200
"""Rounds of persistency at most; what they leave goes into the cut."""
FEW = 0.005
"""A round that decides fewer of the open units than this share is the last."""


@dataclass(eq=False)
class _Set:
    """Everything on one set. ``out`` and ``must`` (units,) are the rounds from which on a unit is known to be
    out of it, or in it; ``given`` (units,) what each gets of the pieces already divided."""

    inside: NDArray[np.bool_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    reward: FloatArray
    start: NDArray[np.int64]
    units: NDArray[np.int64]
    worth: FloatArray
    out: NDArray[np.int32]
    must: NDArray[np.int32]
    given: FloatArray
    live: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def bundle(self) -> NDArray[np.int64]:
        """(members,) the corridor of every member."""
        return np.repeat(np.arange(len(self.worth)), np.diff(self.start))

    def settle(self, units: NDArray[np.int64], possible: NDArray[np.bool_], number: int) -> None:
        """Note which of some units are out or in by now."""
        may, must = possible[:, self.inside].any(axis=1), ~possible[:, ~self.inside].any(axis=1)
        out, into = units[~may], units[must]
        self.out[out] = np.minimum(self.out[out], number)
        self.must[into] = np.minimum(self.must[into], number)
        one, other = self.first[self.live], self.second[self.live]
        alive = (self.out[one] == NEVER) & (self.out[other] == NEVER)
        self.live = self.live[alive & ~((self.must[one] < NEVER) & (self.must[other] < NEVER))]

    def span(self, units: NDArray[np.int64], place: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """(open units,) what being in the set earns at the least, and at the most; ``place`` (all units,) is
        where each stands among the open ones, or their number."""
        count = len(units) + 1
        first, second, reward = self.first[self.live], self.second[self.live], self.reward[self.live]
        least, most = np.zeros(count), np.zeros(count)
        for here, there in ((first, second), (second, first)):
            most += added(place[here], reward, count)
            sure = self.must[there] < NEVER
            least += added(place[here[sure]], reward[sure], count)
        alive = ~_any(self.out[self.units] < NEVER, self.start)
        most += added(place[self.units], (self.worth * alive)[self.bundle], count)
        return least[:-1], most[:-1]


def least_cost(charged: Charged) -> tuple[float, float]:
    """A lower bound of F over every layout in tCO2e/yr, and what float sums may have added to it."""
    cost = charged.cost.copy()
    sets = [
        _set_of(cost, charged.inside[:, number], [one for one in charged.joined if one.number == number])
        for number in range(charged.inside.shape[1])
    ]
    possible = np.isfinite(cost)
    _persist(cost, possible, sets)
    given = [each.given for each in sets]
    opened = [_divide(each) for each in sets]
    improve(cost, possible, charged.inside, given, opened)
    for number, share in enumerate(given):
        cost[:, charged.inside[:, number]] -= share[:, None]
    cheapest = cost.min(axis=1, initial=np.inf)
    size = float(np.abs(cheapest).sum()) + sum(float(share.sum()) for share in given)
    return float(cheapest.sum()), 1e-13 * size


def _can(cost: FloatArray) -> NDArray[np.bool_]:
    """(units,) whether a unit can have any of some states."""
    return np.asarray(np.isfinite(cost).any(axis=1), dtype=bool)


def _any(true: NDArray[np.bool_], start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(pieces,) whether anything of a piece is true; none is empty."""
    return np.logical_or.reduceat(true, start[:-1]) if len(start) > 1 else np.zeros(0, dtype=bool)


def _set_of(cost: FloatArray, inside: NDArray[np.bool_], joined: list[Joined]) -> _Set:
    """The pieces of one set that can earn anything; what costs is taken into ``cost`` or left out."""
    may, others = _can(cost[:, inside]), _can(cost[:, ~inside])
    must = may & ~others
    none = np.zeros(0, dtype=np.int64)
    pairs, bundles, worths = [np.zeros((0, 2), dtype=np.int64)], [none], [np.zeros(0)]
    rewards, sizes = [np.zeros(0)], [none]
    for one in joined:
        _charge(cost, inside, one, may, must)
        size = np.bincount(one.piece, minlength=len(one.cost))
        dead = np.bincount(one.piece[~may[one.unit]], minlength=len(one.cost)) > 0
        kept = (one.cost < 0) & ~dead & (size > 0)
        order = np.argsort(one.piece, kind="stable")
        piece, unit = one.piece[order], one.unit[order]
        pairs.append(unit[(kept & (size == 2))[piece]].reshape(-1, 2))
        rewards.append(-one.cost[kept & (size == 2)])
        bundles.append(unit[(kept & (size != 2))[piece]])
        worths.append(-one.cost[kept & (size != 2)])
        sizes.append(size[kept & (size != 2)])
    ends = np.concatenate(pairs)
    start = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    count = len(cost)
    return _Set(
        inside, ends[:, 0], ends[:, 1], np.concatenate(rewards), start,
        np.concatenate(bundles), np.concatenate(worths),
        np.full(count, NEVER, dtype=np.int32), np.full(count, NEVER, dtype=np.int32), np.zeros(count),
        np.arange(len(ends)),
    )  # fmt: skip


def _charge(
    cost: FloatArray,
    inside: NDArray[np.bool_],
    one: Joined,
    may: NDArray[np.bool_],
    must: NDArray[np.bool_],
) -> None:
    """Take what a piece costs into the one of its units that has a choice, or into any where none has."""
    dear = one.cost > 0
    if not dear.any():
        return
    count = len(one.cost)
    dead = np.bincount(one.piece[~may[one.unit]], minlength=count) > 0
    undecided = np.bincount(one.piece[~must[one.unit]], minlength=count)
    payer = np.full(count, -1, dtype=np.int64)
    payer[one.piece] = one.unit
    open_member = ~must[one.unit]
    payer[one.piece[open_member]] = one.unit[open_member]
    paid = dear & ~dead & (undecided <= 1) & (payer >= 0)
    cost[:, inside] += added(payer[paid], one.cost[paid], len(cost))[:, None]


def _persist(cost: FloatArray, possible: NDArray[np.bool_], sets: list[_Set]) -> None:
    """Leave out of ``possible`` (units, states) what cannot be better than another state whatever the
    neighbours do, round by round."""
    units, now = np.arange(len(cost)), possible
    place = np.empty(len(cost), dtype=np.int64)
    for number in range(ROUNDS):
        for each in sets:
            each.settle(units, now, number)
        several = now.sum(axis=1) > 1
        units, now = units[several], now[several]
        if not len(units) or not sets:
            return
        place.fill(len(units))
        place[units] = np.arange(len(units))
        kept = _unbeaten(cost[units], now, sets, [each.span(units, place) for each in sets])
        decided = int((kept != now).any(axis=1).sum())
        possible[units] = now = kept
        if decided <= FEW * len(units):
            break
    for each in sets:
        each.settle(units, now, ROUNDS)


def _unbeaten(
    cost: FloatArray,
    possible: NDArray[np.bool_],
    sets: list[_Set],
    spans: list[tuple[FloatArray, FloatArray]],
) -> NDArray[np.bool_]:
    """(open units, states) those whose best case is better than every other's worst case."""
    kept = possible.copy()
    states = cost.shape[1]
    for state in range(states):
        for other in range(states):
            if state == other:
                continue
            best, worst = cost[:, state].copy(), cost[:, other].copy()
            for each, (least, most) in zip(sets, spans, strict=True):
                if each.inside[state] and not each.inside[other]:
                    best -= most
                elif each.inside[other] and not each.inside[state]:
                    worst -= least
            # of two that tie the later one goes, never both
            beaten = (best > worst) | ((best == worst) & (state > other))
            kept[:, state] &= ~(beaten & kept[:, other] & possible[:, state])
    return kept


def _divide(one: _Set) -> Open:
    """Divide the pieces on which persistency has decided; what is open between units, halved.

    A unit that is out can be given everything that it was feared to earn; where both are in, the one that was
    decided later needed the other.
    """
    out, must = one.out, one.must
    first, second, reward = one.first, one.second, one.reward
    settled = np.ones(len(reward), dtype=bool)
    settled[one.live] = (must[first[one.live]] < NEVER) | (must[second[one.live]] < NEVER)
    first_out = out[first] <= out[second]
    takes = np.where((out[first] < NEVER) | (out[second] < NEVER), first_out, must[first] >= must[second])
    taker = np.where(takes, first, second)[settled]
    one.given += added(taker, reward[settled], len(out))
    pairs = np.flatnonzero(~settled)
    bundle = one.bundle
    any_out = _any(out[one.units] < NEVER, one.start)
    undecided = (must[one.units] == NEVER) & ~any_out[bundle]
    count = np.bincount(bundle[undecided], minlength=len(one.worth))
    # of a corridor: to the unit out of it first, else to those that are still undecided, else to any
    key = np.where(any_out[bundle], out[one.units], 0)
    order = np.argsort(key, kind="stable")
    order = order[np.argsort(bundle[order], kind="stable")]
    alone = one.units[order[one.start[:-1]]] if len(one.worth) else one.units
    decided = count == 0
    one.given += added(alone[decided], one.worth[decided], len(out))
    kept = undecided & (count > 0)[bundle]
    return Open(
        first[pairs], second[pairs], reward[pairs],
        np.unique(bundle[kept], return_inverse=True)[1].ravel(), one.units[kept], one.worth[count > 0],
    )  # fmt: skip
