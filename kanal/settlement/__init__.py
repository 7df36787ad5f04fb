"""Receive and match payments, remind, make and confirm statements, pay margins."""
