"""Forms of sign-in, people, roles and settings."""
