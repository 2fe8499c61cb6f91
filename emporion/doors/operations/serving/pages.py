"""The pages inside the web process: they end when their server is gone."""

from emporion.doors.operations.serving.orphans import end_with_parent
from emporion.kernel.ui.warming import warm_up_beside
from emporion.wsgi import application

__all__ = ["application"]
end_with_parent()
warm_up_beside()
