"""What all sections of the page share: style, scripts, tables, words."""
