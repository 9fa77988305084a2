"""Passwords of tests: the algorithm of the product at a hundredth of its cost, which is there to slow attackers down, not us."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2id with the least that the library allows; tests/web/test_entry.py looks at the real cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
