"""Break-even, and the activity plan worked backwards from money."""
