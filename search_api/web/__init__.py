"""What is true of every request: problems, access, cookies, middleware, forms, rendering."""
