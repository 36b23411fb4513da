"""Charts: shapes at places in pixels, drawn once and shown by pages (SVG) and pictures alike."""
