"""Addresses of goods passes."""

from __future__ import annotations

from django.urls import path

from movein.views import gate, goods, moves

app_name = "movein"

urlpatterns = [
    path("goods-passes/", goods.GoodsPassList.as_view(), name="goodspass_list"),
    path("goods-passes/start/", goods.start, name="goodspass_start"),
    path("units/<int:unit_pk>/goods-passes/add/", goods.HouseholdPassAdd.as_view(), name="goodspass_add"),
    path("goods-passes/company/", goods.CompanyPassAdd.as_view(), name="goodspass_company_add"),
    path("goods-passes/<int:pk>/", goods.GoodsPassDetail.as_view(), name="goodspass"),
    path("goods-passes/<int:pk>/paper/", goods.GoodsPassPaper.as_view(), name="goodspass_paper"),
    path("goods-passes/<int:pk>/phone/", goods.reveal, name="goodspass_phone"),
    path("goods-passes/<int:pk>/phone/<int:person_pk>/", goods.reveal, name="goodspass_person_phone"),
    path("goods-passes/<int:pk>/<slug:move>/", moves.goodspass_move, name="goodspass_move"),
    path("gate/goods/", gate.gate, name="gate"),
    path("gate/goods/log/", gate.GateCheckList.as_view(), name="gatecheck_list"),
    path("p/<path:code>/", gate.scan, name="scan"),
    path("goods-settings/", goods.GoodsSettingsPage.as_view(), name="settings"),
]
