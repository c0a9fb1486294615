"""The vocabulary of dance, tried in physics move by move, and put on a contact sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from temirbek.choreography.read_moves import load_comments
from temirbek.errors import InvalidInput
from temirbek.prepare.move_trial import MoveTrial, try_move
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.prepare.workers import each_in_parallel
from temirbek.replay.sheet import SheetRow, Verdict, write_sheet
from temirbek.replay.strips import DancedCycle, write_strip
from temirbek.robots import figure, robot_model
from temirbek.types import Move

TEMPI_BPM = (90.0, 110.0, 128.0)
FASTEST_BPM, SLOWEST_BPM = 250.0, 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCheck:
    """What came of some moves at some tempi.

    Attributes:
        moves: Those that were tried, in the order asked for.
        tempi_bpm: At which.
        trials: (name, tempo) → what came of it.
    """

    moves: tuple[Move, ...]
    tempi_bpm: tuple[float, ...]
    trials: Mapping[tuple[str, float], MoveTrial]

    @property
    def failed(self) -> tuple[MoveTrial, ...]:
        """Trials that something is wrong with, in order."""
        return tuple(t for t in self.trials.values() if not t.passes)


def check_moves(
    moves: Sequence[Move], tempi_bpm: Sequence[float], *, on_stage: OnStage, wide: bool = False
) -> MoveCheck:
    """Dances moves in physics, each at each tempo, as many at once as there are cores.

    Args:
        moves: Which.
        tempi_bpm: At which tempi [BPM].
        on_stage: Hears the share done.
        wide: With every knob of the moves at its upper end.

    Raises:
        InvalidInput: A tempo is out of range.
    """
    for bpm in tempi_bpm:
        if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
            raise InvalidInput(f"{bpm:g} BPM: expected {SLOWEST_BPM:g} to {FASTEST_BPM:g}")
    progress = progress_of("physics", on_stage)
    items = [(move.name, bpm) for move in moves for bpm in tempi_bpm]
    done: dict[tuple[str, float], MoveTrial] = {}
    for index, answer in each_in_parallel(partial(_try, wide=wide), items):
        done[items[index]] = answer()
        progress(len(done) / len(items))
    return MoveCheck(
        moves=tuple(moves), tempi_bpm=tuple(tempi_bpm), trials={item: done[item] for item in items}
    )


def write_contact_sheet(check: MoveCheck, folder: Path, *, on_stage: OnStage) -> tuple[Path, ...]:
    """Writes a film strip of every move that was danced, and the page that shows them all.

    Args:
        check: The moves and what came of them.
        folder: Made if it is not there; strips go to ``strips/`` in it.
        on_stage: Hears the share done.

    Returns:
        The page, then the strips.
    """
    progress = progress_of("page", on_stage)
    strips = folder / "strips"
    strips.mkdir(parents=True, exist_ok=True)
    cycles = [(strips / f"{move.name}.png", cycle) for move in check.moves if (cycle := _cycle(check, move))]
    for count, (_, answer) in enumerate(each_in_parallel(_draw, cycles) if cycles else (), start=1):
        answer()
        progress(count / len(cycles))
    pictures = {cycle.move.name: f"strips/{path.name}" for path, cycle in cycles}
    words = load_comments()
    rows = [
        SheetRow(
            move=move,
            words=words[move.name],
            strip=pictures.get(move.name, ""),
            verdicts=tuple(_verdict(check.trials[move.name, bpm]) for bpm in check.tempi_bpm),
        )
        for move in check.moves
    ]
    page = folder / "index.html"
    write_sheet(page, rows)
    progress(1.0)
    return (page, *(path for path, _ in cycles))


def _try(item: tuple[str, float], *, wide: bool) -> MoveTrial:
    return try_move(*item, wide=wide)


def _draw(item: tuple[Path, DancedCycle]) -> None:
    path, cycle = item
    write_strip(path, cycle, figure(cycle.move.robot))


def _cycle(check: MoveCheck, move: Move) -> DancedCycle | None:
    """A move as it was danced at the tempo nearest to the middle of those tried, as written where it can be."""
    danced = [t for (name, _), t in check.trials.items() if name == move.name and len(t.cycle_beats)]
    if not danced:
        return None
    middle = sorted(check.tempi_bpm)[len(check.tempi_bpm) // 2]
    best = min(danced, key=lambda t: (t.tempo_rule != 1.0, abs(t.bpm - middle)))
    return DancedCycle(
        move=move,
        joint_names=robot_model(move.robot).joint_names,
        beats=best.cycle_beats,
        qpos=best.cycle_qpos,
    )


def _verdict(trial: MoveTrial) -> Verdict:
    found = trial.measures
    return Verdict(
        bpm=trial.bpm,
        tempo_rule=trial.tempo_rule,
        faults=trial.faults,
        accents_ms=(found.planted_hits.mean_ms, found.planted_hits.p95_ms) if found else None,
        touchdown_ms=(found.touchdown.mean_ms, found.touchdown.p95_ms) if found else None,
        torque_share=found.torque_share_peak if found else None,
    )
