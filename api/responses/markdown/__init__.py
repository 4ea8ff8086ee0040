"""Lists as Markdown, and what stands in a line of them."""
