"""The pages as a WSGI application: `emporion serve` runs it; any other WSGI server may."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from emporion.doors.operations.log_lines import start_log

application = get_wsgi_application()
start_log()
# Loaded now, so that the first visitor does not wait for it.
_ = get_resolver().url_patterns
