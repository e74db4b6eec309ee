"""optconv: moves PyTorch optimizers, learning-rate schedulers and training loops to other frameworks.

The package has four rooms, and imports between them point one way:
``mappings`` (what is true of the frameworks) <- ``converter`` (how source text becomes other source
text) <- ``parity`` (how we know) <- ``cli`` (what a person sees).
"""

__version__ = "0.1.0"
