"""The rule language: YAML files of a policy → one checked Pack."""
