"""The JSON API: routes, shapes, keys and one table that turns refusals into problems."""
