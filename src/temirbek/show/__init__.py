"""The doors for files that people write: the show file (TOML), an edited plan (``plan.json``), charts (``beats.json``).

Strict: an unknown key, a missing one or a value out of range is an error that names its path in the file, what came
and what is allowed; all faults are reported at once. Units are in the keys (``length_min``, ``mark_m``,
``facing_deg``, ``start_beat``). Behind these doors only plain nouns travel (:class:`temirbek.types.Show`,
:class:`temirbek.types.SetPlan`); pydantic stays behind them.

One TOML file is the show, and the whole evening around it: :func:`read_show` gives what a rehearsal needs,
:func:`read_evening` also people, hall and running order, out of the same models. Cues name people, robots, numbers, lamps
and peers that the file gives elsewhere; such names are looked up in the file as it stands (:mod:`temirbek.show.references`),
so that a cue's fault is told even where what it names has faults of its own.

Numbers may pin bars of the dance, there or in a file of their own: a whole dance is written out as such bars
(:func:`bars_to_text`), edited and read back (:func:`bars_from_text`); whether they can be danced is the composer's to
say. A plan is the ``plan.json`` that lies beside every mix: whatever a person changes in it is
rendered as it stands, as long as it can be played (:mod:`temirbek.show.plan_laws`: beats inside their tracks, decks
that alternate, no silence between plays, controls in range). What a plan *should* be – phrases, keys, gentle
stretches – is taste, and a person may overrule it. Keys that only help reading (titles, seconds) are compared, and a
note names those that no longer tell the truth.

The other half of the room is the evening while it happens, decided without a clock or a device of its own.
:func:`take` is the whole of it: a state and an event give the next state, the effects, an answer in words and what must
be on disk first (:mod:`temirbek.show.machine` draws the table). Around it stand who may ask for what
(:func:`may`), when things should and will begin (:func:`planned_starts`, :func:`expected_starts`), what a console sees
(:func:`snapshot_of`) and what it was in the end (:func:`as_run`). Rules of the house: nothing begins on hold; nothing
fires twice; nothing begins by itself more than ten seconds late, or because a clock jumped; after a restart and after a
stop a person decides.

Limits. The laws read a plan beat by beat, not by ear: a plan that passes can still sound bad. The machine believes what
devices tell it; what nobody told it is shown as uncertain, and stays so until somebody says.
"""

from temirbek.show.approval import approve
from temirbek.show.as_run import AsRun, as_run
from temirbek.show.as_run_table import as_run_csv
from temirbek.show.bars_file import bars_to_text
from temirbek.show.evening_file import evening_from_text, read_evening
from temirbek.show.file import read_show, show_from_text
from temirbek.show.house_cast import DEFAULT_CAST
from temirbek.show.machine import Taken, advance, new_state, take
from temirbek.show.number_model import BARS_FILE_KEYS, bars_from_text, read_bars
from temirbek.show.permissions import TABLE as PERMISSIONS
from temirbek.show.permissions import may
from temirbek.show.plan_file import PlanFile, plan_from_text, plan_track_ids
from temirbek.show.plan_model import PLAN_FILE_KEYS, plan_schema
from temirbek.show.show_model import SHOW_FILE_KEYS
from temirbek.show.snapshot import snapshot_of
from temirbek.show.state import MachineState
from temirbek.show.timing import Timing, expected_starts, planned_starts
from temirbek.show.truth_file import ChartedTrack, charts_from_text

__all__ = [
    "BARS_FILE_KEYS",
    "DEFAULT_CAST",
    "PERMISSIONS",
    "PLAN_FILE_KEYS",
    "SHOW_FILE_KEYS",
    "AsRun",
    "ChartedTrack",
    "MachineState",
    "PlanFile",
    "Taken",
    "Timing",
    "advance",
    "approve",
    "as_run",
    "as_run_csv",
    "bars_from_text",
    "bars_to_text",
    "charts_from_text",
    "evening_from_text",
    "expected_starts",
    "may",
    "new_state",
    "plan_from_text",
    "plan_schema",
    "plan_track_ids",
    "planned_starts",
    "read_bars",
    "read_evening",
    "read_show",
    "show_from_text",
    "snapshot_of",
    "take",
]
