"""Addresses of fees."""

from __future__ import annotations

from django.urls import path

from fees.views import (
    arrears as owing,
    bills,
    counter as desk,
    dunning,
    ledgers,
    meters,
    parking,
    payments,
    readings,
    reductions,
    runs,
    sharing,
    tariffs,
    tills,
)

app_name = "fees"

# Tariffs, the month's run, bills, corrections, reductions.
billing = [
    path("tariffs/", tariffs.TariffList.as_view(), name="tariff_list"),
    path("tariffs/add/", tariffs.TariffAdd.as_view(), name="tariff_add"),
    path("tariffs/defaults/", tariffs.take_over, name="tariff_defaults"),
    path("tariffs/<int:pk>/", tariffs.TariffDetail.as_view(), name="tariff"),
    path("tariffs/<int:pk>/edit/", tariffs.TariffEdit.as_view(), name="tariff_edit"),
    path("tariffs/<int:tariff_pk>/rates/add/", tariffs.RateAdd.as_view(), name="tariffrate_add"),
    path("tariff-rates/<int:pk>/withdraw/", tariffs.RateWithdraw.as_view(), name="tariffrate_withdraw"),
    path("tariffs/<int:tariff_pk>/exceptions/add/", tariffs.ExceptionAdd.as_view(), name="tariffexception_add"),
    path("tariff-exceptions/<int:pk>/end/", tariffs.ExceptionEnd.as_view(), name="tariffexception_end"),
    path("bill-runs/", runs.BillRunList.as_view(), name="billrun_list"),
    path("bill-runs/add/", runs.BillRunAdd.as_view(), name="billrun_add"),
    path("bill-runs/<int:pk>/", runs.BillRunDetail.as_view(), name="billrun"),
    path("bill-runs/<int:pk>/correct/", runs.BillRunCorrect.as_view(), name="billrun_correct"),
    path("bills/", bills.BillList.as_view(), name="bill_list"),
    path("bills/charge/", bills.BillCharge.as_view(), name="bill_charge"),
    path("bills/<int:pk>/", bills.BillDetail.as_view(), name="bill"),
    path("bills/<int:pk>/correct/", bills.BillCorrect.as_view(), name="bill_correct"),
    path("bills/<int:pk>/dispute/", bills.BillDispute.as_view(), name="bill_dispute"),
    path("bills/<int:pk>/settle/", bills.BillSettle.as_view(), name="bill_settle"),
    path("corrections/", bills.CorrectionList.as_view(), name="correction_list"),
    path("corrections/<int:pk>/", bills.CorrectionDetail.as_view(), name="correction"),
    path("corrections/<int:pk>/<slug:move>/", bills.correction_move, name="correction_move"),
    path("reductions/", reductions.ReductionList.as_view(), name="reduction_list"),
    path("units/<int:unit_pk>/reductions/add/", reductions.ReductionAdd.as_view(), name="reduction_add"),
    path("reductions/<int:pk>/", reductions.ReductionDetail.as_view(), name="reduction"),
    path("reductions/<int:pk>/<slug:move>/", reductions.reduction_move, name="reduction_move"),
    path("fee-settings/", tariffs.FeeSettingsPage.as_view(), name="settings"),
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
metering = [
    path("meters/", meters.MeterList.as_view(), name="meter_list"),
    path("meters/add/", meters.MeterAdd.as_view(), name="meter_add"),
    path("meters/<int:pk>/", meters.MeterDetail.as_view(), name="meter"),
    path("meters/<int:pk>/edit/", meters.MeterEdit.as_view(), name="meter_edit"),
    path("meters/<int:pk>/swap/", meters.MeterSwap.as_view(), name="meter_swap"),
    path("meters/<int:meter_pk>/read/", readings.ReadingAdd.as_view(), name="meterreading_add"),
    path("meter-readings/", readings.MeterReadingList.as_view(), name="meterreading_list"),
    path("meter-readings/bill/", readings.BillReadings.as_view(), name="meterreading_bill"),
    path("meter-readings/<int:pk>/confirm/", readings.ReadingConfirm.as_view(), name="meterreading_confirm"),
    path("meter-readings/<int:pk>/correct/", readings.ReadingCorrect.as_view(), name="meterreading_correct"),
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
