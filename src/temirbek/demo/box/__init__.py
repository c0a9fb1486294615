"""The box of many styles, for measuring ears: pieces on which the easy answer is wrong, with the truth known."""

from temirbek.demo.box.styles import STYLES
from temirbek.demo.box.truth import BoxSection, BoxTrack, truth_of
from temirbek.demo.box.write import composed, write_box

__all__ = ["STYLES", "BoxSection", "BoxTrack", "composed", "truth_of", "write_box"]
