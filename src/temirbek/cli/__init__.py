"""The command line: ``temirbek rehearse | analyze | mix | check | export | plan-schema | dance | moves |
demo | rundown | doctor``.

Answers go to standard output, progress and complaints to standard error. Exit status: 0 done; 1 it could not be
done, and one message says why; 2 the command was written wrongly; 130 interrupted. A traceback is never shown
unless ``--traceback`` asks for it.
"""

import os

# Before numpy loads: the matrices of a robot are small, threads of the linear algebra only wait for each other
# (one scene took 5.0 s with them, 2.8 s without), and processes already share the cores.
for _library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_library, "1")

from temirbek.cli.door import main  # noqa: E402

__all__ = ["main"]
