"""The skill file: a form that agents can read, a digest that fits, examples that work."""

import re
from hashlib import sha256

import yaml

from api.discovery.skill import INDEX_PATH, SKILL_PATH
from tests.api.conftest import Served
from tests.api.site import URL
from tests.factories import make_document


def test_its_front_matter_is_as_the_format_wants_it(serve: Served) -> None:
    answer = serve({}).get(SKILL_PATH)
    _, front, body = answer.body.decode().split("---\n", 2)
    fields = yaml.safe_load(front)

    assert list(fields) == ["name", "description"]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fields["name"])
    assert SKILL_PATH.split("/")[-2] == fields["name"]
    assert 0 < len(fields["description"]) <= 1024
    assert body.startswith("\n# Looking up a fix\n")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"


def test_the_index_has_the_digest_of_what_is_served(serve: Served) -> None:
    for site in (serve({}), serve({}, public_url="https://fixes.example/kb")):
        index = site.get(INDEX_PATH).json
        [entry] = index["skills"]
        served = site.get(SKILL_PATH).body

        assert index["$schema"] == "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
        assert list(entry) == ["name", "type", "description", "url", "digest"]
        assert (entry["name"], entry["type"]) == ("fixbook", "skill-md")
        assert entry["url"].endswith(SKILL_PATH)
        assert entry["digest"] == f"sha256:{sha256(served).hexdigest()}"
        assert entry["description"] == yaml.safe_load(served.split(b"---\n")[1])["description"]


def test_the_other_place_leads_to_it(serve: Served) -> None:
    answer = serve({}).get("/skill.md")

    assert (answer.status, answer.headers["location"]) == (308, SKILL_PATH)


def test_the_two_calls_work_as_written(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    text = site.get(SKILL_PATH).body.decode()
    assert f"{URL}/api/v1/diagnose\n" in text
    assert f"'{URL}/api/v1/articles/SLUG?format=markdown'" in text

    log = b"$ run\nconnect ECONNREFUSED 127.0.0.1:9999\n"
    found = site.post("/api/v1/diagnose", log, content_type="text/plain").data["matches"][0]
    assert found["error"]["solution"] == "Start the server"
    article = site.get(f"/api/v1/articles/{found['slug']}?format=markdown")
    assert article.body.startswith(b"# Connection refused on a local port\n")
