"""Addresses of customers."""

from django.urls import path

from emporion.records.customers.views import contacts, customers, owning
from emporion.records.customers.views.lists import CustomerList
from emporion.records.customers.views.many import CustomersChosen

app_name = "customers"
urlpatterns = [
    path("customers/", CustomerList.as_view(), name="list"),
    path("customers/many/", CustomersChosen.as_view(), name="many"),
    path("customers/options/", customers.options, name="options"),
    path("customers/new/", customers.create, name="create"),
    path("customers/<int:pk>/edit/", customers.edit, name="edit"),
    path("customers/<int:pk>/remove/", customers.remove, name="remove"),
    path("customers/<int:pk>/owner/", owning.owner, name="owner"),
    path("customers/<int:pk>/zone/", owning.zone, name="zone"),
    path("customers/<int:pk>/base/", owning.base, name="base"),
    path("customers/<int:pk>/contacts/new/", contacts.create, name="create_contact"),
    path("contacts/<int:pk>/edit/", contacts.edit, name="edit_contact"),
    path("contacts/<int:pk>/remove/", contacts.remove, name="remove_contact"),
]
