"""Markdown as HTML: nothing harmful, and the anchors that the API names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.html.markdown import PageContext, article_html, code_html, fragment_html
from corpus.document.fences import Step
from tests.factories import make_derived, make_translation

CONTEXT = PageContext(
    resolve={"TRANS-002": "/en/articles/port", "port.md": "/en/articles/port"}.get,
    steps={step.value: step.value for step in Step},
    image="image",
)
TAG = re.compile(r"<[^>]*>")
ALLOWED = re.compile(
    r"</?(?:p|em|strong|s|ul|ol|li|h[2-6]|blockquote|pre|code|figure|figcaption|i|b|table|thead"
    r"|tbody|tr|th|td|div|span|a|br|hr|details|summary|kbd|dl|dt|dd|section|sup)"
    r"(?: (?:id|class|href|rel|start|tabindex|role|scope|colspan"
    r'|aria-label)="[^"<>]*")*>'
)


def shown(body: str) -> str:
    return str(article_html(body, make_derived(make_translation(body=body)), CONTEXT))


def left_open(html: str) -> list[str]:
    """The elements that are not closed, or closed where another one is open."""
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)[^<>]*>", html):
        if name in ("br", "hr"):
            continue
        if not closing:
            opened.append(name)
        elif opened.pop() != name:
            return [name]
    return opened


def fragment(text: str) -> str:
    return str(fragment_html(text, CONTEXT))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "<script>alert(1)</script>",
            '<p class="source">&lt;script&gt;alert(1)&lt;/script&gt;</p>',
        ),
        ("a <img src=x onerror=f()> b", "<p>a image b</p>"),
        ("a<!-- hidden -->b", "<p>ab</p>"),
        ("<!-- hidden -->", ""),
        ("a<br>b", "<p>a<br>b</p>"),
        ("[a](javascript:f())", "<p>[a](javascript:f())</p>"),
        ("[a](JaVaScRiPt:f())", "<p>[a](JaVaScRiPt:f())</p>"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>"),
        ("[a](java&#10;script:f())", "<p>a</p>"),
        ("[a](//other.example)", "<p>a</p>"),
        ("[a](/\\other.example)", "<p>a</p>"),
        ("[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>"),
        ("[a](ftp://other.example)", "<p>a</p>"),
        ("[a](unknown/place.html)", "<p>a</p>"),
        ('[a](#b "c\\" onclick=f()")', '<p><a href="#b">a</a></p>'),
        ("<x onclick=f()>", '<p class="source">&lt;x onclick=f()&gt;</p>'),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
    ],
)
def test_what_could_do_harm_is_text(markdown: str, html: str) -> None:
    assert fragment(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "[a](https://b.example/?c=1&d)",
            '<p><a href="https://b.example/?c=1&amp;d" rel="nofollow noopener">a</a></p>',
        ),
        ("[a](mailto:a@b.example)", '<p><a href="mailto:a@b.example">a</a></p>'),
        ("[a](#b)", '<p><a href="#b">a</a></p>'),
        ("[a](TRANS-002)", '<p><a href="/en/articles/port">a</a></p>'),
        ("[a](port.md)", '<p><a href="/en/articles/port">a</a></p>'),
        (
            "![a](https://b.example/c.png)",
            '<p><a href="https://b.example/c.png" rel="nofollow noopener">a</a></p>',
        ),
        (
            "![](https://b.example/c.png)",
            '<p><a href="https://b.example/c.png" rel="nofollow noopener">image</a></p>',
        ),
        ("![a](c.png)", "<p>a</p>"),
        ("[![a](https://b.example/c.png)](#d)", '<p><a href="#d">a</a></p>'),
    ],
)
def test_links_and_images(markdown: str, html: str) -> None:
    assert fragment(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Press <kbd>A</kbd> <b onclick=f()>now</b>", "<p>Press <kbd>A</kbd> <b>now</b></p>"),
        ("a <b>b\n\nc", "<p>a <b>b</b></p><p>c</p>"),
        ("a </b> <host> b", "<p>a  &lt;host&gt; b</p>"),
        (
            "<details>\n<summary>More</summary>\n\n*text*\n\n</details>\n\nend",
            "<details>\n<summary>More</summary>\n<p><em>text</em></p></details>\n<p>end</p>",
        ),
        ("> <details>\n> a\n\nb", "<blockquote><details>\na</details></blockquote><p>b</p>"),
        ("<details>\n\na", "<details>\n<p>a</p></details>"),
        (
            "<table><tr><td align=right colspan=2 style='x'>a &amp; b</td></tr></table>",
            (
                '<div class="table" tabindex="0"><table><tr>'
                '<td colspan="2" class="right">a &amp; b</td></tr></table></div>'
            ),
        ),
        ('<a href="javascript:f()">x</a>', "<p>x</p>"),
        ('<a name="b"></a>', '<p><span id="b"></span></p>'),
        (
            '<a href="https://b.example">x</a>',
            '<p><a href="https://b.example" rel="nofollow noopener">x</a></p>',
        ),
        (
            '<p align="center"><img src="https://b.example/c.png" alt="c"></p>',
            '<p><a href="https://b.example/c.png" rel="nofollow noopener">c</a></p>',
        ),
        ("<h1>Big</h1>", '<p class="heading">Big</p>'),
        ("- [ ] open\n- [x] done", "<ul><li>☐ open</li><li>☑ done</li></ul>"),
        ("Pump\n: It pumps.", "<dl><dt>Pump</dt><dd>It pumps.</dd></dl>"),
        (
            "a[^1]\n\n[^1]: b",
            (
                '<p>a<sup class="footnote-ref"><a href="#fn-:-1" id="fnref-:-1">[1]</a></sup></p>'
                '<hr class="footnotes-sep"><section class="footnotes"><ol class="footnotes-list">'
                '<li id="fn-:-1" class="footnote-item"><p>b '
                '<a href="#fnref-:-1" class="footnote-backref">↩︎</a></p></li></ol></section>'
            ),
        ),
        ("**a <b>c** d</b>", "<p><strong>a <b>c</b></strong> d</p>"),
        (
            '[a <a href="https://b.example">c</a>](https://d.example)',
            '<p><a href="https://d.example" rel="nofollow noopener">a c</a></p>',
        ),
        (
            '<a href="https://b.example">a [c](https://d.example)</a>',
            '<p><a href="https://b.example" rel="nofollow noopener">a c</a></p>',
        ),
        ('<a id="a">b</a> <a id="a">c</a>', '<p><span id="a">b</span> c</p>'),
    ],
)
def test_html_and_extensions_that_do_no_harm(markdown: str, html: str) -> None:
    assert fragment(markdown).replace("\n", "") == html.replace("\n", "")


def test_a_first_heading_that_repeats_the_title_is_left_out() -> None:
    body = "# One `x` {#one}\n\nText\n\n## Two"
    derived = make_derived(make_translation(body=body))

    assert str(article_html(body, derived, CONTEXT, title="One x")) == (
        '<span id="one"></span><p>Text</p><h2 id="two">Two</h2>'
    )
    assert '<h2 id="one">One <code>x</code></h2>' in str(article_html(body, derived, CONTEXT))


def test_headings_have_the_anchors_of_the_api_and_leave_no_level_out() -> None:
    body = "# One\n\n### Two\n\n## Two\n\n> # quoted\n\n#### `a` *b*"

    assert shown(body) == (
        '<h2 id="one">One</h2><h3 id="two">Two</h3><h3 id="two-1">Two</h3>'
        '<blockquote><p class="heading">quoted</p></blockquote>'
        '<h4 id="a-b"><code>a</code> <em>b</em></h4>'
    )


def test_rows_of_error_tables_have_the_anchors_of_the_api() -> None:
    table = "| Error | Cause |\n|---|---|\n| `a b` | x |\n| `c d` / `e f` | y |"

    assert shown(f"| a | b |\n|---|---|\n| a b | 1 |\n\n{table}") == (
        '<div class="table" tabindex="0" role="region" aria-label="a, b"><table><thead><tr>'
        '<th scope="col">a</th><th scope="col">b</th></tr></thead>'
        "<tbody><tr><td>a b</td><td>1</td></tr></tbody></table></div>"
        '<div class="table errors" tabindex="0" role="region" aria-label="Error, Cause"><table>'
        '<thead><tr><th scope="col">Error</th><th scope="col">Cause</th></tr></thead><tbody>'
        '<tr id="error-a-b"><td><code>a b</code></td><td>x</td></tr>'
        '<tr id="error-c-d"><td><span id="error-e-f"></span><code>c d</code> / <code>e f</code>'
        "</td><td>y</td></tr></tbody></table></div>"
    )


def test_columns_are_aligned_by_classes() -> None:
    html = fragment("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |")

    assert '<td>1</td><td class="right">2</td><td class="center">3</td>' in html
    assert "style" not in html


def test_code_stands_under_its_language_file_and_step() -> None:
    html = fragment("```sh check=port step=fix file=a.sh\necho '<b>'\n```")

    assert html == (
        '<figure class="code"><figcaption>sh · a.sh <b class="fix">fix</b></figcaption>'
        "<pre><code>echo <i class=\"s\">'&lt;b&gt;'</i></code></pre></figure>"
    )


def test_wide_code_can_be_scrolled_with_the_keyboard() -> None:
    assert '<pre tabindex="0">' in code_html("x" * 33, CONTEXT)
    assert '<pre tabindex="0">' in code_html("宽" * 17, CONTEXT)
    assert "<pre><code>x" in code_html("x" * 32, CONTEXT)


def test_alerts_lists_and_marks() -> None:
    assert fragment("> [!WARNING]\n> Careful") == (
        '<blockquote class="alert warning"><p>\nCareful</p></blockquote>'
    )
    assert fragment("3. a\n4. b") == '<ol start="3"><li>a</li><li>b</li></ol>'
    assert fragment("**a** *b* ~~c~~  \nd\n\n---") == (
        "<p><strong>a</strong> <em>b</em> <s>c</s><br>\nd</p><hr>"
    )


PIECES = st.sampled_from(
    [
        "<", ">", '"', "'", "&", "`", "```", "[", "](", ")", "![", "javascript:", "data:", "x",
        "\n", "\n\n", "# ", "> ", "- ", "| a | b |\n|---|---|\n| ", "<script>", "<!--", "-->",
        "onclick=", "<a href=", "https://a.example/", "&#106;", "\\", " ", "\t", "*", "~~",
        "<details>\n", "</details>\n", "<summary>", "<td colspan=2 onclick=x>", "<table>", "<kbd>",
        "</p>", "<div", "<a href='javascript:x'>", "<h1>", "[^1]", "[^1]: ", "\n: ", "- [x] ",
    ]
)  # fmt: skip


def test_a_footnote_inside_another_is_a_part_of_it() -> None:
    html = shown("Text.[^1]\n\n[^1]: One\n\n    > [^2]: two\n")
    assert left_open(html) == []
    assert "<blockquote>" in html
    assert "two" in html


@given(st.lists(PIECES, max_size=40).map("".join))
def test_only_tags_of_ours_come_out_and_all_are_closed(markdown: str) -> None:
    for html in (shown(markdown), fragment(markdown)):
        assert left_open(html) == []
        assert [tag for tag in TAG.findall(html) if not ALLOWED.fullmatch(tag)] == []
        links = re.findall(r'href="([^"]*)"', html)
        assert [to for to in links if not re.match(r"https?://|mailto:|/(?!/)|#", to)] == []
