// <source-editor data-format-from="#id_format"><textarea name="source">…</textarea></source-editor>
//
// The textarea stays and holds the text: the form posts it, data-keep keeps it, and without scripts it is the editor.
// CodeMirror stands in a shadow tree, where its styles are adopted style sheets, which our Content-Security-Policy allows.
// Tab leaves the editor as it leaves every other field. [data-editor-line="12"] anywhere in the page goes to line 12
// (of the editor that data-editor="#id" names, otherwise the first). data-format instead of data-format-from is fixed.
// Its name is the textarea's label. Words: none.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { language, liquid } from "./editor/languages.js";
import { looks } from "./editor/looks.js";

function nameOf(textarea) {
    const label = textarea.labels?.[0];
    return textarea.getAttribute("aria-label") ?? label?.textContent.trim() ?? textarea.name;
}

/** What assistive technology says of the textarea, it says of the editor. */
function attributesOf(textarea) {
    const hints = (textarea.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    const described = hints.map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean).join(" ");
    return {
        "aria-label": nameOf(textarea),
        spellcheck: "true",
        lang: textarea.lang || document.documentElement.lang,
        ...(described && { "aria-description": described }),
        ...(textarea.matches(".is-invalid, [aria-invalid=true]") && { "aria-invalid": "true" }),
    };
}

class SourceEditor extends HTMLElement {
    connectedCallback() {
        this.textarea = this.querySelector("textarea");
        if (!this.textarea || this.view) {
            return;
        }
        const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
        const place = document.createElement("div");
        root.replaceChildren(place, document.createElement("slot"));
        this.format = document.querySelector(this.dataset.formatFrom ?? null);
        this.mode = new Compartment();
        this.view = new EditorView({ root, parent: place, state: this.firstState() });
        this.listen();
        this.textarea.tabIndex = -1;
        this.textarea.setAttribute("aria-hidden", "true");
        this.dataset.ready = "";
        if (document.activeElement === this.textarea) {
            this.view.focus(); // the first field with a fault got the focus before we came
        }
    }

    disconnectedCallback() {
        this.listening?.abort();
        this.view?.destroy();
        this.view = null;
        delete this.dataset.ready;
    }

    firstState() {
        const readOnly = this.textarea.readOnly || this.textarea.disabled;
        return EditorState.create({
            doc: this.textarea.value,
            extensions: [
                lineNumbers(),
                highlightActiveLine(),
                highlightActiveLineGutter(),
                history(),
                bracketMatching(),
                EditorView.lineWrapping,
                indentUnit.of("  "),
                keymap.of([...defaultKeymap, ...historyKeymap]),
                this.mode.of(language(this.currentFormat())),
                liquid,
                looks,
                EditorState.readOnly.of(readOnly),
                EditorView.contentAttributes.of({tabindex: "0", ...attributesOf(this.textarea)}),
                EditorView.updateListener.of((update) => update.docChanged && this.toTextarea()),
            ],
        });
    }

    listen() {
        this.listening = new AbortController();
        const { signal } = this.listening;
        this.textarea.addEventListener("input", () => this.fromTextarea(), { signal });
        this.textarea.addEventListener("focus", () => this.view.focus(), { signal }); // also by a click on its label
        this.textarea.form?.addEventListener("reset", () => setTimeout(() => this.fromTextarea()), { signal });
        this.format?.addEventListener("change", () => this.recolour(), { signal });
    }

    currentFormat() {
        return this.format?.value ?? this.dataset.format ?? "";
    }

    recolour() {
        this.view.dispatch({ effects: this.mode.reconfigure(language(this.currentFormat())) });
    }

    toTextarea() {
        const text = this.view.state.doc.toString();
        if (text !== this.textarea.value) {
            this.textarea.value = text;
            this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }

    fromTextarea() {
        const text = this.textarea.value;
        if (text !== this.view.state.doc.toString()) {
            this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
        }
    }

    /** Puts the cursor at the start of `line`, 1 and up; beyond the end it is the last one. */
    goTo(line) {
        const { doc } = this.view.state;
        const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
        this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
        this.view.focus();
    }
}

customElements.define("source-editor", SourceEditor);

document.addEventListener("click", (event) => {
    const pointer = event.target.closest?.("[data-editor-line]");
    const editor = pointer && document.querySelector(pointer.dataset.editor ?? "source-editor");
    if (editor?.view) {
        event.preventDefault();
        editor.goTo(Number.parseInt(pointer.dataset.editorLine, 10));
    }
});
