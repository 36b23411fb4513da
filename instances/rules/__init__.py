"""Rules of space: red lines and where they hold, districts, corridors, and where rules contradict."""
