"""R18: the database that the migrations make keeps every rule of scale."""

import pytest
from django.db import connection

from kanal.kit.db.lint import lint, plan_of_the_models
from kanal.kit.postgres import APPLICATION


@pytest.mark.django_db
def test_every_table_keeps_the_rules_of_scale() -> None:
    assert list(map(str, lint(connection, plan_of_the_models(APPLICATION)))) == []
