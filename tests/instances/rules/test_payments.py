import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.rules.payments import settled


def test_three_districts_by_hand() -> None:
    """90 are spent, all in the third; the first two have 2 and 1 of 3 of the key: they pay 60 and 30."""
    found = settled(np.array([0.0, 0.0, 90.0]), np.array([2.0, 1.0, 0.0]))
    assert found.share.tolist() == [60.0, 30.0, 0.0]
    assert found.paid[:, 2].tolist() == [60.0, 30.0, 0.0]
    assert found.net.tolist() == [-60.0, -30.0, 90.0]


def test_who_bears_its_share_neither_pays_nor_is_paid() -> None:
    """10, 30 and 20 are spent, and each has a third of the key: 10 go from the first to the second."""
    found = settled(np.array([10.0, 30.0, 20.0]), np.ones(3))
    assert np.argwhere(found.paid > 0).tolist() == [[0, 1]]
    assert found.paid[0, 1] == pytest.approx(10.0)


@pytest.mark.parametrize(("cost", "key"), [([0, 0], [1, 2]), ([5, 6], [0, 0]), ([5, 6], [-1, -2])])
def test_nobody_pays(cost: list[float], key: list[float]) -> None:
    """Where nothing is spent, or nobody has any of the key."""
    found = settled(np.array(cost, dtype=float), np.array(key, dtype=float))
    assert not found.paid.any()


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=8))
def test_every_sum_is_even(rows: list[tuple[float, float]]) -> None:
    """Whatever is spent and however it is shared: what is paid is received, and each bears its share."""
    cost, key = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    found = settled(cost, key)
    close = 1e-6 * (1.0 + float(found.cost.sum()))
    assert abs(float(found.net.sum())) <= close
    assert np.abs(found.cost - found.net - found.share).max() <= close
    assert (found.paid >= 0).all()
    assert not (found.paid.any(axis=0) & found.paid.any(axis=1)).any()
