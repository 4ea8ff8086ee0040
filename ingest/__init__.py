"""From files to one new generation. May import `corpus`, never `api` or `verify`.

Each step makes a record for the next one, and `pipeline` calls them in this order:

1. `discover`: which files are which article: `Sources`. `files` walks, `file_names` reads paths.
2. `diff`: what changed since the last generation, by fingerprints: `Diff`.
3. `prepare`: each unit to all that is stored of it, in several processes: `Prepared`, or
   `Rejected` with its problems. `read` parses a file, `front_matter` what is above it, `foreign`
   translates what other generators of sites add, `limits` says how much there may be.
4. `write`: names claimed (`names`), rows and index written in batches: `Written`.
5. publish: the transaction names the new index; its commit is the switch: `IngestReport`.

`sync` does all of it with a checkout of the newest commit of a git repository.
`check` does the first three and the claims without a database, and adds what the `lint` finds.
"""
