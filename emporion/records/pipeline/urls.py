"""Addresses of deals."""

from django.urls import path

from emporion.records.pipeline.views import board, changing, listing

app_name = "pipeline"
urlpatterns = [
    path("deals/", listing.DealList.as_view(), name="list"),
    path("deals/board/", board.board, name="board"),
    path("deals/options/", changing.options, name="options"),
    path("deals/bulk/", changing.DealBulk.as_view(), name="bulk"),
    path("deals/new/", changing.NewDeal.as_view(), name="new"),
    path("deals/<int:pk>/edit/", changing.EditDeal.as_view(), name="edit"),
    path("deals/<int:pk>/move/", changing.MoveDeal.as_view(), name="move"),
    path("deals/<int:pk>/remove/", changing.remove, name="remove"),
    path("deals/<int:pk>/step/", changing.step, name="step"),
    path("deals/<int:pk>/worth/", changing.RevalueDeal.as_view(), name="worth"),
    path("deals/<int:pk>/contract/", changing.SignContract.as_view(), name="contract"),
    path("deals/<int:pk>/credit/", changing.CreditDeal.as_view(), name="credit"),
]
