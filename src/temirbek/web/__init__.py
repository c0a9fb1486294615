"""The console: snapshots out, events in; it knows nothing else.

The task: let a person under stress see and steer a show from a browser, several people at once, each with a role.

How it is done. :func:`build_app` stands before a :class:`Desk` (whoever conducts) and makes an ASGI application of it:
the page that ``frontend/`` builds into ``static/`` (``console.html`` and ``assets/``), sockets that say what changed and
take commands (:mod:`temirbek.web.protocol` is the whole language), and poses for the stage in 3D
(:mod:`temirbek.web.poses`). :class:`RoleLinks` decides who comes in, the gate (:mod:`temirbek.web.gate`) from where.
:func:`serve` runs it inside a loop that runs already. ``python -m temirbek.web.fake`` serves a show that is none.
"""

from temirbek.web.app import build_app
from temirbek.web.desk import Desk
from temirbek.web.links import NoAccess, RoleLinks, write_opener
from temirbek.web.poses import describe_stage, pack_poses
from temirbek.web.serve import Served, Tls, serve
from temirbek.web.settings import WebSettings

__all__ = [
    "Desk",
    "NoAccess",
    "RoleLinks",
    "Served",
    "Tls",
    "WebSettings",
    "build_app",
    "describe_stage",
    "pack_poses",
    "serve",
    "write_opener",
]
