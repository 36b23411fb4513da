"""The carbon account of a plan: Table 1 with figures, today and in the plan."""
