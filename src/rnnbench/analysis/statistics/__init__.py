"""Tells differences from luck."""
