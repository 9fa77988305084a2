// Leaves out of Tabler's stylesheet the families of rules that no page of ours uses: half of its size.
// A rule goes only when all of its selectors name such a family.

const BRANDS = "(?:facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|x)(?![a-z0-9])";
const FAMILIES = [
    `(?:bg|text|status|btn(?:-ghost|-outline)?)-${BRANDS}`,
    "[a-z-]+-xxl(?:-[a-z0-9]+)?",
    "[mp][tbsexy]?-n[0-9]",
    "navbar-expand(?:-(?:sm|md|xl|xxl))?(?!-)",
    "navbar-(?:floating|folded|overlap|right)",
    "accordion-tabs|bg-gradient|bg-pattern|border-opacity|bs-popover|btn-animate|btn-floating",
    "calendar|callout|card-(?:cover|gradient|group|img|rotate|stamp)|carousel|chat|column-gap|columns|countdown",
    "divide-[xy]|drop(?:end|start|up-center|down-center)|float|form-(?:colorinput|floating|imagecheck|range)|focus-ring",
    "g-col|g-start|grid|hover-(?:elevate|rotate)|icon-(?:tada|rotate|pulse)|img-responsive|layout-boxed",
    "link-(?:offset|opacity|underline)|modal-fullscreen|nav-vertical|object-fit|offcanvas|otp|page-cover|payment",
    "placeholder|popover|prose|ratio|ribbon|row-gap|scrollspy|signal|social|sortable|space-[xy]|sparkline|stars?|strength",
    "sticky-(?:sm|md|lg|xl)|switch-icon|theme-(?:dark|light)|tracking|was-validated|wave",
];
const CLASS = new RegExp(`\\.(?:${FAMILIES.join("|")})(?![a-z])`);
const ELSEWHERE = /html\[data-bs-navbar-theme|body\[data-(?:bs-)?theme|\[data-theme=|\[data-bs-sidebar/;

/** Ends of the block or string that starts at `at`. */
function closing(css, at) {
    let depth = 0;
    for (let i = at; i < css.length; i += 1) {
        const char = css[i];
        if (char === '"' || char === "'") {
            i = css.indexOf(char, i + 1);
        } else if (char === "{") {
            depth += 1;
        } else if (char === "}") {
            depth -= 1;
            if (depth === 0) {
                return i;
            }
        }
    }
    return css.length;
}

/** Splits a list of selectors at its outer commas. */
function selectors(list) {
    const parts = [""];
    let depth = 0;
    for (const char of list) {
        depth += "([".includes(char) - ")]".includes(char);
        if (char === "," && depth === 0) {
            parts.push("");
        } else {
            parts[parts.length - 1] += char;
        }
    }
    return parts.map((part) => part.trim());
}

function isUnused(selector) {
    const positive = selector.replace(/:not\([^)]*\)/g, "").replace(/:is\([^)]*\)/g, "");
    return CLASS.test(positive) || ELSEWHERE.test(positive);
}

function keptRule(head, body) {
    if (/^@(?:media|supports|container|layer)/.test(head)) {
        const inner = prune(body);
        return inner.trim() ? `${head}{${inner}}` : "";
    }
    if (head.startsWith("@")) {
        return `${head}{${body}}`;
    }
    const kept = selectors(head).filter((selector) => !isUnused(selector));
    return kept.length ? `${kept.join(",")}{${body}}` : "";
}

/** The stylesheet `css` without the families above. */
export function prune(css) {
    const text = css.replace(/\/\*[\s\S]*?\*\//g, "");
    let out = "";
    let at = 0;
    for (;;) {
        const open = text.indexOf("{", at);
        if (open < 0) {
            return out + text.slice(at);
        }
        let head = text.slice(at, open).trim();
        const statement = head.lastIndexOf(";"); // @charset and the like stand before the next rule
        if (statement >= 0) {
            out += head.slice(0, statement + 1);
            head = head.slice(statement + 1).trim();
        }
        const end = closing(text, open);
        out += keptRule(head, text.slice(open + 1, end));
        at = end + 1;
    }
}
