"""The intermediate form: nodes, the functions they may call, their text form and their meaning in plain Python."""
