"""The five pieces, slowest first."""

from temirbek.demo.pieces.alma import ALMA
from temirbek.demo.pieces.dala import DALA
from temirbek.demo.pieces.tan import TAN
from temirbek.demo.pieces.tulpar import TULPAR
from temirbek.demo.pieces.tungi_qala import TUNGI_QALA

PIECES = (TUNGI_QALA, ALMA, DALA, TULPAR, TAN)

__all__ = ["PIECES"]
