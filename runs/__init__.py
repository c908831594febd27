"""A run's life: job, run folder, checkpoint, display, inspection, report and export, and the command."""
