"""Django's PostgreSQL engine with immediate constraints (scale rule R5).

Django makes foreign keys DEFERRABLE INITIALLY DEFERRED: a broken reference is then found at COMMIT, far from the
statement that broke it, and a cluster can lose the write silently. Ours are checked by the statement itself.
"""

from django.db.backends.postgresql import base, features, operations, schema


class DatabaseFeatures(features.DatabaseFeatures):
    can_defer_constraint_checks = False
    supports_deferrable_unique_constraints = False


class DatabaseOperations(operations.DatabaseOperations):
    def deferrable_sql(self) -> str:
        return ""


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    # Django appends SET CONSTRAINTS to these, which PostgreSQL refuses for a constraint that cannot be deferred.
    sql_create_column_inline_fk = "CONSTRAINT %(name)s REFERENCES %(to_table)s(%(to_column)s)%(deferrable)s"
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"
    sql_update_with_default = "UPDATE %(table)s SET %(column)s = %(default)s WHERE %(column)s IS NULL"


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor
