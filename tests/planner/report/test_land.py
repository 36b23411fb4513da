from __future__ import annotations

import pytest

from planner.pages.sankey import Flow
from planner.report.land import flows, land_rows, matrix, present
from tests.support.made_reports import made_subject, subject
from words.catalogue import figure


@pytest.mark.slow
def test_areas_of_classes_and_spaces_are_the_certificates() -> None:
    """The land table shows what the certificate says of each class and each of the three spaces."""
    shown = {row.name: row for row in land_rows(subject())}
    indicators = subject().certificate.indicators
    for name, key in (("Cropland", "area.cropland"), ("Ecological space", "area.ecological")):
        assert shown[name].today == figure(indicators[key].baseline)
        assert shown[name].plan == figure(indicators[key].value)


def test_flows_are_the_land_that_changes() -> None:
    """Two hectares of cropland become forest, one becomes urban."""
    assert flows(made_subject()) == (Flow(0, 1, 2.0), Flow(0, 3, 1.0))


def test_the_matrix_has_its_sums() -> None:
    """Rows of the transition matrix end in today's area, columns in the plan's."""
    found = matrix(made_subject())
    assert found.columns == ("Cropland", "Forest", "Water", "Urban land", "Sum")
    assert dict(found.rows)["Cropland"] == ("2.00", "2.00", "", "1.00", "5.00")
    assert dict(found.rows)["Sum"][-1] == "11.00"


def test_classes_without_land_are_left_out() -> None:
    """A class that has no land today and none in the plan takes no line."""
    assert [item.name for item in present(made_subject())] == ["cropland", "forest", "water", "urban"]
