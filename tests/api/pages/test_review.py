"""The pages of reviewers: what they show, what they do, and for whom."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.feedback import review_log
from corpus.library import Library
from corpus.proposals import rows
from corpus.proposals.rows import Proposal, ProposalStatus
from corpus.proposals.submission import Submission, submit
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.site import HOST, Answer, Site
from tests.conftest import Ingested
from tests.corpus.proposals.documents import TITLE, proposal_body, proposed
from tests.factories import make_document

HTML = "text/html"
EVIL = "A title with <script>alert(1)</script> in it"


class Reviewer:
    """A browser with a key, as its user typed it into the box."""

    def __init__(self, site: Site, token: str, other: str = "") -> None:
        self.site, self.other = site, other
        self.authorization = f"Basic {b64encode(f'me:{token}'.encode()).decode()}"

    def get(self, path: str) -> Answer:
        return self.site.get(path, authorization=self.authorization, accept=HTML)

    def post(self, path: str, form: str, **headers: str) -> Answer:
        return self.site.post(
            path,
            form.encode(),
            authorization=self.authorization,
            accept=HTML,
            content_type="application/x-www-form-urlencoded",
            **headers,
        )

    def token(self, path: str) -> str:
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.get(path).body.decode())
        assert found is not None
        return found[1]


@pytest.fixture
def library_of(ingested: Ingested) -> Library:
    return ingested({"connection-refused.md": make_document()})


@pytest.fixture
def reviewer(library_of: Library) -> Iterator[Reviewer]:
    with library_of.database.recording() as connection:
        token = api_keys.add(connection, "rita", [Scope.REVIEW])
        other = api_keys.add(connection, "ann", [Scope.PROPOSE, Scope.READ])
    with Site(library_of.settings) as site:
        yield Reviewer(site, token, other)


def waiting(library: Library, *, title: str = TITLE, number: int = 1) -> Proposal:
    """A proposal without checks, so that it waits for nothing but a person."""
    body = proposal_body().partition("## Reproduce and fix")[0]
    document = proposed(title=title, body=body, slug=f"notes-{number}", id_=f"art_Notes{number:05}")
    made = submit(library, Submission(document=document.encode(), lang="en", key_name="ann"))
    with library.database.recording() as connection:
        return rows.save(
            connection, replace(made, status=ProposalStatus.WAITING), before=made.status
        )


def test_they_list_and_show_proposals(reviewer: Reviewer, library_of: Library) -> None:
    proposal = waiting(library_of, title=EVIL)
    listed = reviewer.get("/en/review")
    assert listed.status == 200
    assert listed.headers["cache-control"] == "no-store"
    text = listed.body.decode()
    assert "1 proposal waits for a decision" in text
    assert f'<a href="/en/review/{proposal.id}">' in text
    shown = reviewer.get(f"/en/review/{proposal.id}").body.decode()
    assert "A title with &lt;script&gt;alert(1)&lt;/script&gt; in it" in shown
    for page in (text, shown):
        assert "<script>alert" not in page


def test_nobody_else_sees_them(reviewer: Reviewer, library_of: Library) -> None:
    proposal, site = waiting(library_of), reviewer.site
    for path in ("/en/review", f"/zh/review/{proposal.id}"):
        answer = site.get(path, accept=HTML)
        assert answer.status == 401
        assert "Basic" in ",".join(
            value for name, value in answer.raw_headers if name == "www-authenticate"
        )
        assert proposal.title not in answer.body.decode()
        assert Reviewer(site, reviewer.other).get(path).status == 403


def test_a_rejection_has_a_reason(reviewer: Reviewer, library_of: Library) -> None:
    proposal = waiting(library_of)
    path = f"/en/review/{proposal.id}"
    token = reviewer.token(path)

    assert reviewer.post(path, f"token={token}&decision=reject&reason=").status == 400
    answer = reviewer.post(path, f"token={token}&decision=reject&reason=Not+a+fix")

    assert (answer.status, answer.headers["location"]) == (303, path)
    assert "Not a fix" in reviewer.get(path).body.decode()
    with library_of.database.reading() as connection:
        assert rows.find(connection, proposal.id).status is ProposalStatus.REJECTED
        [logged] = review_log.reviews(connection)
    assert (logged.key_name, logged.action, logged.subject, logged.reason) == (
        "rita", "reject", proposal.id, "Not a fix",
    )  # fmt: skip
    assert reviewer.post(path, f"token={token}&decision=reject&reason=again").status == 403


def test_accepting_writes_the_content(reviewer: Reviewer, library_of: Library) -> None:
    proposal = waiting(library_of)
    path = f"/en/review/{proposal.id}"

    answer = reviewer.post(path, f"token={reviewer.token(path)}&decision=accept")

    assert answer.status == 303
    written = library_of.settings.content_dir / "notes-1.md"
    assert written.read_text("utf-8") == proposal.document
    with library_of.database.reading() as connection:
        [logged] = review_log.reviews(connection)
    assert (logged.key_name, logged.action) == ("rita", "accept")


def test_without_a_content_folder_the_page_says_which_command(
    reviewer: Reviewer, library_of: Library
) -> None:
    proposal = waiting(library_of)
    folder: Path = library_of.settings.content_dir
    folder.rename(folder.with_name("elsewhere"))
    shown = reviewer.get(f"/en/review/{proposal.id}").body.decode()
    assert f"fixbook proposals accept {proposal.id}" in shown
    assert 'value="accept"' not in shown


def test_what_has_not_run_cannot_be_accepted(reviewer: Reviewer, library_of: Library) -> None:
    made = submit(library_of, Submission(document=proposed().encode(), lang="en", key_name="ann"))
    path = f"/en/review/{made.id}"
    assert 'value="accept"' not in reviewer.get(path).body.decode()
    assert reviewer.post(path, f"token={reviewer.token(path)}&decision=accept").status == 409
    assert [file.name for file in library_of.settings.content_dir.iterdir()] == [
        "connection-refused.md"
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_site_cannot_decide(
    reviewer: Reviewer, library_of: Library, headers: dict[str, str]
) -> None:
    proposal = waiting(library_of)
    path = f"/en/review/{proposal.id}"
    form = f"token={reviewer.token(path)}&decision=accept"
    assert reviewer.post(path, form, **headers).status == 403
    assert reviewer.post(path, form.replace("=", "=0", 1), origin=f"http://{HOST}").status == 403
    assert reviewer.post(path, "decision=accept").status == 403
    with library_of.database.reading() as connection:
        assert rows.find(connection, proposal.id).status is ProposalStatus.WAITING
