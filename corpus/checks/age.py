"""Age: programs go on changing, so that a receipt does not count for ever.

It is too old after so many days (`FIXBOOK_RECEIPT_AGE`), or once its article was to be reviewed and
nobody has run the check since.
"""

from datetime import UTC, datetime, timedelta

from corpus.checks.receipts import Receipt
from corpus.document.article import Metadata
from corpus.text.timestamps import instant

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Before which nothing ran: no receipt is too old."""


def oldest_valid(metadata: Metadata, *, max_age: int | None, now: datetime) -> datetime:
    """The time before which a run says nothing of today. `max_age` is in days."""
    limits = [ALWAYS]
    if max_age is not None:
        limits.append(now - timedelta(days=max_age))
    if metadata.review_by and (review := instant(metadata.review_by)) <= now:
        limits.append(review)
    return max(limits)


def is_too_old(receipt: Receipt, oldest: datetime) -> bool:
    """Whether it ran before that time; one without a time did not."""
    try:
        return instant(receipt.ran_at) < oldest
    except ValueError:
        return False
