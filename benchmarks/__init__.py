"""Benchmarks: sizes, times, memory, peers; ``python -m benchmarks`` runs them and writes ``results.md``."""
