#!/usr/bin/env python3
"""Fits the approximation of tanh that the SIMD kernels use, and prints its coefficients.

tanh(x) = 2 t / (1 + t^2) with t = tanh(x / 2), and t ~ n / q, n = x P(x^2), q = Q(x^2), on |x| <= LIMIT; beyond, x is
clamped. So tanh(x) ~ 2 n q / (q^2 + n^2): doubling the angle costs less than the higher degrees that a rational
function of its own would need, because the outer formula forgives errors of t where tanh is close to 1.

The fit minimises the largest relative error of the whole expression by Gauss-Newton steps on a least-squares problem,
reweighted towards the points of large error. The reported error is that of the float32 evaluation with fused
multiply-adds, emulated in float64 with one rounding a step.

Needs python3-numpy.
"""
import argparse

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


def half_argument_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    def horner(c: np.ndarray, u: np.ndarray) -> np.ndarray:
        c = rounded(c)
        y = np.full_like(u, c[-1])
        for k in c[-2::-1]:
            y = rounded(y * u + k)
        return y

    x = rounded(np.clip(x, -LIMIT, LIMIT))
    u = rounded(x * x)
    return rounded(x * horner(p, u)), horner(q, u)


def tanh_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    n, q_x = half_argument_float32(p, q, x)
    return rounded(rounded(n * (q_x + q_x)) / rounded(n * n + rounded(q_x * q_x)))


def sigmoid_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    n, q_x = half_argument_float32(p, q, rounded(0.5 * x))
    return rounded(0.5 + rounded(rounded(n * q_x) / rounded(n * n + rounded(q_x * q_x))))


def panel(name: str, x: np.ndarray, error: np.ndarray, top: int) -> list[str]:
    """One diagram of 640 x 160 units: between its least and its greatest error in each column."""
    left, width, middle, tall, full = 60, 640, top + 80, 160, 4e-7
    columns = np.array_split(np.arange(len(x)), width)
    y = [(middle - tall / 2 * bound(error[c]) / full) for bound in (np.max, np.min) for c in columns]
    across = [left + i for i in range(width)]
    points = " ".join(f"{a},{b:.1f}" for a, b in zip(across + across[::-1], y[:width] + y[:width - 1:-1]))
    parts = [f'<text x="{left}" y="{top - 6}">{name}</text>']
    for tick in range(-4, 5, 2):
        at = middle - tall / 2 * tick * 1e-7 / full
        parts.append(f'<path d="M{left} {at:.0f}h{width}" stroke="#ddd"/>')
        label = f"{tick}e-7" if tick else "0"
        parts.append(f'<text x="{left - 6}" y="{at + 4:.0f}" text-anchor="end">{label}</text>')
    for tick in range(-12, 13, 4):
        at = left + width * (tick + 12) / 24
        parts.append(f'<text x="{at:.0f}" y="{top + tall + 16}" text-anchor="middle">{tick}</text>')
    parts.append(f'<polygon points="{points}" fill="#36c" stroke="#36c" stroke-width="0.5"/>')
    return parts


def plot(file: str, panels: list[tuple[str, np.ndarray]], x: np.ndarray) -> None:
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 440" font-family="sans-serif" font-size="12">',
             '<rect width="720" height="440" fill="#fff"/>']
    for i, (name, error) in enumerate(panels):
        parts += panel(f"{name}: error over x, at most {np.abs(error).max():.2g}", x, error, 30 + 215 * i)
    with open(file, "w", encoding="utf-8") as out:
        out.write("\n".join(parts) + "\n</svg>\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FILE.svg", help="also draws the errors of tanh and of the sigmoid that is made of it")
    parser.add_argument("--terms", nargs=2, type=int, default=(3, 3), metavar=("P", "Q"), help="default 3 3")
    arguments = parser.parse_args()
    worst, p, q = fit(*arguments.terms)
    x = rounded(np.linspace(-12, 12, 2_000_001))
    of_tanh = tanh_float32(p, q, x) - np.tanh(x)
    of_sigmoid = sigmoid_float32(p, q, x) - 1 / (1 + np.exp(-x))
    if arguments.plot:
        plot(arguments.plot, [("tanh(x)", of_tanh), ("sigmoid(x)", of_sigmoid)], x)
    error = np.abs(of_tanh)
    print("P:", ", ".join(f"{np.float32(v):.9g}F" for v in p))
    print("Q:", ", ".join(f"{np.float32(v):.9g}F" for v in q))
    print(f"largest relative error of the formula: {worst:.3g}")
    print(f"largest absolute error in float32: {error.max():.3g} at x = {x[error.argmax()]:.4g}")


if __name__ == "__main__":
    main()
