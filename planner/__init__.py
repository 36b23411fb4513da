"""What a planner does: optimise a study, certify the plan, verify it, hand it on.

from planner import load, optimise

plan = optimise(load("study.toml"))
print(plan.certificate.gap)
plan.write("out")
"""

from planner.optimise import load, optimise

__all__ = ["load", "optimise"]
