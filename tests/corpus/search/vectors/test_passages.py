"""What of an article gets vectors."""

from corpus.search.tuning import PASSAGE_CHARACTERS, PASSAGES
from corpus.search.vectors.passages import passages_of
from tests.factories import make_article, make_entry, make_question, make_translation

BODY = """\
Nothing listens on **the port**. See [the manual](https://a.example).

```sh
ss --listening
```

## Error table

| Error | Cause | Solution |
|---|---|---|
| `ECONNREFUSED` | Nothing listens | Start the server |"""
TABLE = "Error table Error Cause Solution"
CHINESE = "## 原因\n\n端口上没有监听，服务器没有启动。"


def test_texts_that_say_most_come_first_and_code_is_left_out() -> None:
    english = make_translation(
        title="Refused", summary="No listener.", body=BODY,
        questions=[make_question(question="Is it the firewall?", answer="Ask it.")],
    )  # fmt: skip
    chinese = make_translation(lang="zh", title="连接被拒绝", summary="无", body=CHINESE)
    assert passages_of(make_entry(make_article(translations=[english, chinese]))) == [
        "Refused",
        "Refused. No listener.",
        "Is it the firewall?",
        "ECONNREFUSED. Nothing listens. Start the server",
        "Is it the firewall? Ask it.",
        "Nothing listens on the port . See the manual .",
        f"{TABLE} {'--- ' * 3}ECONNREFUSED Nothing listens Start the server",
    ]


def test_an_article_in_chinese_goes_by_its_name() -> None:
    chinese = make_translation(lang="zh", title="连接被拒绝", summary="端口没有监听", body=CHINESE)
    article = make_article(slug="connection-refused", translations=[chinese])
    assert passages_of(make_entry(article)) == ["connection refused"]


def test_sentences_are_joined_up_to_a_length_and_long_articles_cut_off() -> None:
    sentence = f"Pump {'a' * (PASSAGE_CHARACTERS // 3)}."
    body = " ".join([sentence] * 5) + "".join(
        f"\n\n## Part {number}\n\nText {number}." for number in range(PASSAGES)
    )
    passages = passages_of(make_entry(make_article(translations=[make_translation(body=body)])))
    assert len(passages) == PASSAGES
    assert passages[2:5] == [f"{sentence} {sentence}", sentence, "Part 0 Text 0."]
