"""Addresses of tickets."""

from __future__ import annotations

from django.urls import path

from complaints.views import lists, moves, phone, ticket

app_name = "complaints"

urlpatterns = [
    path("tickets/", lists.TicketList.as_view(), name="ticket_list"),
    path("tickets/add/", ticket.TicketAdd.as_view(), name="ticket_add"),
    path("tickets/add/callers/", ticket.callers, name="ticket_callers"),
    path("tickets/<int:pk>/", ticket.TicketDetail.as_view(), name="ticket"),
    path("tickets/<int:pk>/edit/", ticket.TicketEdit.as_view(), name="ticket_edit"),
    path("tickets/<int:pk>/caller/", phone.reveal, name="ticket_caller"),
    path("tickets/<int:pk>/<slug:move>/", moves.ticket_move, name="ticket_move"),
    path("my-work/", phone.my_work, name="my_work"),
]
