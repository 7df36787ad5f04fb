"""Register, review, advance, note, attach, win, lose."""
