"""Who performs where a show file names nobody."""

from temirbek.types import Performer

DEFAULT_CAST: tuple[Performer, ...] = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95), accent_color="#00AFCA"),
    Performer(
        id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95), accent_color="#FEC50C"
    ),
    Performer(
        id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0), accent_color="#FF4F6D"
    ),
    Performer(
        id="adilet",
        name="Adilet",
        robot="go2",
        role="animal",
        mark_m=(0.7, 2.6),
        facing_rad=-0.5,
        accent_color="#E8EEF2",
    ),
)
"""Who is on stage when the show file names nobody: two dancers, the DJ, the snow leopard."""
