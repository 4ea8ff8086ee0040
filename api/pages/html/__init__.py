"""What pages are made of: frame, assets, strings, Markdown as HTML."""
