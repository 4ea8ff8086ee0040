"""Tests of what engines index of an article."""

import pytest

from corpus.search.documents import index_document
from corpus.search.engine import Field
from corpus.text.analysis import terms
from tests.factories import make_article, make_entry, make_translation

TABLE = """\
| {head} | Cause | Solution |
|---|---|---|
| `EPIPE: broken pipe` | The reader has gone | Catch EPIPE |
| `EBADF: bad descriptor` | The reader has closed it | Open it again |
"""


@pytest.mark.parametrize(("head", "times"), [("Error", 1), ("Option", 2)])
def test_a_word_of_an_error_table_counts_once(head: str, times: int) -> None:
    body = f"Pipes end.\n\n{TABLE.format(head=head)}\nDescriptors end.\n"
    article = make_article(translations=(make_translation(body=body),))
    texts = index_document(make_entry(article)).texts
    assert texts[Field.TEXT].split().count(*terms("reader")) == times
    assert texts[Field.TEXT].split().count(*terms("end")) == 2
    assert texts[Field.TEXT].split().count(*terms("EPIPE")) == 2
    assert texts[Field.BODY].split().count(*terms("reader")) == 2
