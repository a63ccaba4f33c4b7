"""What every request shares: errors, access, cookies, middleware, forms, rendering."""
