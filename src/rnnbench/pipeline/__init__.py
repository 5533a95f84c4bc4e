"""What Snakemake calls: steps, jobs, locks."""
