"""Bills of lading: issued, moved, endorsed, lodged, surrendered, answered, replaced; acts and agreements signed."""
