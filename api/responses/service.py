"""The state of the service: statistics, health, probes."""

from typing import Annotated

import msgspec

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


class LastSync(Model):
    """How the last sync with the content's git repository ended, on this machine."""

    outcome: Annotated[
        str, doc("`published`, `unchanged`, `incomplete`, `refused`, `unreachable` or `failed`.")
    ]
    commit: Annotated[str | None, doc("The newest commit of the branch; null if that is unknown.")]
    message: Annotated[str, doc("What is wrong; empty if nothing is.")]
    ended_at: str
    good_at: Annotated[
        str | None, doc("When what was published last was what the repository held.")
    ]


class ContentSource(Model):
    """Where the content comes from, if it comes from a git repository."""

    commit: Annotated[str | None, doc("The commit of which the generation was made.")]
    sync: LastSync | None


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
    content: Annotated[
        ContentSource | msgspec.UnsetType,
        doc("Only if the content comes from a git repository. A failed sync is not unhealthy."),
    ] = msgspec.UNSET


class Live(Model):
    """The process responds."""

    status: str


class Ready(Model):
    """The service can answer requests."""

    status: str
    generation: int
