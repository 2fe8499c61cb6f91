"""Tests of Import, Jobs and the audit log."""
