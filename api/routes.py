"""Every route of the service, the hot ones first."""

from api import articles, diagnose, indexes, search, service

ROUTERS = tuple(module.router for module in (articles, search, diagnose, indexes, service))
