"""The kit: tries anybody's room on pyrevm against what the ledger cannot keep for it. First file: `checks/__init__.py`.

A *way* is a life of a bill in the room, from its lodging to its end, act by act; a *check* plays the ways and does at
each point what somebody dishonest, silent or unlucky would.
"""
