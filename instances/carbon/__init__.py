"""Carbon: coefficient sets with ranges and sources, and the emission of turning one class into another."""
