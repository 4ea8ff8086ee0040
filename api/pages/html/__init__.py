"""The parts of pages: frame, assets, strings, Markdown as HTML."""
