"""What somebody does at the sign-in pages."""

import re
from typing import Any

from django.test import Client

from tests.world import PASSWORD

# Differs from one page to the next of the same kind.
OF_THE_MOMENT = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|[\w.-]+@[\w.-]+')


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/account/sign-in/", {"login": email, "password": password, **more})


def sign_up(client: Client, address: str, **more: Any) -> Any:
    told = {"name": "Trần Ngọc Lan", "email": address, "password1": PASSWORD, "language": "en", "terms": "on"}
    return client.post("/account/sign-up/", {**told, **more})


def words(response: Any) -> str:
    """The page without what names the address, so that two answers can be compared."""
    return OF_THE_MOMENT.sub("…", response.content.decode())


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
