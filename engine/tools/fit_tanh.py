#!/usr/bin/env python3
"""Fits the approximation of tanh that the SIMD kernels use, and prints its coefficients.

tanh(x) ~ x P(x^2) / Q(x^2) on |x| <= LIMIT; beyond, x is clamped. All zeros and poles lie on the imaginary axis, as
those of tanh do, so that P and Q are also products of x^2 + a with a > 0: the form for where latency counts.

The fit minimises the largest relative error by least squares, reweighted towards the points of large error. The
reported errors are those of the float32 evaluation with fused multiply-adds, emulated in float64 with one rounding a
step.

Needs python3-numpy.
"""
import argparse

import numpy as np

LIMIT = 7.8


def fit(p_terms: int, q_terms: int) -> tuple[float, np.ndarray, np.ndarray]:
    """The largest relative error; P and Q in ascending powers, the last coefficient of Q being 1."""
    x = LIMIT * (0.5 - 0.5 * np.cos(np.pi * np.linspace(1e-4, 1, 3000)))
    u = (x / LIMIT) ** 2
    wanted = np.tanh(x)
    basis_n = x[:, None] * u[:, None] ** np.arange(p_terms)
    basis_q = u[:, None] ** np.arange(1, q_terms)
    weight = np.ones_like(x)
    q = np.ones_like(x)
    best = (np.inf, np.zeros(p_terms + q_terms - 1))
    for _ in range(3000):
        # (n - q tanh) / (q tanh) with the q of the step before is linear in the coefficients.
        scale = np.sqrt(weight) / (q * wanted)
        rows = np.hstack([basis_n, -wanted[:, None] * basis_q]) * scale[:, None]
        c = np.linalg.lstsq(rows, wanted * scale, rcond=None)[0]
        q = 1 + basis_q @ c[p_terms:]
        error = np.abs(basis_n @ c[:p_terms] / (q * wanted) - 1)
        if error.max() < best[0]:
            best = (error.max(), c)
        weight *= (error / error.max() + 1e-3) ** 0.3
        weight /= weight.mean()
    worst, c = best
    p = c[:p_terms] / LIMIT ** (2.0 * np.arange(p_terms))
    q = np.concatenate([[1.0], c[p_terms:]]) / LIMIT ** (2.0 * np.arange(q_terms))
    return worst, p / q[-1], q / q[-1]


def rounded(y: np.ndarray) -> np.ndarray:
    return y.astype(np.float32).astype(np.float64)


def clamped(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = np.clip(x, -rounded(np.array(LIMIT)), rounded(np.array(LIMIT)))
    return x, rounded(x * x)


def fraction_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    def horner(c: np.ndarray, u: np.ndarray) -> np.ndarray:
        c = rounded(c)
        y = np.full_like(u, c[-1])
        for k in c[-2::-1]:
            y = rounded(y * u + k)
        return y

    x, u = clamped(x)
    return rounded(x * horner(p, u)), horner(q, u)


def tanh_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    n, d = fraction_float32(p, q, x)
    return rounded(n / d)


def sigmoid_float32(p: np.ndarray, q: np.ndarray, x: np.ndarray) -> np.ndarray:
    return rounded(0.5 * tanh_float32(p, q, rounded(0.5 * x)) + 0.5)


def factors(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Of P with four terms and Q with five: the last coefficient of P, a zero, then pairs a, b of u^2 + a u + b."""
    zeros, poles = (np.sort(-np.roots(c[::-1]).real) for c in (p, q))
    pairs = [zeros[[0, 2]], poles[[0, 2]], poles[[1, 3]]]
    return np.array([p[-1], zeros[1]] + [value for pair in pairs for value in (pair.sum(), pair.prod())])


def tanh_by_factors_float32(f: np.ndarray, x: np.ndarray) -> np.ndarray:
    f = rounded(f)
    x, u = clamped(x)

    def factor(i: int) -> np.ndarray:
        return rounded(rounded(u + f[i]) * u + f[i + 1])

    line = rounded(rounded(x * f[0]) * rounded(u + f[1]))
    return rounded(rounded(line * factor(2)) / rounded(factor(4) * factor(6)))


def panel(name: str, x: np.ndarray, error: np.ndarray, top: int) -> list[str]:
    """One diagram of 640 x 160 units: between its least and its greatest error in each column."""
    left, width, middle, tall, full = 60, 640, top + 80, 160, 6e-7
    columns = np.array_split(np.arange(len(x)), width)
    y = [(middle - tall / 2 * bound(error[c]) / full) for bound in (np.max, np.min) for c in columns]
    across = [left + i for i in range(width)]
    points = " ".join(f"{a},{b:.1f}" for a, b in zip(across + across[::-1], y[:width] + y[:width - 1:-1]))
    parts = [f'<text x="{left}" y="{top - 6}">{name}</text>']
    for tick in range(-6, 7, 3):
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
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 655" font-family="sans-serif" font-size="12">',
             '<rect width="720" height="655" fill="#fff"/>']
    for i, (name, error) in enumerate(panels):
        parts += panel(f"{name}: error over x, at most {np.abs(error).max():.2g}", x, error, 30 + 215 * i)
    with open(file, "w", encoding="utf-8") as out:
        out.write("\n".join(parts) + "\n</svg>\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FILE.svg", help="also draws the errors of tanh, of the sigmoid that is made of it, and of tanh by factors")
    arguments = parser.parse_args()
    worst, p, q = fit(4, 5)
    f = factors(p, q)
    x = rounded(np.linspace(-12, 12, 2_000_001))
    panels = [("tanh(x)", tanh_float32(p, q, x) - np.tanh(x)),
              ("sigmoid(x)", sigmoid_float32(p, q, x) - 1 / (1 + np.exp(-x))),
              ("tanh(x) by factors", tanh_by_factors_float32(f, x) - np.tanh(x))]
    if arguments.plot:
        plot(arguments.plot, panels, x)
    for name, values in (("P", p), ("Q", q), ("factors", f)):
        print(f"{name}:", ", ".join(f"{np.float32(v):.9g}F" for v in values))
    print(f"largest relative error of the formula: {worst:.3g}")
    for name, error in panels:
        error = np.abs(error)
        print(f"{name}: largest absolute error in float32 {error.max():.3g} at x = {x[error.argmax()]:.4g}")


if __name__ == "__main__":
    main()
