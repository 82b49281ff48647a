"""What people decided about findings: an append-only book of entries, each chained to the one before.

`entries` says what an entry is, `store` keeps the chain, `cases` folds it into where every finding stands, and `steps`
says which entry may follow. Nothing here reads the clock: every entry carries the day that a person gives.
"""
