"""Addresses of fees."""

from __future__ import annotations

from django.urls import path
from django.views import View

from fees.views import counter as desk, payments, tills

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
    path("fees/", desk.counter, name="counter"),
    path("fees/units/<int:pk>/", desk.TakePayment.as_view(), name="take"),
    path("fees/units/<int:pk>/advance/", desk.UseAdvance.as_view(), name="advance_use"),
    path("payments/", payments.PaymentList.as_view(), name="payment_list"),
    path("payments/<int:pk>/", payments.PaymentDetail.as_view(), name="payment"),
    path("payments/<int:pk>/receipt/", payments.Receipt.as_view(), name="payment_receipt"),
    path("payments/<int:payment_pk>/reversals/add/", payments.ReversalAdd.as_view(), name="reversal_add"),
    path("reversals/", payments.ReversalList.as_view(), name="reversal_list"),
    path("reversals/<int:pk>/", payments.ReversalDetail.as_view(), name="reversal"),
    path("reversals/<int:pk>/<slug:move>/", payments.reversal_move, name="reversal_move"),
    path("tills/", tills.TillList.as_view(), name="till_list"),
    path("tills/mine/", tills.mine, name="till_mine"),
    path("tills/<int:pk>/", tills.TillDetail.as_view(), name="till"),
    path("tills/<int:pk>/sheet/", tills.TillSheet.as_view(), name="till_sheet"),
    path("tills/<int:pk>/<slug:move>/", tills.till_move, name="till_move"),
]

# Arrears, letters, calls, ledgers.
arrears: list = []

# Meters, shared cost, parking visits.
metering: list = []

urlpatterns = [*billing, *counter, *arrears, *metering]
