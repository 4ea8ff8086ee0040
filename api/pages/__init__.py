"""Pages for browsers, rendered on the server. Imports no other front end."""
