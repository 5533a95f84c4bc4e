"""A reproducible benchmark of how networks that tag or remember sequences read their words and keep their memory."""
