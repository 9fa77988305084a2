"""One file for each subject of the staff's pages."""
