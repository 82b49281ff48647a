"""Papers that prove something later: the manifest of a closed month, and evidence packs that check themselves.

`month` seals a month, `rows` keeps source rows as they were read, `pack` puts a pack together, `container` is its zip,
`again` judges the findings of a pack anew from what it holds, `retention` says what may be destroyed.
"""
