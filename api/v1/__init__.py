"""The JSON API. Imports no other front end."""
