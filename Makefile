.PHONY: check fix test

# Everything that must be green before a commit.
check:
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	python -m pytest -q -n auto

fix:
	ruff format .
	ruff check --fix .

test:
	python -m pytest -q -n auto
