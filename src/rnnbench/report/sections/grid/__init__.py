"""Every combination in one grid."""
