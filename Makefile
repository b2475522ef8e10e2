# Two commands set up and run: `make grade` and `make test`. Each makes .venv on first use.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= out
ISOLATION ?= landlock

.PHONY: grade test lint docs check clean

grade: .venv/.installed
	$(BIN)/cgp grade assignments/cgp_assignments/step_size/examples -a step_size -o $(OUT) \
		--isolation $(ISOLATION)

test: .venv/.installed
	$(BIN)/python -m pytest -n 3 --dist worksteal

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/.installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

check: lint test

clean:
	rm -rf .venv out dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	touch $@
