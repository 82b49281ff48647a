"""Wage guards: how much of a wage may be kept, of what first, and what is carried on. Pure, all amounts whole fen.

`amounts` reckons with a wage, `months` with the ledger's findings of a month, `hold` says what is not released yet,
`notice` what local rules a company should read. Nothing here says that a fine is lawful.
"""
