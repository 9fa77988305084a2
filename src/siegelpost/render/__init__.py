"""From what the writer wrote to what one person reads: Liquid in MJML, HTML, Markdown or plain text to pieces.

Door: `compile.compile_variant` (once per variant), `pieces.join` and `mime.filler` (once per message), `checks.check`
(before sending), `mime` (pieces to the bytes of a message), `errors`.

Pure: knows no Django, no database, no network and no clock; nothing that it renders loads anything from elsewhere
unless the writer named it.

How: every Liquid tag becomes an opaque word (`tokens`), MJML and CSS inlining see only such words (`mjml`, `page`),
then the tags come back into the finished HTML, which is parsed as Liquid: what is fixed becomes text, each largest
top-level Liquid node becomes a Slot that knows the context it stands in (`places`, `context`, `slots`).
"""
