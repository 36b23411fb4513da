"""Finished folders given out again: reports and other formats, without solving."""
