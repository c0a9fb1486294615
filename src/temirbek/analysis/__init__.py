"""Recording → TrackAnalysis: beats, bars, phrases, sections, key and energy, without neural weights.

Essay to come with the finished room.
"""

from temirbek.analysis.analyze import ANALYSIS_VERSION, analyze

__all__ = ["ANALYSIS_VERSION", "analyze"]
