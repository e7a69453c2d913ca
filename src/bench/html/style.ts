/** The style of a report: light or dark as the reader's system is, legible on a telephone and on paper. */

/** Colours by C. Okabe and K. Ito, told apart also by those who do not see all of them; lighter ones for the dark. */
const LIGHT = ['#0072b2', '#d55e00', '#00795a', '#a3487f', '#8a6d00', '#3b7dd8', '#5b4b9a', '#555555'];
const DARK = ['#56b4e9', '#ff9a4d', '#3ddbb0', '#e79ccb', '#f0e442', '#8ab8ff', '#b6a6f2', '#bbbbbb'];

const coloursOf = (colours: readonly string[]): string =>
  colours.map((colour, index) => `--c${String(index)}:${colour}`).join(';');

const classesOf = (colours: readonly string[]): string =>
  colours.map((_, index) => `.c${String(index)}{color:var(--c${String(index)})}`).join('\n');

export const REPORT_STYLE: string = `
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#5c6570;--paper:#fff;--rule:#d9dee4;--mark:#b3261e;--bad:#b3261e;--good:#0b6b3a;${coloursOf(LIGHT)}}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--dim:#9aa5b1;--paper:#14171b;--rule:#333a42;--mark:#ff8a80;--bad:#ff8a80;--good:#6fd69b;${coloursOf(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:72rem;background:var(--paper);color:var(--ink);font:1rem/1.45 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:1rem;overflow-wrap:anywhere}h3{font-size:1rem}h4{font-size:.95rem;margin:0 0 .25rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem 2rem}
figure{margin:0}
svg{display:block;width:100%;height:auto}
.grid line{stroke:var(--rule);stroke-width:1}
svg text{fill:var(--dim);font-size:13px}
text.y{text-anchor:end}text.x{text-anchor:middle}
.mark line{stroke:var(--mark);stroke-dasharray:6 3}svg .mark text{fill:var(--mark)}
.series polyline{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.series circle{fill:currentColor}.series .bar{stroke:currentColor}
.d1 polyline{stroke-dasharray:8 3}.d2 polyline{stroke-dasharray:3 3}.void polyline{stroke-dasharray:1 4;stroke-linecap:round}
${classesOf(LIGHT)}
.legend{list-style:none;margin:.25rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.85rem}
.legend li{display:flex;align-items:center;gap:.4rem}.legend svg{width:24px;flex:none}
.wide{overflow-x:auto;margin:.75rem 0}
.wide:focus-visible{outline:2px solid var(--c0)}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.25rem}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap;vertical-align:top}
th:first-child,td:first-child,.left{text-align:left}
td.long{white-space:normal;overflow-wrap:anywhere;text-align:left;min-width:12rem}
.flag{font-weight:600;color:var(--bad)}.kept{color:var(--good)}
details{margin:.75rem 0}
@media print{.wide{overflow:visible}figure,table{break-inside:avoid}}
`;
