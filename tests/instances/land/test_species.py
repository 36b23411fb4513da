from pathlib import Path

import numpy as np
import pytest

from instances.land.classes import Classes, study_classes
from instances.land.species import Species, marked, read_species
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study

HEADER = "class,species,name,name_zh,native,form,sites,source\n"


def study() -> tuple[Study, Classes]:
    """A study with oaks that are native, gums that are not, and a wood that nobody marks."""
    tree = {
        "title": "t",
        "landcover": {"path": "x.tif", "new_classes": ["oaks", "gums"]},
        "classes": {"oaks": {"like": "forest", "native": True}, "gums": {"like": "forest", "native": False}},
        "species": "species.csv",
    }
    read = parse_study(tree, "study.toml")
    return read, study_classes(read, {"forest": 1})


def listed(folder: Path, text: str) -> tuple[tuple[Species, ...], list[str]]:
    """The species of a list, and what was found wrong."""
    (folder / "species.csv").write_text(HEADER + text, encoding="utf-8")
    findings = Findings()
    found = read_species(*study_and(folder, findings))
    return found, [str(each) for each in findings]


def study_and(folder: Path, findings: Findings) -> tuple[Study, Path, Classes, Findings]:
    """What a list is read with."""
    read, classes = study()
    return read, folder, classes, findings


def test_a_species_is_what_its_line_says(tmp_path: Path) -> None:
    """Texts stay as they are written, in whatever script; the mark is the line's, else that of the class."""
    text = "oaks,Quercus fabri,oak,白栎,,tree,山坡,survey\nforest,Pinus massoniana,,马尾松,是,tree,,\n"
    (oak, pine), told = listed(tmp_path, text)
    assert not told
    assert oak == Species(
        "oaks", "Quercus fabri", (("zh", "白栎"), ("en", "oak")), True, "tree", "山坡", "survey"
    )
    assert (pine.native, pine.called) == (True, (("zh", "马尾松"),))


def test_classes_are_marked_native_or_not_or_neither() -> None:
    """Oaks and gums are planted, oaks alone are native; nobody says it of the wood."""
    every, native = marked(*study())
    assert np.flatnonzero(every).tolist() == [1, 2]
    assert np.flatnonzero(native).tolist() == [1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("oaks,,,,,,,\n", "names no species"),
        ("oak,Quercus fabri,,,,,,\n", "Did you mean `oaks`"),
        ("oaks,Quercus fabri,,,perhaps,,,\n", "its native is `perhaps`. Write yes or no"),
        ("oaks,Eucalyptus urophylla,,,no,,,\n", "is not native, but classes.oaks is marked native"),
        ("oaks,Quercus fabri,,,,,,\noaks,Quercus fabri,,,,,,\n", "stands there twice for one class"),
    ],
)
def test_wrong_lines_are_told(tmp_path: Path, text: str, sentence: str) -> None:
    """No name, no such class, no such mark, a stranger among natives, the same species twice."""
    assert any(sentence in each for each in listed(tmp_path, text)[1])
