"""Gold releases: frozen, verified, compared.

`candidate` reads a batch → `reasons` says what keeps it from being released → `release` writes its files: `manifest` is the
record of its facts, which `counts` and `agreement` make, `datasheet` and `croissant` tell them. `check` verifies a release,
`diff` compares two by `pairing` and `changes`. A release never changes: a correction is a new decision and a new release.
"""
