"""Teams and assignments as commands, server and pages ask for them and show them."""
