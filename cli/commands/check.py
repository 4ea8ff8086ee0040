"""`fixbook check`."""

import sys
from typing import Annotated

import typer

from cli.exit_codes import BAD_ARTICLES
from cli.ingest_run import print_problems
from cli.options import Json, Paths
from cli.output import print_json
from corpus.settings import load_settings
from ingest.check import check as find_problems


def check(
    paths: Paths = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")] = False,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    problems = find_problems(
        paths or [settings.content_dir],
        default_lang=settings.default_lang,
        keys=settings.public_keys,
    )
    if as_json:
        print_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        print_problems(problems)
    bad = any(strict or not problem.warning for problem in problems)
    sys.exit(BAD_ARTICLES if bad else 0)
