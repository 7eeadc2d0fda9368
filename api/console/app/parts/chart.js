// Charts by Apache ECharts, in the console's colours; what they show is also there as a table for whoever cannot see them.
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

import { number } from "../format.js";
import { isDark } from "../theme.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const SERIES = 8;

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    series: Array.from({ length: SERIES }, (_, index) => of(`series-${index + 1}`)),
    text: of("text-2"),
    strong: of("text"),
    line: of("line"),
    ground: of("ground"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/** Everything that is not data. A policy without inline styles allows tooltips that are drawn, not tooltips of HTML. */
function frame(colour, format, { stacked, across, whole, axis = format }) {
  const value = { type: "value", axisLabel: { color: colour.text, fontFamily: colour.font, formatter: axis, hideOverlap: true }, splitLine: { lineStyle: { color: colour.line } }, minInterval: whole ? 1 : 0 };
  const name = { type: "category", axisLabel: { color: colour.text, fontFamily: colour.font, hideOverlap: true }, axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false } };
  return {
    animation: !still.matches,
    animationDuration: 300,
    animationDurationUpdate: 300,
    color: colour.series,
    textStyle: { fontFamily: colour.font },
    grid: { left: across ? 16 : 4, right: across ? 28 : 12, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: { color: colour.strong } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: across || stacked ? "shadow" : "line" },
      backgroundColor: colour.ground,
      borderColor: colour.line,
      textStyle: { color: colour.strong, fontFamily: colour.font, fontSize: 12 },
      valueFormatter: format,
    },
    xAxis: across ? value : name,
    yAxis: across ? { ...name, inverse: true } : value,
  };
}

function shape(series, { kind, stacked }) {
  const common = { name: series.name, data: series.values };
  if (kind === "bar") return { ...common, type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: 28, itemStyle: { borderRadius: stacked ? 0 : 3 } };
  const line = { width: 2, type: series.beside ? "dashed" : "solid" };
  return { ...common, type: "line", stack: stacked ? "all" : undefined, areaStyle: { opacity: stacked ? 0.5 : series.beside ? 0 : 0.08 }, symbol: "circle", symbolSize: 5, showSymbol: series.values.length < 2, lineStyle: line };
}

/**
 * `names` are the categories, `series` {name, values, beside} in the same order: a line `beside` others is dashed; `kind`
 * is "line" or "bar"; `stacked` piles series up; `across` lays bars down; values are `whole` numbers or not; `axis` is
 * their `format` where it has to be short. `label` says what it is.
 */
export function Chart({ label, names, series, kind = "line", stacked = false, across = false, whole = true, format = number, axis, height = 240 }) {
  const place = useRef(null);
  const chart = useRef(null);
  const latest = useRef(null);
  const dark = isDark();
  const said = JSON.stringify([names, series, kind, stacked, across, whole, dark, document.documentElement.lang]);

  useEffect(() => {
    let gone = false;
    let watch = null;
    import("echarts").then(({ init }) => {
      if (gone || !place.current) return; // what is taken away is told of it a moment later
      chart.current = init(place.current, null, { renderer: "canvas" });
      watch = new ResizeObserver(() => chart.current.resize());
      watch.observe(place.current);
      latest.current();
    });
    return () => {
      gone = true;
      watch?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  latest.current = () => {
    if (!chart.current) return;
    const colour = colours();
    const option = frame(colour, format, { stacked, across, whole, axis });
    option[across ? "yAxis" : "xAxis"].data = names;
    option.series = series.map((each) => shape(each, { kind, stacked }));
    if (series.length < 2) {
      option.legend.show = false;
      option.grid.top = 12;
    }
    chart.current.setOption(option, { replaceMerge: ["series"] });
  };
  useEffect(() => latest.current(), [said]);
  return html`
    <figure class="chart">
      <div ref=${place} role="img" aria-label=${label} style=${{ height: `${height}px` }}></div>
      <${AsTable} label=${label} names=${names} series=${series} format=${format} />
    </figure>
  `;
}

const AsTable = ({ label, names, series, format }) => html`
  <div class="unseen">
    <table>
      <caption>${label}</caption>
      <thead><tr><td></td>${series.map(({ name }) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${names.map((name, at) => html`<tr key=${name}><th scope="row">${name}</th>${series.map((each) => html`<td key=${each.name}>${format(each.values[at])}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>
`;
