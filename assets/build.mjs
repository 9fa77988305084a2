// Builds what the browser gets: scripts, styles, icons, the mark. Started by scripts/build_assets.py.
//
// HTMX    path of the minified htmx 2 (it comes with django-htmx)
// TARGET  folder to write into: content-hashed files with .gz and .br beside them,
//         manifest.json {logical name: hashed name}, icons.json {icon: inner svg}, licenses.txt

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { licenses } from "./licenses.mjs";
import { prune } from "./prune.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(HERE, "source");
const TARGET = process.env.TARGET;
const HTMX = process.env.HTMX;
const SCRIPTS = ["first.js", "app.js", "editor.js", "charts.js"];
const STYLES = ["app.css"];
const PICTURES = ["mark.svg", "favicon.svg"];
const HASH_LENGTH = 12; // what WhiteNoise takes for a name whose content never changes

const pruneTabler = {
    name: "prune-tabler",
    setup(builder) {
        builder.onLoad({ filter: /[\\/]tabler\.css$/ }, ({ path }) => ({ contents: prune(readFileSync(path, "utf8")), loader: "css" }));
    },
};

async function bundled() {
    const options = { bundle: true, minify: true, write: false, metafile: true, legalComments: "none", outdir: TARGET, logLevel: "warning" };
    const from = (names) => names.map((name) => join(SOURCE, name));
    const scripts = await build({ ...options, entryPoints: from(SCRIPTS), format: "iife", target: "es2020" });
    const styles = await build({ ...options, entryPoints: from(STYLES), plugins: [pruneTabler] });
    const files = [...scripts.outputFiles, ...styles.outputFiles].map(({ path, contents }) => [path.slice(TARGET.length + 1), Buffer.from(contents)]);
    const inputs = [...Object.keys(scripts.metafile.inputs), ...Object.keys(styles.metafile.inputs)];
    return { files, inputs };
}

function hashed(name, content) {
    const dot = name.lastIndexOf(".");
    const hash = createHash("sha256").update(content).digest("hex").slice(0, HASH_LENGTH);
    return `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
}

function write(name, content) {
    const half = join(TARGET, `${name}.new`);
    writeFileSync(half, content);
    renameSync(half, join(TARGET, name)); // a server that reads at this moment sees the old file or the new one
}

function writePacked(name, content) {
    write(name, content);
    write(`${name}.gz`, gzipSync(content, { level: 9 }));
    write(`${name}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}

/** The drawing inside one Tabler icon; `{% icon %}` puts the <svg> around it. */
function drawing(icon) {
    const svg = readFileSync(join(HERE, "node_modules/@tabler/icons/icons/outline", `${icon}.svg`), "utf8");
    return svg
        .replace(/^[\s\S]*?<svg[^>]*>/, "")
        .replace("</svg>", "")
        .replace(/<path stroke="none"[^>]*\/>/, "")
        .replace(/\s*\n\s*/g, "")
        .replace(/ \/>/g, "/>");
}

function icons() {
    const names = readFileSync(join(SOURCE, "icons.txt"), "utf8").split("\n").filter(Boolean);
    return Object.fromEntries(names.sort().map((name) => [name, drawing(name)]));
}

function sweep(keep) {
    const ours = /^[a-z-]+\.[0-9a-f]{12}\.(?:js|css|svg)(?:\.gz|\.br)?$|\.new$/;
    for (const name of readdirSync(TARGET)) {
        if (ours.test(name) && !keep.has(name.replace(/\.(gz|br)$/, ""))) {
            rmSync(join(TARGET, name));
        }
    }
}

const { files, inputs } = await bundled();
files.push(["htmx.js", readFileSync(HTMX)]);
for (const name of PICTURES) {
    files.push([name, readFileSync(join(SOURCE, name))]);
}
mkdirSync(TARGET, { recursive: true });
const manifest = {};
for (const [name, content] of files) {
    manifest[name] = hashed(name, content);
    writePacked(manifest[name], content);
}
write("icons.json", JSON.stringify(icons()));
write("licenses.txt", licenses(HERE, inputs));
write("manifest.json", JSON.stringify(manifest, null, 1)); // last: whoever reads it finds the files
sweep(new Set(Object.values(manifest)));
