"""Red-line alternatives compared: one plan a scenario, and what is known of their differences."""
