"""The study file: what a planner writes, what it may hold, and what is wrong with it."""
