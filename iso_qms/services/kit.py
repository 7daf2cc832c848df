"""What every bundle carries for the one who receives it: the verifier and how to use it."""

from __future__ import annotations

from importlib import resources

from iso_qms.services.bag import Bag


def verifier_source() -> bytes:
    """The stand-alone verifier, byte for byte as it is published."""
    return resources.files("iso_qms.evidence_kit").joinpath("verify.py").read_bytes()


def write_kit(bag: Bag) -> None:
    """Put the verifier into a bag."""
    bag.put("verify.py", verifier_source())
