"""All of Qt: what a person sees and touches.

Whoever imports anything of it has Qt loaded as :mod:`opsdesk.ui.binding` does.
"""

from opsdesk.ui import binding

binding.load()
