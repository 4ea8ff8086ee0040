"""What somebody else wrote, as part of a line that is ours."""


def one_line(text: str) -> str:
    """The text, so that nothing in it breaks the line, colours it or turns it round."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
