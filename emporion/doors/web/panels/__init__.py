"""Department, Business, Member, Metric and the facts behind a number."""
