"""The budgets, measured: ``python -m benchmarks``. Figures are ratios, as machines differ."""
