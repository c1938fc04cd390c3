/* Charts of a page: drawn from the JSON in #charts-data into [data-chart]; every bar leads to what it counts.
   Everything a chart says stands in the table below it, so without JavaScript nothing is missing. */
(() => {
  "use strict";
  const source = document.getElementById("charts-data");
  if (!source || !window.echarts) return;
  const charts = JSON.parse(source.textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const ink = colour("--ink"), muted = colour("--muted"), line = colour("--line");
  const font = getComputedStyle(document.body).fontFamily;
  // Blue, vermilion, grey: told apart by everybody (Okabe and Ito); a single row of bars is the page's own accent.
  const PARTS = ["#0072b2", "#d55e00", "#aab6bc"];
  const BAR = 22, GAP = 12, WIDEST = 26; // a Chinese character takes two places

  const cut = (text) => {
    let room = WIDEST;
    const fits = [...text].findIndex((letter) => (room -= letter > "\u2e7f" ? 2 : 1) < 0);
    return fits < 0 ? text : `${[...text].slice(0, fits - 1).join("")}…`;
  };
  const option = (chart) => {
    const several = chart.series.length > 1;
    return {
      animation: false,
      textStyle: { fontFamily: font, color: ink },
      aria: { enabled: false }, // the container says what it is, the table says the rest
      grid: { left: 8, right: 44, top: several ? 34 : 8, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: several ? { top: 4, left: 8, itemWidth: 12, itemHeight: 12, textStyle: { color: ink, fontSize: 12 } } : undefined,
      tooltip: { renderMode: "richText", confine: true, trigger: "axis", axisPointer: { type: "shadow" }, textStyle: { color: ink, fontSize: 12 } },
      xAxis: { type: "value", minInterval: 1, axisLabel: { color: muted, fontSize: 12 }, splitLine: { lineStyle: { color: line } } },
      yAxis: {
        type: "category", inverse: true, data: chart.labels, axisTick: { show: false },
        axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, fontSize: 12, formatter: cut },
      },
      series: chart.series.map((part, place) => ({
        type: "bar", name: part.name, stack: several ? "all" : undefined, data: part.values, barMaxWidth: BAR, cursor: "pointer",
        itemStyle: { color: several ? PARTS[place % PARTS.length] : colour("--accent"), borderColor: "#fff", borderWidth: several ? 1 : 0 },
        label: several ? { show: false } : { show: true, position: "right", color: ink, fontSize: 12, formatter: ({ value }) => value || "" },
      })),
    };
  };

  document.querySelectorAll("[data-chart]").forEach((box) => {
    const chart = charts[box.dataset.chart];
    if (!chart) return;
    box.hidden = false;
    box.style.height = `${chart.labels.length * (BAR + GAP) + (chart.series.length > 1 ? 72 : 44)}px`;
    const drawn = window.echarts.init(box, null, { renderer: "svg" });
    drawn.setOption(option(chart));
    drawn.on("click", ({ seriesIndex, dataIndex }) => window.location.assign(chart.series[seriesIndex].urls[dataIndex]));
    new ResizeObserver(() => drawn.resize()).observe(box);
  });
})();
