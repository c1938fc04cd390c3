"""All acts on a goods pass at one address each."""

from __future__ import annotations

from frontdesk.kit.pages import move_pages
from movein.views.gate import ReleasePass, TurnBack
from movein.views.goods import ApprovePass, CancelPass, RefusePass, ReschedulePass

goodspass_move = move_pages(ApprovePass, RefusePass, ReschedulePass, ReleasePass, TurnBack, CancelPass)
