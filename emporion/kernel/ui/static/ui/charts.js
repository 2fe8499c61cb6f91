// Draws the charts of a page from the numbers that stand beside them.
"use strict";

const colours = () => {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
};

// Series are told apart by shade and by dash, so that a chart reads in grey.
const shades = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6"];
const dashes = ["solid", "dashed", "dotted"];

const option = (spec, colour) => ({
  animation: false,
  color: shades.map(colour),
  textStyle: { fontFamily: "inherit", color: colour("--ink-quiet") },
  grid: { left: 8, right: 8, top: spec.series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
  legend: spec.series.length > 1 ? { top: 0, left: 0, textStyle: { color: colour("--ink-quiet") } } : undefined,
  tooltip: { trigger: "axis", renderMode: "richText" },
  xAxis: { type: spec.across ? "value" : "category", data: spec.across ? undefined : spec.categories, axisTick: { show: false } },
  yAxis: { type: spec.across ? "category" : "value", data: spec.across ? spec.categories : undefined, inverse: Boolean(spec.across), splitLine: { lineStyle: { color: colour("--line") } }, axisLabel: { formatter: spec.across ? undefined : (value) => short(value) } },
  series: spec.series.map((one, index) => ({
    name: one.name,
    type: one.kind || spec.kind,
    stack: spec.stacked ? "all" : undefined,
    data: one.values,
    showSymbol: false,
    lineStyle: { type: dashes[index % dashes.length], width: 2 },
    barMaxWidth: 28,
  })),
});

const formatter = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
const short = (value) => formatter.format(value);

for (const figure of document.querySelectorAll("[data-chart]")) {
  const spec = JSON.parse(figure.querySelector("script").textContent);
  const canvas = figure.querySelector(".chart-canvas");
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(option(spec, colours()));
  new ResizeObserver(() => chart.resize()).observe(canvas);
}
