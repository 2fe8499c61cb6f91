"""Addresses of cards."""

from django.urls import URLPattern, URLResolver, path

from emporion.doors.web.cards import activities, bases, customers, deals, orders, products, territories

app_name = "cards"
urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/money/", customers.customer_money, name="customer_money"),
    path("customers/<int:pk>/changes/", customers.customer_changes, name="customer_changes"),
    path("contacts/<int:pk>/", customers.contact, name="contact"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/changes/", orders.order_changes, name="order_changes"),
    path("payments/<int:pk>/", orders.payment, name="payment"),
    path("contracts/<int:pk>/", orders.contract, name="contract"),
    path("products/<int:pk>/", products.product, name="product"),
    path("products/<int:pk>/sales/", products.product_sales, name="product_sales"),
    path("deals/<int:pk>/", deals.deal, name="deal"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("tasks/<int:pk>/", activities.task, name="task"),
    path("territories/<int:pk>/", territories.territory, name="territory"),
]

# Told here, when pages are served, and not when the app is ready: the command line needs no pages.
bases.tell_bases()
customers.tell_customers()
