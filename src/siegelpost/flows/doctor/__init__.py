"""One look at an installation, for whoever has just set it up: what is wrong, and what to do. Nothing is changed by it.

Door: `examine`, `finding`. `nginx` and `caddy` judge the text of a proxy's configuration (pure).
"""
