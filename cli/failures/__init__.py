"""At the failure: the wrapper of a command, hooks of shells and agents, and steps of CI.

Everything here starts fast and stays silent where nothing is surely known. It may import the rest
of `cli`; what opens a corpus is imported only when something has failed.
"""
