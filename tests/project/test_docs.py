from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import planner

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ("guide", "study", "certificate")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of docs/ as a site, made as `make docs` makes it."""
    pytest.importorskip("sphinx", reason="Sphinx is not installed")
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"]
    done = subprocess.run(
        [*command, "-d", str(out / "trees"), str(ROOT / "docs"), str(out / "pages")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out / "pages"


@pytest.mark.slow
def test_every_page_is_on_the_site_and_loads_nothing_from_elsewhere(site: Path) -> None:
    """All pages can be read without a network: no script, style, font or picture is fetched from one."""
    names = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert names <= {path.stem for path in site.glob("*.html")}
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.search(r"""(?:src|<link[^>]*href)=["'](?:https?:)?//""", text)
        assert not fetched, page.name


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_a_page_in_two_languages_leads_from_one_to_the_other(site: Path, name: str) -> None:
    """English and Chinese pages link to each other, and each says its language."""
    english, chinese = (site / f"{name}{end}.html" for end in ("", ".zh"))
    for page, other, lang in ((english, chinese, "en"), (chinese, english, "zh-CN")):
        text = page.read_text(encoding="utf-8")
        assert f'<p class="language"><a href="{other.name}"' in text
        assert re.search(rf'<html[^>]* lang="{lang}"', text)


@pytest.mark.slow
def test_all_that_python_offers_is_described(site: Path) -> None:
    """Every public name of the package has its entry on the page about it."""
    text = (site / "api.html").read_text(encoding="utf-8")
    for name in planner.__all__:
        assert f'id="planner.{name}"' in text
