"""Environments: root file systems in which checks run, and the definitions they are built from.

May import `verify.isolation` and the errors of `corpus`.
"""
