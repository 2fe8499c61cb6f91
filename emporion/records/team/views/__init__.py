"""Pages of people, teams and territories."""
