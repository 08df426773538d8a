"""Deployment: the plan as data, carrying it out, the manifest, and reading back what stands on the chain."""
