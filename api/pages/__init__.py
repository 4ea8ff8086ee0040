"""Pages for browsers, made on the server. Imports no other front end."""
