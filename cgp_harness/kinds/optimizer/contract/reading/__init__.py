"""How code of other courses is read: what a form is, what it needs, how a rule is found."""
