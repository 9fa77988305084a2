// <canvas data-chart="line|bar" data-source="#table" role="img" aria-label="…">: draws the data table with that id.
//
// The first column holds the labels, every other column is a series with its head as its name. A cell's number is its
// data-value (1234.5) or else its text; a cell without a number (a withheld figure) is a gap. The head cell of a series may carry
// data-colour="sent" (a state, see mailings.css: --state-sent) or data-colour="green" (--tblr-green).
// data-stacked on the canvas piles the series up; data-percent writes % at the axis.
// The canvas stands in a .chart-box, which has its height. Numbers are written in the page's language. Words: none.

import {
    BarController,
    BarElement,
    CategoryScale,
    Chart,
    Filler,
    Legend,
    LinearScale,
    LineController,
    LineElement,
    PointElement,
    Tooltip,
} from "chart.js";
import { onArrival, within } from "./ready.js";

Chart.register(BarController, BarElement, CategoryScale, Filler, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

const PALETTE = ["--tblr-primary", "--tblr-orange", "--tblr-teal", "--tblr-purple", "--tblr-pink", "--tblr-lime"];
const charts = new Map();

/** A custom property as a colour that a canvas understands: light-dark() and var() are worked out by the browser. */
function colour(name, share = 100) {
    const probe = document.createElement("i");
    probe.hidden = true;
    probe.style.color = share < 100 ? `color-mix(in srgb, var(${name}) ${share}%, transparent)` : `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
}

function number(cell) {
    const text = cell?.dataset.value ?? cell?.textContent ?? "";
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return Number.isNaN(value) ? null : value;
}

function colourName(head, at) {
    const wanted = head.dataset.colour;
    if (!wanted) {
        return PALETTE[at % PALETTE.length];
    }
    const state = `--state-${wanted}`;
    return getComputedStyle(document.documentElement).getPropertyValue(state) ? state : `--tblr-${wanted}`;
}

function readTable(table) {
    const heads = [...table.querySelectorAll("thead tr:last-child > *")].slice(1);
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children]);
    return {
        labels: rows.map(([first]) => first.textContent.trim()),
        series: heads.map((head, at) => ({
            label: head.textContent.trim(),
            colour: colourName(head, at),
            data: rows.map((cells) => number(cells[at + 1])),
        })),
    };
}

function dataset(series, kind, many) {
    const line = colour(series.colour);
    return {
        label: series.label,
        data: series.data,
        borderColor: line,
        backgroundColor: kind === "bar" ? line : colour(series.colour, 14),
        borderWidth: kind === "bar" ? 0 : 2,
        borderRadius: 3,
        maxBarThickness: 36,
        fill: kind === "line" && !many,
        tension: 0.25,
        pointRadius: series.data.length > 40 ? 0 : 2.5, // dots only where they can be told apart
        pointHoverRadius: 5,
        pointBackgroundColor: line,
    };
}

function scales(canvas, ink, grid) {
    const stacked = "stacked" in canvas.dataset;
    const percent = "percent" in canvas.dataset;
    const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
    return {
        x: { stacked, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 }, grid: { display: false }, border: { color: grid } },
        y: {
            stacked,
            beginAtZero: true,
            ticks: { color: ink, precision: percent ? 1 : 0, callback: (value) => numbers.format(value) + (percent ? " %" : "") },
            grid: { color: grid },
            border: { display: false },
        },
    };
}

function options(canvas, many) {
    const ink = colour("--tblr-secondary");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
        responsive: true,
        maintainAspectRatio: false,
        locale: document.documentElement.lang || undefined,
        animation: still ? false : { duration: 300 },
        interaction: { mode: "index", intersect: false },
        font: { family: getComputedStyle(document.body).fontFamily },
        plugins: {
            legend: { display: many, position: "bottom", labels: { color: colour("--tblr-body-color"), usePointStyle: true, boxHeight: 7 } },
            tooltip: { backgroundColor: "#141b2d", titleColor: "#fff", bodyColor: "#dbe1eb", padding: 10, cornerRadius: 6, usePointStyle: true },
        },
        scales: scales(canvas, ink, colour("--tblr-border-color")),
    };
}

function draw(canvas) {
    const table = document.querySelector(canvas.dataset.source);
    if (!table) {
        return;
    }
    const kind = canvas.dataset.chart;
    const { labels, series } = readTable(table);
    const many = series.length > 1;
    const datasets = series.map((each) => dataset(each, kind, many));
    charts.get(canvas)?.destroy();
    charts.set(canvas, new Chart(canvas, { type: kind, data: { labels, datasets }, options: options(canvas, many) }));
}

function drawAll(part) {
    for (const [canvas, chart] of charts) {
        if (!canvas.isConnected) {
            chart.destroy();
            charts.delete(canvas);
        }
    }
    within(part, "canvas[data-chart]").forEach(draw);
}

onArrival((part) => {
    drawAll(part);
    // a swapped part may be the table alone
    for (const canvas of charts.keys()) {
        const table = document.querySelector(canvas.dataset.source);
        if (part !== document && (part.contains?.(table) || table?.contains(part))) {
            draw(canvas);
        }
    }
});
document.addEventListener("siegelpost:theme", () => charts.forEach((_, canvas) => draw(canvas)));
