"""What other generators of sites add to Markdown, written as plain Markdown.

Article documents never come here. Lines stay where they are, so that a message names the line
of the file, and code is left alone.
"""
