"""A plan that is carried out, followed up: its limits and its changes against what is seen of the land."""
