from __future__ import annotations

import numpy as np

from planner.report.carbon_account import carbon, effects, part_name
from tests.support.made_reports import made_subject, subject
from words.catalogue import figure


def test_effects_of_all_changes_are_the_change_of_the_certificate() -> None:
    """What each change of class adds or saves comes to plan less today."""
    record = subject().certificate.indicators["net_emissions"]
    assert np.isclose(effects(subject()).sum(), record.value - record.baseline)


def test_an_effect_is_area_times_the_difference_of_rates() -> None:
    """Two hectares of cropland (0) become forest (1), one becomes urban (3): 2 x 1 and 1 x 3."""
    expected = np.zeros((4, 4))
    expected[0, 1], expected[0, 3] = 2.0, 3.0
    assert np.allclose(effects(made_subject()), expected)


def test_the_account_ends_in_the_certificates_figures() -> None:
    """The sums of the account are net emissions today and in the plan, as certified."""
    account, record = carbon(subject()), subject().certificate.indicators["net_emissions"]
    assert (account.today, account.plan) == (figure(record.baseline), figure(record.value))


def number(text: str) -> float:
    """A shown figure as a number."""
    return float(text.replace(",", "").replace("−", "-"))


def test_lines_by_class_and_by_part_add_up() -> None:
    """Classes with stocks and construction, and parts by pool, each come to the same net emissions."""
    account, record = carbon(subject()), subject().certificate.indicators["net_emissions"]
    for lines in (account.classes, account.parts):
        assert np.isclose(sum(number(line.plan) for line in lines), record.value, atol=0.5)
        assert np.isclose(sum(number(line.today) for line in lines), record.baseline, atol=0.5)


def test_the_figure_lies_in_the_range_of_its_coefficients() -> None:
    """The plan's net emissions lie between those at the low and at the high ends of the coefficients."""
    account, record = carbon(subject()), subject().certificate.indicators["net_emissions"]
    assert number(account.low) - 1 <= record.value <= number(account.high) + 1


def test_parts_have_names_for_readers() -> None:
    """Kinds and pools are told in the language of the report; an unknown pool keeps its name."""
    assert part_name("flux: vegetation", subject("zh")) == "年碳通量：植被"
    assert part_name("stock: peat", subject("en")) == "Stock: peat"
    assert figure(-2.676) == "−2.68"
