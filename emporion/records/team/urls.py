"""Addresses of people, teams and territories."""

from django.urls import path

from emporion.records.team.views import listing, people, person, territories

app_name = "team"
urlpatterns = [
    path("people/", listing.MemberList.as_view(), name="list"),
    path("people/new/", people.NewMember.as_view(), name="new"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/edit/", people.EditMember.as_view(), name="edit"),
    path("people/<int:pk>/place/", people.PlaceMember.as_view(), name="place"),
    path("people/<int:pk>/absence/", people.Away.as_view(), name="absence"),
    path("people/<int:pk>/leave/", people.Leave.as_view(), name="leave"),
    path("teams/", territories.team_list, name="teams"),
    path("teams/new/", territories.NewTeam.as_view(), name="new_team"),
    path("teams/<int:pk>/edit/", territories.EditTeam.as_view(), name="edit_team"),
    path("territories/", territories.territories, name="territories"),
    path("territories/new/", territories.NewTerritory.as_view(), name="new_territory"),
    path("territories/<int:pk>/edit/", territories.EditTerritory.as_view(), name="edit_territory"),
    path("territories/<int:pk>/manager/", territories.Manage.as_view(), name="manage"),
    path("territories/<int:pk>/divide/", territories.Divide.as_view(), name="divide"),
]
