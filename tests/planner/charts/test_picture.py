from __future__ import annotations

from pathlib import Path as File

from PIL import Image

from planner.charts.picture import DPI, EDGE, INCH, MOST_NOTES, framed, write_picture
from planner.charts.shapes import Chart, Dot, Path, Text

CHART = Chart(
    "wide",
    400,
    100,
    (
        Path(((0, 0), (100, 0), (100, 100), (0, 100)), fill="#ff0000"),
        Dot(300, 50, 20, "#0000ff"),
        Text(10, 20, "$", 12),
    ),
)


def test_shapes_are_painted_where_they_are_laid(tmp_path: File) -> None:
    """An area and a dot have their colours at their places; a dollar sign is a letter."""
    write_picture(CHART, "Title", "line", [], tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        scale = DPI / INCH
        assert picture.width == round((CHART.width + 2 * EDGE) * scale)
        pixels = picture.convert("RGB")
        assert pixels.getpixel((round((EDGE + 50) * scale), round((84 + 60) * scale))) == (255, 0, 0)
        assert pixels.getpixel((round((EDGE + 300) * scale), round((84 + 50) * scale))) == (0, 0, 255)


def test_notes_stand_below_and_long_titles_are_cut() -> None:
    """Nothing of a title or a note lies beyond the picture or on the chart."""
    sheet = framed(CHART, "A long title " * 20, "line", ["A long note " * 200])
    texts = [shape for shape in sheet.shapes if isinstance(shape, Text)]
    assert all(text.box[0] >= 0 and text.box[2] <= sheet.width for text in texts)
    notes = [text for text in texts if text.y > 84 + CHART.height]
    assert len(notes) == MOST_NOTES
    assert notes[-1].text.endswith("…")
