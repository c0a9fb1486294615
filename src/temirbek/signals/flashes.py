"""Never more than three flashes a second (WCAG 2.3.1), whatever asked for them.

A flash is a pair of opposing changes of relative luminance by a tenth of full light or more. Falls are always let
through, for darkness must never wait; a rise that would begin a fourth flash within a second is held back until the
first one is a second old.
"""

from collections import deque

MOST_FLASHES = 3
WITHIN_S = 1.0
TENTH = 0.1


class FlashLimit:
    """Watches one light. Its brightness is a share of full light, 0–1."""

    def __init__(self) -> None:
        self._rises_s: deque[float] = deque(maxlen=MOST_FLASHES)
        self._lowest = self._highest = 0.0
        self._is_risen = False

    def pass_on(self, brightness: float, host_s: float) -> float:
        """What may be shown of a brightness.

        Args:
            brightness: Wanted, 0–1.
            host_s: Now; never goes back [s].
        """
        if self._is_risen:
            self._highest = max(self._highest, brightness)
            if brightness <= self._highest - TENTH:
                self._is_risen, self._lowest = False, brightness
            return brightness
        self._lowest = min(self._lowest, brightness)
        if brightness < self._lowest + TENTH:
            return brightness
        if len(self._rises_s) == MOST_FLASHES and host_s - self._rises_s[0] < WITHIN_S:
            return self._lowest
        self._rises_s.append(host_s)
        self._is_risen, self._highest = True, brightness
        return brightness
