"""What all sections of the page share: style, scripts, macros, tables, cards and a glossary."""
