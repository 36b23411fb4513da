"""A plan that is carried out: what is seen of its changes and beside them, and how its limits stand."""
