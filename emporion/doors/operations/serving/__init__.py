"""One web process and one worker, looked after. Import from its modules: supervising, checks, web, worker, lanes."""
