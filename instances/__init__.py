"""What is there: the study file, units, layers, land, rules and carbon, read into one frozen instance."""
