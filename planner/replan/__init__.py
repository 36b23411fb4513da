"""The study for the rest of a plan: the land as it is now and what is left of the targets, solved near it."""
