"""The bound of a plan proven again from its prices, without a solver."""
