"""The commands, by what they do; `api.cli` lists them. What is heavy is imported where a command needs it."""
