"""The commands, each a few lines around :mod:`temirbek.prepare`; importing this makes them known to the group."""

from temirbek.cli.commands import doctor, moves, music, phones, proof, run, rundown, show
from temirbek.cli.group import cli

__all__ = ["cli", "doctor", "moves", "music", "phones", "proof", "run", "rundown", "show"]
