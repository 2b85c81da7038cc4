"""Long work in the background: asked for, done by one server at a time, watched while it goes on."""
