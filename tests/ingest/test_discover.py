"""Sources: from folders to units, slugs and languages, and what cannot be followed."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.discover import Sources, find_sources
from ingest.file_names import slugify, split_language
from tests.conftest import write_files


def found(folder: Path, *names: str) -> Sources:
    """The sources of a folder with these files in it."""
    write_files(folder, dict.fromkeys(names, "text"))
    return find_sources([folder], default_lang="en")


def slugs(sources: Sources) -> dict[str, str]:
    """Each unit and its slug."""
    return {unit.name: unit.slug for unit in sources.units}


def languages(sources: Sources) -> dict[str, list[str]]:
    """Each unit and its languages."""
    return {unit.name: [file.lang for file in unit.files] for unit in sources.units}


def complaints(sources: Sources, below: Path) -> list[str]:
    """The problems, with paths from `below`."""
    return [str(problem).replace(f"{below}/", "") for problem in sorted(sources.problems)]


def test_only_markdown_that_is_not_hidden(tmp_path: Path) -> None:
    sources = found(
        tmp_path / "docs", "a.md", "b.markdown", "c.txt", ".d.md", ".git/e.md", "sub/f.md", "g.MD"
    )

    assert [unit.name for unit in sources.units] == ["docs/a", "docs/b", "docs/g", "docs/sub/f"]
    assert sources.problems == ()


def test_files_of_one_name_are_one_article(tmp_path: Path) -> None:
    sources = found(
        tmp_path / "docs", "a.zh.md", "a.md", "a.de.md", "b.zh.md", "b.en.md", "c.pt-BR.md"
    )

    assert languages(sources) == {
        "docs/a": ["en", "de", "zh"],
        "docs/b": ["en", "zh"],
        "docs/c": ["pt-BR"],
    }


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("guide", ("guide", None)),
        ("guide.zh", ("guide", "zh")),
        ("guide.zh-Hans", ("guide", "zh-Hans")),
        ("node.js", ("node.js", None)),
        ("v1.2", ("v1.2", None)),
        ("a.b.fr", ("a.b", "fr")),
        ("zh", ("zh", None)),
    ],
)
def test_a_language_is_read_from_a_name(stem: str, expected: tuple[str, str | None]) -> None:
    assert split_language(stem) == expected


def test_a_language_twice_keeps_the_article_out(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "a.en.md", "a.md", "b.md")

    assert [unit.name for unit in sources.units] == ["docs/b"]
    assert complaints(sources, tmp_path) == [
        "docs/a.md:1: the language en is already in docs/a.en.md"
    ]
    assert sources.may_hold("docs/a")


def test_parents_are_prefixed_until_slugs_differ(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "a/guide.md", "b/guide.md", "b/c/guide.md", "other.md")

    assert slugs(sources) == {
        "docs/a/guide": "a-guide",
        "docs/b/guide": "b-guide",
        "docs/b/c/guide": "c-guide",
        "docs/other": "other",
    }


def test_parents_are_prefixed_more_than_once(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "x/a/guide.md", "y/a/guide.md")

    assert slugs(sources) == {"docs/x/a/guide": "x-a-guide", "docs/y/a/guide": "y-a-guide"}


def test_the_folder_is_the_domain_unless_it_is_the_root(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "a.md", "net/b.md", "net/tcp/c.md")

    domains = {unit.name: unit.domain for unit in sources.units}
    assert domains == {"docs/a": "", "docs/net/b": "net", "docs/net/tcp/c": "tcp"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two words", "Two-words"),
        ("端口 被占用", "端口-被占用"),
        ("a/b\\c?d#e%f", "a-b-c-d-e-f"),
        ("..", "article"),
        ("-x-", "x"),
        ("v1.2_~", "v1.2_~"),
        ("readme.md", "readme"),
        ("e\u0301", "\u00e9"),
        ("", "article"),
    ],
)
def test_slugs_are_one_segment_of_a_path(text: str, expected: str) -> None:
    assert slugify(text) == expected
    assert slugify(expected) == expected


def test_a_file_is_the_unit_that_it_is_in_its_folder(tmp_path: Path) -> None:
    docs = write_files(tmp_path / "docs", {"a.md": "text", "sub/b.md": "text"})

    def names(*paths: Path) -> Sequence[str]:
        sources = find_sources(paths, default_lang="en", content_dir=docs)
        return [unit.name for unit in sources.units]

    assert names(docs) == ["docs/a", "docs/sub/b"]
    assert names(docs / "a.md") == ["docs/a"]
    assert names(docs / "sub") == ["docs/sub/b"]
    assert names(docs / "sub" / "b.md", docs / "a.md") == ["docs/a", "docs/sub/b"]
    assert names(docs, docs / "sub" / "b.md") == ["docs/a", "docs/sub/b"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("none", "there is no such file or folder"),
        ("note.txt", "not a Markdown file (.md, .markdown, .mdx)"),
        ("loop", "cannot be opened"),
    ],
)
def test_a_path_that_cannot_be_used_removes_nothing(
    tmp_path: Path, name: str, complaint: str
) -> None:
    write_files(tmp_path, {"note.txt": "text"})
    (tmp_path / "loop").symlink_to("loop")

    sources = find_sources([tmp_path / name], default_lang="en")

    assert complaints(sources, tmp_path) == [f"{name}:1: {complaint}"]
    assert sources.may_hold("anything/at-all")


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    docs = write_files(tmp_path / "docs", {"a/one.md": "text"})
    (docs / "b").symlink_to("a")
    (docs / "two.md").symlink_to("a/one.md")

    sources = find_sources([docs], default_lang="en")

    assert [unit.name for unit in sources.units] == ["docs/a/one", "docs/b/one", "docs/two"]
    assert sources.problems == ()


def test_links_round_in_a_circle_or_out_are_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"outside/secret.md": "text", "secret.md": "text"})
    docs = write_files(tmp_path / "docs", {"good.md": "text", "sub/deep.md": "text"})
    for name, target in {
        "circle": ".",
        "sub/up": "..",
        "itself": "itself",
        "itself.md": "itself.md",
        "gone.md": "nowhere.md",
        "out": "../outside",
        "out.md": "../secret.md",
    }.items():
        (docs / name).symlink_to(target)

    sources = find_sources([docs], default_lang="en")

    assert [unit.name for unit in sources.units] == ["docs/good", "docs/sub/deep"]
    assert complaints(sources, tmp_path) == [
        "docs/circle:1: a link to a folder that it is in",
        "docs/gone.md:1: a link that leads nowhere or to itself",
        "docs/itself:1: a link that leads nowhere or to itself",
        "docs/itself.md:1: a link that leads nowhere or to itself",
        "docs/out:1: a link that leads out of the folder",
        "docs/out.md:1: a link that leads out of the folder",
        "docs/sub/up:1: a link to a folder that it is in",
    ]
    held = ["docs/gone", "docs/out", "docs/out/secret", "docs/sub/up/x", "docs/good", "docs/outer"]
    assert [name for name in held if sources.may_hold(name)] == held[:4]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    docs = write_files(tmp_path / "docs", {"a.md": "text"})
    os.mkfifo(docs / "pipe.md")

    sources = find_sources([docs], default_lang="en")

    assert complaints(sources, tmp_path) == ["docs/pipe.md:1: not a file"]
    assert [unit.name for unit in sources.units] == ["docs/a"]


def test_a_name_that_is_not_utf_8_can_be_shown(tmp_path: Path) -> None:
    docs = write_files(tmp_path / "docs", {"a.md": "text"})
    (docs / os.fsdecode(b"caf\xe9.md")).write_text("text")

    sources = find_sources([docs], default_lang="en")

    assert complaints(sources, tmp_path) == ["docs/caf\ufffd.md:1: its name is not UTF-8"]
    assert [unit.name for unit in sources.units] == ["docs/a"]


def test_other_markup_is_counted_and_named(tmp_path: Path) -> None:
    names = ("a.mdx", "b.rst", "sub/c.rst", "d.html", "e.png", "f.txt")
    sources = found(tmp_path / "docs", *names)

    assert [unit.name for unit in sources.units] == ["docs/a"]
    assert complaints(sources, tmp_path) == [
        "docs:1: warning: not read: 2 .rst, 1 .html; only .md, .markdown, .mdx are"
    ]


def test_a_folder_without_markdown_is_an_error(tmp_path: Path) -> None:
    nothing = "docs:1: no Markdown file (.md, .markdown, .mdx) is in it"

    assert complaints(found(tmp_path / "docs", ".hidden.md"), tmp_path) == [nothing]
    assert complaints(found(tmp_path / "docs", "a.rst", "b.png", "c", "d.rst"), tmp_path) == [
        f"{nothing}, only 2 .rst, 1 without a suffix, 1 .png"
    ]


def test_what_is_no_article_is_named(tmp_path: Path) -> None:
    sources = found(
        tmp_path / "docs",
        *("_common/a.md", "_part.mdx", "_index.md", "LICENSE.md", "sub/SUMMARY.md", "_style.css"),
        *("node_modules/b.md", "_static/x.png"),
    )

    assert [unit.name for unit in sources.units] == ["docs/_index"]
    left_out = "LICENSE.md, _common/, _part.mdx, node_modules/, sub/SUMMARY.md"
    advice = ".fixbookignore may list them, or take them in with '!NAME'"
    assert complaints(sources, tmp_path) == [
        f"docs:1: warning: taken for no articles: {left_out}; {advice}"
    ]


def test_an_ignore_file_is_followed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    ignored = "# ours\n*.rst\n!LICENSE.md\n_*\ndrafts/\n/top.md\nb/**/old.md\n"
    write_files(docs, {".fixbookignore": ignored})
    sources = found(
        docs,
        *("a.md", "c.rst", "LICENSE.md", "_part.md", "x/drafts/d.md", "top.md", "x/top.md"),
        *("b/old.md", "b/1/2/old.md", "b/new.md"),
    )

    assert [unit.name for unit in sources.units] == [
        "docs/LICENSE",
        "docs/a",
        "docs/b/new",
        "docs/x/top",
    ]
    assert complaints(sources, tmp_path) == []


def test_an_ignore_file_holds_for_folders_below_it_too(tmp_path: Path) -> None:
    docs = write_files(tmp_path / "docs", {".fixbookignore": "sub/a.md", "sub/a.md": "text"})

    sources = find_sources([docs / "sub"], default_lang="en", content_dir=docs)

    assert sources.units == ()


def test_folders_of_languages_are_one_article(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "en/a.md", "zh/a.md", "zh/b.md", "pt_BR/net/c.md")

    assert languages(sources) == {"docs/a": ["en", "zh"], "docs/b": ["zh"], "docs/net/c": ["pt-BR"]}
    assert [unit.domain for unit in sources.units] == ["", "", "net"]


def test_a_folder_that_is_called_like_a_language_may_be_none(tmp_path: Path) -> None:
    sources = found(tmp_path / "docs", "it/a.md", "b.md", "ids/id/c.md")
    assert languages(sources) == {"docs/b": ["en"], "docs/ids/id/c": ["en"], "docs/it/a": ["en"]}

    mirrored = found(tmp_path / "site", "guide/a.md", "fr/guide/a.md")
    assert languages(mirrored) == {"site/guide/a": ["en", "fr"]}


def test_the_text_says_which_of_two_files_is_chinese(tmp_path: Path) -> None:
    write_files(tmp_path / "docs", {"README.md": "# \u6c34\u6cf5\n", "README.en.md": "# Pump"})

    sources = find_sources([tmp_path / "docs"], default_lang="en")

    assert languages(sources) == {"docs/README": ["en", "zh"]}
    assert sources.problems == ()


def test_numbers_and_names_of_index_pages_are_no_slugs(tmp_path: Path) -> None:
    sources = found(
        tmp_path / "docs",
        *("01-start/_index.md", "01-start/02-install.md", "01-start/README.md", "README.md"),
        *("net/3-way-merge.md", "net/404-not-found.md", "net/index.md", "steps/1-a.md"),
        *("steps/2-b.md", "guide.md", "guide/index.md"),
    )

    assert slugs(sources) == {
        "docs/01-start/02-install": "install",
        "docs/01-start/README": "01-start-README",
        "docs/01-start/_index": "01-start-_index",
        "docs/README": "docs",
        "docs/guide": "guide",
        "docs/guide/index": "guide-index",
        "docs/net/3-way-merge": "3-way-merge",
        "docs/net/404-not-found": "404-not-found",
        "docs/net/index": "net",
        "docs/steps/1-a": "a",
        "docs/steps/2-b": "b",
    }
    assert {unit.domain for unit in sources.units} == {"", "start", "net", "guide", "steps"}


def test_a_flat_folder_is_the_domain_of_its_files(tmp_path: Path) -> None:
    for name, domain in {"pump-rules": "pump-rules", "docs": "", "Content": ""}.items():
        [unit] = found(tmp_path / name, "a.md").units
        assert unit.domain == domain
