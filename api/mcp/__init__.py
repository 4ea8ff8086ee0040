"""The Model Context Protocol. Imports no other front end."""
