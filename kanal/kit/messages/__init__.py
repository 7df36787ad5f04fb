"""The words of the house: found in code and templates, kept in catalogues, judged, compiled. ID-7.

Pure Python, since a fresh clone has no gettext programs. `kanal messages` is the way in; `compile.py` alone is needed
to serve, and imports nothing of Django.
"""
