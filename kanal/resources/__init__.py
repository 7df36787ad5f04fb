"""Provision, resize, renew, restore, expire, through drivers."""
