from __future__ import annotations

from instances.land.crosswalk import CodeArea
from planner.start.code_rows import CodeRow, code_rows


def test_codes_are_called_as_their_scheme_calls_them() -> None:
    """Chinese where the scheme has Chinese names, else English; nothing where no scheme is followed."""
    codes = (CodeArea(8, "urban_residential", 3, 1.5), CodeArea(0, None, 1, 0.5))
    assert code_rows(codes, "CLCD", "zh")[0] == CodeRow("8", "不透水面", "urban_residential", 1.5)
    assert code_rows(codes, "CLCD", "en")[1] == CodeRow("0", "no data", "", 0.5)
    assert code_rows(codes, None, "en")[0].called == ""
    assert code_rows((CodeArea(95, "wetland", 1, 1.0),), "WorldCover", "zh")[0].called == "mangroves"
