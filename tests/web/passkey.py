"""A passkey as a device hands it over when it is registered: well made, though no device holds its other half."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
PRESENT_VERIFIED_ATTESTED = FLAG.UP | FLAG.UV | FLAG.AT


def a_registration(name: str) -> dict[str, Any]:
    """In the form in which it is kept."""
    identity = hashlib.sha256(name.encode()).digest()
    public = ES256.from_cryptography_key(  # type: ignore[no-untyped-call]
        ec.derive_private_key(7, ec.SECP256R1()).public_key()
    )
    credential = AttestedCredentialData.create(Aaguid.NONE, identity, public)
    data = AuthenticatorData.create(
        hashlib.sha256(b"localhost").digest(), PRESENT_VERIFIED_ATTESTED, 0, bytes(credential)
    )
    made_for = {"type": "webauthn.create", "challenge": websafe_encode(b"0" * 32), "origin": "http://localhost"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(made_for).encode()),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
    }
    told = {"type": "public-key", "id": websafe_encode(identity), "rawId": websafe_encode(identity)}
    return {"name": name, "credential": {**told, "response": response, "clientExtensionResults": {}}}
