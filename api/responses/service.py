"""How the service is: statistics, health, and what probes ask."""

from typing import Annotated

from api.responses.model import Model, doc


class ArticleCounts(Model):
    """How many articles there are."""

    total: int
    published: int
    verified: Annotated[int, doc("Whose author says so.")]
    weekly_new: int


class AgentsObject(Model):
    """Agents that were seen."""

    active: int


class ApiRequests(Model):
    """Requests since the data folder was made, of all processes over it."""

    total: int
    source: str


class GenerationFacts(Model):
    """What is served."""

    number: int
    published_at: str
    engine: str


class Stats(Model):
    """Counts of everything."""

    articles: ArticleCounts
    agents: AgentsObject
    api_requests: ApiRequests
    generation: GenerationFacts


class Health(Model):
    """What works."""

    status: str
    timestamp: str
    response_time: Annotated[str, doc("`3ms`.")]
    services: Annotated[
        dict[str, str],
        doc(
            "`connected` or `disconnected`; `unknown` for the search while the database, which "
            "names the index, is disconnected."
        ),
    ]


class Live(Model):
    """That the process answers."""

    status: str


class Ready(Model):
    """What would answer."""

    status: str
    generation: int
