"""The JSON API, version 1. Imports no other front end."""
