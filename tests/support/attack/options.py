"""Hostile options: every option of every command that takes a value, found in the commands themselves."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator

from typer.models import OptionInfo

from planner.cli import app
from tests.support.attack.case import EITHER, REFUSED, Attack

NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "1e308",
    "-1",
    "0",
    "1e-320",
    "9" * 400,
    "2147483648",
    "x",
    "",
    "1_0",
    "0x10",
    "1e400",
    "-1e400",
)
TEXTS = (
    "",
    " ",
    "\x1b[2J",
    "x" * 10_000,
    "../../x",
    "--out",
    "=1",
    "\u202ex",
    "%s{}",
    "1%%",
    "nan%",
    "-1%",
    "1e400%",
    "min:",
    "net_emissions,",
    "net_emissions",
)
ASKED = {
    "check": ("STUDY",),
    "run": ("STUDY", "--out", "OUT"),
    "compare": ("STUDY", "--out", "OUT"),
    "robust": ("STUDY", "--out", "OUT"),
    "carbon_plan": ("STUDY", "--out", "OUT"),
    "pareto": ("STUDY", "--x", "net_emissions", "--y", "area.cropland", "--out", "OUT"),
    "alternatives": ("STUDY", "--out", "OUT"),
    "network": ("STUDY",),
    "monitor": ("STUDY/..", "STUDY/../cover.tif", "--year", "2030", "--out", "OUT"),
    "score": ("STUDY", "STUDY/../cover.tif", "--out", "OUT"),
    "demo": ("--out", "OUT"),
    "init": ("STUDY/../cover.tif", "--out", "OUT"),
    "verify": ("STUDY",),
    "report": ("STUDY",),
    "export": ("STUDY", "--format", "shp"),
    "schema": (),
    "inventory": ("new",),
    "policies": ("list",),
}
"""What each command is asked without the hostile option."""
HARMLESS = {
    "--cluster": "an address is asked for in vain until its time is over",
    "--out": "any path is somebody's own",
}
WORKS = ("run", "compare", "robust", "carbon_plan", "pareto", "alternatives", "demo")
"""Commands that solve: values that are right for them are tried elsewhere."""


def attacks() -> Iterator[Attack]:
    """Every hostile value of every option, and every odd path as what the command is about."""
    for name, flag, number in _options():
        for value in NUMBERS if number else TEXTS:
            if name not in WORKS or _is_wrong(flag, value, number=number):
                words = (name.replace("_", "-"), *ASKED[name], f"{flag}={value}")
                yield Attack(f"{name} {flag}={value[:20]!r}", EITHER, command=words)
    for name, asked in ASKED.items():
        if asked and asked[0].startswith("STUDY"):
            for path in (
                "/dev/zero",
                "/dev/null",
                "/",
                "",
                "nowhere",
                "x" * 5000,
                "\x1b[2J",
                "a\nb",
                "STUDY/..",
            ):
                if not (name == "init" and path == ""):
                    yield Attack(
                        f"{name} of {path[:20]!r}",
                        REFUSED,
                        command=(name.replace("_", "-"), path, *asked[1:]),
                    )


def _options() -> Iterator[tuple[str, str, bool]]:
    """Every option that takes a value: its command, its flag, and whether it is a number."""
    for command in app.registered_commands:
        assert command.callback is not None
        for kind in inspect.get_annotations(inspect.unwrap(command.callback), eval_str=True).values():
            of, *marks = typing.get_args(kind) or (kind,)
            for mark in marks:
                if not isinstance(mark, OptionInfo) or of is bool:
                    continue
                flag = next(str(text) for text in (*mark.param_decls, mark.default) if str(text)[:2] == "--")
                if flag not in HARMLESS:
                    yield command.callback.__name__, flag, "float" in str(of) or "int" in str(of)


def _is_wrong(flag: str, value: str, *, number: bool) -> bool:
    """Whether a value is one that a command must refuse before it solves."""
    if not number:
        takes_any = ("--within", "--sets", "--scenarios", "--x", "--y", "--z")
        return flag not in takes_any or value not in ("", " ", "net_emissions")
    right = {
        "--gap": ("1e-320",),
        "--seed": ("0", "1_0", "2147483648", "9" * 400),
        "--time-limit": ("1e308", "1e-320", "2147483648"),
    }
    return value not in (*right.get(flag, ()), "1_0")
