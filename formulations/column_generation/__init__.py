"""Column generation: layouts priced by minimum cuts, mixed by a master, recombined into a plan."""
