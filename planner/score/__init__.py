"""A layout changed by hand beside the certified plan: what it costs, what it breaks, and where."""
