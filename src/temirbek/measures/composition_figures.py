"""The figures of a composition, in words."""

from temirbek.measures.composition import CompositionMeasures
from temirbek.measures.figures import Measured


def composition_figures(found: CompositionMeasures) -> tuple[Measured, ...]:
    """The figures in words, for the report; what there was nothing to measure of is left out."""
    told: list[tuple[str, float | None, str, str]] = [
        (
            "novelty",
            found.novelty,
            "chance",
            "The dance turns to something new where the music does (0.5 would be chance).",
        ),
        (
            "returns",
            found.returns,
            "chance",
            "The dance is alike where the music is alike (0.5 would be chance).",
        ),
        (
            "repeats",
            found.repeats,
            "share",
            "So much of what is danced had ended less than four bars before (none is best).",
        ),
        (
            "relations",
            found.relations,
            "",
            "The dancers are in unison, in the mirror, in canon or answer each other, in turn (1 would be always, evenly).",
        ),
        (
            "amplitude_lift",
            found.amplitude_lift_db,
            "dB",
            "So much larger are the pictures in the louder half of the bars.",
        ),
        ("space", found.space_m2, "m²", "So much floor is danced on."),
        (
            "stillness",
            found.stillness,
            "",
            "The dancers are still before a drop, and only where it is heard (1 is exactly).",
        ),
        ("freezing_share", found.freezing_share, "share", "So much of the dance is still."),
        (
            "energy_correlation",
            found.energy_correlation,
            "",
            "The dancers move more where the music has more energy (rank correlation).",
        ),
        (
            "section_contrast",
            found.section_contrast,
            "rad",
            "So much further apart are bars of different sections than bars of one.",
        ),
        (
            "drop_picture",
            found.drop_picture,
            "",
            "The first bar of a drop among all bars by size (1 is the largest).",
        ),
    ]
    return tuple(
        Measured(name=f"composition_{name}", value=value, unit=unit, words=words)
        for name, value, unit, words in told
        if value is not None
    )
