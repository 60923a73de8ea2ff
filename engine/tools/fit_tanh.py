#!/usr/bin/env python3
"""Fits the rational approximation of tanh that the SIMD kernels use, and prints its coefficients.

tanh(x) ~ x * P(x^2) / Q(x^2) on |x| <= LIMIT; beyond, x is clamped. The fit minimises the largest relative
error by iteratively reweighted linear least squares (Q is normalised to a constant term of 1). The reported
error is that of the float32 evaluation with fused multiply-adds, emulated in float64 with one rounding a step.

Needs python3-numpy. Usage: fit_tanh.py [P terms] [Q terms]
"""
import sys

import numpy as np

LIMIT = 9.0


def fit(p_terms: int, q_terms: int) -> tuple[np.ndarray, np.ndarray]:
    x = LIMIT * (0.5 - 0.5 * np.cos(np.pi * np.linspace(1e-4, 1, 6000)))
    t = np.tanh(x) / x
    u = x * x / LIMIT**2
    basis_p = u[:, None] ** np.arange(p_terms)
    basis_q = u[:, None] ** np.arange(1, q_terms)
    weight = np.ones_like(x)
    q = np.ones_like(x)
    best = (np.inf, None, None)
    for _ in range(400):
        # P - t (Q - 1) = t, each row divided by t * Q for a relative error, times the Lawson weight.
        scale = np.sqrt(weight) / (t * q)
        a = np.hstack([basis_p, -t[:, None] * basis_q]) * scale[:, None]
        c = np.linalg.lstsq(a, t * scale, rcond=None)[0]
        cp, cq = c[:p_terms], np.concatenate([[1.0], c[p_terms:]])
        q = basis_q @ cq[1:] + 1.0
        error = np.abs(basis_p @ cp / q / t - 1.0)
        if error.max() < best[0]:
            best = (error.max(), cp, cq)
        weight *= error / error.max() + 1e-3
        weight /= weight.mean()
    return (best[1] / LIMIT ** (2.0 * np.arange(p_terms)), best[2] / LIMIT ** (2.0 * np.arange(q_terms)))


def evaluate_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    def horner(c: np.ndarray, u: np.ndarray) -> np.ndarray:
        c = c.astype(np.float32).astype(np.float64)
        y = np.full_like(u, c[-1])
        for k in reversed(c[:-1]):
            y = (y * u + k).astype(np.float32).astype(np.float64)
        return y

    x = np.clip(x, -LIMIT, LIMIT).astype(np.float32).astype(np.float64)
    u = (x * x).astype(np.float32).astype(np.float64)
    numerator = (x * horner(p, u)).astype(np.float32)
    return (numerator / horner(q, u).astype(np.float32)).astype(np.float64)


def main() -> None:
    p_terms, q_terms = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (5, 5)
    p, q = fit(p_terms, q_terms)
    x = np.linspace(-12, 12, 2_000_001).astype(np.float32).astype(np.float64)
    error = np.abs(evaluate_float32(p, q, x) - np.tanh(x))
    print("P:", ", ".join(f"{np.float32(v):.9g}F" for v in p))
    print("Q:", ", ".join(f"{np.float32(v):.9g}F" for v in q))
    print(f"largest absolute error in float32: {error.max():.3g} at x = {x[error.argmax()]:.4g}")


if __name__ == "__main__":
    main()
