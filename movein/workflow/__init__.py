"""Every process of the app: how far a goods pass is."""

from movein.workflow.goods import GOODS_PASS, OPEN, PASS_TONES, PassState

__all__ = ("GOODS_PASS", "OPEN", "PASS_TONES", "PassState")
