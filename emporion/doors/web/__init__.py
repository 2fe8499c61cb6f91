"""The pages: the shell, and those that mix several parts."""
