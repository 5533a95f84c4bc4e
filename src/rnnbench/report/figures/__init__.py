"""From views to SVG."""
