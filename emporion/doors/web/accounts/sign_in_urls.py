"""Addresses of sign-in: those of the library that we use, by the names it knows them by, and our own."""

from allauth.account import views as library
from django.urls import include, path

from emporion.doors.web.accounts import sign_in_views as views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", library.logout, name="account_logout"),
    path("inactive/", library.account_inactive, name="account_inactive"),
    path("reauthenticate/", library.reauthenticate, name="account_reauthenticate"),
    path("password/", views.change_password, name="account_change_password"),
    path("password/forgotten/", views.forgotten, name="account_reset_password"),
    path("link/<str:token>/", views.set_password, name="account_set_password_by_link"),
    path("2fa/", include("allauth.mfa.urls")),
]
