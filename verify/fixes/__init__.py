"""What a fix does: to files, to names, and which of its parts are needed."""
