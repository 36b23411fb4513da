"""What a plan hands on as files: each module writes one kind of file from a ``Plan``."""
