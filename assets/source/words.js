// Texts that scripts show. They are translated on the server and travel as attributes of one element in the page:
//
//   <template id="words" data-copied="Kopiert" data-offline="…"></template>
//
// Each module names its words in its head.

/** The text `name` in the reader's language; English when the page does not carry it. */
export function word(name, english) {
    return document.getElementById("words")?.dataset[name] ?? english;
}
