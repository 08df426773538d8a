"""Sampan: electronic bills of lading as transferable tokens, and the tools that deploy, drive and audit them."""

__version__ = "0.1.0"
