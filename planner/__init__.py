"""What a planner does: optimise a study, certify the plan, verify it, hand it on.

from planner import load, optimise, write

plan = optimise(load("study.toml"))
print(plan.certificate.gap)
write(plan, "out")
"""

from planner.plans.optimise import load, optimise
from planner.runs.folder import write

__all__ = ["load", "optimise", "write"]
