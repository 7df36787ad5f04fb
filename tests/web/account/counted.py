"""A hasher that is quick, and that counts: how often it works is what a stranger could measure."""

from django.contrib.auth.hashers import Argon2PasswordHasher

COUNTED: list[str] = []


class CountedHasher(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1

    def encode(self, password: str, salt: str) -> str:
        COUNTED.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        COUNTED.append("verify")
        return super().verify(password, encoded)

    def must_update(self, _encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to make up for: there is one hasher."""
