"""Models beside the layout: what is written of them, read again and counted."""
