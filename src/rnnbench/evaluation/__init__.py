"""What answers are worth: metrics, ceilings, baselines, audits, probes."""
