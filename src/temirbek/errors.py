"""What can go wrong, as one family.

::

    TemirbekError
    ├── InvalidInput        a person can fix it: a file, a show file, an option
    ├── AnalysisFailed      a recording that cannot be heard as music with a beat
    ├── PlanImpossible      no set can be made of what there is
    ├── MotionInfeasible    a number that the robot cannot dance: says joint, limit and beat
    ├── NumberUnsafe        robots come, or could come, where people or other robots are
    └── DeviceLost          something outside the program went away

A message answers three questions: what came, what was allowed, where. Whoever runs a command sees
the message alone; a traceback is for developers and appears only with ``--traceback``.
"""


class TemirbekError(Exception):
    """The root of everything that Temirbek raises on purpose."""


class InvalidInput(TemirbekError):
    """Something that a person gave cannot be used as it is; the message says how to mend it."""


class AnalysisFailed(TemirbekError):
    """A recording was decoded, but no music with a beat was found in it."""


class PlanImpossible(TemirbekError):
    """The analysed tracks cannot be made into a set."""


class MotionInfeasible(TemirbekError):
    """A choreography asks more of a robot than its limits allow.

    Args:
        message: Says what, and where.
        beat: At which mix beat, where it is one.
    """

    def __init__(self, message: str, *, beat: float | None = None) -> None:
        super().__init__(message)
        self.beat = beat

    def __reduce__(self) -> tuple[object, ...]:  # its beat comes home from a worker process, too
        return _infeasible, (str(self), self.beat)


class NumberUnsafe(TemirbekError):
    """A number was rehearsed and is refused: somebody comes too near to somebody else."""


class DeviceLost(TemirbekError):
    """A device, a program or a system library that is needed is not there."""


def _infeasible(message: str, beat: float | None) -> MotionInfeasible:
    return MotionInfeasible(message, beat=beat)
