"""The interface for programs, `/api/v1/…` on the staff's address: JSON in, JSON out, a token in the header and no cookie.

Parses, calls one flow and answers; holds no rules. `ninja` alone knows the library; `gate` lets in and writes down; `answers` stands
before everything below `/api/`.
"""
