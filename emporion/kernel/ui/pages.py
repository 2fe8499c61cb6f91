"""A page with one form: asked, done or refused, and then on to where it leads."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import Done
from emporion.kernel.ui.views import safe_return

Text = str | Promise


class FormPage(View):
    """A form and what is done with it. A refusal, a record changed meanwhile too, is told above the form, and nothing
    that was typed is lost."""

    permission: ClassVar[Permission] = Permission.WRITE
    title: Text = ""
    submit_label: ClassVar[Text] = _("Save")
    template_name: ClassVar[str] = "ui/form.html"
    request: PageRequest

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        """The view, with its permission on it for the table of who may open what."""
        view: Any = super().as_view(**initkwargs)
        view.permission = cls.permission
        answer: Callable[..., HttpResponse] = view
        return answer

    # What a page says of itself

    def begin(self) -> None:
        """Reads what the form is about; refuses what the viewer may not open."""

    def form(self, data: QueryDict | None) -> PageForm:
        """The form, filled with what was typed, or as it begins."""
        raise NotImplementedError

    def do(self, form: Any) -> str:
        """Does it, and gives what to say afterwards."""
        raise NotImplementedError

    def onward(self) -> str:
        """Where to go afterwards, when the address names no other page of ours."""
        raise NotImplementedError

    def backward(self) -> str:
        """Where "Cancel" leads."""
        return self.onward()

    def more(self) -> dict[str, Any]:
        """What the template needs beyond every form's."""
        return {}

    # The page

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self.request.viewer

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Nothing is read before the permission is there."""
        request.viewer.require(self.permission)
        self.begin()
        return super().dispatch(request, *args, **kwargs)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """The form as it begins."""
        return self.drawn(self.form(None))

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Done and onward; or the form again, with what was wrong."""
        form = self.form(self.request.POST)
        said: list[str] = []
        done = Done(self.request)
        if form.is_valid() and form.act(lambda: said.append(self.do(form))):
            onward = safe_return(self.request, self.onward())
            done.tell(said[0], onward)
            return redirect(onward)
        return self.drawn(form)

    def drawn(self, form: PageForm) -> HttpResponse:
        """The page."""
        context = {
            "title": self.title,
            "form": form,
            "submit_label": self.submit_label,
            "back": safe_return(self.request, self.backward()),
            **self.more(),
        }
        status = HTTPStatus.CONFLICT if getattr(form, "conflict", False) else HTTPStatus.OK
        return render(self.request, self.template_name, context, status=status)
