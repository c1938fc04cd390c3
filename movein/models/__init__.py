"""Goods passes, what is on them, what became of them at the gate, and the office's figures."""

from movein.models.goods import GateCheck, GoodsItem, GoodsPass
from movein.models.settings import GoodsSettings

__all__ = ("GateCheck", "GoodsItem", "GoodsPass", "GoodsSettings")
