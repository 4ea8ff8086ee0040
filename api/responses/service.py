"""The state of the service: statistics, health, probes."""

from typing import Annotated

from api.responses.model import Model, doc


class ArticleCounts(Model):
    """The number of articles."""

    total: int
    published: int
    verified: Annotated[int, doc("According to their authors.")]
    weekly_new: int


class AgentsObject(Model):
    """Agents that sent requests lately."""

    active: int


class ApiRequests(Model):
    """Requests to all processes, since the data folder was created."""

    total: int
    source: str


class GenerationFacts(Model):
    """The generation that is served."""

    number: int
    published_at: str
    engine: str


class Stats(Model):
    """Statistics."""

    articles: ArticleCounts
    agents: AgentsObject
    api_requests: ApiRequests
    generation: GenerationFacts


class Health(Model):
    """The health of the service."""

    status: str
    timestamp: str
    response_time: Annotated[str, doc("`3ms`.")]
    services: Annotated[
        dict[str, str],
        doc(
            "`connected` or `disconnected`; the search is `unknown` while the database, which "
            "names the index, is disconnected."
        ),
    ]


class Live(Model):
    """The process responds."""

    status: str


class Ready(Model):
    """The service can answer requests."""

    status: str
    generation: int
