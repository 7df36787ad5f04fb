"""What went wrong, in one line for the desk: the whole story stands in the log."""

from kanal.kit.refusal import Refusal

LONGEST = 500


def said(problem: BaseException) -> str:
    """A refusal's sentence is meant for people; of the rest the kind and the first line, without what a row held."""
    first = next((line.strip() for line in str(problem).splitlines() if line.strip()), "")
    words = first if isinstance(problem, Refusal) else f"{type(problem).__name__}: {first}"
    return words[:LONGEST].replace("\0", "")
