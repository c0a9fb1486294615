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


def sung(energy: float, bass_db: float, voice: float) -> Part:
    return Part(bars=16, energy=energy, bass_db=bass_db, sung=voice)


def test_beside_loud_parts_without_a_voice_what_is_sung_is_a_verse() -> None:
    intro, verse, drop = part(0.2, -12), sung(0.9, -1, 0.9), sung(0.85, -1, 0.05)
    assert label_parts([intro, verse, drop, verse, drop]) == ["intro", "verse", "drop", "verse", "drop"]


def test_where_everything_loud_is_sung_the_loudest_is_the_drop() -> None:
    intro, verse, chorus = part(0.1, -12), sung(0.72, -2, 0.8), sung(0.87, -1, 0.8)
    assert label_parts([intro, verse, chorus, verse, chorus, part(0.3, -9)])[1:5] == [
        "verse",
        "drop",
        "verse",
        "drop",
    ]


def test_drums_alone_open_a_track_as_its_intro_however_loud() -> None:
    drums = Part(bars=16, energy=0.95, bass_db=0.0, mid_db=-12.0, high_db=-15.0)
    drop = Part(bars=32, energy=0.9, bass_db=-1.0, mid_db=-1.0, high_db=-2.0)
    assert label_parts([drums, drop, part(0.1, -15), drop])[0] == "intro"
    assert label_parts([drop, part(0.1, -15), drop])[0] == "drop"
