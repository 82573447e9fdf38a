// Draws what the tables of charts say. A chart is a figure with a table; each column of numbers is a line, named by its head, and coloured by
// the custom property that the head names. Without this script the tables are there.
"use strict";
(() => {
  const HEIGHT = 240;
  const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3]];
  // Nothing happens half a time.
  const WHOLE = [...Array(9).keys()].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(name).trim();
  const charts = [];

  const read = (table) => {
    const rows = [...table.tBodies[0].rows];
    const times = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
    const columns = [...table.tHead.rows[0].cells].slice(1).map((head, place) => ({
      label: head.textContent.trim(),
      colour: head.dataset.colour,
      values: rows.map((row) => Number(row.cells[place + 1].querySelector("data").value)),
    }));
    return { times, columns };
  };

  // The day where one begins, else the hour.
  const hours = (_, times) => times.map((seconds) => {
    const [day, hour] = new Date(seconds * 1000).toISOString().slice(5, 16).split("T");
    return hour === "00:00" ? day : hour;
  });

  const draw = (figure) => {
    const { times, columns } = read(figure.querySelector("table"));
    const place = figure.querySelector(".canvas");
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = { stroke: colour("--soft-ink"), font: "12px system-ui, sans-serif", grid, ticks: grid };
    const series = columns.map((column, index) => ({
      label: column.label,
      stroke: colour(column.colour),
      dash: DASHES[index],
      width: 2,
      points: { show: false },
    }));
    return new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
        axes: [{ ...axis, space: 64, values: hours }, { ...axis, size: 56, incrs: WHOLE }],
        series: [{ label: figure.dataset.time, value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, ...series],
        cursor: { drag: { x: false, y: false } },
      },
      [times, ...columns.map((column) => column.values)],
      place,
    );
  };

  const all = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    document.querySelectorAll("figure[data-chart]").forEach((figure) => {
      figure.querySelector(".canvas").hidden = false;
      charts.push(draw(figure));
    });
  };
  const begin = () => {
    all();
    // Other colours by night.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
    addEventListener("resize", () => {
      charts.forEach((chart) => chart.setSize({ width: chart.root.parentElement.clientWidth, height: HEIGHT }));
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
