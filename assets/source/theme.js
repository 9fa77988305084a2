// Light, dark, or as the system is set. It is in the script that blocks, so that no page flashes in the wrong colours.
//
// <html> gets data-bs-theme="light|dark" (what is shown), data-theme-choice="light|dark|auto" (what was chosen)
// and data-script (scripts run: what needs them may hide). The choice stays in localStorage and is sent nowhere.
// A button with data-theme-switch goes round the three; it may hold [data-theme-icon="light|dark|auto"].
// Words: theme-light, theme-dark, theme-auto (the button's name).

const KEY = "siegelpost-theme";
const CHOICES = ["auto", "light", "dark"];
const ENGLISH = { auto: "Theme: as in the system", light: "Theme: light", dark: "Theme: dark" };
const system = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function stored() {
    try {
        const choice = localStorage.getItem(KEY);
        return CHOICES.includes(choice) ? choice : "auto";
    } catch {
        return "auto"; // storage is switched off: the system decides
    }
}

function store(choice) {
    try {
        localStorage.setItem(KEY, choice);
    } catch {
        // holds for this page only
    }
}

function nameButtons(choice) {
    const words = document.getElementById("words")?.dataset ?? {};
    const name = words[`theme${choice[0].toUpperCase()}${choice.slice(1)}`] ?? ENGLISH[choice];
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
        button.setAttribute("aria-label", name);
        button.title = name;
    }
}

function apply(choice) {
    root.dataset.themeChoice = choice;
    root.dataset.bsTheme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    nameButtons(choice);
    document.dispatchEvent(new CustomEvent("siegelpost:theme"));
}

root.dataset.script = "";
apply(stored());
system.addEventListener("change", () => apply(stored()));
window.addEventListener("storage", (event) => event.key === KEY && apply(stored()));
document.addEventListener("DOMContentLoaded", () => nameButtons(stored()));
document.addEventListener("htmx:load", () => nameButtons(root.dataset.themeChoice));
document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-theme-switch]")) {
        const next = CHOICES[(CHOICES.indexOf(root.dataset.themeChoice) + 1) % CHOICES.length];
        store(next);
        apply(next);
    }
});
