// Colours of the editor. They come from the page's own colours where there is one, so that light and dark follow by themselves.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const INK = {
    tag: "light-dark(#24427f, #93b2f4)",
    attribute: "light-dark(#7636a6, #cda4f2)",
    text: "light-dark(#1b7043, #6bd097)",
    comment: "light-dark(#586174, #a0abbd)",
    fault: "light-dark(#b02330, #f59393)",
};

const look = EditorView.theme({
    "&": {
        height: "100%",
        minHeight: "24rem",
        border: "1px solid light-dark(#8d94a3, #66718a)",
        borderRadius: "var(--tblr-border-radius)",
        overflow: "hidden",
        backgroundColor: "var(--tblr-bg-forms)",
        color: "var(--tblr-body-color)",
        fontSize: "0.8125rem",
    },
    "&.cm-focused": { outline: "2px solid var(--tblr-focus-ring-color)", outlineOffset: "0" },
    ".cm-scroller": { fontFamily: "var(--tblr-font-monospace)", lineHeight: "1.6", maxHeight: "70vh", minHeight: "24rem" },
    ".cm-content, .cm-gutter": { minHeight: "calc(24rem - 2px)" },
    ".cm-content": { caretColor: "var(--tblr-body-color)", padding: "0.5rem 0" },
    ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
    ".cm-gutters": { backgroundColor: "var(--tblr-bg-surface-tertiary)", color: "var(--tblr-secondary)", border: "none" },
    ".cm-activeLine": { backgroundColor: "var(--tblr-hover-bg)" },
    ".cm-activeLineGutter": { backgroundColor: "var(--tblr-active-bg)", color: "var(--tblr-body-color)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
        backgroundColor: "light-dark(#cfdcf7, #34508c)",
    },
    ".cm-liquid-value, .cm-liquid-value *": { color: "light-dark(#8a3d06, #f2ab6b)" },
    ".cm-liquid-tag, .cm-liquid-tag *": { color: "light-dark(#8a3d06, #f2ab6b)", fontWeight: "600" },
    ".cm-liquid-value, .cm-liquid-tag": { backgroundColor: "light-dark(#fbf0e4, #33281f)", borderRadius: "3px" },
    ".cm-called-line": { backgroundColor: "light-dark(#fbe9b7, #4d421c)" },
});

const syntax = HighlightStyle.define([
    { tag: [tags.tagName, tags.angleBracket, tags.heading], color: INK.tag },
    { tag: tags.heading, fontWeight: "600" },
    { tag: [tags.attributeName, tags.keyword, tags.url, tags.link], color: INK.attribute },
    { tag: [tags.attributeValue, tags.string], color: INK.text },
    { tag: [tags.comment, tags.meta, tags.processingInstruction, tags.quote], color: INK.comment },
    { tag: tags.strong, fontWeight: "700" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.monospace, color: INK.text },
    { tag: tags.invalid, color: INK.fault },
]);

/** Everything about colours, frame and type. */
export const looks = [look, syntaxHighlighting(syntax)];
