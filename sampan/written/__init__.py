"""Files in YAML as people write them: terms of a facility, conditions; each fault is told with its place."""
