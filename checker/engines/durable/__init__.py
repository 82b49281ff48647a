"""The second opinion: durable_rules' Rete network decides every condition, in a child process.

What is measured (counts, sums, linked columns, dates, lengths of time, arithmetic, texts that match) comes from the
plan's shared steps; what is decided (scope, applies, require, limits, the order of the outcome words, judged) is
compiled to the network's JSON. See docs/decisions/0016.
"""
