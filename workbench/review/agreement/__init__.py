"""How far annotators agree.

`annotators` says who is compared with whom, on what → `figures` (F1 by layer, type and role), `items` (kappa of types
and attributes, boundaries, values) and `unitizing` (gamma and alpha_U over documents) are what it measures → `results`
holds the outcome → `report` prints it. `kappa`, `gamma` and `alpha_u` are the coefficients themselves.
"""
