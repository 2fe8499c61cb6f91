"""Sign-in, invitations, sessions, roles, first run and settings."""
