"""A proposal as requested, for every front end."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.dependencies import AppState
from api.requests.parameters import storable
from corpus.errors import NotFound
from corpus.proposals import rows
from corpus.proposals.gate import LARGEST
from corpus.proposals.rows import Proposal
from corpus.proposals.submission import (
    LARGEST_LOG,
    Submission,
    check_request,
    earlier,
    store,
    validate,
)
from corpus.search.reading import Reading
from corpus.store.api_keys import Key, Scope


class Proposed(BaseModel):
    """A document that is to become an article, or a change of one."""

    model_config = ConfigDict(extra="ignore")

    document: Annotated[
        str, Field(max_length=LARGEST, description="The article document, in Markdown.")
    ]
    lang: Annotated[str, Field(max_length=10, description="Its language.")] = ""
    slug: Annotated[
        str, Field(max_length=200, description="Of a new article; else made of its title.")
    ] = ""
    log: Annotated[
        str,
        Field(max_length=LARGEST_LOG, description="The output of the failure that it fixes."),
        AfterValidator(storable),
    ] = ""


async def store_proposal(
    state: AppState, proposed: Proposed, *, key: Key, idempotency_key: str = ""
) -> Proposal:
    """Stores a proposal that the gate lets through; the same request twice gives the same one.

    Raises InvalidRequest, Conflict, TooManyProposals, and Unavailable if it cannot be stored.
    """
    submission = Submission(
        document=proposed.document.encode("utf-8", "surrogateescape"),
        lang=proposed.lang or state.settings.default_lang,
        slug=proposed.slug,
        log=proposed.log,
        key_id=key.id,
        key_name=key.name,
        idempotency_key=idempotency_key,
    )
    check_request(submission)
    known = await state.read(lambda reading: earlier(reading.connection, submission))
    if known is not None:
        return known
    validated = await state.read(
        lambda reading: validate(reading, submission), search=True, long=True
    )
    return await state.record(lambda connection: store(connection, submission, validated))


async def read_proposal(state: AppState, id_: str, key: Key) -> Proposal:
    """The proposal with this id, for its author and for reviewers. Raises NotFound for others."""

    def find(reading: Reading) -> Proposal:
        found = rows.find(reading.connection, id_)
        if found.key_id != key.id and Scope.REVIEW not in key.scopes:
            raise NotFound(f"there is no proposal {id_[:60]!r}")
        return found

    return await state.read(find)
