// [data-submit-on-change] on a select or checkbox: sends its form when another value is chosen.
// The form's own button carries data-submit-spare: it is for pages without scripts and hidden otherwise.

document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit-on-change]")) {
        event.target.form?.requestSubmit();
    }
});
