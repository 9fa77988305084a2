// Which language is coloured how: HTML and MJML, Markdown, plain text; Liquid tags on top of each.

import { html } from "@codemirror/lang-html";
import { markdown } from "@codemirror/lang-markdown";
import { Decoration, MatchDecorator, ViewPlugin } from "@codemirror/view";

const MARKUP = /^(?:html|mjml)$/;

/** The extension that colours `format` (mjml, html, markdown, anything else is plain text). */
export function language(format) {
    if (MARKUP.test(format)) {
        return html({ matchClosingTags: format === "html", selfClosingTags: true });
    }
    return format.startsWith("m") ? markdown() : [];
}

const tags = new MatchDecorator({
    regexp: /\{\{.*?\}\}|\{%.*?%\}/g,
    decoration: ([text]) => Decoration.mark({ class: text.startsWith("{{") ? "cm-liquid-value" : "cm-liquid-tag" }),
});

/** Marks {{ values }} and {% tags %}. */
export const liquid = ViewPlugin.define(
    (view) => ({
        marks: tags.createDeco(view),
        update(change) {
            this.marks = tags.updateDeco(change, this.marks);
        },
    }),
    { decorations: (plugin) => plugin.marks },
);
