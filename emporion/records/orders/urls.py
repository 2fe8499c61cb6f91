"""Addresses of orders and of what follows them."""

from django.urls import path

from emporion.records.orders.views import money, orders
from emporion.records.orders.views.lists import OrderList

app_name = "orders"
urlpatterns = [
    path("orders/", OrderList.as_view(), name="list"),
    path("orders/new/", orders.create, name="create"),
    path("orders/<int:pk>/edit/", orders.edit, name="edit"),
    path("orders/<int:pk>/remove/", orders.remove, name="remove"),
    path("orders/<int:pk>/cancel/", orders.cancel, name="cancel"),
    path("orders/<int:pk>/came-back/", money.take_back, name="take_back"),
    path("orders/<int:pk>/invoice/", money.invoice, name="invoice"),
    path("payments/new/", money.payer, name="payer"),
    path("customers/<int:pk>/payment/", money.pay, name="pay"),
    path("customers/<int:pk>/contract/", money.contract, name="contract"),
    path("payments/<int:pk>/orders/", money.allocate, name="allocate"),
    path("payments/<int:pk>/remove/", money.remove_payment, name="remove_payment"),
]
