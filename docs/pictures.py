"""Make the pictures of the guide again: the guide is followed, and what comes out is photographed.

python docs/pictures.py [NAME ...]      (county, project, workbook, comparison, front, dongguan; default: all)

The project is drawn by QGIS's own Python and the workbook by LibreOffice; pictures whose program or data are
not on the machine are left as they are, which is told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

DOCS = Path(__file__).resolve().parent
ROOT, PICTURES = DOCS.parent, DOCS / "pictures"
sys.path.insert(0, str(ROOT))

from docs.follow import follow  # noqa: E402  # after the path is set
from docs.practice import write_practice  # noqa: E402

SIZE = 320
"""Cells a side of the county on the pictures; the guide's own is smaller, for speed."""
WIDTH = 1600
LANGS = {"en": "guide.md", "zh": "guide.zh.md"}
QGIS_PYTHON = Path("/usr/bin/python3")


def sansheng(words: list[str], folder: Path) -> None:
    """Run the program in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "planner", *words], cwd=folder, env=environment, check=True)


def only(shown: set[str]) -> Callable[[list[str], Path], None]:
    """Whoever runs of a guide's commands those that make the study, and those whose folder is shown."""

    def run(words: list[str], folder: Path) -> None:
        if words[0] == "init" or (words[0] != "export" and shown.intersection(words[2:])):
            sansheng(words, folder)

    return run


def save(picture: Image.Image, name: str) -> None:
    """Keep a picture small: as wide as a page, as WebP."""
    flat = picture.convert("RGB")
    if flat.width > WIDTH:
        flat = flat.resize((WIDTH, round(flat.height * WIDTH / flat.width)), Image.Resampling.LANCZOS)
    flat.save(PICTURES / f"{name}.webp", quality=80, method=6)
    sys.stdout.write(f"{name}.webp\n")


def county(out: Path, lang: str) -> None:
    """The map of the practice county."""
    save(Image.open(out / "base" / "map.png"), f"county.{lang}")


def comparison(out: Path, lang: str) -> None:
    """Where the plans of the practice county's scenarios differ."""
    save(Image.open(out / "compared" / "comparison.png"), f"comparison.{lang}")


def front(out: Path, lang: str) -> None:
    """The trade-off of the practice county."""
    save(Image.open(out / "front" / "front.png"), f"front.{lang}")


def project(out: Path, lang: str) -> None:
    """The groups of the QGIS project, drawn by QGIS."""
    with TemporaryDirectory() as made:
        clean = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PROJ", "GDAL"))
        }
        command = [str(QGIS_PYTHON), str(DOCS / "draw_project.py"), str(out / "base" / "plan.qgz"), made]
        clean["QT_QPA_PLATFORM"] = "offscreen"
        if not QGIS_PYTHON.exists() or subprocess.run(command, env=clean, check=False).returncode:
            sys.stdout.write(f"project.{lang}: QGIS is not there, the picture is left as it is\n")
            return
        save(Image.open(Path(made) / "project.png"), f"project.{lang}")


def workbook(out: Path, lang: str) -> None:
    """The sheet of limits and prices, drawn by LibreOffice."""
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        sys.stdout.write(f"workbook.{lang}: LibreOffice is not there, the picture is left as it is\n")
        return
    with TemporaryDirectory() as made:
        book = str(out / "base" / "plan.xlsx")
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", made, book]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)
        page = Path(made) / "page"
        draw = [
            "pdftoppm",
            "-r",
            "160",
            "-f",
            "2",
            "-l",
            "2",
            "-png",
            "-singlefile",
            f"{made}/plan.pdf",
            str(page),
        ]
        subprocess.run(draw, check=True)
        save(trimmed(Image.open(page.with_suffix(".png"))), f"workbook.{lang}")


def trimmed(page: Image.Image) -> Image.Image:
    """A page without its white margin."""
    grey = page.convert("L").point(lambda level: 255 if level < 250 else 0)
    left, top, right, bottom = grey.getbbox() or (0, 0, page.width, page.height)
    return page.crop((max(left - 20, 0), max(top - 20, 0), right + 20, bottom + 20))


def dongguan(folder: Path, lang: str) -> None:
    """The map of Dongguan at full resolution."""
    study = ROOT / "instances" / "studies" / "dongguan_100m.toml"
    if not (ROOT.parent / "shared" / "data" / "dongguan").is_dir():
        sys.stdout.write(f"dongguan.{lang}: the data are not there, the picture is left as it is\n")
        return
    out = folder / f"dongguan-{lang}"
    sansheng(["run", str(study), "--out", str(out), "--lang", lang], folder)
    save(Image.open(out / "map.png"), f"dongguan.{lang}")


OF_THE_COUNTY: dict[str, tuple[str, Callable[[Path, str], None]]] = {
    "county": ("out/base", county),
    "project": ("out/base", project),
    "workbook": ("out/base", workbook),
    "comparison": ("out/compared", comparison),
    "front": ("out/front", front),
}
"""Pictures of the practice county, and the folder of the command that each shows."""


def main(names: list[str]) -> None:
    """Make the pictures named, in both languages."""
    wanted = names or [*OF_THE_COUNTY, "dongguan"]
    PICTURES.mkdir(exist_ok=True)
    for lang, guide in LANGS.items():
        with TemporaryDirectory() as made:
            folder = Path(made)
            mine = [name for name in wanted if name in OF_THE_COUNTY]
            if mine:
                shown = {OF_THE_COUNTY[name][0] for name in mine}
                study = follow(DOCS / guide, folder, only(shown), lambda place: write_practice(place, SIZE))
                for name in mine:
                    OF_THE_COUNTY[name][1](study / "out", lang)
            if "dongguan" in wanted:
                dongguan(folder, lang)


if __name__ == "__main__":
    main(sys.argv[1:])
