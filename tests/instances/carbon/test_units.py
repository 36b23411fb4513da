import pytest

from instances.carbon.units import meant_by_case, parse_unit


@pytest.mark.parametrize(
    ("text", "factor", "annual"),
    [
        ("tC/ha", 44 / 12, False),
        ("tC/ha/yr", 44 / 12, True),
        ("Mg C ha-1 yr-1", 44 / 12, True),
        ("t C / hm²", 44 / 12, False),
        ("tCO2e/ha/yr", 1.0, True),
        ("tCO2-e/ha/a", 1.0, True),
        ("kgCO2e/m2", 10.0, False),
        ("kgC/m^2", 440 / 12, False),
        ("kgCO2e/m2/yr", 10.0, True),
        ("kgC/km2/yr", 44 / 12 / 100_000, True),
        ("tCO2e/mu", 15.0, False),
        ("kgN2O-N/ha/yr", 44 / 28 * 0.273, True),
        ("kgCH4/ha/yr", 0.027, True),
        ("mgCH4/m2/yr", 27e-9 * 1e4, True),
        ("mg CH4 m-2 yr-1", 27e-9 * 1e4, True),
        ("gCH4/m2/yr", 0.27, True),
        ("MgCH4/ha/yr", 27.0, True),
        ("GgC/km2", 44 / 12 * 10, False),
        ("KGCO2E/M2", 10.0, False),
        ("TC/HA", 44 / 12, False),
        ("MtCO2/km2/yr", 10_000.0, True),
        ("ktC/km2", 440 / 12, False),
        ("tC/km2/yr", 44 / 1200, True),
        ("tC/m2", 440_000 / 12, False),
        ("gC m-2 a-1", 0.44 / 12, True),
        ("kg CO2 km-2", 1e-5, False),
        ("tCO2/亩", 15.0, False),
        ("kgC/亩/年", 0.055, True),
        ("吨碳/公顷·年", 44 / 12, True),
        ("吨二氧化碳/公顷", 1.0, False),
        ("万吨CO2/km2/年", 100.0, True),
        ("公斤碳/平方米", 440 / 12, False),
        ("kgC/㎡", 440 / 12, False),
        ("tC/(hm²·a)", 44 / 12, True),
        ("tC·hm⁻²·a⁻¹", 44 / 12, True),
        ("t C ha^{-1} yr^{-1}", 44 / 12, True),
        ("tC hm−2", 44 / 12, False),
        ("tC per ha per year", 44 / 12, True),
    ],
)
def test_units_come_to_tonnes_a_hectare(text: str, factor: float, annual: bool) -> None:
    """Every usual way to write carbon per area has its factor to tCO2e/ha."""
    unit = parse_unit(text)
    assert unit is not None
    assert unit.factor == pytest.approx(factor, rel=1e-12)
    assert unit.annual is annual


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tC",
        "ha",
        "tX/ha",
        "tC/person/yr",
        "tC/ha/day",
        "%",
        "tC/ha/yr/yr",
        "MGCH4/m2/yr",
        "mGC/ha",
        "tgC/ha",
        "mtC/ha",
        "MTC/ha",
        "GC/m2",
        "t/ha",
        "kg/m2",
    ],
)
def test_other_units_are_not_guessed(text: str) -> None:
    """What is not carbon per area has no factor."""
    assert parse_unit(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("MGC/ha", ("mg", "Mg")),
        ("mtC/ha", ("t", "Mt")),
        ("MTCO2/ha/yr", ("t", "Mt")),
        ("tgC/ha", ("Tg",)),
        ("MgC/ha", ()),
        ("tC/acre", ()),
        ("", ()),
    ],
)
def test_what_case_leaves_open_is_asked(text: str, meant: tuple[str, ...]) -> None:
    """Where only the case of its letters is wrong, a unit is answered with what it may mean."""
    assert meant_by_case(text) == meant
