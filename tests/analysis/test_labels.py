"""The roles of sections, from their numbers alone."""

from temirbek.analysis.labels import Part, label_parts


def part(energy: float, bass_db: float, energy_rise: float = 0.0, high_rise_db: float = 0.0) -> Part:
    return Part(bars=8, energy=energy, bass_db=bass_db, energy_rise=energy_rise, high_rise_db=high_rise_db)


def test_a_track_of_all_roles() -> None:
    intro, drop, outro = part(0.3, -9), part(0.9, -1), part(0.5, -7)
    build, dip = part(0.5, -6, energy_rise=0.3), part(0.5, -8)
    assert label_parts([intro, build, drop, dip, drop, outro]) == [
        "intro",
        "build",
        "drop",
        "break",
        "drop",
        "outro",
    ]


def test_brightness_alone_can_build_and_what_falls_does_not() -> None:
    intro, drop = part(0.3, -9), part(0.9, -1)
    assert label_parts([intro, part(0.6, -5, high_rise_db=8), drop])[1] == "build"
    assert label_parts([intro, part(0.6, -5, energy_rise=-0.3, high_rise_db=8), drop])[1] == "verse"


def test_a_drop_that_fades_to_the_end_is_an_outro() -> None:
    assert label_parts([part(0.3, -9), part(0.9, -1), part(0.88, -2, energy_rise=-0.5)])[-1] == "outro"
