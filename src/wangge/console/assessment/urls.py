"""Addresses of the assessment and of revisits; joined into `console.urls`."""

from django.urls import path

from wangge.console.assessment import closing, decisions, files, revisits, targets, views

urlpatterns = [
    path("assessment/", views.overview, name="assessment"),
    path("assessment/index/<str:index_code>", views.index, name="assessment_index"),
    path("assessment/index/<str:index_code>/target", targets.target, name="assessment_target"),
    path("assessment/cases", views.cases, name="assessment_cases"),
    path("assessment/units", views.units, name="assessment_units"),
    path("assessment/formulas", views.formulas, name="assessment_formulas"),
    path("assessment/exclusions", decisions.exclusions, name="assessment_exclusions"),
    path("assessment/exclusions/new", decisions.exclude, name="assessment_exclude"),
    path("assessment/exclusions/<int:exclusion_id>/revoke", decisions.revoke, name="assessment_revoke"),
    path("assessment/appeals", decisions.appeals, name="assessment_appeals"),
    path("assessment/appeals/new", decisions.contest, name="assessment_contest"),
    path("assessment/appeals/<int:appeal_id>", decisions.appeal, name="assessment_appeal"),
    path("assessment/appeals/<int:appeal_id>/withdraw", decisions.withdraw, name="assessment_withdraw"),
    path("assessment/closed", closing.closed, name="assessment_closed"),
    path("assessment/closed/<int:run_id>", closing.run, name="assessment_run"),
    path("assessment/revisits/<str:county>/share", revisits.share, name="assessment_share"),
    path("assessment/figures.csv", files.figures_csv, name="assessment_csv"),
    path("assessment/figures.xlsx", files.figures_xlsx, name="assessment_xlsx"),
    path("assessment/brief", files.brief, name="assessment_brief"),
    path("assessment/brief.pdf", files.brief_pdf, name="assessment_pdf"),
    path("revisits/", revisits.listing, name="revisits"),
    path("revisits/<str:case_no>", revisits.revisit, name="revisit"),
]
