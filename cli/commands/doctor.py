"""`fixbook doctor`."""

import os
import sys
from itertools import chain

from cli.exit_codes import BAD_ARTICLES, FAILED
from cli.options import Json
from cli.output import print_json
from corpus.doctor.examination import examine
from corpus.finding import HealthState
from corpus.settings import load_settings
from ingest.check import content_findings


def doctor(as_json: Json = False) -> None:
    settings = load_settings()
    findings = []
    for finding in chain(examine(settings, os.environ), content_findings(settings)):
        findings.append(finding)
        if not as_json:
            print(finding, flush=True)
    if as_json:
        print_json({"findings": [finding.as_dict() for finding in findings]})
    bad = {finding.about for finding in findings if finding.state is HealthState.BAD}
    sys.exit(FAILED if bad - {"content"} else BAD_ARTICLES if bad else 0)
