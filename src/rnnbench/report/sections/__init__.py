"""The sections of the page: each a template of its name, and perhaps a module and a script."""
