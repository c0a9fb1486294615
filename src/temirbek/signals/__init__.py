"""Signals from and to the rest of the hall, as pure streams: tempo and phase, time code, light.

The task: understand the clocks of others and speak to their machines. No room here opens a port; bytes and instants come
in, bytes and instants go out.
"""

__all__: list[str] = []
