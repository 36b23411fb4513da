"""What a hostile input is answered, found in a process of its own that may use little time and memory."""

from __future__ import annotations

import contextlib
import io
import math
import multiprocessing
import os
import re
import resource
import signal
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.attack.case import ACCEPTED, EITHER, REFUSED, Attack

CPU_S, WALL_S, MEMORY_MB = 20, 240, 1_500
"""Seconds of computing, seconds of waiting, and memory beyond that of the program itself, for one input."""
LONGEST = 4_000
"""Characters of a sentence."""
HECTARES = 192.0
_HOME = Path(tempfile.gettempdir()) / f"sansheng-attack-{os.getpid()}"


@dataclass(frozen=True)
class Answer:
    """How an input ended: refused, accepted, or a kind of failure; and what was said."""

    kind: str
    said: str = ""

    def fault(self, attack: Attack) -> str | None:
        """What is wrong with the answer; None where it is as it must be."""
        if self.kind not in (REFUSED, ACCEPTED):
            return f"{self.kind}: {self.said}"
        if attack.answer not in (EITHER, self.kind):
            return f"{self.kind} instead of {attack.answer}: {self.said[:400]}"
        missing = [part for part in attack.says if part not in self.said] if self.kind == REFUSED else []
        return f"does not say {missing}: {self.said[:400]}" if missing else None


def judged(attack: Attack) -> Answer:
    """The answer to one input, given in this process."""
    from tests.support.attack import case

    with tempfile.TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name) / "study"
        study = case.write(attack, folder, _HOME)
        os.chdir(name)
        try:
            if attack.command:
                return _commanded(attack, study, Path(name) / "out")
            return _checked(study, attack.scenario)
        except MemoryError:
            return Answer("out of memory", _last_lines())
        except Exception:  # noqa: BLE001 - what the product lets through is what is looked for
            return Answer("crashed", _last_lines())


def _checked(study: Path, scenario: str) -> Answer:
    """A study read, checked and printed as ``sansheng check`` does."""
    import planner
    from instances.study.findings import StudyError
    from planner.commands.check import print_study

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            found = planner.check(planner.load(study, scenario))
            print_study(found)
    except StudyError as wrong:
        return _refused(wrong.findings)
    untold = [fault for finding in found.findings if (fault := _untold(finding))]
    faults = [*_facts(found), *untold, *_shown(said.getvalue())]
    return Answer("wrong", "; ".join(faults)) if faults else Answer(ACCEPTED, said.getvalue())


def _refused(findings: Any) -> Answer:
    """Whether every finding has a place, a fault and a remedy, in each language, and is not too long."""
    said = "\n".join(str(finding) for finding in findings)
    faults = [fault for finding in findings if (fault := _untold(finding))]
    if not findings:
        faults.append("no finding")
    return Answer("untold", "; ".join(faults)) if faults else Answer(REFUSED, said)


def _untold(finding: Any) -> str | None:
    """What a finding lacks."""
    if not finding.place.strip() or not str(finding.fault).strip():
        return f"no place or no fault: {finding!s:.200}"
    if finding.severity == "error" and not str(finding.remedy).strip():
        return f"no remedy: {finding!s:.200}"
    for lang in ("en", "zh"):
        told = finding.told(lang)
        if len(told) > LONGEST:
            return f"{len(told)} characters: {told[:200]}"
        if lang == "zh" and not re.search("[\u4e00-\u9fff]", told):
            return f"not in Chinese: {told[:200]}"
    return None


def _facts(found: Any) -> list[str]:
    """What cannot be right of a study that was accepted."""
    total = found.instance.grid.total_ha
    today = sum(each.today_ha for each in found.classes)
    faults = []
    if not math.isclose(today, total, rel_tol=1e-9):
        faults.append(f"classes have {today} ha of {total}")
    if total > HECTARES * 1.001:
        faults.append(f"{total} ha, though the land cover has {HECTARES}")
    faults += [
        f"{line.name} has {line.inside_ha} ha of {total}"
        for line in found.redlines
        if not 0 <= line.inside_ha <= total * (1 + 1e-9)
    ]
    for limit in found.limits:
        bounds = [bound for bound in (limit.at_least, limit.at_most) if bound is not None]
        if not all(map(math.isfinite, (*bounds, limit.low, limit.high))) or limit.low > limit.high:
            faults.append(f"{limit.label:.60}: {bounds}, {limit.low} to {limit.high}")
    return faults


def _shown(text: str) -> list[str]:
    """What must not reach a terminal."""
    return [
        f"a terminal would obey {sign!r}"
        for sign in ("\x1b]", "\x1b[2J", "\x07", "\0", "\u202e")
        if sign in text
    ]


def _commanded(attack: Attack, study: Path, out: Path) -> Answer:
    """A command line, as it is typed."""
    from typer.testing import CliRunner

    from planner.cli import app

    words = [{"STUDY": str(study), "OUT": str(out)}.get(word, word) for word in attack.command]
    result = CliRunner().invoke(app, words)
    said = result.stderr.strip()
    if result.exit_code in (2, 3, 4) and said:
        return Answer("half-written", said) if out.exists() else Answer(REFUSED, said)
    if result.exit_code == 0:
        return Answer(ACCEPTED, result.stdout)
    return Answer("crashed", f"status {result.exit_code}: {said[-600:]}")


def _last_lines() -> str:
    lines = traceback.format_exc().strip().splitlines()
    ours = [
        line.strip()
        for line in lines
        if "/tests/" not in line
        and ("/instances/" in line or "/planner/" in line or "/formulations/" in line)
    ]
    return f"{lines[-1][:300]} at {ours[-1] if ours else '?'}"


def _child(names: Sequence[str], sender: Any) -> None:
    """The child: bounds on memory and on the time of each input; its answers, one after the other."""
    from tests.support.attack.registry import attack_named

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for name in names:
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        sender.send(judged(attack_named(name)))
    sender.close()
    os._exit(0)


def answers(names: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """The answers to inputs of the registry, given by a process of its own; a hang, a crash and a hunger for
    memory are told of the input at which they came, and the others go on."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.attack.warm"])
    waiting = list(names)
    while waiting:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(waiting, sender))
        process.start()
        sender.close()
        for position, name in enumerate(waiting):
            found = _received(receiver, process)
            yield name, found
            if process.exitcode is not None and found.kind in ("hung", "crashed") and not process.is_alive():
                waiting = waiting[position + 1 :]
                break
        else:
            waiting = []
        process.kill()
        process.join(10)
        process.close()
        receiver.close()


def _received(receiver: Any, process: Any) -> Answer:
    """The next answer of a child; what became of it where there is none."""
    try:
        if receiver.poll(WALL_S):
            answer: Answer = receiver.recv()
            return answer
        process.kill()
        process.join(10)
        return Answer("hung", f"no answer after {WALL_S} s")
    except EOFError:
        process.join(10)
        number = -(process.exitcode or 0)
        name = signal.Signals(number).name if number > 0 else f"status {process.exitcode}"
        return Answer("hung" if number == signal.SIGPROF else "crashed", f"the process ended by {name}")
