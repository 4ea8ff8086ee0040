"""What Fixbook says, and the words that it understands, in each language: a folder a language.

A folder holds texts (`pages.toml`, `discovery.toml`) and vocabulary (`documents.toml`,
`lint.toml`, `logs.toml`). A language may lack a file, and then has no part in what the file is
for: no pages without `pages.toml`. A file that is there has the keys that it has in English;
only in a table are they its own. May import nothing of this project.
"""


class LanguageError(Exception):
    """An error in a file of a language; the message names the file and the key."""
