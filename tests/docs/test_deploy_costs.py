"""The costs in docs/deploy.md: of the prices and the times that are given, and calculated right."""

import ast
import re

import pytest

from tests.docs.page import PAGE, ROOT, table


def value(expression: ast.expr) -> float:
    match expression:
        case ast.BinOp(left, ast.Mult(), right):
            return value(left) * value(right)
        case ast.Constant(int() | float() as number):
            return number
    raise ValueError(ast.dump(expression))


@pytest.mark.parametrize("unit", ["USD", "USD a month"])
def test_the_costs_are_what_their_arithmetic_says(unit: str):
    rows = table(f"| What | How it comes about | {unit} |")
    assert rows
    for what, arithmetic, shown in rows:
        factors = re.sub(r" (s|GB)\b|,", "", arithmetic).replace("×", "*")
        digits = len(shown.partition(".")[2])
        amount = value(ast.parse(factors, mode="eval").body)
        assert round(amount, digits) == float(shown.replace(",", "")), what


def test_the_costs_are_made_of_the_prices_that_are_listed():
    prices = " ".join(price for _, price, _ in table("| Price | USD | As of |"))
    listed = set(re.findall(r"\d+\.\d+", prices))
    for unit in ("USD", "USD a month"):
        for what, arithmetic, _ in table(f"| What | How it comes about | {unit} |"):
            assert arithmetic.split(" × ")[-1] in listed, what


def test_the_times_are_those_that_were_measured():
    measured = (ROOT / "docs" / "cold-start.md").read_text(encoding="utf-8")
    last_column = r"^\| this service, HTTP \| image \| .* \| ([\d.]+)\b[^|]*\|$"
    rows = re.findall(last_column, measured, re.M)
    init, _, warm, _ = rows
    assert f"takes {warm} ms of the function's time and a start {init} ms" in PAGE
    assert f"{int(init) / 1000} s × 1.7275 GB" in PAGE
