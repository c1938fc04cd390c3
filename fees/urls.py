"""Addresses of fees."""

from __future__ import annotations

from django.urls import path
from django.views import View

from fees.views import parking

app_name = "fees"

# Tariffs, the month's run, bills, corrections, reductions.
billing = [
    path("tariffs/<int:pk>/", View.as_view(), name="tariff"),
    path("bill-runs/<int:pk>/", View.as_view(), name="billrun"),
    path("bills/<int:pk>/", View.as_view(), name="bill"),
    path("corrections/<int:pk>/", View.as_view(), name="correction"),
    path("corrections/<int:pk>/<slug:move>/", View.as_view(), name="correction_move"),
    path("reductions/<int:pk>/", View.as_view(), name="reduction"),
    path("reductions/<int:pk>/<slug:move>/", View.as_view(), name="reduction_move"),
    path("fee-settings/", View.as_view(), name="settings"),
]

# The counter, receipts, voids and refunds, tills.
counter = [
    path("payments/<int:pk>/", View.as_view(), name="payment"),
    path("reversals/<int:pk>/", View.as_view(), name="reversal"),
    path("reversals/<int:pk>/<slug:move>/", View.as_view(), name="reversal_move"),
    path("tills/<int:pk>/", View.as_view(), name="till"),
    path("tills/<int:pk>/<slug:move>/", View.as_view(), name="till_move"),
]

# Arrears, letters, calls, ledgers.
arrears: list = []

# Meters, shared cost, parking visits.
metering = [
    path("parking/", parking.Gate.as_view(), name="parkingvisit_add"),
    path("parking/no-entry/", parking.NoEntry.as_view(), name="parkingvisit_noentry"),
    path("parking-visits/", parking.ParkingVisitList.as_view(), name="parkingvisit_list"),
    path("parking-visits/<int:pk>/", parking.ParkingVisitDetail.as_view(), name="parkingvisit"),
    path("parking-visits/<int:pk>/leave/", parking.LeaveVisit.as_view(), name="parkingvisit_leave"),
    path("parking-visits/<int:pk>/lost-ticket/", parking.LoseTicket.as_view(), name="parkingvisit_lost"),
    path("parking-visits/<int:pk>/pay/", parking.PayVisit.as_view(), name="parkingvisit_pay"),
]

urlpatterns = [*billing, *counter, *arrears, *metering]
