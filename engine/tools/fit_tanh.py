#!/usr/bin/env python3
"""Fits the approximation of tanh that the SIMD kernels use, and prints its coefficients.

tanh(x) = 2 t / (1 + t^2) with t = tanh(x / 2), and t ~ n / q, n = x P(x^2), q = Q(x^2), on |x| <= LIMIT; beyond, x is
clamped. So tanh(x) ~ 2 n q / (q^2 + n^2): doubling the angle costs less than the higher degrees that a rational
function of its own would need, because the outer formula forgives errors of t where tanh is close to 1.

The fit minimises the largest relative error of the whole expression by Gauss-Newton steps on a least-squares problem,
reweighted towards the points of large error. The reported error is that of the float32 evaluation with fused
multiply-adds, emulated in float64 with one rounding a step.

Needs python3-numpy. Usage: fit_tanh.py [P terms] [Q terms]
"""
import sys

import numpy as np

LIMIT = 9.0


def fit(p_terms: int, q_terms: int) -> tuple[float, np.ndarray, np.ndarray]:
    x = LIMIT * (0.5 - 0.5 * np.cos(np.pi * np.linspace(1e-4, 1, 4000)))
    u = (x / LIMIT) ** 2
    wanted, t = np.tanh(x), np.tanh(x / 2)
    basis_n = x[:, None] * u[:, None] ** np.arange(p_terms)
    basis_q = u[:, None] ** np.arange(1, q_terms)

    # A start: n = t q, weighted by how much an error of t matters.
    matters = 2 * (1 - t * t) / (1 + t * t) ** 2 + 1e-3
    q = np.ones_like(x)
    for _ in range(60):
        scale = matters / q / wanted
        rows = np.hstack([basis_n, -t[:, None] * basis_q]) * scale[:, None]
        c = np.linalg.lstsq(rows, t * scale, rcond=None)[0]
        q = 1 + basis_q @ c[p_terms:]

    weight = np.ones_like(x)
    best = (np.inf, c)
    for _ in range(3000):
        n, q = basis_n @ c[:p_terms], 1 + basis_q @ c[p_terms:]
        d = q * q + n * n
        error = (2 * n * q / d - wanted) / wanted
        worst = np.abs(error).max()
        if worst < best[0]:
            best = (worst, c)
        by_n, by_q = 2 * q * (q * q - n * n) / d**2, 2 * n * (n * n - q * q) / d**2
        jacobian = np.hstack([by_n[:, None] * basis_n, by_q[:, None] * basis_q]) / wanted[:, None]
        rows = jacobian * np.sqrt(weight)[:, None]
        normal = rows.T @ rows
        c = c - np.linalg.solve(normal + 1e-3 * np.diag(np.diag(normal)), rows.T @ (error * np.sqrt(weight)))
        weight *= (np.abs(error) / worst + 2e-2) ** 0.5
        weight /= weight.mean()
    worst, c = best
    p, q = c[:p_terms], np.concatenate([[1.0], c[p_terms:]])
    return (worst, p / LIMIT ** (2.0 * np.arange(p_terms)), q / LIMIT ** (2.0 * np.arange(q_terms)))


def rounded(y: np.ndarray) -> np.ndarray:
    return y.astype(np.float32).astype(np.float64)


def evaluate_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    def horner(c: np.ndarray, u: np.ndarray) -> np.ndarray:
        c = rounded(c)
        y = np.full_like(u, c[-1])
        for k in c[-2::-1]:
            y = rounded(y * u + k)
        return y

    x = rounded(np.clip(x, -LIMIT, LIMIT))
    u = rounded(x * x)
    n, q_x = rounded(x * horner(p, u)), horner(q, u)
    return rounded(rounded(n * (q_x + q_x)) / rounded(n * n + rounded(q_x * q_x)))


def main() -> None:
    p_terms, q_terms = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (3, 3)
    worst, p, q = fit(p_terms, q_terms)
    x = rounded(np.linspace(-12, 12, 2_000_001))
    error = np.abs(evaluate_float32(p, q, x) - np.tanh(x))
    print("P:", ", ".join(f"{np.float32(v):.9g}F" for v in p))
    print("Q:", ", ".join(f"{np.float32(v):.9g}F" for v in q))
    print(f"largest relative error of the formula: {worst:.3g}")
    print(f"largest absolute error in float32: {error.max():.3g} at x = {x[error.argmax()]:.4g}")


if __name__ == "__main__":
    main()
