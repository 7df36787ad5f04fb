"""Papers as PDF, made by typst from data and a template of this house."""
