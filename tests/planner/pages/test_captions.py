from __future__ import annotations

import re
from pathlib import Path

import planner.pages

TEMPLATES = Path(planner.pages.__file__).parent / "templates"


def test_every_drawing_has_a_caption_with_its_number() -> None:
    """Charts and diagrams stand in figures whose caption begins with its title, which is what is counted."""
    drawings = 0
    for path in TEMPLATES.rglob("*.html"):
        if path.name == "macros.html":
            continue
        text = path.read_text(encoding="utf-8")
        figures = "".join(re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL))
        calls = re.findall(r"\{\{ (?:m\.)?(?:chart|sankey)\(", text)
        assert len(re.findall(r"\{\{ (?:m\.)?(?:chart|sankey)\(", figures)) == len(calls), path.name
        drawings += len(calls)
        for figure in re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL):
            assert re.search(r"<figcaption[^>]*>\s*<b>|<figcaption class=.quiet.>", figure), path.name
    assert drawings >= 4


def test_maps_of_other_years_keep_their_numbers() -> None:
    """What is not displayed is not counted: hidden by the slider, a map would take the numbers of all figures
    after it down by one, on a screen alone."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    hidden = re.findall(r"figure\.other \{([^}]*)\}", style)
    assert hidden
    assert all("display: none" not in rule for rule in hidden)
