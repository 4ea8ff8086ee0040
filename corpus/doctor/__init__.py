"""The doctor: examines everything that the service needs, changes nothing, and gives advice.

Each examination yields findings. None stops at the first problem, and none raises: what cannot
be examined is a finding too.
"""
