"""Which memory?: a memory step by step, and how far back memories reach."""
