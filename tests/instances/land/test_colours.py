from hypothesis import given
from hypothesis import strategies as st

from instances.land.colours import NEAR, distance, free_shade, parse_colour, shade

PART = st.integers(0, 255)
COLOURS = st.tuples(PART, PART, PART)


def test_a_colour_is_read_from_hexadecimal() -> None:
    """``#rrggbb`` gives red, green and blue."""
    assert parse_colour("#33Ac00") == (51, 172, 0)


def test_a_free_colour_stays() -> None:
    """A colour that no other class has is not touched."""
    assert free_shade((255, 255, 45), [(51, 142, 192)]) == (255, 255, 45)


def test_a_taken_colour_gets_a_shade() -> None:
    """The second class of the same colour is shown a shade darker."""
    assert free_shade((100, 200, 100), [(100, 200, 100)]) == (82, 164, 82)


@given(colour=COLOURS, factor=st.floats(0.3, 3.0))
def test_a_shade_is_a_colour(colour: tuple[int, int, int], factor: float) -> None:
    """Every shade stays within 0..255."""
    assert all(0 <= part <= 255 for part in shade(colour, factor))


@given(colour=COLOURS, taken=st.lists(COLOURS, max_size=2))
def test_a_shade_differs_from_few_taken_colours(colour: tuple[int, int, int], taken: list) -> None:
    """With one or two colours taken, the shade found is far from them, unless no shade of it is."""
    found = free_shade(colour, taken)
    assert found == colour or all(distance(found, other) >= NEAR for other in taken)
