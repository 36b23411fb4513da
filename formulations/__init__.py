"""What is asked: indicators, the layout problem, and how it is solved."""
