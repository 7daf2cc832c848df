"""Checking Ed25519 signatures in plain Python (RFC 8032 §5.1), where no cryptographic library may be needed."""

from __future__ import annotations

from hashlib import sha512
from typing import Final

# Field prime, order of the base point, curve constant (RFC 8032 §5.1, table 1).
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

#: Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z (RFC 8032 §5.1.4).
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """True when `signature` (64 bytes) by the key `public` (32 bytes) holds for `message` (RFC 8032 §5.1.7).

    Checks the equation without cofactor, as OpenSSL and Go do. Takes no secret, so time may depend on the input.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    a, s = _decode(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= _L:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    minus_a = (_P - a[0], a[1], a[2], _P - a[3])
    return _encode(_sum_of_multiples(s, _BASE, k, minus_a)) == signature[:32]


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(p: _Point) -> _Point:
    a, b, c = p[0] * p[0] % _P, p[1] * p[1] % _P, 2 * p[2] * p[2] % _P
    h = a + b
    e, g = h - (p[0] + p[1]) ** 2, a - b
    f = c + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _sum_of_multiples(s: int, p: _Point, k: int, q: _Point) -> _Point:
    # s*p + k*q in one pass over the bits of both.
    choice = (None, p, q, _add(p, q))
    found = _NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        found = _double(found)
        term = choice[(s >> bit & 1) | (k >> bit & 1) << 1]
        if term is not None:
            found = _add(found, term)
    return found


def _encode(p: _Point) -> bytes:
    z = pow(p[2], -1, _P)
    x, y = p[0] * z % _P, p[1] * z % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(raw: bytes) -> _Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    x = _recover(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _recover(y: int, sign: int) -> int | None:
    # RFC 8032 §5.1.3: x from y**2, None when there is none.
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _base() -> _Point:
    point = _decode((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
    assert point is not None
    return point


_BASE: Final = _base()
