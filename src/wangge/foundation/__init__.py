"""Named tools that everything stands on: access, errors, events, clock, geo, ids, db, files, secrets."""
