"""What people see: pages for browsers, made on the server."""
