"""Addresses of these pages."""

from django.urls import URLPattern, path

from emporion.doors.web.plans import (
    branch_views,
    cell_views,
    compare_views,
    days_views,
    excel_views,
    gap_views,
    plan_views,
    proposal_views,
    version_views,
    year_views,
)

app_name = "plans"
urlpatterns: list[URLPattern] = [
    path("plans/", plan_views.PlanList.as_view(), name="list"),
    path("plans/new/", year_views.new_plan, name="new"),
    path("plans/<int:pk>/", plan_views.plan_page, name="plan"),
    path("plans/<int:pk>/cell/", cell_views.ChangeCell.as_view(), name="cell"),
    path("plans/<int:pk>/cell/restore/", cell_views.restore, name="restore"),
    path("plans/<int:pk>/cell/put-back/", cell_views.put_back, name="put_back"),
    path("plans/<int:pk>/days/", days_views.days, name="days"),
    path("plans/<int:pk>/categories/", days_views.categories, name="categories"),
    path("plans/<int:pk>/sign/", version_views.Sign.as_view(), name="sign"),
    path("plans/<int:pk>/publish/", version_views.publish, name="publish"),
    path("plans/<int:pk>/replan/", version_views.Replan.as_view(), name="replan"),
    path("plans/<int:pk>/compare/", compare_views.compare, name="compare"),
    path("plans/<int:pk>/plan.xlsx", excel_views.export, name="export"),
    path("plans/<int:pk>/bring/", excel_views.bring, name="bring"),
    path("plans/<int:pk>/bring/do/", excel_views.carry_out, name="carry_out"),
    path("plans/<int:pk>/weight/", branch_views.Weigh.as_view(), name="weight"),
    path("plans/<int:pk>/over/", branch_views.AssignOver.as_view(), name="over"),
    path("plans/<int:pk>/presence/", branch_views.Presence.as_view(), name="presence"),
    path("plans/<int:pk>/move/", branch_views.Move.as_view(), name="move"),
    path("plans/<int:pk>/mine/", proposal_views.mine, name="mine"),
    path("plans/<int:pk>/gap/", gap_views.gap, name="gap"),
    path("plans/<int:pk>/gap/due/", gap_views.Due.as_view(), name="due"),
    path("plans/<int:pk>/people/<int:member>/", proposal_views.person, name="person"),
    path("plans/<int:pk>/people/<int:member>/agree/", proposal_views.sign, name="agree"),
    path("plans/<int:pk>/people/<int:member>/reopen/", proposal_views.Reopen.as_view(), name="reopen"),
]
