"""Addresses of the desk, the search box and the parts home serves to other pages."""

from __future__ import annotations

from django.urls import path

from frontdesk.home.views import desk, household, leaving, search

app_name = "home"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("search/", search.search, name="search"),
    path("household/", household.household_search, name="household_search"),
    path("household/choices/", household.household_choices, name="household_choices"),
    path("household/<int:pk>/", household.household, name="household"),
    path("tickets/<int:pk>/finding/", household.ticket_finding, name="ticket_finding"),
    path("units/<int:pk>/sections/", household.unit_sections, name="unit_sections"),
    path("units/<int:pk>/evidence/", household.unit_evidence, name="unit_evidence"),
    path("people/<int:pk>/sections/", household.person_sections, name="person_sections"),
    path("colleagues/<int:pk>/open-work/", leaving.leaver, name="leaver"),
]
