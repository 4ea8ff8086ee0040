"""What openapi-python-client generates reads an article, searches, diagnoses and reports."""

import subprocess
from pathlib import Path

from tests.clients.tools import PYTHON_TOOLS
from tests.test_openapi import SPECIFICATION

CLIENT = """
import sys
from generated import AuthenticatedClient, Client
from generated.api.articles import get_article, get_article_summary
from generated.api.feedback import report_outcome
from generated.api.search import diagnose_error, search_articles
from generated.models import ArticleObject, Question, Reported

with Client(base_url=sys.argv[1]) as client:
    article = get_article.sync("connection-refused", client=client)
    assert isinstance(article, ArticleObject)
    assert article.slug == "connection-refused"
    summary = get_article_summary.sync("connection-refused", client=client)
    assert summary.data.id == article.id
    found = search_articles.sync(q="ECONNREFUSED", client=client)
    assert [item.slug for item in found.data.items] == ["connection-refused"]
    question = Question(text=article.errors[0].error)
    diagnosis = diagnose_error.sync(body=question, client=client)
    assert diagnosis.data.outcome == "exact"
    assert diagnosis.data.matches[0].slug == "connection-refused"
    missing = get_article.sync("nothing", client=client)
    assert (missing.success, missing.error.code) == (False, "NOT_FOUND")
    report = Reported.from_dict({"outcome": "worked", "anchor": article.errors[0].anchor})
    refused = report_outcome.sync("connection-refused", client=client, body=report)
    assert (refused.success, refused.error.code) == (False, "UNAUTHORIZED")

with AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2]) as client:
    stored = report_outcome.sync("connection-refused", client=client, body=report)
    assert (stored.data.slug, stored.data.reports.worked) == ("connection-refused", 1)
"""


def test_the_generated_client_is_answered_with_its_classes(
    port: int, key: str, tmp_path: Path
) -> None:
    generated = subprocess.run(
        [
            *(PYTHON_TOOLS / "openapi-python-client", "generate", "--meta", "none"),
            *("--path", SPECIFICATION, "--output-path", tmp_path / "generated"),
        ],
        cwd=tmp_path,
        env={"PATH": str(PYTHON_TOOLS), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr

    done = subprocess.run(
        [PYTHON_TOOLS / "python", "-c", CLIENT, f"http://127.0.0.1:{port}", key],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
