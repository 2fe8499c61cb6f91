"""Pages of activities and tasks."""
