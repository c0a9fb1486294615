"""The command line: ``temirbek rehearse | analyze | mix | dance | demo | doctor``.

Answers go to standard output, progress and complaints to standard error. Exit status: 0 done; 1 it could not be
done, and one message says why; 2 the command was written wrongly; 130 interrupted. A traceback is never shown
unless ``--traceback`` asks for it.
"""

from temirbek.cli.commands import main

__all__ = ["main"]
