"""What `verify` counts again, by code that shares nothing with what it checks: figures, layers, the bound."""
