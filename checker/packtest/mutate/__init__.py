"""Small mistakes made on purpose in a pack: those that no test notices show which tests are missing.

`edits` changes a document, `walk` finds what may be changed, one file an operator says how, `mutants` lists them all,
`build` puts a mutant through the loader, `bench` runs the tests of the rules it touches, `run` does it for a pack.
Imports nothing, since pytest loads the plugin of the package around it in every session.
"""
