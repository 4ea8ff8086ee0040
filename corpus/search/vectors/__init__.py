"""Static vectors, where `FIXBOOK_VECTORS` names a model: how near texts are in meaning.

Nothing of numpy and its like is imported unless it does. May import `store` and what is below it.
"""
