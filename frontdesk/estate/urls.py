"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from frontdesk.estate.views import documents, ground, offices, people, units, vehicles

app_name = "estate"

urlpatterns = [
    path("offices/", offices.OfficeList.as_view(), name="office_list"),
    path("offices/add/", offices.OfficeAdd.as_view(), name="office_add"),
    path("offices/<int:pk>/", offices.OfficeDetail.as_view(), name="office"),
    path("offices/<int:pk>/edit/", offices.OfficeEdit.as_view(), name="office_edit"),
    path("offices/<int:office_pk>/areas/add/", offices.AreaAdd.as_view(), name="area_add"),
    path("offices/<int:office_pk>/assets/", units.asset_board, name="asset_board_of"),
    path("areas/<int:pk>/edit/", offices.AreaEdit.as_view(), name="area_edit"),
    path("holidays/", offices.HolidayList.as_view(), name="holiday_list"),
    path("holidays/add/", offices.HolidayAdd.as_view(), name="holiday_add"),
    path("holidays/<int:pk>/remove/", offices.holiday_remove, name="holiday_remove"),
    path("buildings/", ground.BuildingList.as_view(), name="building_list"),
    path("buildings/add/", ground.BuildingAdd.as_view(), name="building_add"),
    path("buildings/<int:pk>/", ground.BuildingDetail.as_view(), name="building"),
    path("buildings/<int:pk>/edit/", ground.BuildingEdit.as_view(), name="building_edit"),
    path("buildings/<int:building_pk>/entrances/add/", ground.EntranceAdd.as_view(), name="entrance_add"),
    path("entrances/<int:pk>/edit/", ground.EntranceEdit.as_view(), name="entrance_edit"),
    path("assets/", units.asset_board, name="asset_board"),
    path("units/", units.UnitList.as_view(), name="unit_list"),
    path("units/add/", units.UnitAdd.as_view(), name="unit_add"),
    path("units/generate/", units.UnitGenerate.as_view(), name="unit_generate"),
    path("units/choices/", units.UnitChoices.as_view(), name="unit_choices"),
    path("units/spaces/choices/", units.SpaceChoices.as_view(), name="space_choices"),
    path("units/<int:pk>/", units.UnitDetail.as_view(), name="unit"),
    path("units/<int:pk>/edit/", units.UnitEdit.as_view(), name="unit_edit"),
    path("units/<int:pk>/move-out/", units.UnitMoveOut.as_view(), name="unit_move_out"),
    path("units/<int:pk>/card/", people.unit_card, name="unit_card"),
    path("units/<int:pk>/people/new/", people.unit_resident, name="unit_resident"),
    path("units/<int:unit_pk>/people/add/", people.TenureAdd.as_view(), name="tenure_add"),
    path("units/<int:pk>/<slug:move>/", units.unit_move, name="unit_move"),
    path("tenures/<int:pk>/edit/", people.TenureEdit.as_view(), name="tenure_edit"),
    path("tenures/<int:pk>/end/", people.TenureEnd.as_view(), name="tenure_end"),
    path("people/", people.PersonList.as_view(), name="person_list"),
    path("people/add/", people.PersonAdd.as_view(), name="person_add"),
    path("people/choices/", people.PersonChoices.as_view(), name="person_choices"),
    path("people/doubles/", people.doubles, name="person_doubles"),
    path("people/<int:pk>/", people.PersonDetail.as_view(), name="person"),
    path("people/<int:pk>/edit/", people.PersonEdit.as_view(), name="person_edit"),
    path("people/<int:pk>/reveal/", people.PersonReveal.as_view(), name="person_reveal"),
    path("people/<int:pk>/merge/", people.PersonMerge.as_view(), name="person_merge"),
    path("people/<int:pk>/apart/<int:other_pk>/", people.tell_apart, name="person_apart"),
    path("people/<int:person_pk>/phones/add/", people.PhoneAdd.as_view(), name="phone_add"),
    path("people/<int:person_pk>/vehicles/add/", vehicles.VehicleAdd.as_view(), name="vehicle_add"),
    path("phones/<int:pk>/remove/", people.phone_act, {"act": "remove"}, name="phone_remove"),
    path("phones/<int:pk>/first/", people.phone_act, {"act": "first"}, name="phone_first"),
    path("vehicles/", vehicles.VehicleList.as_view(), name="vehicle_list"),
    path("vehicles/<int:pk>/edit/", vehicles.VehicleEdit.as_view(), name="vehicle_edit"),
    path("vehicles/<int:pk>/remove/", vehicles.VehicleRemove.as_view(), name="vehicle_remove"),
    path("documents/", documents.DocumentList.as_view(), name="document_list"),
    path("documents/add/", documents.DocumentAdd.as_view(), name="document_add"),
    path("documents/<int:pk>/", documents.DocumentDetail.as_view(), name="document"),
    path("documents/<int:pk>/edit/", documents.DocumentEdit.as_view(), name="document_edit"),
    path("documents/<int:pk>/<slug:move>/", documents.document_move, name="document_move"),
]
