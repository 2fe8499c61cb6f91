"""How forms are drawn."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every field by our own template: label, input, help, error, in this order."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
