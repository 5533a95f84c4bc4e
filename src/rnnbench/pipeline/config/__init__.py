"""The configuration: YAML files, read and checked, as typed settings."""
