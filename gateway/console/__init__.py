"""The staff console: pages on the private listener that read and write the journal, and nothing else."""
