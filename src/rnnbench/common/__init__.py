"""What every room uses: errors, files, locks, digests, randomness, the registry."""
