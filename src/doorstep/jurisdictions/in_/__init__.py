"""India: the rules of recovery that can be judged before a contact, to 2026 and from 2027."""
