// Charts read their colours from the tokens, so that light, dark and a change of theme need no second palette.
const probe = document.createElement("i"); probe.hidden = true; document.body.append(probe);
const tok = n => { probe.style.color = `var(--${n})`; return getComputedStyle(probe).color; };
const short = x => Math.abs(x) >= 1000 ? (x / 1000).toLocaleString("en", { maximumFractionDigits: 1 }) + "k" : x.toLocaleString("en");
const cs = ["c1", "c2", "c3", "c4", "c5"];
const text = () => ({ color: tok("ink3"), fontSize: 11, fontFamily: "system-ui, sans-serif" });
const exact = unit => x => x == null ? "–" : Number(x).toLocaleString("en", unit === "money" ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {}) + (unit === "percent" ? " %" : "");
const base = unit => ({ animation: false, textStyle: text(), grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
  legend: { top: 4, left: 4, itemWidth: 10, itemHeight: 10, textStyle: { ...text(), color: tok("ink2"), fontSize: 12 } },
  tooltip: { trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: tok("hover"), opacity: .6 } }, backgroundColor: tok("panel"), borderColor: tok("line"), textStyle: { color: tok("ink"), fontSize: 12 }, valueFormatter: exact(unit) } });
const cat = data => ({ type: "category", data, axisTick: { show: false }, axisLine: { lineStyle: { color: tok("edge") } }, axisLabel: text() });
const val = () => ({ type: "value", splitNumber: 4, splitLine: { lineStyle: { color: tok("line") } }, axisLabel: { ...text(), formatter: short } });
const uniq = xs => [...new Set(xs)];

// Of a specification's chart and the rows, what ECharts is told.
function option({ columns, rows, chart }) {
  const at = Object.fromEntries(columns.map((c, n) => [c.name, n])), unit = columns[at[chart.y]].unit;
  const get = (row, name) => { const v = row[at[name]]; return v == null ? null : Number(v); };
  if (chart.kind === "bars") {
    const known = rows.filter(r => r[at[chart.y]] != null), most = known.slice(0, known.length > 9 ? 8 : 9).map(r => [r[at[chart.x]], get(r, chart.y)]);
    if (known.length > 9 && unit !== "percent") most.push([`${known.length - 8} others`, known.slice(8).reduce((a, r) => a + get(r, chart.y), 0)]);
    return { ...base(unit), legend: undefined, grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
      xAxis: { ...val(), show: false }, yAxis: { ...cat(most.map(r => r[0])), inverse: true, axisLine: { show: false }, axisLabel: { ...text(), color: tok("ink2") } },
      series: [{ type: "bar", data: most.map(r => r[1]), color: tok("c1"), barMaxWidth: 14, label: { show: true, position: "right", color: tok("ink2"), fontSize: 11, formatter: x => unit === "percent" ? x.value + " %" : Math.round(x.value).toLocaleString("en") }, itemStyle: { borderRadius: [0, 3, 3, 0] } }] };
  }
  const xs = uniq(rows.map(r => r[at[chart.x]])), names = uniq(rows.map(r => r[at[chart.series]]));
  const of = (x, s, name) => { const found = rows.find(r => r[at[chart.x]] === x && r[at[chart.series]] === s); return found ? get(found, name) : null; };
  const sum = (x, name) => rows.filter(r => r[at[chart.x]] === x).reduce((a, r) => a + (get(r, name) ?? 0), 0);
  // A mean of fewer than a hundred is too few to say; what there is no colour for is added up.
  const known = (x, s) => { const found = rows.find(r => r[at[chart.x]] === x && r[at[chart.series]] === s); return found && (!chart.size || found[at[chart.size]] >= 100) ? get(found, chart.y) : null; };
  const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} others`] : names, rest = names.slice(4);
  const bar = (x, s, n) => names.length > 5 && n === 4 ? rest.reduce((a, o) => a + (of(x, o, chart.y) ?? 0), 0) : of(x, s, chart.y);
  if (chart.kind === "lines") return { ...base(unit), xAxis: { ...cat(xs.map(x => typeof x === "number" ? "day " + x : x)), boundaryGap: false }, yAxis: val(), grid: { left: 8, right: 20, top: 36, bottom: 4, containLabel: true },
    series: names.slice(0, 5).map((s, n) => ({ name: String(s).replaceAll("_", " "), type: "line", data: xs.map(x => known(x, s)), color: tok(cs[n]), symbol: ["circle", "rect", "triangle", "diamond", "pin"][n], symbolSize: 7, lineStyle: { width: 2, type: ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 6]][n] } })).filter(one => one.data.some(v => v != null)) };
  const today = new Date().toISOString().slice(0, 10), faint = (v, x) => x === today ? { value: v, itemStyle: { opacity: .5 } } : v;
  return { ...base(unit), xAxis: cat(xs.map(x => String(x).replace(/^\d{4}-/, ""))), yAxis: val(), series: [
    ...shown.map((s, n) => ({ name: s, type: "bar", stack: "all", barMaxWidth: 36, data: xs.map(x => faint(bar(x, s, n), x)), color: tok(cs[n]), itemStyle: { borderColor: tok("panel"), borderWidth: 1 } })),
    ...(chart.below ? [{ name: chart.below, type: "bar", stack: "all", data: xs.map(x => sum(x, chart.below)), color: tok("bad") }] : []),
    ...(chart.across ? [{ name: chart.across, type: "line", data: xs.map(x => sum(x, chart.across)), symbol: "rect", symbolSize: [Math.max(8, Math.min(44, 600 / xs.length)), 2], color: tok("ink"), lineStyle: { width: 0 } }] : [])] };
}
const all = document.querySelectorAll("[data-chart]").values().map(el => {
  const said = JSON.parse(document.getElementById(el.dataset.chart).textContent), c = echarts.init(el, null, { renderer: "svg" });
  const paint = () => { const o = option(said); if (o.legend && el.clientWidth < 440) o.grid.top = 60; c.setOption(o, true); };
  paint();
  return [c, paint];
}).toArray();
addEventListener("resize", () => all.forEach(([c, p]) => { c.resize(); p(); }));
addEventListener("themechange", () => all.forEach(([, p]) => p()));
