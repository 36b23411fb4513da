from __future__ import annotations

from pathlib import Path

import pytest

from planner.words.scenario_names import folder_name


@pytest.mark.parametrize("name", ["base", "loose", "生态优先", "my plan", "v1.2", "a-b_c"])
def test_a_plain_name_is_its_folder(name: str) -> None:
    """Whoever names scenarios as people do finds them by their names."""
    assert folder_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/etc/evil", "..", ".", "", " ", "a/b", "a\\b", "C:\\x", "CON", "nul.txt", "a\nb", "\x00",
     "x" * 400, "情" * 400, "~/evil/..", ".hidden", "trailing."],
)  # fmt: skip
def test_a_name_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    """Whatever a scenario is called, its folder lies inside the one it belongs to, and can be made."""
    found = folder_name(name)
    place = tmp_path / found
    assert place.resolve().parent == tmp_path.resolve()
    place.mkdir()
    assert len(f".{found}.previous-0123abcd".encode()) < 255

    assert found != name


def test_two_names_have_two_folders() -> None:
    """Names that differ in a letter no folder can have are told apart."""
    assert len({folder_name(name) for name in ("a/b", "a\\b", "a:b", "a_b")}) == 4
