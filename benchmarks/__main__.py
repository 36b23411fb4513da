"""``python -m benchmarks``: measure, print the tables, write ``results.md`` and ``results.json``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.records import Results, merged, results_from
from benchmarks.registry import CASES, select
from benchmarks.studies import ROOT
from benchmarks.suite import run_suite
from benchmarks.table import page, percent, seconds


def main(arguments: list[str] | None = None) -> int:
    """Run the suite, or a part of it; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--case", action="append", metavar="NAME", help="only this case; may be given again, and hold *"
    )
    parser.add_argument("--quick", action="store_true", help="tiny studies: does everything run?")
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    parser.add_argument(
        "--keep", action="store_true", help="keep what the files hold of cases and peers not measured now"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the cases and peers")
    parser.add_argument(
        "--out", type=Path,
        help="folder of results.md and .json; default: benchmarks/ for the whole suite, else out/benchmarks/",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    if given.list:
        for case in CASES:
            print(f"{case.name:16} {', '.join(case.peers)}")
        return 0
    try:
        cases = select(given.case)
    except KeyError as fault:
        parser.error(str(fault.args[0]))
    whole = cases == CASES and not given.quick and not given.no_peers
    out = given.out or (ROOT / "benchmarks" if whole else ROOT / "out" / "benchmarks")
    out.mkdir(parents=True, exist_ok=True)

    held = out / "results.json"
    before = results_from(held) if given.keep and held.is_file() else None

    def all_of(results: Results) -> Results:
        return results if before is None else merged(before, results, [case.name for case in CASES])

    def tell(results: Results) -> None:
        _write(all_of(results), out)
        _last(results)

    with tempfile.TemporaryDirectory(prefix="sansheng-benchmarks-") as work:
        results = run_suite(cases, Path(work), quick=given.quick, peers=not given.no_peers, tell=tell)
    print()
    print(page(all_of(results)))
    return 1 if any(record.fault and not record.absent for record in results.cases) else 0


def _write(results: Results, out: Path) -> None:
    """Both files, after every process: a suite that is interrupted keeps what it measured."""
    (out / "results.json").write_text(results.text(), encoding="utf-8")
    (out / "results.md").write_text(page(results), encoding="utf-8")


def _last(results: Results) -> None:
    """One line about what was measured last."""
    record = results.cases[-1]
    if results.peers and results.peers[-1].case == record.case:
        peer = results.peers[-1]
        text = (
            peer.fault
            or f"{seconds(peer.seconds)}, gap {percent(peer.gap)}, breaks {peer.missed} limits; {peer.note}"
        )
        print(f"{peer.case}, {peer.peer}: {text}", flush=True)
    else:
        text = record.fault or (
            f"{record.cells:,} cells, {record.limits} limits, gap {percent(record.gap)}, "
            f"solver {seconds(record.solver_s)}, command {seconds(record.command_s)}"
        )
        print(f"{record.case}: {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
