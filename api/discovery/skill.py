"""The agent skill: a file that tells an agent when and how to use this service.

The file has the format of agentskills.io (YAML front matter with `name` and `description`,
then Markdown). Its index follows Agent Skills Discovery 0.2.0.
"""

from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl
from api.http.redirects import permanent_redirect
from api.http.representation import Representation
from api.responses.model import encoded

router = APIRouter(include_in_schema=False)

NAME = "fixbook"
INDEX_PATH = "/.well-known/agent-skills/index.json"
SKILL_PATH = f"/.well-known/agent-skills/{NAME}/SKILL.md"
MAX_AGE = 3600
"""Seconds. It changes with the software, not with the corpus."""

_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
_TEXT = files("api.discovery").joinpath("skill.md").read_text("utf-8")
_DESCRIPTION = _TEXT.partition("description: ")[2].partition("\n")[0]


def skill(url: str) -> bytes:
    """The skill file of the service at this address."""
    return _TEXT.format(url=url).encode()


@router.get(SKILL_PATH)
async def get_skill(url: PublicUrl) -> Response:
    """The skill file."""
    return Representation(
        skill(url),
        media_type="text/markdown; charset=utf-8",
        max_age=MAX_AGE,
        vary="Accept-Encoding",
    )


@router.get("/skill.md")
async def get_skill_elsewhere() -> Response:
    """A common alternative path."""
    return permanent_redirect(SKILL_PATH, "")


@router.get(INDEX_PATH)
async def get_index(url: PublicUrl) -> Response:
    """The index of skills, of which there is one."""
    entry = {
        "name": NAME,
        "type": "skill-md",
        "description": _DESCRIPTION,
        "url": f"{url}{SKILL_PATH}",
        "digest": f"sha256:{sha256(skill(url)).hexdigest()}",
    }
    return Representation(
        encoded({"$schema": _SCHEMA, "skills": [entry]}),
        media_type="application/json; charset=utf-8",
        max_age=MAX_AGE,
        vary="Accept-Encoding",
    )
