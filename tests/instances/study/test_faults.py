from __future__ import annotations

import pytest

from instances.study.file import parse_study
from instances.study.findings import StudyError

COVER = {"path": "cover.tif", "scheme": "CLCD"}


def test_a_misspelt_key_is_told_once() -> None:
    """The same wrong key in three limits is one line, at the first of them; others stay apart."""
    limits = [{"indicator": "area.forest", "at_leest": 1, "at_moost": 2}, *3 * [{"at_leest": 1}]]
    with pytest.raises(StudyError) as wrong:
        parse_study({"title": "x", "landcover": COVER, "limits": limits}, "study.toml")
    told = [str(finding) for finding in wrong.value.findings]
    unknown = [line for line in told if "unknown key" in line]
    assert [line.split(". Did")[0] for line in unknown] == [
        "study.toml: limits (no. 1).at_leest: unknown key, here and in 3 more places",
        "study.toml: limits (no. 1).at_moost: unknown key",
    ]
    assert "另有 3 处也是如此" in wrong.value.told("zh")
