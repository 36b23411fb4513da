from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances.study.findings import StudyError
from planner.cli import app
from planner.plans.optimise import load, optimise
from planner.reissue.report import report
from planner.runs.folder import write
from tests.support.report_page import Page
from tests.support.small_study import landcover, write_quick_study, write_raster


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a run, and the report that the run wrote."""
    folder = tmp_path_factory.mktemp("finished")
    plan = optimise(load(write_quick_study(folder / "study")), method="exact")
    out = write(plan, folder / "run")
    return out, (out / "report.html").read_text(encoding="utf-8")


def test_a_run_holds_its_report_and_it_can_be_written_again(finished: tuple[Path, str]) -> None:
    """The report of a run's folder is written again word by word from its files, without solving."""
    folder, before = finished
    assert report(folder) == (folder / "report.html",)
    assert (folder / "report.html").read_text(encoding="utf-8") == before


@pytest.mark.slow
def test_the_language_can_be_chosen_afterwards(finished: tuple[Path, str]) -> None:
    """``sansheng report --lang zh`` turns the report of a finished run into Chinese; the rest stays."""
    done = CliRunner().invoke(app, ["report", str(finished[0]), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    text = (finished[0] / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in text
    assert "三生空间布局方案报告" in Page(text).text[""]
    assert CliRunner().invoke(app, ["verify", str(finished[0])]).exit_code == 0


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """A folder that holds no finished run ends in a sentence and exit status 2."""
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is no certificate" in done.output


@pytest.mark.slow
def test_an_input_that_changed_gives_no_report(tmp_path: Path) -> None:
    """A report never shows a plan beside data that it was not made for; the one before is kept."""
    plan = optimise(load(write_quick_study(tmp_path / "study")), method="exact")
    out = write(plan, tmp_path / "run")
    before = (out / "report.html").read_bytes()
    cells = landcover()
    cells[0, 0] = 5
    write_raster(tmp_path / "study" / "cover.tif", cells)
    with pytest.raises(StudyError, match="changed since the run"):
        report(out)
    assert (out / "report.html").read_bytes() == before
    assert not list(out.glob(".report*"))
