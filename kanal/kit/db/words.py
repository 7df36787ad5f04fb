"""Search in stored keys: each word typed begins some word of the key, answered from a GIN index.

The index and the question must be the same expression, or PostgreSQL reads the whole table:

    indexes = [GinIndex(SearchVector("search_key", config="simple"), name="organization_by_words")]
"""

from typing import TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import F, Model, QuerySet

from kanal.kit.keys import prefix_query

Row = TypeVar("Row", bound=Model)


def matching(rows: QuerySet[Row], path: str, text: str) -> QuerySet[Row]:
    """Nothing to look for leaves the rows as they are; only marks and spaces find nothing."""
    if not text.strip():
        return rows
    query = prefix_query(text)
    if not query:
        return rows.none()
    words = SearchVector(F(path), config="simple")
    return rows.filter(SearchVectorExact(words, SearchQuery(query, config="simple", search_type="raw")))
