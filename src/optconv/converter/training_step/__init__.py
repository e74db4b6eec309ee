"""Training steps, for targets in which gradients come from a function and not from ``backward()``.

What clears gradients, computes them and updates parameters with them is found (`verbs`), the forward pass is
cut out (`forward`, by what `dataflow` says), it is decided which gradients each update gets (`gradients`),
and all of it is written (`emit`). A step that cannot be cut out safely stays as it is, with a reason.
"""
