"""Who is who: participants, accounts, standing, recovery, rooms; and what is signed and withdrawn."""
