"""`/{lang}/review`: proposals for reviewers, who have a key with the scope `review`.

Browsers ask for the key (HTTP Basic). A form holds a token that only whoever knows the key could
make, and that is about the very state that was shown.
"""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.request_body import read_form
from api.limits.api_keys import Forbidden, require
from api.pages.html.evidence import diff_html
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang
from api.responses.feedback.proposals import proposal_object
from corpus.errors import Complaint, InvalidRequest
from corpus.proposals import review, rows
from corpus.proposals.rows import OPEN, Proposal
from corpus.search.reading import Reading
from corpus.store.api_keys import Key, Scope

router = APIRouter(include_in_schema=False)

_LARGEST_FORM = 32 * 1024
Reviewer = Annotated[Key, Depends(require(Scope.REVIEW))]
ProposalId = Annotated[str, Path(alias="id", max_length=60)]


@router.get(f"{LANG_PATH}/review")
async def list_proposals(
    state: StateDep, url: PublicUrl, lang: PageLang, _key: Reviewer
) -> Response:
    """The proposals that nobody has decided about, the oldest first."""
    found = await state.read(lambda reading: rows.with_status(reading.connection, OPEN))
    frame = _frame(lang, url, "/review", STRINGS[lang].review_title)
    return page("review.html", frame, max_age=None, proposals=found)


@router.get(f"{LANG_PATH}/review/{{id}}")
async def show_proposal(
    state: StateDep, url: PublicUrl, lang: PageLang, id_: ProposalId, key: Reviewer
) -> Response:
    """A proposal: document or diff, what stands against it, what its checks came to."""
    proposal, difference = await state.read(lambda reading: _seen(reading, id_))
    return page(
        "proposal.html",
        _frame(lang, url, f"/review/{proposal.id}", proposal.title),
        max_age=None,
        shown=proposal_object(proposal),
        log=proposal.log,
        by=proposal.key_name,
        difference=diff_html(difference, f"{proposal.slug}.md") if difference else None,
        token=_token(key, proposal),
        is_open=proposal.status in OPEN,
        may_write=review.may_write(state.settings.content_dir),
    )


@router.post(f"{LANG_PATH}/review/{{id}}")
async def decide(
    state: StateDep,
    request: Request,
    lang: PageLang,
    id_: ProposalId,
    key: Reviewer,
) -> Response:
    """Accepts or rejects a proposal as it was shown, and shows it again."""
    form = await read_form(request, most=_LARGEST_FORM)
    proposal, _ = await state.read(lambda reading: _seen(reading, id_))
    if not hmac.compare_digest(form.get("token", "").encode(), _token(key, proposal).encode()):
        raise Forbidden("the proposal has changed since this form was shown; open it again")
    await _decided(state, id_, form, key)
    place = f"/{lang}/review/{proposal.id}"
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "no-store"})


async def _decided(state: AppState, id_: str, form: dict[str, str], key: Key) -> None:
    decision, reason = form.get("decision", ""), form.get("reason", "")
    if decision == "reject":
        await state.record(
            lambda connection: review.reject(connection, id_, reason=reason, by=key.name)
        )
    elif decision == "accept":
        await state.in_thread(lambda: review.accept(state.library, id_, by=key.name))
    else:
        allowed = ("accept", "reject")
        raise InvalidRequest(Complaint("decision", "is not known", decision[:100], allowed))


def _seen(reading: Reading, id_: str) -> tuple[Proposal, str]:
    """A proposal, and what it changes."""
    proposal = rows.find(reading.connection, id_)
    base = review.base_of(reading.connection, proposal)
    return proposal, review.difference(proposal, base)


def _token(key: Key, proposal: Proposal) -> str:
    """What a page of another site cannot know: the digest of the key is in the database only."""
    about = f"review\0{proposal.id}\0{proposal.status}\0{proposal.changed_at}"
    return hmac.new(key.digest.encode(), about.encode(), "sha256").hexdigest()


def _frame(lang: str, url: str, path: str, title: str) -> Frame:
    return Frame(lang=lang, url=url, path=path, title=title, indexed=False, languages=())
