"""The skill: a file that tells an agent when to ask this service, how, and how to read it.

The file has the format of agentskills.io (YAML front matter with `name` and `description`,
then Markdown). The index beside it is that of Agent Skills Discovery 0.2.0, whose digest
is taken from the very bytes that are served.
"""

from hashlib import sha256

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl
from api.http.redirects import moved
from api.http.representation import Representation
from api.responses.model import encoded

router = APIRouter(include_in_schema=False)

NAME = "fixbook"
INDEX_PATH = "/.well-known/agent-skills/index.json"
SKILL_PATH = f"/.well-known/agent-skills/{NAME}/SKILL.md"
MAX_AGE = 3600
"""Seconds. It changes with the software, not with the corpus."""

_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
_DESCRIPTION = (
    "Looks up error messages, error codes and logs in a knowledge base of fixes, and says how "
    "sure the match is and whether the fix was run. Use it when a command, build, test or "
    "service fails with a message whose cause is not certain."
)
_TEXT = """\
---
name: {name}
description: {description}
---

# Looking up a fix

The service at {url} has articles about errors: the message, its cause, its fix. It answers
without a key.

## When to use it

- A command, build, test or service failed and printed an error message or a code.
- A message is known, and its cause is not.

It knows only what its articles say. When it answers `none`, no article knows the error.

## The two calls

1. Send the output as it is. The text is neither logged nor stored; at most 64 KiB.

   ```sh
   some-command 2>&1 | tail -c 60000 |
     curl -s --data-binary @- -H 'Content-Type: text/plain' {url}/api/v1/diagnose
   ```

2. Read the article of the best match, `data.matches[0].slug`. `data.matches[0].error` has the
   cause and the solution in short.

   ```sh
   curl -s '{url}/api/v1/articles/SLUG?format=markdown'
   ```

With a code or words instead of a log: `GET {url}/api/v1/search?q=…`. What there is:
{url}/llms.txt.

## How to read `outcome`

| `outcome` | means |
|---|---|
| `exact` | the message of the article, with other values in it |
| `likely` | most of the message agrees |
| `related` | the same code or the same kind of error; read before use |
| `none` | no article knows this error; `matches` is empty |

`matches[].line` is the line of the text that fits, `matches[].signature` what it fits.

## How to read `trust`

| `trust.level` | means |
|---|---|
| `executed` | a machine saw the error, applied the fix and saw it gone, for exactly this text |
| `attested` | somebody states that it works |
| `stale` | it was executed, and the text has changed since |
| `none` | nobody states it, and no run shows it |

`riskLevel` says how much damage a fix can do in the wrong place.

## When it does not answer

A status of 503 means that nothing was searched: ask again after `Retry-After` seconds. An
empty list with status 200 means that nothing was found.
"""


def skill(url: str) -> bytes:
    """The skill file of the service at this address."""
    return _TEXT.format(name=NAME, description=_DESCRIPTION, url=url).encode()


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
    """Where some look for it."""
    return moved(SKILL_PATH, "")


@router.get(INDEX_PATH)
async def get_index(url: PublicUrl) -> Response:
    """The skills of this service: one."""
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
