"""The replay: what was performed, as one page that anybody can open, and as a film.

:func:`write_page` puts everything that a browser needs into a single ``index.html``, which opens from disk with no
server and no network: the executed motion of every robot, light meshes, the mix as compressed sound, the music's
map (beats, bars, phrases, sections, transitions with their reasons) and the measures. :func:`write_video` renders
the same motion with MuJoCo.

Conventions. What is shown is the *executed* motion, as physics moved the robots, never the reference. The page
poses the robots as a function of the sound's own clock, so that a slow computer shows fewer pictures, never a
picture out of step. Numbers travel as 16-bit integers on an even lattice between a column's least and greatest
value (:mod:`temirbek.replay.lattice`), whose error is at most half a step: below 0.1 mm for a stage of ten metres,
below 0.05 mrad for a joint; instants stay floating point. Motion is sampled at 60 Hz and drawn with straight
lines (and normalised quaternions) between samples; accents are not read off these samples, their times come from
the measures at the full rate of the physics.

Limits. Sound travels as Ogg Vorbis, which every current browser plays (Safari since 18.4). A show of an hour makes
a page of more than 100 MB; the page is meant for shows of minutes.
"""

from temirbek.replay.page import write_page
from temirbek.replay.video import write_video

__all__ = ["write_page", "write_video"]
