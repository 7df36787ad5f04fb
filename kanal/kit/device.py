"""What a browser says it is, in the few words a person knows it by: "Firefox, Windows"."""

BROWSERS = [  # the first that is named wins: each of these also names those below it
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def name_of_device(told: str) -> str:
    """The whole of what it told, shortened, where it is none that we know; it can lie, so nothing is decided by it."""
    named = [next((name for sign, name in known if sign in told), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, named)) or told[:40] or "?"
