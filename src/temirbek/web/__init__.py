"""The console: snapshots out, events in; it knows nothing else.

The task: let a person under stress see and steer a show from a browser, several people at once, each with a role.
"""

__all__: list[str] = []
