"""The JSON schema by command, from Python, and beside a new study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import planner
from instances.study.findings import StudyError
from planner.cli import app
from planner.start.schema import BESIDE
from tests.support.small_study import write_files


def test_the_command_gives_the_schema(tmp_path: Path) -> None:
    """On standard output, or into a file that it may write again, but no other."""
    runner = CliRunner()
    shown = runner.invoke(app, ["schema", "--lang", "zh"])
    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == planner.schema(lang="zh")
    out = tmp_path / "new" / "s.json"
    for _ in range(2):
        assert runner.invoke(app, ["schema", "--out", str(out)]).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == planner.schema()
    out.write_text("{}", encoding="utf-8")
    refused = runner.invoke(app, ["schema", "--out", str(out)])
    assert refused.exit_code == 2
    assert "is no schema of the study file" in refused.stderr
    assert out.read_text(encoding="utf-8") == "{}"
    assert runner.invoke(app, ["schema", "--out", str(out), "--force"]).exit_code == 0
    with pytest.raises(StudyError, match="is a folder"):
        planner.schema(tmp_path)


def test_a_new_study_names_its_schema(tmp_path: Path) -> None:
    """The first line is what editors read, the schema lies beside it, and the study still runs."""
    write_files(tmp_path)
    planner.init(tmp_path / "cover.tif", tmp_path / "study.toml", scheme="CLCD", lang="zh")
    first, second, *_ = (tmp_path / "study.toml").read_text(encoding="utf-8").splitlines()
    assert first == f"#:schema ./{BESIDE}"
    assert second.startswith("# cover")
    assert json.loads((tmp_path / BESIDE).read_text(encoding="utf-8")) == planner.schema(lang="zh")
    assert planner.load(tmp_path / "study.toml").study.title == "cover"


def test_a_file_of_the_users_own_stays(tmp_path: Path) -> None:
    """Where another file has the schema's name it is left alone, and the study does without."""
    write_files(tmp_path)
    (tmp_path / BESIDE).write_text("mine", encoding="utf-8")
    planner.init(tmp_path / "cover.tif", tmp_path / "study.toml", scheme="CLCD")
    assert (tmp_path / BESIDE).read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "study.toml").read_text(encoding="utf-8").startswith("#:schema")
