"""Addresses of the trial pages, beside the product's own."""

from __future__ import annotations

from django.urls import include, path

from frontdesk.kit.pages import move_pages
from tests.kit.desk import (
    AcceptTicket,
    AreaAdd,
    AreaEdit,
    CommentTicket,
    DispatchTicket,
    MarkUrgent,
    ReplyTicket,
    TicketAdd,
    TicketEdit,
    TicketList,
    TicketPage,
    UnitAdd,
    UnitChoices,
    UnitList,
)

trial = [
    path("tickets/", TicketList.as_view(), name="ticket_list"),
    path("tickets/add/", TicketAdd.as_view(), name="ticket_add"),
    path("tickets/<int:pk>/", TicketPage.as_view(), name="ticket"),
    path("tickets/<int:pk>/edit/", TicketEdit.as_view(), name="ticket_edit"),
    path("tickets/<int:pk>/urgent/", MarkUrgent.as_view(), name="ticket_urgent"),
    path(
        "tickets/<int:pk>/<slug:move>/",
        move_pages(DispatchTicket, ReplyTicket, AcceptTicket, CommentTicket),
        name="ticket_move",
    ),
    path("areas/add/", AreaAdd.as_view(), name="area_add"),
    path("areas/<int:pk>/edit/", AreaEdit.as_view(), name="area_edit"),
    path("buildings/<int:building_pk>/add/", UnitAdd.as_view(), name="unit_add"),
    path("units/", UnitList.as_view(), name="unit_list"),
    path("units/choices/", UnitChoices.as_view(), name="unit_choices"),
]
urlpatterns = [path("trial/", include((trial, "trial"))), path("", include("frontdesk.urls"))]
