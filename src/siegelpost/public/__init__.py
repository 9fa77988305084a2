"""What strangers touch: unsubscribe, preferences, confirmation, sign-up form, web version. German and English, no JavaScript, no cookies.

Doors hold no rules: a view reads the token or the form, calls one flow and answers with one page.
Modules: `urls` and `views` (routes), `forms` (the hosted form), `pages` (language, templates, headers), `tokens`, `errors`, `middleware`.
"""
