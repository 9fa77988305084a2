"""From what the writer wrote to what one person reads: Liquid in MJML, HTML, Markdown or plain text to pieces.

Door: `compile.compile_variant` (once per variant), `pieces.join` and `pieces.Slot.render` (once per message),
`text.derive_text` (the plain-text part to edit), `checks.check` (before sending), `errors`.

Pure: knows no Django, no database, no network and no clock; nothing that it renders loads anything from elsewhere
unless the writer named it.

How: every Liquid tag becomes an opaque word (`tokens`), MJML and CSS inlining see only such words (`mjml`, `styles`),
then the tags come back into the finished HTML, which is parsed as Liquid: what is fixed becomes text, each largest
top-level Liquid node becomes a Slot that knows the context it stands in (`places`, `context`, `slots`).
"""
