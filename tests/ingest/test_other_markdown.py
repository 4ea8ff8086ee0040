"""What other people's folders hold goes in: what does not fit is left out, and told."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from corpus.store import articles, schema
from corpus.store.entry import Entry
from ingest.check import check
from ingest.pipeline import IngestOptions
from tests.ingest.conftest import Shelf, counts

REBUILD = IngestOptions(rebuild=True)


def entries(shelf: Shelf) -> Mapping[str, Entry]:
    """What is stored, by slug."""
    with shelf.library.reading() as reading:
        ids = list(reading.connection.scalars(select(schema.articles.c.id)))
        return {entry.article.slug: entry for entry in articles.load(reading.connection, ids)}


def only(shelf: Shelf, text: str, name: str = "pump-guide.md") -> Entry:
    """The entry of a file with this text."""
    shelf.write({name: text})
    shelf.ingest()
    [entry] = entries(shelf).values()
    return entry


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Stated\n---\n# Heading\n\nText.", "Stated"),
        ("# Heading\n\nText.", "Heading"),
        ("Some text.\n\n## Examples\n\nText.", "pump-guide"),
        ("#### Note: this code is not used any more\n\nText.", "pump-guide"),
        ("---\nsidebar_label: Short\n---\nSome text.", "Short"),
        ("Text first.\n\n# The only one\n\n## More", "The only one"),
        ('<h1 align="center">\n  <b>Pump</b>\n</h1>\n\nText.', "Pump"),
        ("# Pump `valve` {#pump}\n\nText.", "Pump valve"),
    ],
)
def test_titles(shelf: Shelf, text: str, title: str) -> None:
    assert only(shelf, text).article.translations[0].title == title


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("---\ndescription: What it does\n---\n# A\n\nText.", "What it does"),
        ("---\ndescription: 'Learn more about: A'\n---\n# A\n\nIt pumps water.", "It pumps water."),
        ("---\ndescription: a\n---\n# A\n\nIt pumps water.", "It pumps water."),
        ("# A\n\n[Home](/) > [Docs](/docs)\n\nIt pumps water.", "It pumps water."),
        ("# A\n\n![badge](x.svg) [![b](y.svg)](z)\n\nIt pumps water.", "It pumps water."),
        ("# A\n\n> [!NOTE]\n> This is old.\n\nIt pumps water.", "It pumps water."),
        ("# A\n\n:::danger\nThis is hot.\n:::\n\nIt pumps water.", "It pumps water."),
        ("# A\n\nimport T from '@t'\n\n{{< toc >}}\n\nIt pumps water.", "It pumps water."),
        ("# A\n\nIt <b>pumps</b> `<host>`<br/>water.", "It pumps <host>water."),
        ("# A\n\n水泵会停。", "水泵会停。"),
        ("# A\n\n2024\n\n- one item of a list\n", "2024"),
    ],
)
def test_summaries_are_sentences(shelf: Shelf, text: str, summary: str) -> None:
    assert only(shelf, text).article.translations[0].summary == summary


def test_mdx_is_read(shelf: Shelf) -> None:
    entry = only(
        shelf,
        "import T from '@t'\n\n# Pump\n\n<T kind={{a: 1}}>\n  It pumps water.\n</T>\n",
        "pump.mdx",
    )

    [text] = entry.article.translations
    assert (text.title, text.summary) == ("Pump", "It pumps water.")
    assert text.body.split() == ["#", "Pump", "It", "pumps", "water."]


@pytest.mark.parametrize(
    "front",
    [
        "slug: /guide/start/",
        "slug: /",
        "id: two words",
        "code: a/b",
        "aliases: [/old/, /older/]",
        "risk: none",
        "verification_status: proven",
        'date: "{{ .Date }}"',
        "date: 05/03/2024",
        "tags: [a",
    ],
)
def test_one_field_loses_no_file(shelf: Shelf, front: str) -> None:
    shelf.write({"sub/start.md": f"---\ntitle: A pump\n{front}\n---\nText.\n"})

    report = shelf.ingest()

    [problem] = report.problems
    assert (problem.line, problem.warning) == (3, True)
    assert shelf.titles() == {"start": "A pump"}


def test_names_that_others_have_are_left_out(shelf: Shelf) -> None:
    shelf.write(
        {
            "a.md": "---\nid: intro\naliases: [old, older]\n---\n# A\n",
            "b.md": "---\nid: intro\naliases: [old, own]\n---\n# B\n",
            "c.md": "---\nslug: a\n---\n# C\n",
        }
    )

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "b.md:2: warning: the id 'intro' is already used by another article",
        "b.md:3: warning: the aliases 'old' are left out: no slugs, or already used",
        "c.md:2: warning: the slug 'a' is already used by another article",
    ]
    assert shelf.titles() == {"a": "A", "b": "B", "c": "C"}
    assert entries(shelf)["b"].article.metadata.aliases == ("own",)
    assert [str(problem) for problem in check([shelf.content], default_lang="en")] == [
        str(problem) for problem in report.problems
    ]
    assert counts(shelf.ingest()) == {"unchanged": 3}


def test_a_rebuild_leaves_the_same_names_out(shelf: Shelf) -> None:
    shelf.write(
        {"a.md": "---\naliases: [old]\n---\n# A\n", "b.md": "---\naliases: [old]\n---\n# B\n"}
    )
    first = shelf.ingest()

    again = shelf.ingest(options=REBUILD)

    assert shelf.complaints(again) == shelf.complaints(first)
    assert shelf.titles() == {"a": "A", "b": "B"}


def test_translations_may_state_slugs_of_their_own(shelf: Shelf) -> None:
    shelf.write(
        {"en/a.md": "---\nslug: pump\n---\n# Pump", "zh/a.md": "---\nslug: beng\n---\n# 泵"}
    )

    report = shelf.ingest()

    assert report.problems == ()
    assert entries(shelf)["pump"].article.languages == ("en", "zh")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("# 水泵\n\n水泵不转，日志里写着 `Error: no such valve in the list of all valves`。", "zh"),
        ("# ポンプ\n\nポンプが動きません。", "ja"),
        ("# Pump\n\nThe 水泵 stops.", "en"),
        ("---\nlang: de-DE\n---\n# Pumpe\n", "de"),
        ("---\nlanguage: csharp\n---\n# Pump\n", "en"),
    ],
)
def test_a_text_says_its_language(shelf: Shelf, text: str, lang: str) -> None:
    assert only(shelf, text).article.languages == (lang,)


def test_categories_are_tags_and_the_first_is_the_domain(shelf: Shelf) -> None:
    metadata = only(shelf, "---\ncategories: [net, io]\ntags: [x]\n---\n# A\n").article.metadata
    assert (metadata.domain, metadata.tags) == ("net", ("x", "net", "io"))


MESSAGES = {
    "a list": "- `Error accepting pump: 400 bad valve`: it was closed.\n- `--force`: does more.",
    "a heading": "### Error: no such valve\n\nIt was sold.\n\n### Options\n",
    "a block": "## Symptoms\n\n```text\n$ pump start\nvalve 4 is not there: cannot pump\n```",
    "a quote": "> Error: no such valve",
}
ADVICE = {
    "a link": "> See **https://a.example/x** for documentation.",
    "a note": "> **Note**: the pump is not found.",
    "an alert": "> [!WARNING]\n> It is hot.\n>\n> The pump failed.",
    "an admonition": ":::danger\nIt is hot.\n\nThe pump failed.\n:::",
    "code in a list": "- `pump --force`: does more.",
    "a heading": "### Error handling",
}


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_a_message_has_a_signature(shelf: Shelf, text: str) -> None:
    signatures = only(shelf, f"# Pumps\n\nText.\n\n{text}\n").signatures
    found = [each for each in signatures if each.origin in ("symptom", "quote")]
    assert len(found) == 1


@pytest.mark.parametrize("text", ADVICE.values(), ids=ADVICE)
def test_advice_has_none(shelf: Shelf, text: str) -> None:
    signatures = only(shelf, f"# Pumps\n\nText.\n\n{text}\n").signatures
    assert [each.text for each in signatures if each.origin != "title"] == []


def test_a_table_of_html_has_error_entries(shelf: Shelf) -> None:
    rows = "<tr><th>Error</th><th>Cause</th><th>Fix</th></tr>"
    rows += "<tr><td><code>no such valve</code></td><td>Sold</td><td>Buy one</td></tr>"

    [derived] = only(shelf, f"# Pumps\n\n<table>\n{rows}\n</table>\n").derived

    assert [(each.error, each.cause, each.solution) for each in derived.errors] == [
        ("no such valve", "Sold", "Buy one")
    ]


def test_a_heading_is_called_as_it_says(shelf: Shelf) -> None:
    [derived] = only(shelf, "# Pumps\n\n## Install it {#install}\n\n## Install\n").derived
    assert [(each.title, each.anchor) for each in derived.sections] == [
        ("Pumps", "pumps"),
        ("Install it", "install"),
        ("Install", "install-1"),
    ]


def test_lines_of_checks_are_those_of_the_file(shelf: Shelf) -> None:
    text = "---\ntitle: A\n---\n\n:::note\nx\n:::\n\n```bash check=Bad step=reproduce\nfalse\n```\n"
    shelf.write({"a.md": text})

    lines = {problem.line for problem in check([shelf.content], default_lang="en")}

    assert lines == {9}
