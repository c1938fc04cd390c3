"""Addresses of fees."""

from __future__ import annotations

from django.urls import path
from django.views import View

from fees.views import meters, parking, sharing

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
    path("meters/", meters.MeterList.as_view(), name="meter_list"),
    path("meters/add/", meters.MeterAdd.as_view(), name="meter_add"),
    path("meters/<int:pk>/", meters.MeterDetail.as_view(), name="meter"),
    path("meters/<int:pk>/edit/", meters.MeterEdit.as_view(), name="meter_edit"),
    path("meters/<int:pk>/swap/", meters.MeterSwap.as_view(), name="meter_swap"),
    path("meters/<int:meter_pk>/read/", meters.ReadingAdd.as_view(), name="meterreading_add"),
    path("meter-readings/", meters.MeterReadingList.as_view(), name="meterreading_list"),
    path("meter-readings/bill/", meters.BillReadings.as_view(), name="meterreading_bill"),
    path("meter-readings/<int:pk>/confirm/", meters.ReadingConfirm.as_view(), name="meterreading_confirm"),
    path("meter-readings/<int:pk>/correct/", meters.ReadingCorrect.as_view(), name="meterreading_correct"),
    path("shared-costs/", sharing.SharedCostList.as_view(), name="sharedcost_list"),
    path("shared-costs/add/", sharing.SharedCostAdd.as_view(), name="sharedcost_add"),
    path("shared-costs/prepayment/", sharing.Prepay.as_view(), name="sharedcost_prepay"),
    path("shared-costs/<int:pk>/", sharing.SharedCostDetail.as_view(), name="sharedcost"),
    path("shared-costs/<int:pk>/edit/", sharing.SharedCostEdit.as_view(), name="sharedcost_edit"),
    path("shared-costs/<int:pk>/<slug:move>/", sharing.sharedcost_move, name="sharedcost_move"),
    path("parking/", parking.Gate.as_view(), name="gate"),
    path("parking/no-entry/", parking.NoEntry.as_view(), name="gate_noentry"),
    path("parking-visits/", parking.ParkingVisitList.as_view(), name="parkingvisit_list"),
    path("parking-visits/<int:pk>/", parking.ParkingVisitDetail.as_view(), name="parkingvisit"),
    path("parking-visits/<int:pk>/leave/", parking.LeaveVisit.as_view(), name="parkingvisit_leave"),
    path("parking-visits/<int:pk>/lost-ticket/", parking.LoseTicket.as_view(), name="parkingvisit_lost"),
    path("parking-visits/<int:pk>/pay/", parking.PayVisit.as_view(), name="parkingvisit_pay"),
]

urlpatterns = [*billing, *counter, *arrears, *metering]
