"""Addresses of products."""

from django.urls import path

from emporion.records.catalog.views import products
from emporion.records.catalog.views.lists import ProductList

app_name = "catalog"
urlpatterns = [
    path("products/", ProductList.as_view(), name="list"),
    path("products/options/", products.options, name="options"),
    path("products/new/", products.create, name="create"),
    path("products/<int:pk>/edit/", products.edit, name="edit"),
    path("products/<int:pk>/remove/", products.remove, name="remove"),
    path("products/<int:pk>/cost/", products.cost, name="cost"),
    path("products/<int:pk>/price/", products.price, name="price"),
    path("products/<int:pk>/goes-with/", products.complement, name="complement"),
    path("price-lists/new/", products.create_price_list, name="create_price_list"),
    path("categories/new/", products.create_category, name="create_category"),
]
