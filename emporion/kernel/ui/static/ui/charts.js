// Draws the charts of a page from the numbers that stand beside them. Without this file their tables are open.
"use strict";

const language = document.documentElement.lang;
const colours = () => {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
};
const number = (value) => (value === null ? null : Number(value));
const format = (options) => {
  const written = new Intl.NumberFormat(language, options);
  return (value) => (value === null || value === undefined ? "–" : written.format(value));
};
const short = {
  share: format({ style: "percent", maximumFractionDigits: 0 }),
  other: format({ notation: "compact", maximumFractionDigits: 1 }),
};
const whole = {
  share: format({ style: "percent", maximumFractionDigits: 1 }),
  other: format({ maximumFractionDigits: 2 }),
};
const said = (forms, unit) => forms[unit] || forms.other;

// Series are told apart by shade, by dash and by symbol, so that a chart reads in grey.
const shades = ["--chart-1", "--chart-3", "--chart-4", "--chart-2", "--chart-6", "--chart-5"];
const dashes = ["solid", "dashed", "dotted"];
const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];

const series = (spec) => (one, index) => ({
  name: one.name,
  type: one.kind || spec.kind,
  stack: spec.stacked && (one.kind || spec.kind) === "bar" ? "all" : undefined,
  data: one.values.map(number),
  showSymbol: spec.categories.length <= 31,
  symbol: symbols[index % symbols.length],
  symbolSize: 6,
  lineStyle: { type: dashes[index % dashes.length], width: 2 },
  barMaxWidth: 28,
});

const option = (spec, colour) => {
  const ink = { color: colour("--ink-quiet"), fontFamily: "inherit" };
  const names = { type: "category", data: spec.categories, axisTick: { show: false }, axisLabel: { ...ink, hideOverlap: true, width: spec.across ? 140 : undefined, overflow: "truncate" }, axisLine: { lineStyle: { color: colour("--line") } } };
  const numbers = { type: "value", axisLabel: { ...ink, formatter: said(short, spec.unit), hideOverlap: true }, splitLine: { lineStyle: { color: colour("--line") } } };
  return {
    animation: false,
    color: shades.map(colour),
    textStyle: ink,
    grid: { left: 8, right: 16, top: spec.series.length > 1 ? 44 : 16, bottom: 8, containLabel: true },
    legend: spec.series.length > 1 ? { top: 0, left: 0, type: "scroll", textStyle: ink, pageTextStyle: ink } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("--paper"), borderColor: colour("--line"), textStyle: { color: colour("--ink") }, valueFormatter: said(whole, spec.unit) },
    xAxis: spec.across ? numbers : names,
    yAxis: spec.across ? { ...names, inverse: true } : numbers,
    series: spec.series.map(series(spec)),
  };
};

const draw = (figure) => {
  const spec = JSON.parse(figure.querySelector("script").textContent);
  const canvas = figure.querySelector(".chart-canvas");
  figure.classList.add("drawn");
  if (spec.across) canvas.classList.add(`rows-${Math.min(Math.ceil(spec.categories.length / 5) * 5, 20)}`);
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(option(spec, colours()));
  new ResizeObserver(() => chart.resize()).observe(canvas);
  for (const table of figure.querySelectorAll(".chart-table")) table.open = false;
};

for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
