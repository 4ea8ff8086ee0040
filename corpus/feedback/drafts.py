"""The draft of an article about a gap: its row is there, and a person fills in the rest."""

import re
import secrets
from string import Template

from corpus.feedback.gaps import Gap
from corpus.text.timestamps import now

_PLACEHOLDER = re.compile(r"<[a-z]+>|\*{3}")
_LONGEST_NAME = 60
_TEMPLATE = Template("""\
# $title

> TODO: what happens, and why, in a sentence

---

## Content

TODO: when it happens. Asked $asked times by $callers callers, last on $day.

## Fix

TODO: what to do, with a command that can be copied.

## Error table

| Error | Cause | Solution |
|---|---|---|
| `$error` | TODO: the cause | TODO: the solution |

---

## Metadata

- **ID:** $id
- **Author:** TODO
- **Domain:** general
- **Tags:** TODO
- **Keywords:** TODO
- **Verification Status:** pending
- **Confidence Score:** 0%
- **Risk Level:** low
- **Published At:** $now
- **Updated At:** $now
- **Created At:** $now
""")


def draft(gap: Gap) -> tuple[str, str]:
    """The name of its file, and the document."""
    words = " ".join(_PLACEHOLDER.sub(" ", gap.signature).split())
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower())[:_LONGEST_NAME].strip("-")
    return f"{slug or 'gap'}.md", _TEMPLATE.substitute(
        title=re.sub(r"[\\`*_<>#\[\]|]", " ", words).strip() or "TODO",
        error=gap.signature.replace("`", "'").replace("|", "\\|"),
        id=f"art_{secrets.token_hex(6)}",
        asked=gap.asked,
        callers=gap.callers,
        day=gap.last_at[:10],
        now=now(),
    )
