"""What people do with goods passes: one verb each, in the order a pass takes from the desk to the gate."""

from movein.services.calling import Called, call_list, may_reveal_applicant, reveal_applicant
from movein.services.gate import let_out, present_code, refusal_of, turn_back
from movein.services.goods import (
    applicant_of,
    apply_for_company,
    apply_for_pass,
    approve_pass,
    cancel_pass,
    index_passes,
    owners_of,
    refuse_pass,
    reschedule_pass,
)
from movein.services.items import Line, read_items
from movein.services.settings import change_settings

__all__ = (
    "Called",
    "Line",
    "applicant_of",
    "apply_for_company",
    "apply_for_pass",
    "approve_pass",
    "call_list",
    "cancel_pass",
    "change_settings",
    "index_passes",
    "let_out",
    "may_reveal_applicant",
    "owners_of",
    "present_code",
    "read_items",
    "refusal_of",
    "refuse_pass",
    "reschedule_pass",
    "reveal_applicant",
    "turn_back",
)
