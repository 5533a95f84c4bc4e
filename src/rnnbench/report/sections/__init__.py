"""The sections of the page. Each is a template, often with a module and sometimes with a script of the same name."""
