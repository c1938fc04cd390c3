"""Addresses of fees."""

from __future__ import annotations

from django.urls import path
from django.views import View

from fees.views import arrears as owing, dunning, ledgers

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
arrears = [
    path("arrears/", owing.ArrearsList.as_view(), name="arrears_list"),
    path("arrears/<int:pk>/", owing.Household.as_view(), name="arrears"),
    path("arrears/<int:unit_pk>/calls/add/", owing.CallAdd.as_view(), name="dunningcall_add"),
    path("arrears/<int:unit_pk>/people/<int:pk>/phone/", owing.reveal, name="arrears_phone"),
    path("dunning/", dunning.BatchList.as_view(), name="dunningbatch_list"),
    path("dunning/add/", dunning.BatchAdd.as_view(), name="dunningbatch_add"),
    path("dunning/<int:pk>/", dunning.BatchDetail.as_view(), name="dunningbatch"),
    path("dunning/<int:pk>/letters/", dunning.Letters.as_view(), name="dunningbatch_letters"),
    path("dunning/<int:pk>/list/", dunning.NoticeList.as_view(), name="dunningnotice_list"),
    path("ledger/", ledgers.Ledger.as_view(), name="ledger"),
    path("ledger/bills/", ledgers.LedgerBillList.as_view(), name="ledgerbill_list"),
    path("journal/", ledgers.JournalPage.as_view(), name="journal"),
]

# Meters, shared cost, parking visits.
metering: list = []

urlpatterns = [*billing, *counter, *arrears, *metering]
