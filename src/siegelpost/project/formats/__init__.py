"""How dates are written, where it is not how Django writes them."""
