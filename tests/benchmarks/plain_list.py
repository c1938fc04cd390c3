"""What ticket pages are measured against: the list one writes by hand, rows straight from SQL, a line of plain text."""

from __future__ import annotations

from html import escape

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from complaints.models import Ticket
from complaints.workflow import OPEN
from frontdesk.urls import urlpatterns as real

FIELDS = (
    "pk",
    "number",
    "subject",
    "unit_id",
    "unit__code",
    "kind",
    "state",
    "first_contact__name",
    "assignee__name",
    "finish_due_at",
    "received_at",
)
TABLE = """<p>{{ page.paginator.count }}</p><table>
{% for row in page %}<tr><td><a href="/tickets/{{ row.pk }}/">{{ row.number }}</a></td><td>{{ row.subject }}</td>
<td><a href="/units/{{ row.unit_id }}/">{{ row.unit__code }}</a></td><td>{{ row.kind }}</td><td>{{ row.state }}</td>
<td>{{ row.first_contact__name }}</td><td>{{ row.assignee__name }}</td><td>{{ row.finish_due_at|date:"Y-m-d H:i" }}</td>
<td>{{ row.received_at|date:"Y-m-d H:i" }}</td></tr>{% endfor %}</table>"""
BARE = Template(f"<!doctype html><title>Tickets</title>{TABLE}")
FRAMED = Template(f"{{% extends 'base.html' %}}{{% block content %}}{TABLE}{{% endblock %}}")
FLOOR = """
    SELECT t.id, t.number, t.subject, t.unit_id, u.code, t.kind, t.state, f.name, a.name, t.finish_due_at, t.received_at
    FROM complaints_ticket t JOIN staff_user f ON f.id = t.first_contact_id
    LEFT JOIN estate_unit u ON u.id = t.unit_id LEFT JOIN staff_user a ON a.id = t.assignee_id
    WHERE t.office_id = %s AND t.state IN ('recorded', 'dispatched', 'accepted', 'done', 'replied')
    ORDER BY t.received_at DESC, t.id DESC LIMIT 50"""


def by_hand(request, template=BARE):
    """List the open tickets of the office worked in: filter, count, 50 rows, one plain template."""
    rows = Ticket.objects.visible_to(request.user).of_office(request.office).filter(state__in=OPEN)
    page = Paginator(rows.order_by("-received_at", "-pk").values(*FIELDS), 50).page(1)
    return HttpResponse(template.render(RequestContext(request, {"page": page, "title": "Tickets"})))


@login_not_required
def floor(request):
    """Write the same 50 rows with one statement and no layer between, for whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [request.GET["office"]])
        cells = ("".join(f"<td>{escape(str(value))}</td>" for value in row) for row in cursor.fetchall())
    return HttpResponse("".join(f"<tr>{row}</tr>" for row in cells))


def plain(request):
    """Answer whoever is logged in with one line: what session, account and middleware take by themselves."""
    return HttpResponse(f"{request.user.name}, {request.office}", content_type="text/plain")


urlpatterns = [
    *real,
    path("plain/", plain),
    path("by-hand/", by_hand),
    path("by-hand/framed/", by_hand, {"template": FRAMED}),
    path("floor/", floor),
]
