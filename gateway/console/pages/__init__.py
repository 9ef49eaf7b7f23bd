"""The console's pages, one file for each; `register` hangs them on the door."""
