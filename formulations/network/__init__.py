"""The blue-green network of any layout: patches, links over a resistance surface, and what they amount to."""
