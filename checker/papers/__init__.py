"""Papers of the month: sheets that people fill in, sign, and hand on. Amounts are numbers, ids are text."""
