/** The one stylesheet: light and dark by what the reader's system says, system fonts, printable, from 360 pixels on. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2733;--soft:#566373;--line:#d8dee5;--back:#fff;--raised:#f5f7f9;--link:#1f4e79;--good:#1d6b45;--bad:#a3261d;--warn:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ink:#e7ecf1;--soft:#a3b0bd;--line:#36424e;--back:#151b21;--raised:#1e262e;--link:#8cc0f0;--good:#6fce9d;--bad:#ff9b90;--warn:#f0c060}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding-top:1rem;padding-bottom:1rem;border-bottom:1px solid var(--line)}
header .home{font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none}
h1{font-size:1.5rem;margin:1.25rem 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0 .75rem;max-width:48rem;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,input:focus-visible,button:focus-visible,select:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.soft{color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.state{font-weight:600;white-space:nowrap}
.note{border-left:4px solid var(--warn);background:var(--raised);padding:.5rem .75rem;margin:1rem 0}
.note.bad{border-color:var(--bad);color:inherit}
.note p{margin:.15rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.figures li{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.figures li{position:relative}.figures li>a:first-child{color:inherit;text-decoration:none}.figures li>a:first-child::after{content:"";position:absolute;inset:0;border-radius:.5rem}
.figures li>a:first-child:focus-visible{outline:none}.figures li>a:first-child:focus-visible::after{outline:3px solid var(--link);outline-offset:2px}.figures li:hover:has(a){border-color:var(--link)}
.figures a .value{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}.figures .soft a{position:relative}
.figures .value{display:block;font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600}
td[data-label=Time]{white-space:nowrap}.kind{white-space:nowrap}
thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}
td.number,th.number{text-align:right}
code,.hash{font:.85em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
form{display:flex;flex-wrap:wrap;gap:.5rem;margin:.75rem 0;align-items:end}
label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft)}
input,select,button{font:inherit;color:var(--ink);background:var(--back);border:1px solid var(--soft);border-radius:.35rem;padding:.3rem .5rem;max-width:100%}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0;padding:0}
.chart{width:100%;height:auto;max-width:48rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1rem;margin:.75rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:1.5rem;padding-bottom:2rem;color:var(--soft);font-size:.85rem}
@media (min-width:40.01rem){.exposed th[scope=row]{min-width:12rem}.exposed td:nth-child(2){white-space:nowrap}}
@media (max-width:40rem){
.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacked tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}
.stacked th[scope=row],.stacked td{display:grid;grid-template-columns:8rem 1fr;gap:.5rem;border:0;padding:.15rem 0;text-align:left}
.stacked [data-label]::before{content:attr(data-label);color:var(--soft);font-weight:400}
.exposed th[scope=row],.exposed td{grid-template-columns:5.5rem 1fr}
dl{grid-template-columns:1fr}dt{margin-top:.4rem}
.figures{grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem}.figures li{padding:.4rem .5rem;font-size:.8rem;overflow-wrap:anywhere}.figures .value{font-size:1.25rem}
}
@media print{header nav,form,.pages{display:none}body{background:#fff;color:#000}a{color:inherit;text-decoration:none}.figures li,.note{break-inside:avoid}}
`.trim();
