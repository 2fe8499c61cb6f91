"""Import, Jobs and the audit log as pages."""
