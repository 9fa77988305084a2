"""What mail providers post to us: bounces and complaints of mail that went out through them.

`models` lie in the control database: an account with a provider may send for several tenants. `services` keeps addresses and posts;
pure: `gates` (is it genuine), `events` (what all of them have in common) and a module for each provider.
"""
