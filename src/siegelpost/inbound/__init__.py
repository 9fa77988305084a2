"""The door for mail that comes back: bounces, complaints and `mailto:` unsubscribes, over SMTP and LMTP.

Door: `server` (serve_inbound). Holds no rules: it asks `flows.receive_mail` and answers.
"""
