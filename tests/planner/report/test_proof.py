from __future__ import annotations

from planner.report.proof import proof
from planner.words.solve_names import setting_name, step_name
from tests.support.made_reports import solved, subject
from words.catalogue import Words, figure
from words.numbers import room_between


def test_the_room_is_the_difference_of_the_figures_shown() -> None:
    """Whoever subtracts the bound from the objective finds the gap that the page states."""
    assert room_between(38_799_549.2, 38_794_294.9) == "5,254.30"
    assert room_between(10.001, 9.999) == "0.02"
    assert float(room_between(10.0, 10.0)) == 0.0


def test_the_score_is_the_weighted_sum() -> None:
    """Each part of the objective is shown with its value, weight and amount."""
    parts, records = proof(subject()).parts, solved().certificate.indicators
    edges = records["blue_green_compactness"].value
    assert [(part.name, part.weight) for part in parts] == [
        ("Net carbon emissions", "1.00"),
        ("Blue-green compactness", "−0.50 tCO₂e/yr per km"),
    ]
    assert [part.value for part in parts] == [
        f"{figure(records['net_emissions'].value)} tCO₂e/yr",
        f"{figure(edges)} km",
    ]
    assert parts[1].amount == figure(-0.5 * edges)


def test_hashes_versions_and_settings_are_the_certificates() -> None:
    """What a specialist looks for stands on the page as in certificate.json."""
    shown, certificate = proof(subject()), solved().certificate
    assert dict(shown.inputs) == certificate.inputs
    assert dict(shown.versions) == certificate.versions
    words = Words("en")
    assert dict(shown.settings)[setting_name("gap", words)] == str(certificate.settings["gap"])
    told = [step_name(stage, words) for stage in certificate.settings["timings"]]
    assert [stage for stage, _ in shown.timings] == told


def test_the_objective_is_never_shown_better_than_it_is() -> None:
    """Objective up, bound down: the proof that is read is never stronger than the one that holds."""
    shown, certificate = proof(subject()), solved().certificate
    number = {
        key: float((getattr(shown, key) or "").replace("−", "-").replace(",", ""))
        for key in ("objective", "bound")
    }
    assert number["objective"] >= (certificate.objective or 0.0)
    assert number["bound"] <= (certificate.bound or 0.0)
