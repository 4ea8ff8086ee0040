"""Names: slugs, ids, codes and aliases are one namespace, and who has one keeps it."""

from corpus.document.article import Article
from corpus.library import Library
from corpus.store import articles
from corpus.store.stored_documents import stored_document
from corpus.store.units import names_in_use
from ingest.names import Names
from tests.factories import make_article, make_entry, make_metadata


def article(
    slug: str, id_: str, *, code: str | None = None, aliases: tuple[str, ...] = ()
) -> Article:
    """An article with these names."""
    return make_article(slug=slug, metadata=make_metadata(id=id_, code=code, aliases=aliases))


def test_all_names_of_an_article_are_taken() -> None:
    names = Names()

    assert names.claim("x/a", article("a", "art_a", code="NET-1", aliases=("b", "c"))) == []

    assert [name for name in ("a", "art_a", "NET-1", "b", "c", "d") if names.knows(name)] == [
        "a",
        "art_a",
        "NET-1",
        "b",
        "c",
    ]


def test_a_name_of_any_kind_is_refused_to_others() -> None:
    names = Names()
    names.claim("x/a", article("a", "art_a", code="NET-1", aliases=("old",)))

    complaints = names.claim("x/b", article("old", "art_b", code="a", aliases=("NET-1",)))

    assert complaints == [
        "the slug 'old' is already used by x/a",
        "the code 'a' is already used by x/a",
        "the alias 'NET-1' is already used by x/a",
    ]
    assert not names.knows("art_b")


def test_new_names_take_the_place_of_old_ones() -> None:
    names = Names()
    names.claim("x/a", article("a", "art_a"))

    assert names.claim("x/a", article("b", "art_a")) == []

    assert not names.knows("a")
    assert names.claim("x/c", article("a", "art_c")) == []


def test_a_refused_claim_changes_nothing() -> None:
    names = Names()
    names.claim("x/a", article("a", "art_a"))
    names.claim("x/b", article("b", "art_b"))

    assert names.claim("x/b", article("a", "art_new")) == ["the slug 'a' is already used by x/a"]

    assert names.knows("b")
    assert not names.knows("art_new")


def test_an_alias_is_given_once_and_an_id_may_be_the_slug() -> None:
    names = Names()

    assert names.claim("x/a", article("a", "a", aliases=("b", "b"))) == ["an alias is given twice"]
    assert names.claim("x/a", article("a", "a", code="a", aliases=("b",))) == []

    names.release("x/a")
    assert not names.knows("a")


def test_names_are_swapped_together() -> None:
    names = Names()
    names.claim("x/a", article("a", "art_a"))
    names.claim("x/b", article("b", "art_b"))

    refused = names.claim_together({"x/a": article("b", "art_a"), "x/b": article("a", "art_b")})

    assert refused == {}
    assert names.owners(article("a", "art_a")) == {"x/a", "x/b"}


def test_who_is_refused_keeps_the_old_names_and_so_do_those_who_wanted_them() -> None:
    names = Names()
    for name in ("a", "b", "c"):
        names.claim(f"x/{name}", article(name, f"art_{name}"))

    refused = names.claim_together({"x/a": article("b", "art_a"), "x/b": article("c", "art_b")})

    assert refused == {
        "x/a": ["the slug 'b' is already used by x/b"],
        "x/b": ["the slug 'c' is already used by x/c"],
    }
    assert names.owners(article("a", "art_b")) == {"x/a", "x/b"}


def test_what_is_published_has_its_names(library: Library) -> None:
    published = article("a", "art_a", code="NET-1", aliases=("old",))
    with library.database.writing() as connection:
        entry = make_entry(published, unit="x/a")
        articles.write(connection, [entry], [stored_document(entry)])
        names = Names(names_in_use(connection))

    assert names.owners(published) == {"x/a"}
    assert [name for name in ("a", "art_a", "NET-1", "old") if names.knows(name)] == [
        "a",
        "art_a",
        "NET-1",
        "old",
    ]
