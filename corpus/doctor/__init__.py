"""The doctor: looks at everything that a service needs, changes nothing, and says what to do.

Each examination gives findings. None stops at the first thing that is wrong, and none fails:
what cannot be examined is itself a finding.
"""
