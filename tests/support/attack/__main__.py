"""``make attack``: hostile inputs, kills, random studies and tamperings, all of them, and what they came to.

SANSHENG_ATTACK_SEED draws others; SANSHENG_ATTACK_COUNT bounds the hostile inputs of each sort (0: all),
SANSHENG_ATTACK_KILLS says at how many moments each command is killed, SANSHENG_ATTACK_STUDIES how many random
studies are solved.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.attack.counts import FILE, counted
from tests.support.attack.registry import MISSED

MORE = {"SANSHENG_ATTACK_COUNT": "0", "SANSHENG_ATTACK_KILLS": "12", "SANSHENG_ATTACK_STUDIES": "1000"}
"""How many are tried where nothing is said: more than the tests try."""
PARTS = ("tests/attack", "tests/planner/runs/test_tampering.py")


def main() -> int:
    """Attack, and print a table of counts; the exit status is that of the tests."""
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts"
        file.touch()
        for part in PARTS:
            words = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "slow or not slow", part]
            status |= subprocess.run(
                words, env={**MORE, **os.environ, FILE: str(file)}, check=False
            ).returncode
        print(f"\n{'attacked with':24} tried  outcomes")
        for what, outcomes in sorted(counted(file).items()):
            told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
            print(f"{what:24} {outcomes.total():5,}  {told}")
    for name, why in MISSED.items():
        print(f"missed: {name}: {why}")
    return status


if __name__ == "__main__":
    sys.exit(main())
