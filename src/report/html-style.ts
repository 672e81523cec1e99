/** The one style sheet of the HTML report. No fonts, no images: the file must look the same without a network. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1d2430; --soft: #5b6675; --line: #dde2e8; --accent: #1f5fbf;
  --pass: #1f7a43; --issues: #9a5b00; --fail: #b3261e; --unknown: #6b46a8; --new: #1f6f8b; --archived: #66707c; --note: #fff6dd; --noteline: #e6c766; --row: #f2f6fc; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1a2029; --ink: #e6eaf0; --soft: #9daab9; --line: #303a47; --accent: #82b1ff;
  --pass: #63c98b; --issues: #e6ab4d; --fail: #ff8a80; --unknown: #bfa0f5; --new: #6cc5de; --archived: #a3adb9; --note: #2d2713; --noteline: #6d5a1e; --row: #212a36; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main, header, footer { max-width: 1500px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 19px; margin: 36px 0 10px; }
h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 6px 0; max-width: 110ch; }
.soft, footer { color: var(--soft); }
.pill { display: inline-block; padding: 1px 10px; border: 1px solid currentColor; border-radius: 99px; font-size: 13px; font-weight: 600; }
.notice { background: var(--note); border: 1px solid var(--noteline); border-radius: 8px; padding: 10px 14px; margin: 16px 0; }
.notice ul { margin: 6px 0 2px; padding-left: 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 18px 0 10px; }
.tile { display: flex; flex-direction: column; text-align: left; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-top: 4px solid currentColor; border-radius: 8px; padding: 10px 14px; cursor: pointer; }
.tile[aria-pressed=true] { outline: 2px solid var(--accent); }
.tile b { display: block; font-size: 27px; line-height: 1.15; font-variant-numeric: tabular-nums; }
.tile span { color: var(--ink); } .tile small { display: block; color: var(--soft); font-size: 12.5px; line-height: 1.35; margin-top: 4px; }
.bar { display: block; width: 100%; height: 12px; border-radius: 6px; background: var(--line); }
.Pass { color: var(--pass); fill: var(--pass); } .Issues { color: var(--issues); fill: var(--issues); } .Fail { color: var(--fail); fill: var(--fail); }
.Unknown { color: var(--unknown); fill: var(--unknown); } .New { color: var(--new); fill: var(--new); } .Archived { color: var(--archived); fill: var(--archived); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 4px 28px; margin: 16px 0 0; }
.figures div { display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px solid var(--line); padding: 5px 0; }
.figures dt { color: var(--soft); } .figures dd { margin: 0; white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums; }
.bars { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin: 10px 0; }
.bars label { display: grid; font-size: 12.5px; color: var(--soft); gap: 2px; }
input, select, .bars button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; }
input { width: min(380px, 80vw); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.scroll { overflow: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
#scroll { height: min(72vh, 900px); }
table { border-collapse: collapse; }
.scroll th, .scroll td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
.scroll thead th { position: sticky; top: 0; background: var(--card); color: var(--soft); font-weight: 600; z-index: 1; box-shadow: 0 1px 0 var(--line); }
#grid { table-layout: fixed; border-collapse: separate; border-spacing: 0; font-size: 14px; }
#grid th { padding: 0; height: 46px; vertical-align: bottom; }
#grid th button { all: unset; box-sizing: border-box; width: 100%; cursor: pointer; padding: 4px 10px; line-height: 1.25; }
#grid th button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
#grid td { height: 32px; padding: 0 10px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; }
#grid tr.pad td { padding: 0; border: 0; }
#grid tbody tr:hover td { background: var(--row); }
#grid td.number { text-align: right; font-variant-numeric: tabular-nums; } #grid th.number button { text-align: right; }
#grid td.result { font-weight: 600; }
.link { all: unset; cursor: pointer; color: var(--accent); } .link:hover { text-decoration: underline; } .link:focus-visible { outline: 2px solid var(--accent); }
a { color: var(--accent); }
dialog { width: min(860px, 94vw); max-height: 88vh; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0 22px 20px; }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog .top { position: sticky; top: 0; background: var(--card); display: flex; justify-content: space-between; align-items: start; gap: 16px; padding: 18px 0 8px; }
dialog .top h3 { font-size: 19px; margin: 0; overflow-wrap: anywhere; }
dialog dl { display: grid; grid-template-columns: minmax(150px, 220px) 1fr; gap: 3px 16px; margin: 0; }
dialog dt { color: var(--soft); } dialog dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
summary { cursor: pointer; font-weight: 600; padding: 6px 0; }
code { font-family: ui-monospace, Consolas, monospace; font-size: 13px; }
td.figure, th.figure { text-align: right !important; font-variant-numeric: tabular-nums; }
footer { padding-top: 28px; padding-bottom: 40px; font-size: 13px; }
@media print { .bars, dialog { display: none; } #scroll { height: auto; overflow: visible; } body { background: #fff; } }
`;
