"""The documents that commands print with `--json`: each field once; text and JSON Schema follow (`sampan.suite.forms`).

A change of a document's shape is a new version. Documents that are files of their own are with what writes them.
"""
