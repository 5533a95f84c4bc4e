"""What every folder uses: errors, files, locks, digests, randomness, texts, and the registry of members."""
