from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from instances.demo import write_demo
from instances.land.classes import class_table
from instances.land.schemes import get_scheme
from instances.study.file import parse_study
from planner.cli import app
from planner.plans.plan import Certificate

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)?(#[^)\s]+)?\)")


def block(language: str) -> str:
    """The first code block of the README in a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every link from one page to another, or to a heading, has a target."""
    for path, heading in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {path}, which does not exist"
        if heading and target.suffix == ".md":
            text = target.read_text(encoding="utf-8")
            titles = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
            slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading[1:] in slugs, f"{page.name} links to {path}{heading}; there is no such heading"


def test_the_first_study_is_one_that_we_read() -> None:
    """The study in the README has known keys, a known scheme, and classes of the project's table."""
    study = parse_study(tomllib.loads(block("toml")), "README.md")
    assert study.landcover.scheme is not None
    known = {name for name in get_scheme(study.landcover.scheme).classes.values() if name}
    limited = study.limits[0].indicator.removeprefix("area.")
    assert limited in known
    for line in study.redlines.values():
        assert {*line.keep, *(line.allow or ())} <= set(class_table())


def test_the_exit_statuses_are_those_of_the_contract() -> None:
    """The README names every exit status once."""
    assert re.findall(r"^\| (\d+) \|", README, re.MULTILINE) == ["0", "1", "2", "3", "4", "130"]


@pytest.mark.slow
def test_the_python_lines_give_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines under "From Python" run as they stand beside a study, and leave a folder."""
    write_demo(tmp_path, 24)
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python"), "README.md", "exec"), {})  # noqa: S102  # the README's own lines
    objective, gap = map(float, capsys.readouterr().out.split())
    assert 0 <= gap <= 0.001 + 1e-9
    assert (tmp_path / "out" / "certificate.json").is_file()
    assert (
        Certificate.model_validate_json((tmp_path / "out" / "certificate.json").read_text("utf-8")).objective
        == objective
    )


def test_the_commands_exist() -> None:
    """Every command that the README names is one of the program's."""
    words = (
        "demo|init|schema|inventory|interlace|check|run|verify|compare|carbon-plan|pareto|alternatives|robust"
    )
    named = set(
        re.findall(rf"sansheng ({words}|network|score|monitor|replan|policies|report|export)\b", README)
    )
    callbacks = (command.callback for command in app.registered_commands if command.callback)
    assert named == {callback.__name__.replace("_", "-") for callback in callbacks}
