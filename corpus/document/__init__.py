"""The article document: Markdown ⇄ `Article`, and what a body contains. May import `text`."""
