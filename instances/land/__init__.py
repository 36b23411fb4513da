"""Land: its classes, the codes that stand for them, today's cover, and which class may become which."""
