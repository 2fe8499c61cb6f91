"""Forms of activities and tasks, and the words for them."""
