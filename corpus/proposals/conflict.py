"""What stands against a proposal, or against what is done with one."""

from corpus.errors import FixbookError


class Conflict(FixbookError):
    """What is asked for stands against something that is there already."""

    code = "CONFLICT"
    status = 409
