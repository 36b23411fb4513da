from __future__ import annotations

import pytest

from instances.land.scheme_fits import chance, different, fitting, readings, told_by_codes
from instances.land.schemes import get_scheme, match_codes, scheme_names

HANNOVER = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18, 20, 21, 23, 24, 25, 26, 27, 29, 32, 35, 36, 40, 41)


@pytest.mark.parametrize(
    "codes",
    [
        range(1, 45),
        HANNOVER,
        range(1, 10),
        range(9),
        range(1, 18),
        (1, 2, 3),
        (3, 4, 12, 15, 21, 24, 33),
        (3, 15, 62),
        (10, 20, 30, 60, 80),
        (1,),
        ("01", "02", "03", "05"),
        (11, 12, 21, 22, 31, 41, 43, 51, 52, 53),
        (11, 12, 13, 21, 22, 31, 51, 52),
        (111, 112, 211, 231, 311, 312, 512),
        (101, 102, 201, 202, 203, 301),
    ],
    ids=str,
)
def test_a_plain_count_tells_no_scheme(codes: range | tuple[object, ...]) -> None:
    """Numbers one after another, or a digit for the class and one within it, fit any list that numbers its
    classes so, even where one scheme alone knows them: pasture of another list is no industry of CORINE."""
    assert told_by_codes(codes) is None


@pytest.mark.parametrize(
    ("codes", "name"),
    [
        ((10, 20, 30, 40, 50, 60, 80, 95), "WorldCover"),
        ((11, 12, 21, 22, 23, 24, 31, 32, 33, 41, 43, 46, 51, 52, 53, 61, 64, 66), "CNLUCC"),
        ((11, 21, 22, 23, 24, 41, 42, 43, 52, 71, 81, 82, 90, 95), "NLCD"),
        ((111, 112, 121, 131, 142, 211, 231, 242, 243, 311, 312, 313, 324, 332, 412, 512), "CORINE"),
        ((10, 11, 20, 51, 52, 61, 62, 71, 120, 121, 130, 190, 210), "GLC_FCS30"),
        ((10, 30, 40, 100, 110, 151, 160, 170, 190, 210), "ESA-CCI"),
        ((11, 13, 21, 31, 33, 43, 102, 104, 111, 114, 117, 122, 127, 202, 203), "second-survey"),
        (
            ("011", "013", "031", "033", "043", "102", "104", "111", "114", "118", "127", "203"),
            "second-survey",
        ),
        (
            ("0101", "0103", "0201", "0301", "0304", "0703", "1001", "1202", "1401", "1704", "2306"),
            "MNR-2023",
        ),
    ],
)
def test_codes_that_no_other_list_would_have_tell_their_scheme(codes: tuple[object, ...], name: str) -> None:
    """Sparse codes that one scheme alone reads need no more."""
    assert told_by_codes(codes) == name


def test_no_scheme_is_told_where_another_reads_the_codes_otherwise() -> None:
    """Whatever codes of one scheme are put together, another that knows them all is not passed over."""
    for name in scheme_names():
        codes = [code for code, found in get_scheme(name).classes.items() if found is not None]
        for some in (codes, codes[:3], codes[::2], codes[-4:]):
            told = told_by_codes(some)
            if told is not None:
                assert different([told, *fitting(some)], some) == [told]


def test_a_scheme_that_reads_alike_is_no_other_reading() -> None:
    """Where all that know the codes give them the same classes, nothing is open."""
    codes = ("0101", "0103", "0201", "0301")
    assert len(readings(codes)) == 1
    assert match_codes("GB", codes) == match_codes("third-survey", codes)


def test_the_chance_of_a_hit_counts_matches_without_a_prefix() -> None:
    """All numbers up to nine are certain to be hit; a prefix proves nothing; of the 54 numbers with digits of
    1 to 9 and 0 to 5, WorldCover has ten."""
    assert chance(get_scheme("CLCD"), [1, 5, 9]) == 1.0
    assert chance(get_scheme("WorldCover"), [10, 20, 95]) == pytest.approx((10 / 54) ** 3)
    assert chance(get_scheme("CNLUCC"), [11, 12, 21, 22]) == 1.0
    assert chance(get_scheme("MNR-2023"), ["010199"]) == 1.0
