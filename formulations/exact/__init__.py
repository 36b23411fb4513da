"""The exact model: a layout problem as one mixed-integer program, with Pyomo and HiGHS."""
