"""What the clock or the queue starts. Binds every name of later work to the verb that does it."""
