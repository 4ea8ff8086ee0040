"""What readers give back, as it is answered. May import `api.responses` and `corpus`."""
