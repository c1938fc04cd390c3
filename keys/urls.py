"""Addresses of keys."""

from __future__ import annotations

from django.urls import path

from keys.views import cabinets, counter, lending, moves, register, seals, stocktakes

app_name = "keys"

urlpatterns = [
    path("keys/", register.KeyList.as_view(), name="key_list"),
    path("keys/counter/", counter.counter, name="counter"),
    path("keys/cabinet/", cabinets.cabinet_map, name="cabinet_map"),
    path("keys/add/", register.KeyAdd.as_view(), name="key_add"),
    path("keys/<int:pk>/", register.KeyDetail.as_view(), name="key"),
    path("keys/<int:pk>/edit/", register.KeyEdit.as_view(), name="key_edit"),
    path("keys/<int:pk>/deposit-form/", register.KeyDeposit.as_view(), name="key_deposit"),
    path("keys/<int:pk>/label/", register.KeyLabel.as_view(), name="key_label"),
    path("keys/<int:key_pk>/openings/add/", seals.SealOpeningAdd.as_view(), name="sealopening_add"),
    path("keys/<int:pk>/<slug:move>/", moves.key_move, name="key_move"),
    path("k/<path:code>/", counter.scan, name="scan"),
    path("key-loans/", lending.LoanList.as_view(), name="loan_list"),
    path("key-loans/<int:pk>/", lending.LoanDetail.as_view(), name="loan"),
    path("key-loans/<int:pk>/slip/", lending.LoanSlip.as_view(), name="loan_slip"),
    path("key-loans/<int:pk>/return/", lending.LoanReturn.as_view(), name="loan_return"),
    path("key-loans/<int:pk>/extend/", lending.LoanExtend.as_view(), name="loan_extend"),
    path("key-loans/<int:pk>/call/", lending.LoanCall.as_view(), name="loan_call"),
    path("key-loans/<int:pk>/excuse/", lending.LoanExcuse.as_view(), name="loan_excuse"),
    path("key-loans/<int:pk>/sign/", lending.LoanSign.as_view(), name="loan_sign"),
    path("key-loans/<int:pk>/phone/", lending.reveal, name="loan_phone"),
    path("sealed-keys/", seals.SealOpeningList.as_view(), name="sealopening_list"),
    path("sealed-keys/<int:pk>/", seals.SealOpeningDetail.as_view(), name="sealopening"),
    path("sealed-keys/<int:pk>/<slug:move>/", seals.opening_move, name="sealopening_move"),
    path("filing-cabinets/", moves.FilingOpeningList.as_view(), name="filingopening_list"),
    path("filing-cabinets/<int:pk>/close/", moves.FilingClose.as_view(), name="filingopening_close"),
    path("changed-locks/", moves.LockChangeList.as_view(), name="lockchange_list"),
    path("stocktakes/", stocktakes.StockTakeList.as_view(), name="stocktake_list"),
    path("stocktakes/add/", stocktakes.StockTakeAdd.as_view(), name="stocktake_add"),
    path("stocktakes/<int:pk>/", stocktakes.StockTakeDetail.as_view(), name="stocktake"),
    path("stocktakes/<int:pk>/count/", stocktakes.count, name="stocktake_count"),
    path("stocktakes/<int:pk>/lines/", stocktakes.StockLineList.as_view(), name="stockline_list"),
    path("stocktakes/lines/<int:pk>/uncount/", stocktakes.uncount, name="stockline_uncount"),
    path("stocktakes/lines/<int:pk>/explain/", stocktakes.ExplainLine.as_view(), name="stockline_explain"),
    path("stocktakes/<int:pk>/<slug:move>/", stocktakes.stocktake_move, name="stocktake_move"),
    path("key-cabinets/", cabinets.CabinetList.as_view(), name="cabinet_list"),
    path("key-cabinets/add/", cabinets.CabinetAdd.as_view(), name="cabinet_add"),
    path("key-cabinets/<int:pk>/", cabinets.CabinetEdit.as_view(), name="cabinet_edit"),
    path("key-rings/", cabinets.RingList.as_view(), name="ring_list"),
    path("key-rings/add/", cabinets.RingAdd.as_view(), name="ring_add"),
    path("key-rings/<int:pk>/", cabinets.RingDetail.as_view(), name="ring"),
    path("key-rings/<int:pk>/edit/", cabinets.RingEdit.as_view(), name="ring_edit"),
    path("key-settings/", stocktakes.KeySettingsPage.as_view(), name="settings"),
]
