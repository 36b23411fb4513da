"""Least sizes of new land: a plan's pieces grown or reverted at prices, and its limits met again."""
