"""A plan: a study solved and certified, or why there is none."""
