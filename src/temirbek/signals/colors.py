"""What lamps show: a colour and how bright it is."""

from dataclasses import dataclass

RED_SHARE, GREEN_SHARE, BLUE_SHARE = 0.2126, 0.7152, 0.0722  # relative luminance (Rec. ITU-R BT.709)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """A colour (each part 0–1) and a level (0–1)."""

    red: float = 1.0
    green: float = 1.0
    blue: float = 1.0
    level: float = 0.0

    @classmethod
    def of(cls, color: str, level: float) -> "Shade":
        """From "#rrggbb"."""
        red, green, blue = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
        return cls(red=red, green=green, blue=blue, level=level)

    @property
    def brightness(self) -> float:
        """Share of full white light, 0–1."""
        return self.level * (RED_SHARE * self.red + GREEN_SHARE * self.green + BLUE_SHARE * self.blue)

    def dimmed(self, share: float) -> "Shade":
        """The same colour at a share of its level, at most full."""
        return Shade(red=self.red, green=self.green, blue=self.blue, level=min(1.0, self.level * share))

    def toward(self, other: "Shade", share: float) -> "Shade":
        """On the way to another shade: 0 is this one, 1 the other.

        A lamp that is dark has no colour of its own: on the way from or to the dark only the level moves.
        """
        own = self if self.level > 0 else other
        goal = other if other.level > 0 else self
        return Shade(
            red=own.red + share * (goal.red - own.red),
            green=own.green + share * (goal.green - own.green),
            blue=own.blue + share * (goal.blue - own.blue),
            level=self.level + share * (other.level - self.level),
        )

    def channels(self, names: tuple[str, ...]) -> bytes:
        """The levels of a lamp's channels, one byte each.

        Without a dimmer the colours are dimmed; "white" has what all colours share. A strobe is never opened.
        """
        scale = 1.0 if "dimmer" in names else self.level
        values = {
            "dimmer": self.level,
            "red": scale * self.red,
            "green": scale * self.green,
            "blue": scale * self.blue,
            "white": scale * min(self.red, self.green, self.blue),
            "amber": scale * min(self.red, self.green),
            "pan": 0.5,
            "tilt": 0.5,
        }
        return bytes(round(255 * min(1.0, max(0.0, values.get(name, 0.0)))) for name in names)
