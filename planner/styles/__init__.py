"""What maps and reports look like: layer styles and fonts."""
