"""Addresses of tickets."""

from __future__ import annotations

from django.urls import path

from complaints.views import (
    assessments,
    callback_rules,
    callbacks,
    callers,
    catalogue,
    compensation,
    contractors,
    escalations,
    incidents,
    lists,
    moves,
    phone,
    promises,
    reports,
    responsible_parties,
    settings,
    statistics,
    ticket,
    workorder,
)

app_name = "complaints"

urlpatterns = [
    path("tickets/", lists.TicketList.as_view(), name="ticket_list"),
    path("tickets/add/", ticket.TicketAdd.as_view(), name="ticket_add"),
    path("tickets/add/callers/", ticket.callers, name="ticket_callers"),
    path("tickets/add/hints/", ticket.hints, name="ticket_hints"),
    path("tickets/<int:pk>/", ticket.TicketDetail.as_view(), name="ticket"),
    path("tickets/<int:pk>/edit/", ticket.TicketEdit.as_view(), name="ticket_edit"),
    path("tickets/<int:pk>/caller/", phone.reveal, name="ticket_caller"),
    path("tickets/<int:pk>/similar/", ticket.similar, name="ticket_similar"),
    path("tickets/<int:pk>/work-order/", workorder.WorkOrder.as_view(), name="work_order"),
    path("tickets/<int:pk>/<slug:move>/", moves.ticket_move, name="ticket_move"),
    path("tickets/<int:pk>/same/<int:into_pk>/", incidents.MergeTicket.as_view(), name="ticket_merge"),
    path("tickets/<int:ticket_pk>/callers/add/", callers.CallerAdd.as_view(), name="caller_add"),
    path("callers/<int:pk>/phone/", callers.reveal, name="caller_phone"),
    path("tickets/<int:ticket_pk>/promises/add/", promises.PromiseAdd.as_view(), name="promise_add"),
    path("promises/", promises.PromiseList.as_view(), name="promise_list"),
    path("promises/<int:pk>/<slug:move>/", promises.promise_move, name="promise_move"),
    path("callbacks/", callbacks.CallbackList.as_view(), name="callback_list"),
    path("callbacks/<int:pk>/", callbacks.CallbackDetail.as_view(), name="callback"),
    path("callbacks/<int:pk>/caller/", callbacks.reveal, name="callback_caller"),
    path("callbacks/<int:pk>/<slug:move>/", callbacks.callback_move, name="callback_move"),
    path(
        "tickets/<int:ticket_pk>/responsibility/edit/",
        responsible_parties.ResponsibilityEdit.as_view(),
        name="responsibility_edit",
    ),
    path("tickets/<int:ticket_pk>/compensations/add/", compensation.CompensationAdd.as_view(), name="compensation_add"),
    path("compensations/", compensation.CompensationList.as_view(), name="compensation_list"),
    path("compensations/<int:pk>/", compensation.CompensationDetail.as_view(), name="compensation"),
    path("compensations/<int:pk>/<slug:move>/", compensation.compensation_move, name="compensation_move"),
    path("tickets/<int:ticket_pk>/assessments/add/", assessments.AssessmentAdd.as_view(), name="assessment_add"),
    path("assessments/", assessments.AssessmentList.as_view(), name="assessment_list"),
    path("assessments/<int:pk>/", assessments.AssessmentDetail.as_view(), name="assessment"),
    path("assessments/<int:pk>/<slug:move>/", assessments.assessment_move, name="assessment_move"),
    path("callback-rules/", callback_rules.CallbackRules.as_view(), name="callbackrule_list"),
    path("callback-rules/forms/", callback_rules.QuestionFormList.as_view(), name="questionform_list"),
    path("callback-rules/forms/add/", callback_rules.QuestionFormAdd.as_view(), name="questionform_add"),
    path("callback-rules/forms/<int:pk>/", callback_rules.QuestionFormEdit.as_view(), name="questionform_edit"),
    path("my-work/", phone.my_work, name="my_work"),
    path("escalations/", escalations.EscalationList.as_view(), name="escalation_list"),
    path("escalations/<int:pk>/seen/", escalations.escalation_seen, name="escalation_seen"),
    path("contractors/", contractors.ContractorRanking.as_view(), name="contractor_ranking"),
    path("contractors/<int:pk>/", contractors.ContractorDetail.as_view(), name="contractor"),
    path("reports/", reports.ReportList.as_view(), name="report_list"),
    path("reports/add/", reports.ReportAdd.as_view(), name="report_add"),
    path("reports/<int:pk>/", reports.ReportDetail.as_view(), name="report"),
    path("reports/<int:pk>/make/", reports.ReportMake.as_view(), name="report_make"),
    path("reports/<int:pk>/download/", reports.report_download, name="report_download"),
    path("statistics/", statistics.StatisticsPage.as_view(), name="statistics"),
    path("ticket-settings/", settings.TicketSettingsPage.as_view(), name="settings"),
    path("ticket-lists/", catalogue.catalogue, name="catalogue"),
    path("ticket-lists/defaults/", catalogue.take_over, name="catalogue_defaults"),
]
for place, pages in catalogue.PAGES.items():
    noun = pages["edit"].model._meta.model_name
    urlpatterns += [
        path(f"ticket-lists/{place}/", pages["list"].as_view(), name=f"{noun}_list"),
        path(f"ticket-lists/{place}/add/", pages["add"].as_view(), name=f"{noun}_add"),
        path(f"ticket-lists/{place}/<int:pk>/", pages["edit"].as_view(), name=f"{noun}_edit"),
    ]
