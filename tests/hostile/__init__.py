"""What may a node do to us? Each lie and fault that was met is tried before a real node; docs/hostile.md tells."""
