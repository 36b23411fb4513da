"""Many solves of one study: who solves them, what is kept, and how a stopped sweep goes on."""
