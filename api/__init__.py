"""People and programs: settings, the command line, the HTTP API and the pages."""
