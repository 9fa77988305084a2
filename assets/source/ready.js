// Pages come twice: whole, and in parts that htmx swaps in.

/** Calls `start(part)` for the page when it is read, and for each part that htmx puts in later. */
export function onArrival(start) {
    if (document.readyState === "complete") {
        start(document);
    } else {
        window.addEventListener("DOMContentLoaded", () => start(document)); // after htmx, which hears what is done here
    }
    document.addEventListener("htmx:load", (event) => start(event.detail.elt));
    document.addEventListener("htmx:oobAfterSwap", (event) => start(event.detail.target));
}

/** Calls `start()` when the page is read, which may be long before its scripts came. */
export function onRead(start) {
    document.addEventListener("readystatechange", () => document.readyState === "interactive" && start());
}

/** All elements in `part` that match, `part` itself included. */
export function within(part, selector) {
    const found = [...part.querySelectorAll(selector)];
    return part.matches?.(selector) ? [part, ...found] : found;
}
